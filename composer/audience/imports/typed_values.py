"""Brings the values of typed fields into their one spelling, and tells of those that are none of their type.

The person comes in all the same, without that value. Which of day and month comes first in 03/04/2026 is decided for a
whole column, by those of its rows that can be read in one way only; where they differ, or there is none, such a date is
left out and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from composer.audience.attributes import FieldDeclaration, FieldType, ValueRefused, canonical
from composer.audience.imports.columns import Column

_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})[-/](\d{1,2})[-/]\d{4}", re.ASCII)
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class ValueLeftOut:
    """A value that is none of its field's type: where it stands, and what is wrong with it."""

    line: int
    column: str
    reason: str


class TypedColumn:
    """A column whose field has a type."""

    def __init__(self, column: Column, declared: FieldDeclaration, *, day_first: bool | None) -> None:
        self.field = column.field
        self._header = column.header
        self._declared = declared
        self._day_first = day_first
        self._known: dict[str, tuple[str, str]] = {}
        self.left_out: list[ValueLeftOut] = []

    def read(self, lines: Sequence[int], values: Sequence[str]) -> list[str]:
        """Give the values in their spelling; those that are none are empty, and told in ``left_out``."""
        return [self._read(line, value) for line, value in zip(lines, values, strict=True)]

    def _read(self, line: int, value: str) -> str:
        if value not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            try:
                self._known[value] = canonical(value, self._declared, day_first=self._day_first), ""
            except ValueRefused as error:
                self._known[value] = "", str(error)
        read, problem = self._known[value]
        if problem:
            self.left_out.append(ValueLeftOut(line, self._header, problem))
        return read


def typed_columns(
    columns: Sequence[Column], declared: Mapping[str, FieldDeclaration], batches: Iterable[Sequence[Sequence[str]]]
) -> Sequence[TypedColumn]:
    """Find the columns of typed fields. All rows are read only where one of them is a date."""
    typed = [
        (index, column)
        for index, column in enumerate(columns)
        if column.own and column.field in declared and declared[column.field].type is not FieldType.TEXT
    ]
    dates = [index for index, column in typed if declared[column.field].type is FieldType.DATE]
    orders = _day_orders(dates, batches) if dates else {}
    return [TypedColumn(column, declared[column.field], day_first=orders.get(index)) for index, column in typed]


def _day_orders(places: Sequence[int], batches: Iterable[Sequence[Sequence[str]]]) -> Mapping[int, bool | None]:
    """Which comes first in each of these columns, the day or not; none where that is not known."""
    seen: dict[int, set[bool]] = {place: set() for place in places}
    for rows in batches:
        for place in places:
            for cell in {row[place] for row in rows if place < len(row)}:
                if found := _DAY_AND_MONTH.match(cell):
                    first, second = int(found[1]), int(found[2])
                    if (first > 12) is not (second > 12):
                        seen[place].add(first > 12)
    return {place: orders.pop() if len(orders) == 1 else None for place, orders in seen.items()}
