"""Sample readers for an issue with conditions: each block of ``show_if`` is seen by one of them, and not by another.

Enters: the conditions of an edition, and a sample reader. Leaves: as few further readers as show both sides of every
condition, each named after what sets them apart. A condition that holds for everybody has one side only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice, product

from composer.edition.conditions.condition import (
    ON_LIST,
    AllOf,
    AnyOf,
    Compared,
    Condition,
    Contains,
    Is,
    Known,
    Not,
    fields_of,
    holds,
    list_of,
)
from composer.edition.conditions.values import spell_number
from composer.output.sample_readers import Reader

_MOST_TRIED = 4096
_SUBSCRIBER = "subscriber."


def branch_readers(conditions: Iterable[Condition], *, like: Reader) -> tuple[Reader, ...]:
    """Return readers who together see both sides of every condition; ``like`` gives the rest of their values."""
    wanted = set(product(dict.fromkeys(conditions), (True, False)))
    asked = sorted({condition for condition, _ in wanted}, key=repr)
    found: list[Reader] = []
    for person in islice(_people(asked, like), _MOST_TRIED):
        values = person.values({})
        seen = {(condition, holds(condition, values)) for condition in asked} & wanted
        if seen:
            found.append(replace(person, key=f"branch-{len(found) + 1}"))
            wanted -= seen
    return tuple(found)


def _people(conditions: Sequence[Condition], like: Reader) -> Iterator[Reader]:
    """Yield everyone who differs in what the conditions read, in a fixed order."""
    fields = sorted(set[str]().union(*map(fields_of, conditions))) if conditions else []
    choices = [sorted({value for condition in conditions for value in _values(condition, field)}) for field in fields]
    for values in product(*choices):
        own = {field.removeprefix(_SUBSCRIBER): value for field, value in zip(fields, values, strict=True)}
        if own:
            yield replace(like, label=_label(own)).with_values(own)


def _values(condition: Condition, field: str) -> Iterator[str]:
    """Yield the values of a field that a condition tells apart: those it names, and one that it does not."""
    match condition:
        case Is(name, wanted) if name == field:
            yield from (*wanted, "")
        case Known(name) if name == field:
            yield from ("", ON_LIST if list_of(field) else "something")
        case Contains(name, text) if name == field:
            yield from ("", text)
        case Compared(name, kind, _, wanted) if name == field:
            yield ""
            for value in wanted:
                yield from _around(kind, value)
        case Not(inner):
            yield from _values(inner, field)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _values(part, field)


def _around(kind: str, value: str) -> tuple[str, str, str]:
    """Give a value, and what is just below and above it."""
    if kind == "number":
        number = Decimal(value)
        return spell_number(number - 1), value, spell_number(number + 1)
    day = dt.date.fromisoformat(value)
    return (day - dt.timedelta(days=1)).isoformat(), value, (day + dt.timedelta(days=1)).isoformat()


def _label(values: Mapping[str, str]) -> str:
    words = []
    for field, value in values.items():
        name = list_of(field)
        if name is not None:
            words.append(f"on the list {name}" if value else f"not on the list {name}")
        else:
            words.append(f"{field.replace('_', ' ')}: {value or 'none'}")
    return ", ".join(words)
