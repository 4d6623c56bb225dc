"""What the columns of a file say of who has left: as it is typed, as it is asked, and as a refusal explains it.

A hint of this module never says by itself that somebody stays: it shows each value with both words, and whoever has the
file chooses. Only of a value that says "left" in every program is one word offered.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from composer.control_characters import one_line
from composer.errors import ImportUnclear
from composer.workflow.people import Said, answers_of

if TYPE_CHECKING:
    from composer.audience import Answers

_SHOWN = 12


def read_answers(
    given: Mapping[Said, Sequence[str]],
    *,
    ignored: Sequence[str] = (),
    everybody: Said | None = None,
    columns: Sequence[str] = (),
) -> Answers:
    """Read the options, each ``COLUMN=VALUE``. Raises BadParameter for one that is not, or two that differ."""
    from composer.audience.imports.export_formats import ANY
    from composer.audience.imports.survey import value_key

    values: dict[str, dict[str, Said]] = {}
    for said, pairs in given.items():
        for pair in pairs:
            column, sign, value = pair.partition("=")
            if not sign or not column.strip():
                raise typer.BadParameter(f"“{pair}” is not COLUMN=VALUE", param_hint=f"--{said}")
            key = ANY if value.strip() == ANY else value_key(value)
            before = values.setdefault(value_key(column), {}).setdefault(key, said)
            if before is not said:
                raise typer.BadParameter(f"“{pair}” is said to mean two things", param_hint=f"--{said}")
    for column in ignored:
        if value_key(column) in values:
            raise typer.BadParameter(
                f"“{column}” cannot be ignored and explained at the same time", param_hint="--ignore-column"
            )
    return answers_of(values, ignored=ignored, everybody=everybody, fields=_read_fields(columns))


def _read_fields(columns: Sequence[str]) -> Mapping[str, str]:
    """Read ``--column NAME=FIELD``; an empty FIELD is a column that is not read."""
    fields = {}
    for pair in columns:
        name, sign, field = pair.rpartition("=")
        if not sign or not name.strip():
            raise typer.BadParameter(f"“{pair}” is not COLUMN=FIELD", param_hint="--column")
        fields[name] = field.strip()
    return fields


def can_ask() -> bool:
    """Whether somebody sits there who could answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(unclear: ImportUnclear, answers: Answers) -> Answers:
    """Ask for every value what it means, and give the answers with those that there were. Raises typer.Abort."""
    from composer.audience.imports.survey import value_key

    values = {column: dict(said) for column, said in answers.values.items()}
    ignored, everybody = set(answers.ignored), answers.everybody
    if unclear.file_name:
        typer.echo(f"\n{_about_everybody(unclear)}", err=True)
        everybody = _choose("Everybody in it (left, pending, subscribed)", tuple(Said)).status
    for question in unclear.questions:
        column = value_key(question.column)
        has = "The texts in it have" if question.in_texts else "It has"
        typer.echo(f"\nThe column “{_short(question.column)}” may tell who has left. {has}:", err=True)
        for value, rows in question.values:
            typer.echo(f"  {_shown(value):<24} {_rows(rows)}", err=True)
        if not question.certain and typer.confirm("Does it say who has left?", err=True) is False:
            ignored.add(column)
            continue
        for value, _ in question.values:
            said = _choose(f"{_shown(value)}: left, pending, or subscribed", tuple(Said))
            values.setdefault(column, {})[value if value == "*" else value_key(value)] = said.status
        if question.more_values and not any(value == "*" for value, _ in question.values):
            said = _choose("all its other values: left, pending, or subscribed", tuple(Said))
            values[column]["*"] = said.status
    return replace(answers, values=values, ignored=frozenset(ignored), everybody=everybody)


def _about_everybody(unclear: ImportUnclear) -> str:
    if unclear.address_book:
        return f"This is an address book ({unclear.address_book}): nobody in it has asked for mail."
    return f"The name {unclear.file_name} may say that everybody in this file has left."


def explain(unclear: ImportUnclear, *, command: Sequence[str]) -> str:
    """Say what to type, in lines below the refusal. ``command`` is what was typed, without answers."""
    lines = [f"{unclear}."]
    if unclear.file_name:
        lines += ["", "Say which it is, by adding one of:"]
        lines += [f"  --everybody {said:<12}{note}" for said, note in _EVERYBODY.items()]
    for question in unclear.questions:
        # An equals sign would end the name; names are compared without signs.
        column = _short(question.column).replace("=", " ").strip()
        what = "words in the texts of" if question.in_texts else "values of"
        lines += ["", f"What do the {what} “{_short(question.column)}” mean? Add for each one of:"]
        for value, rows in question.values[:_SHOWN]:
            lines += _choices(column, value, rows, certain=question.certain or not question.in_texts)
        if question.more_values or len(question.values) > _SHOWN:
            lines += [f"  and for all its other values, one with “{column}=*”"]
        if not question.certain:
            lines += [f"or, if it has nothing to do with leaving: --ignore-column {shlex.quote(column)}"]
    lines += ["", "The command to add it to (who has to confirm first is --pending):", f"  {shlex.join(command)}"]
    return "\n".join(lines)


_EVERYBODY = {
    Said.LEFT: "they have all left, and are kept away",
    Said.PENDING: "they have all not confirmed yet",
    Said.SUBSCRIBED: "the name means another thing, and all of them want it",
}


def _choices(column: str, value: str, rows: int, *, certain: bool) -> list[str]:
    pair = shlex.quote(f"{column}={one_line(value)}")
    words = (Said.LEFT,) if certain and _means_left(value) else (Said.LEFT, Said.SUBSCRIBED)
    return [f"  {_shown(value)} {_rows(rows)}".rstrip(), *(f"      --{said} {pair}" for said in words)]


def _choose(question: str, among: tuple[Said, ...]) -> Said:
    while True:
        answer = str(typer.prompt(question, err=True)).strip().lower()
        if answer in among:
            return Said(answer)
        typer.echo(f"Please type one of: {', '.join(among)}", err=True)


def _means_left(value: str) -> bool:
    from composer.audience.imports.leaving_words import status_word

    return status_word(value) is Said.LEFT.status


def _rows(rows: int) -> str:
    return f"({rows:,} row{'' if rows == 1 else 's'})" if rows else ""


def _short(text: str) -> str:
    return one_line(text)[:60]


def _shown(value: str) -> str:
    return "any value (*)" if value == "*" else f"“{_short(value)}”" if value else "(an empty cell)"
