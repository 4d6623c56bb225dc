"""Counts what stands in each column of a file, as far as it may say who has left.

A batch of rows is turned into columns, so that a value that stands in it a thousand times is looked at once, and texts
without a word of leaving are passed over together, at the speed of C.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from composer.audience.imports.columns import Column
from composer.audience.imports.csv_file import unguarded
from composer.audience.imports.leaving_words import (
    bare,
    is_date,
    is_yes_or_no,
    leaving_mentions,
    may_tell_of_leaving,
    smells_of_leaving,
    status_word,
    that_may_mention_leaving,
)
from composer.audience.subscriptions import SubscriptionStatus

VALUES_MAX = 30
"""A column with more different values than this is told by name alone; a question shows so many of them."""

_WORDLESS = re.compile(r"[\d\s:.,/TZ+-]+")


@dataclass(slots=True)
class ColumnValues:
    """The different values of one column, with the number of rows that have each, as long as they are few."""

    counts: Counter[str] = field(default_factory=Counter)
    blank: int = 0
    many: bool = False
    all_dates: bool = True
    seen_left: str = ""  # a value by which somebody has left whatever the column is called
    smells: bool = False  # a value is a word of leaving
    mentions: Counter[str] = field(default_factory=Counter)  # words of leaving in its texts, with their rows

    def add(self, cells: Sequence[str], *, open_ended: bool) -> None:
        """Count the cells of a batch. ``open_ended``: all its values are looked at, however many there are."""
        counts = Counter(cells)
        self.blank += counts.pop("", 0)
        for cell in that_may_mention_leaving(counts):
            for word in leaving_mentions(unguarded(cell).strip()):
                self.mentions[word] += counts[cell]
        if self.many and not open_ended:
            self.blank += sum(rows for cell, rows in counts.items() if cell.isspace())
            return
        for cell, rows in counts.items():
            self._add_value(unguarded(cell).strip(), rows, open_ended=open_ended)

    def _add_value(self, value: str, rows: int, *, open_ended: bool) -> None:
        if not value:
            self.blank += rows
        elif value in self.counts:
            self.counts[value] += rows
        elif open_ended or not self.many:
            self._look_at(value)
            if len(self.counts) < VALUES_MAX:
                self.counts[value] = rows
            else:
                self.many = True

    def _look_at(self, value: str) -> None:
        self.all_dates = self.all_dates and is_date(value)
        if _WORDLESS.fullmatch(value) and not is_yes_or_no(value):  # numbers and times, of which there may be very many
            return
        if status_word(value) is SubscriptionStatus.UNSUBSCRIBED and not is_yes_or_no(value):
            self.seen_left = self.seen_left or value
        self.smells = self.smells or smells_of_leaving(value)


def survey_columns(columns: Sequence[Column], batches: Iterable[Sequence[Sequence[str]]]) -> Sequence[ColumnValues]:
    """Count the values of every column that is not the person's address, name or language."""
    values = [ColumnValues() for _ in columns]
    # What nobody would call a status is not counted beyond its first different values.
    asked = [
        (index, column.field in ("status", "") or may_tell_of_leaving(column.header))
        for index, column in enumerate(columns)
        if not column.is_of_person
    ]
    for rows in batches if asked else ():
        by_column = list(itertools.zip_longest(*rows, fillvalue=""))
        nothing = ("",) * len(rows)
        for index, open_ended in asked:
            values[index].add(by_column[index] if index < len(by_column) else nothing, open_ended=open_ended)
    return values


def value_key(value: str) -> str:
    """Write a value as it is compared: without case, accents and signs; a sign alone stays what it is."""
    return bare(unguarded(value)) or unguarded(value).strip()
