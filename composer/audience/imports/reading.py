"""Reads the people of many rows at once, column by column, and gives rows for the staging table.

Nearly every cell is plain: letters without signs that nobody sees, an address beyond doubt. That all cells of a column
are plain is seen by one look at them together, and then they are taken as they are. Whatever row has a cell that is
not, is read by ``person.read_person``, whose word decides; a property test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Generic, NamedTuple, TypeVar

import orjson

from composer.address import are_plain_addresses
from composer.audience.imports.columns import Column
from composer.audience.imports.csv_file import Row, RowBatch
from composer.audience.imports.export_formats import BOUNCED_WORDS, COMPLAINED_WORDS
from composer.audience.imports.person import (
    NAME_MAX,
    Person,
    parse_language,
    read_person,
    read_tags,
    split_name,
)
from composer.audience.imports.status_columns import status_said, strictest
from composer.audience.imports.survey import value_key
from composer.audience.imports.typed_values import TypedColumn, ValueLeftOut
from composer.audience.subscriptions import SubscriptionStatus

# What clean_value changes or refuses, or may: anything but letters and signs that stand for themselves, two spaces, an
# encoded-word, and in front of a value an apostrophe or a space.
_NOT_PLAIN = re.compile(
    "[^\\x20-\\x7e\\n\\u00a1-\\u00ac\\u00ae-\\u024f\\u0400-\\u0482\\u048a-\\u04ff]|  |=\\?| $|^['\\x20]", re.MULTILINE
)
_PLAIN_LENGTH = 2_000  # far from every limit
_REMEMBERED = 20_000
_PARTS = 10
_WIDTH = 8

_Value = TypeVar("_Value")


class ReadRow(NamedTuple):
    """A person as they stand in the staging table."""

    line: int
    email_key: str
    email: str
    first_name: str
    last_name: str
    language: str | None
    attributes: str  # JSON
    standing: int  # place in STANDINGS
    joined_at: int | None = None
    suppress_as: str = ""  # a SuppressionReason, by the word of the file
    tags: str = ""  # one a line


STANDINGS = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING, SubscriptionStatus.UNSUBSCRIBED)
"""By how little they get: who stands at two places stands at the later of them."""


def read_row(line: int, person: Person, *, suppress_as: str = "") -> ReadRow:
    """Write a person as a row for the staging table."""
    return ReadRow(
        line,
        person.key,
        person.email,
        person.first_name,
        person.last_name,
        person.language,
        orjson.dumps(person.attributes).decode(),
        STANDINGS.index(person.status),
        None,
        suppress_as,
        "\n".join(person.tags),
    )


class PeopleReader:
    """Reads batches of rows by what their columns mean."""

    def __init__(
        self, columns: Sequence[Column], *, everybody: SubscriptionStatus, typed: Sequence[TypedColumn] = ()
    ) -> None:
        self._columns = columns
        self._everybody = everybody
        self._languages = _Remembered(parse_language)
        self._says = [
            (index, _Remembered(_standing_of(column)))
            for index, column in enumerate(columns)
            if column.says is not None
        ]
        read = [(index, column) for index, column in enumerate(columns) if column.says is None or column.mentions]
        self._own = [(index, column.field) for index, column in read if column.own]
        self._names = [field for _, field in self._own]
        self._typed = {column.field: column for column in typed}
        self._tags = next((index for index, column in read if column.field == "tags" and not column.own), None)
        self._read_tags = _Remembered(lambda cell: "\n".join(read_tags(cell)))
        self._suppresses = any(
            set(column.says or ()) & (BOUNCED_WORDS | COMPLAINED_WORDS) and not column.mentions for column in columns
        )
        self._attributes = _Remembered(self._dump)
        places = {column.field: index for index, column in reversed(read) if not column.own}
        self._email = next(index for index, one in enumerate(columns) if one.field == "email" and not one.own)
        self._places = {
            name: places[name] for name in ("first_name", "last_name", "name", "language") if name in places
        }

    def read(self, batch: RowBatch) -> tuple[list[tuple[Any, ...]], list[Row]]:
        """Give the people of a batch, and the rows that cannot be read, with what is wrong as their ``problem``.

        Rows that have a problem already are not among them.
        """
        people: list[tuple[Any, ...]] = []
        rejected: list[Row] = []
        if batch.rows:
            self._read_part(batch.lines, batch.rows, people, rejected)
        return people, rejected

    def values_left_out(self) -> Sequence[ValueLeftOut]:
        """Give the values of the last rows that are none of their field's type, and forget them."""
        told = sorted((value for column in self._typed.values() for value in column.left_out), key=lambda one: one.line)
        for column in self._typed.values():
            column.left_out.clear()
        return told

    @property
    def width(self) -> int:
        """How many of the columns of ReadRow these rows have; the others have nothing in this file."""
        return len(ReadRow._fields) if self._tags is not None or self._suppresses else _WIDTH

    def _read_part(
        self, lines: Sequence[int], rows: Sequence[Sequence[str]], people: list[tuple[Any, ...]], rejected: list[Row]
    ) -> None:
        """Read all at once; or, where one of them is not plain, in smaller parts; or in the end, row by row."""
        plain = self._read_plain(lines, rows)
        if plain is not None:
            people += plain
        elif len(rows) > _PARTS:
            step = len(rows) // _PARTS + 1
            for start in range(0, len(rows), step):
                self._read_part(lines[start : start + step], rows[start : start + step], people, rejected)
        else:
            for line, cells in zip(lines, rows, strict=True):
                try:
                    person = read_person(self._columns, cells, everybody=self._everybody)
                    person = self._with_types(line, person)
                    suppress_as = self._suppress_as([cells[index] for index, _ in self._says if index < len(cells)])
                    people.append(read_row(line, person, suppress_as=suppress_as)[: self.width])
                except ValueError as error:
                    rejected.append(Row(line, cells, str(error)))

    def _read_plain(self, lines: Sequence[int], rows: Sequence[Sequence[str]]) -> list[tuple[Any, ...]] | None:
        """Read rows that all have every cell, and every cell plain; none if that is not so."""
        if set(map(len, rows)) != {len(self._columns)}:
            return None
        cells = list(zip(*rows, strict=True))
        used = [self._email, *self._places.values(), *(index for index, _ in self._own)]
        used += [self._tags] if self._tags is not None else []
        if not all(_are_plain(cells[index]) for index in used):
            return None
        try:
            standings = self._standings(cells, len(rows))
            emails, keys = _plain_addresses(cells[self._email])
            first_names, last_names = self._read_names(cells, len(rows))
            language = self._places.get("language")
            languages = self._languages.all_of(cells[language]) if language is not None else [None] * len(rows)
            tags = self._read_tags.all_of(cells[self._tags]) if self._tags is not None else [""] * len(rows)
        except ValueError:
            return None
        own: list[Sequence[str]] = [
            self._typed[field].read(lines, cells[index]) if field in self._typed else cells[index]
            for index, field in self._own
        ]
        attributes = self._attributes.all_of(zip(*own, strict=True)) if own else ["{}"] * len(rows)
        found = [lines, keys, emails, first_names, last_names, languages, attributes, standings]
        if self.width > _WIDTH:
            found += [[None] * len(rows), self._suppressed(cells, len(rows)), tags]
        return list(zip(*found, strict=True))

    def _with_types(self, line: int, person: Person) -> Person:
        if self._typed.keys().isdisjoint(person.attributes):
            return person
        values = {
            name: self._typed[name].read([line], [value])[0] if name in self._typed else value
            for name, value in person.attributes.items()
        }
        return replace(person, attributes={name: value for name, value in values.items() if value})

    def _suppressed(self, cells: Sequence[Sequence[str]], count: int) -> Sequence[str]:
        said = [cells[index] for index, _ in self._says]
        return [self._suppress_as(one) for one in zip(*said, strict=True)] if self._suppresses else [""] * count

    def _suppress_as(self, cells: Sequence[str]) -> str:
        """The reason why an address is mailed by nobody, by these words of a status; none if they do not say so."""
        words = {value_key(cell) for cell in cells} if self._suppresses else set()
        return "complained" if words & COMPLAINED_WORDS else "bounced" if words & BOUNCED_WORDS else ""

    def _standings(self, cells: Sequence[Sequence[str]], count: int) -> Sequence[int]:
        """How everybody stands; where columns say several things, by the strictest. Raises ValueError."""
        everybody = STANDINGS.index(self._everybody)
        said = [says.all_of(cells[index]) for index, says in self._says]
        return [max(everybody, *one) for one in zip(*said, strict=True)] if said else [everybody] * count

    def _read_names(self, cells: Sequence[Sequence[str]], count: int) -> tuple[Sequence[str], Sequence[str]]:
        """First and last names. Raises ValueError if one is too long."""
        nothing = ("",) * count
        first, last, whole = (
            cells[self._places[name]] if name in self._places else nothing
            for name in ("first_name", "last_name", "name")
        )
        if "name" in self._places:
            pairs = [
                (one, other) if one or other or not both else split_name(both)
                for one, other, both in zip(first, last, whole, strict=True)
            ]
            first, last = tuple(zip(*pairs, strict=True))
        if max(map(len, first)) > NAME_MAX or max(map(len, last)) > NAME_MAX:
            raise ValueError("a name is too long")
        return first, last

    def _dump(self, values: tuple[str, ...]) -> str:
        return orjson.dumps({name: value for name, value in zip(self._names, values, strict=True) if value}).decode()


class _Remembered(Generic[_Value]):
    """A function of a cell, remembered for what stands in many cells."""

    def __init__(self, function: Callable[..., _Value]) -> None:
        self._function = function
        self._known: dict[object, _Value] = {}

    def all_of(self, values: Iterator[object] | Sequence[object]) -> list[_Value]:
        """Ask the function of each value. Raises what it raises."""
        known = self._known
        if len(known) > _REMEMBERED:
            known.clear()
        found = []
        for value in values:
            if value not in known:
                known[value] = self._function(value)
            found.append(known[value])
        return found


def _standing_of(column: Column) -> Callable[[str], int]:
    return lambda cell: STANDINGS.index(strictest([status_said(column, cell)]))


def _are_plain(cells: Sequence[str]) -> bool:
    joined = "\n".join(cells)
    if _NOT_PLAIN.search(joined) or joined.count("\n") != len(cells) - 1:
        return False
    return max(map(len, cells)) <= _PLAIN_LENGTH


def _plain_addresses(cells: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Addresses and the keys by which they are unique. Raises ValueError if one takes a closer look."""
    if not are_plain_addresses(cells):
        raise ValueError("an address takes a closer look")
    keys = "\n".join(cells).lower().split("\n")
    if tuple(keys) == tuple(cells):
        return cells, keys
    return [f"{cell[: cell.index('@')]}{key[key.index('@') :]}" for cell, key in zip(cells, keys, strict=True)], keys
