"""What a subscriber's value says, in SQL: the rules of ``edition/conditions/values.py``, on SQLite and PostgreSQL.

A value that is no number or no day is NULL, and never an error: PostgreSQL casts a text only once its pattern is known.
SQLite has no patterns; its JSON knows the same numbers, and its calendar the same days.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, Numeric, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from composer.edition.conditions.values import MOST_DIGITS, NUMBER_PATTERN

_LEAP_DAY = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|(1[26]|[2468][048]|[3579][26])00)-02-29"
_DAY_OF_ANY_YEAR = (
    "[1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_DAY = f"({_DAY_OF_ANY_YEAR}|{_LEAP_DAY})"


class _number(FunctionElement[Any]):  # noqa: N801  named as SQL names functions
    """SQL: the number that a text says; NULL if it says none."""

    type = Numeric()
    inherit_cache = True


class _day(FunctionElement[Any]):  # noqa: N801
    """SQL: the text, if it is a day as ``2026-01-31``; NULL otherwise."""

    type = String()
    inherit_cache = True


@compiles(_number, "sqlite")
def _number_on_sqlite(element: _number, compiler: SQLCompiler, **options: Any) -> str:
    digits = "length(replace(replace(v, '-', ''), '.', ''))"
    is_number = f"v NOT GLOB '*[^0-9.-]*' AND json_valid(v) AND {digits} <= {MOST_DIGITS}"
    return _once(compiler.process(element.clauses, **options), f"CASE WHEN {is_number} THEN CAST(v AS REAL) END")


@compiles(_number, "postgresql")
def _number_on_postgresql(element: _number, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    is_short = f"length(translate({text}, '-.', '')) <= {MOST_DIGITS}"
    return f"CASE WHEN {is_short} AND {text} ~ '^{NUMBER_PATTERN}$' THEN CAST({text} AS NUMERIC) END"


@compiles(_day, "sqlite")
def _day_on_sqlite(element: _day, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    # With "+0 days" it is worked out anew: 29 February 2023 comes out as 1 March.
    return _once(text, "CASE WHEN date(v, '+0 days') = v AND v >= '1000' THEN v END")


@compiles(_day, "postgresql")
def _day_on_postgresql(element: _day, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"CASE WHEN {text} ~ '^{_DAY}$' THEN {text} END COLLATE \"C\""


def _once(text: str, of_v: str) -> str:
    """Ask about a text that is worked out once, however often it is named."""
    return f"(SELECT {of_v} FROM (SELECT {text} AS v))"  # noqa: S608  both are made here


class _position(FunctionElement[int]):  # noqa: N801
    """SQL: where a text begins in another, from 1; 0 if it is not in it."""

    type = Integer()
    inherit_cache = True


@compiles(_position, "sqlite")
def _position_on_sqlite(element: _position, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_position, "postgresql")
def _position_on_postgresql(element: _position, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


def position_in(whole: ColumnElement[str], part: str) -> ColumnElement[int]:
    """SQL: where ``part`` begins in a text, letter by letter, from 1; 0 if it is not in it."""
    return _position(whole, literal(part))


def value_in(kind: str, text: ColumnElement[str]) -> ColumnElement[Any]:
    """SQL: what a text says if its field is of this type, as ``read_value`` reads it; NULL where that is None."""
    return _number(text) if kind == "number" else _day(text)
