"""Conditions over a subscriber: for whom a block is shown, and who is in a segment.

Enters: a subscriber's values. Leaves: whether a Condition holds for them, and the fields that it reads. Texts are
compared as they are, without the blanks around them. ``show_if.py`` reads what an author writes.

There is no third truth: a missing value equals nothing, contains nothing, and is neither less nor more than anything;
"not" turns that around. So ``city != "Nice"`` and ``not age < 18`` hold for those whose city or age is not known.

What a condition asks is a field each, also what is no value of theirs: so what ``show_if`` reads is frozen with a
delivery like every other value, and nothing else is. Those but the first are asked by segments alone::

    subscriber.lists.members      "yes" for who is on the list
    subscriber.tags.vip           "yes" for who has the tag
    received.2026-12-winter       "yes" for whom a message of the issue was accepted, and did not bounce
    outcome.2026-12-winter        what became of the last message of the issue to them: "accepted", "refused" …
    joined, joined.members        the day on which they came onto the first of their lists, or onto that one
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from composer.edition.conditions.days import day_on
from composer.edition.conditions.values import ComparedType, read_value

LISTS = "subscriber.lists"
TAGS = "subscriber.tags"
RECEIVED = "received"
OUTCOME = "outcome"
JOINED = "joined"
ON_LIST = "yes"
"""The value of a field that says no more than that something is so."""

Sign = Literal["==", "<", "<=", ">", ">="]
_SIGNS: Mapping[Sign, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Is:
    """A condition that holds if the field has one of the values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A condition that holds if the field is not empty."""

    field: str


@dataclass(frozen=True, slots=True)
class Contains:
    """A condition that holds if the field has the text in it, which is not empty."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A condition that holds if the field has a value of the type, and that compares so with one of ``values``.

    Days may be relative, until ``on_day`` has made days of them.
    """

    field: str
    type: ComparedType
    sign: Sign
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that holds if the one in it does not."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """A condition that holds if all of these do; so it holds if there are none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A condition that holds if one of these does, or more."""

    conditions: tuple[Condition, ...]


Condition = Is | Known | Contains | Compared | Not | AllOf | AnyOf


def holds(condition: Condition, values: Mapping[str, str]) -> bool:
    """Tell whether the condition holds for a reader's ``values``, by the names of slots ("subscriber.city")."""
    match condition:
        case Is(field, wanted):
            return values.get(field, "").strip() in wanted
        case Known(field):
            return bool(values.get(field, "").strip())
        case Contains(field, text):
            return text in values.get(field, "").strip()
        case Compared(field, kind, sign, wanted):
            value = read_value(kind, values.get(field, ""))
            return value is not None and any(_SIGNS[sign](value, _wanted(kind, one)) for one in wanted)
        case Not(inner):
            return not holds(inner, values)
        case AllOf(parts):
            return all(holds(part, values) for part in parts)
        case AnyOf(parts):
            return any(holds(part, values) for part in parts)


def _wanted(kind: ComparedType, written: str) -> Any:
    value = read_value(kind, written)
    if value is None:
        raise ValueError(f"{written!r} is no {kind} yet; on_day makes days of relative ones")
    return value


def on_day(condition: Condition, today: dt.date) -> Condition:
    """Make days of the relative ones in the condition, as of ``today``."""
    match condition:
        case Compared(field, "date", sign, days):
            return Compared(field, "date", sign, tuple(day_on(day, today) for day in days))
        case Not(inner):
            return Not(on_day(inner, today))
        case AllOf(parts):
            return AllOf(tuple(on_day(part, today) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(on_day(part, today) for part in parts))
    return condition


def fills(condition: Condition, field: str) -> bool:
    """Tell whether every reader of whom the condition holds has a value in ``field``."""
    match condition:
        case Is(name, values):
            return name == field and "" not in values
        case Known(name) | Contains(name) | Compared(name):
            return name == field
        case Not(Is(name, values)):
            return name == field and "" in values
        case Not():
            return False
        case AllOf(parts):
            return any(fills(part, field) for part in parts)
        case AnyOf(parts):
            return bool(parts) and all(fills(part, field) for part in parts)


def fields_of(condition: Condition) -> frozenset[str]:
    """Name the fields that the condition reads ("subscriber.city", "subscriber.lists.members")."""
    match condition:
        case Is(field) | Known(field) | Contains(field) | Compared(field):
            return frozenset({field})
        case Not(inner):
            return fields_of(inner)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(fields_of(part) for part in parts))


def list_field(name: str) -> str:
    """Name the field that tells whether a subscriber is on the list of that name."""
    return f"{LISTS}.{name}"


def list_of(field: str) -> str | None:
    """Return the list's name, if the field (with or without its "subscriber.") tells who is on a list."""
    return _behind("lists", field.removeprefix("subscriber."))


def tag_of(field: str) -> str | None:
    """Return the tag, if the field tells who has it."""
    return _behind(TAGS, field)


def received_of(field: str) -> str | None:
    """Return the issue's name, if the field tells who received it."""
    return _behind(RECEIVED, field)


def outcome_of(field: str) -> str | None:
    """Return the issue's name, if the field tells what became of it."""
    return _behind(OUTCOME, field)


def joined_of(field: str) -> str | None:
    """Return the list's name, "" for any list, if the field tells when a subscriber came onto it; None otherwise."""
    return "" if field == JOINED else _behind(JOINED, field)


def _behind(prefix: str, field: str) -> str | None:
    name = field.removeprefix(f"{prefix}.")
    return name if name != field else None


# --- in JSON ------------------------------------------------------------------------------------------------


def dump_condition(condition: Condition) -> list[Any]:
    """Write the condition as lists and texts, which JSON can hold."""
    match condition:
        case Is(field, values):
            return ["is", field, list(values)]
        case Known(field):
            return ["known", field]
        case Contains(field, text):
            return ["contains", field, text]
        case Compared(field, kind, sign, values):
            return ["compared", field, kind, sign, list(values)]
        case Not(inner):
            return ["not", dump_condition(inner)]
        case AllOf(parts):
            return ["all", [dump_condition(part) for part in parts]]
        case AnyOf(parts):
            return ["any", [dump_condition(part) for part in parts]]


def restore_condition(form: Sequence[Any]) -> Condition:
    """Read the condition that ``dump_condition`` wrote. ValueError if it is none."""
    match form:
        case ["is", field, values]:
            return Is(field, tuple(values))
        case ["known", field]:
            return Known(field)
        case ["contains", field, text]:
            return Contains(field, text)
        case ["compared", field, kind, sign, values]:
            return Compared(field, kind, sign, tuple(values))
        case ["not", inner]:
            return Not(restore_condition(inner))
        case ["all", parts]:
            return AllOf(tuple(restore_condition(part) for part in parts))
        case ["any", parts]:
            return AnyOf(tuple(restore_condition(part) for part in parts))
    raise ValueError(f"{form!r} is no condition")
