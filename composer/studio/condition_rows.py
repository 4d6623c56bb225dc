"""A condition as the rows of a form: what of the reader, which test, which values; and back to what stands in the file.

Enters: a Condition, or rows from a page. Leaves: Rows, or the text for ``show_if``, which is read as a condition that
holds for the same readers. A condition that is more than one level of "and" or "or", or compares with less and more,
has no rows: it is shown, and written, as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from composer.edition.conditions.condition import LISTS, AllOf, AnyOf, Compared, Condition, Is, Known, Not, list_of
from composer.edition.conditions.write import quoted

Test = Literal["is", "is_not", "known", "unknown", "on", "off"]
"""``on`` and ``off`` are tests of a list, all others of a field."""

Join = Literal["all", "any"]

_SUBSCRIBER = "subscriber."


class RowError(ValueError):
    """A row that is not complete, or holds what cannot be written; the message says it to the author."""


@dataclass(frozen=True, slots=True)
class ReaderTest:
    """One test of a reader. ``field`` is without its "subscriber.", and "" where ``test`` is of a list.

    ``values`` are those of which one is enough for ``is``, the one list of ``on`` and ``off``, else none.
    """

    field: str
    test: Test
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Some tests, all of which must hold, or one of which is enough."""

    join: Join
    rows: tuple[ReaderTest, ...]


def rows_of(condition: Condition) -> Rows | None:
    """Lay a condition out in rows; None if it cannot be said in them."""
    flat = _flat(condition)
    join: Join = "any" if isinstance(flat, AnyOf) else "all"
    parts = flat.conditions if isinstance(flat, AllOf | AnyOf) else (flat,)
    rows = tuple(row for part in parts if (row := _row(part)) is not None)
    return Rows(join, rows) if len(rows) == len(parts) else None


def _flat(condition: Condition) -> Condition:
    """Take off what changes nothing: a double "not", and parentheses around parts that are joined alike."""
    match condition:
        case Not(Not(inner)):
            return _flat(inner)
        case AllOf(parts):
            return AllOf(_opened(AllOf, parts))
        case AnyOf(parts):
            return AnyOf(_opened(AnyOf, parts))
    return condition


def _opened(kind: type[AllOf] | type[AnyOf], parts: Sequence[Condition]) -> tuple[Condition, ...]:
    opened: list[Condition] = []
    for part in map(_flat, parts):
        opened += part.conditions if isinstance(part, AllOf | AnyOf) and isinstance(part, kind) else [part]
    return tuple(opened)


def _row(condition: Condition) -> ReaderTest | None:
    match condition:
        case Is(field, ("",)) | Not(Known(field)):
            return _of_list(field, "off") or ReaderTest(_plain(field), "unknown")
        case Known(field) | Not(Is(field, ("",))):
            return _of_list(field, "on") or ReaderTest(_plain(field), "known")
        case Compared(field, _, "==", values):
            return ReaderTest(_plain(field), "is", values)
        case Not(Compared(field, _, "==", values)):
            return ReaderTest(_plain(field), "is_not", values)
        case Is(field, values) if "" not in values:
            return ReaderTest(_plain(field), "is", values)
        case Not(Is(field, values)) if "" not in values:
            return ReaderTest(_plain(field), "is_not", values)
    return None


def _of_list(field: str, test: Test) -> ReaderTest | None:
    name = list_of(field)
    return None if name is None else ReaderTest("", test, (name,))


def _plain(field: str) -> str:
    return field.removeprefix(_SUBSCRIBER)


def write_rows(rows: Rows) -> str:
    """Write the rows as an author would behind ``show_if``. RowError if one says too little, or cannot be written."""
    return {"all": " and ", "any": " or "}[rows.join].join(map(_written, rows.rows))


def _written(row: ReaderTest) -> str:
    field = f"{_SUBSCRIBER}{row.field}"
    if row.test in ("known", "unknown"):
        return field if row.test == "known" else f"not {field}"
    values = [value.strip() for value in row.values]
    if not values or "" in values:
        shown = row.field.replace("_", " ")
        raise RowError(f"say which {shown}" if row.field else "say which list")
    quoted = [_quoted(value) for value in values]
    if row.test in ("on", "off"):
        return f"{quoted[0]} {'in' if row.test == 'on' else 'not in'} {LISTS}"
    if len(quoted) == 1:
        return f"{field} {'==' if row.test == 'is' else '!='} {quoted[0]}"
    return f"{field} {'in' if row.test == 'is' else 'not in'} [{', '.join(quoted)}]"


def _quoted(value: str) -> str:
    try:
        return quoted(value)
    except ValueError as error:
        raise RowError(str(error)) from error
