"""Puts the people of a file on a list, and makes a report in which every row has exactly one fate.

::

    row ──▶ rejected   it cannot be read; kept aside, to be corrected and imported again
        ──▶ skipped    a second row for an address, or somebody who is not to be touched (enrol.py says who)
        ──▶ added, as what the file says they are: confirmed, pending, unsubscribed
            | updated | unchanged | left (the file says that somebody of the list has)

First the whole file is read for what it says of who has left (status_columns.py); while a question about that is open,
nobody is taken in. All in the caller's one transaction: with an exception nothing of the file is there. Two imports at
once take turns; on SQLite all writers do, on PostgreSQL by a lock, so that they never wait for each other in a circle.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from composer.address import fold_address
from composer.audience.imports.columns import REJECTED_BECAUSE, Column, read_columns
from composer.audience.imports.csv_file import CsvFile, csv_line, guard_formula, open_csv, unguarded
from composer.audience.imports.enrol import Fate, enrol
from composer.audience.imports.person import Person, read_address, read_person, read_status
from composer.audience.imports.status_columns import Answers, settle_columns, strictest
from composer.audience.lists import ensure_list, find_list
from composer.audience.subscriptions import SubscriptionStatus

_BATCH = 500
# PostgreSQL plans by what its tables were like when it last looked. In the transaction that fills them they
# look empty, and it reads all of them for every batch: two minutes for 50,000 people instead of seconds.
_LOOK_AGAIN_AT = frozenset({1, 8, 64, 512, 4096})
_LOCK = 0x6E6577736C696D  # "newslim": ours among the advisory locks of a shared PostgreSQL server


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read: its cells as they stand in the file, and what is wrong."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was understood and left alone; ``reason`` is a Fate, or "duplicate of line N"."""

    line: int
    email: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file. ``rows`` = the sum of ``added`` + left + updated + unchanged + skipped + rejected.

    ``added`` counts who is new on the list, by how they stand on it; ``left`` are those of the list whom the file tells
    us have left.
    """

    list_name: str
    encoding: str
    separator: str
    columns: tuple[Column, ...]
    rows: int = 0
    added: Counter[SubscriptionStatus] = field(default_factory=Counter)
    updated: int = 0
    unchanged: int = 0
    left: list[Skipped] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many rows went which way; together they are all rows."""
        return {
            "added": self.added[SubscriptionStatus.CONFIRMED],
            "added_pending": self.added[SubscriptionStatus.PENDING],
            "added_unsubscribed": self.added[SubscriptionStatus.UNSUBSCRIBED],
            "left": len(self.left),
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": len(self.skipped),
            "rejected": len(self.rejected),
        }

    def as_json(self) -> dict[str, Any]:
        """What programs read: counts, and each row that was left out with its line and reason."""
        return {
            "list": self.list_name,
            "encoding": self.encoding,
            "separator": self.separator,
            "columns": {column.header: column.path for column in self.columns},
            "says_who_has_left": {
                column.header: dict(column.says) for column in self.columns if column.says is not None
            },
            "second_columns": {column.header: column.second for column in self.columns if column.second},
            "rows": self.rows,
            **self.counts(),
            "left": [dataclasses.asdict(row) for row in self.left],
            "skipped": [dataclasses.asdict(row) for row in self.skipped],
            "rejected": [{"line": row.line, "reason": row.reason} for row in self.rejected],
        }

    def rejected_csv(self) -> Iterator[str]:
        """Write the rejected rows as a file to correct and import again; its first column tells why."""
        kept = [index for index, column in enumerate(self.columns) if not column.tells_rejection]
        yield csv_line([REJECTED_BECAUSE, *(guard_formula(self.columns[index].header) for index in kept)])
        for row in self.rejected:
            cells = [row.cells[index] for index in kept if index < len(row.cells)]
            # A cell that has its apostrophe already gets no other, however often the rows come back.
            guarded = [guard_formula(unguarded(cell)) for cell in (*cells, *row.cells[len(self.columns) :])]
            yield csv_line([guard_formula(row.reason), *guarded])

    def count(self, line: int, person: Person, fate: Fate) -> None:
        """Count a person by their fate; who was left alone is kept with the line."""
        match fate:
            case Fate.ADDED | Fate.JOINED:
                self.added[person.status] += 1
            case Fate.UPDATED:
                self.updated += 1
            case Fate.UNCHANGED:
                self.unchanged += 1
            case Fate.LEFT:
                self.left.append(Skipped(line, person.email, fate))
            case _:
                self.skipped.append(Skipped(line, person.email, fate))


def import_subscribers(
    connection: Connection,
    data: bytes,
    *,
    list_name: str,
    source: str,
    now: int,
    encoding: str | None = None,
    file_name: str = "",
    answers: Answers | None = None,
    new_list: bool = False,
) -> ImportReport:
    """Put the people of a CSV file on a list, with ``source`` as the evidence of their consent.

    ``file_name`` may say that everybody in it has left; ``answers`` explain what columns say; ``new_list`` makes the
    list if there is none of that name. Raises ImportRefused if the file cannot be read, ImportUnclear while it is not
    known who of it has left, AudienceError for a list that is not there or an impossible name of one.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    list_id = ensure_list(connection, list_name, now=now) if new_list else find_list(connection, list_name, new=True)
    file = open_csv(data, encoding=encoding)
    first = next(file.rows(), None)
    answers = answers or Answers()
    columns = read_columns(file.header, first.cells if first else (), chosen=answers.fields)
    columns, everybody = settle_columns(columns, file.rows(), answers=answers, file_name=file_name)
    report = ImportReport(list_name, file.encoding.removesuffix("-sig"), file.separator, columns)
    rows = _read_people(file, columns, report, everybody=everybody)
    for number, batch in enumerate(iter(lambda: list(islice(rows, _BATCH)), [])):
        if number in _LOOK_AGAIN_AT and connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE subscribers, subscriptions"))
        fates = enrol(connection, [person for _, person in batch], list_id=list_id, source=source, now=now)
        for (line, person), fate in zip(batch, fates, strict=True):
            report.count(line, person, fate)
    return report


def _read_people(
    file: CsvFile, columns: Sequence[Column], report: ImportReport, *, everybody: SubscriptionStatus
) -> Iterator[tuple[int, Person]]:
    """Give the people to enrol with their lines, each address once, and put the other rows into the report."""
    lines: dict[str, int] = {}
    stricter = _strictest_by_address(file, columns)
    for row in file.rows():
        report.rows += 1
        try:
            if row.problem:
                raise ValueError(row.problem)
            person = read_person(columns, row.cells, everybody=everybody)
        except ValueError as error:
            report.rejected.append(Rejected(row.line, str(error), row.cells))
            continue
        first_line = lines.setdefault(person.key, row.line)
        if first_line == row.line:
            status = strictest((person.status, stricter.get(person.key, person.status)))
            yield row.line, dataclasses.replace(person, status=status)
        else:
            report.skipped.append(Skipped(row.line, person.email, f"duplicate of line {first_line}"))


def _strictest_by_address(file: CsvFile, columns: Sequence[Column]) -> Mapping[str, SubscriptionStatus]:
    """Find what any row says of an address, a rejected one too: key → status of those who are not simply confirmed."""
    found: dict[str, SubscriptionStatus] = {}
    if all(column.says is None for column in columns):
        return found
    for row in file.rows():
        if row.problem:
            continue
        with suppress(ValueError):
            status = read_status(columns, row.cells)
            if status is not SubscriptionStatus.CONFIRMED:
                key = fold_address(read_address(columns, row.cells))
                found[key] = strictest((status, found.get(key, status)))
    return found
