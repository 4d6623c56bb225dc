"""Conditions over a subscriber: for whom a block is shown.

Enters: a reader's values. Leaves: whether a Condition holds for them, and the fields that it reads. Texts are compared
as they are, without the blanks around them; a field that a subscriber does not have is empty. ``show_if.py`` reads what
an author writes.

Membership of a list is a field of its own, ``subscriber.lists.members``, which is ``yes`` or empty: so what a
condition reads is frozen with a delivery like every other value, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LISTS = "subscriber.lists"
ON_LIST = "yes"


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


Condition = Is | Known | Not | AllOf | AnyOf


def holds(condition: Condition, values: Mapping[str, str]) -> bool:
    """Tell whether the condition holds for a reader's ``values``, by the names of slots ("subscriber.city")."""
    match condition:
        case Is(field, wanted):
            return values.get(field, "").strip() in wanted
        case Known(field):
            return bool(values.get(field, "").strip())
        case Not(inner):
            return not holds(inner, values)
        case AllOf(parts):
            return all(holds(part, values) for part in parts)
        case AnyOf(parts):
            return any(holds(part, values) for part in parts)


def fills(condition: Condition, field: str) -> bool:
    """Tell whether every reader of whom the condition holds has a value in ``field``."""
    match condition:
        case Is(name, values):
            return name == field and "" not in values
        case Known(name):
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
        case Is(field, _) | Known(field):
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
    name = field.removeprefix("subscriber.")
    return name.removeprefix("lists.") if name.startswith("lists.") else None


# --- in JSON ------------------------------------------------------------------------------------------------


def dump_condition(condition: Condition) -> list[Any]:
    """Write the condition as lists and texts, which JSON can hold."""
    match condition:
        case Is(field, values):
            return ["is", field, list(values)]
        case Known(field):
            return ["known", field]
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
        case ["not", inner]:
            return Not(restore_condition(inner))
        case ["all", parts]:
            return AllOf(tuple(restore_condition(part) for part in parts))
        case ["any", parts]:
            return AnyOf(tuple(restore_condition(part) for part in parts))
    raise ValueError(f"{form!r} is no condition")
