"""Puts the people of a file on a list, and makes a report in which every row has exactly one fate.

::

    row ──▶ rejected   it cannot be read; kept aside, to be corrected and imported again
        ──▶ skipped    a second row for an address, or somebody who is not to be touched (enrol.py says who)
        ──▶ added | updated | unchanged

All in the caller's one transaction: with an exception nothing of the file is there. Two imports at once take
turns; on SQLite all writers do, on PostgreSQL by a lock, so that they never wait for each other in a circle.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from composer.audience.columns import REJECTED_BECAUSE, Column, read_columns
from composer.audience.csv_file import CsvFile, csv_line, open_csv
from composer.audience.enrol import Fate, enrol
from composer.audience.lists import ensure_list
from composer.audience.person import Person, read_person

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
    """What became of a file. ``rows`` = added + updated + unchanged + skipped + rejected."""

    list_name: str
    encoding: str
    separator: str
    columns: tuple[Column, ...]
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What programs read: counts, and each row that was left out with its line and reason."""
        return {
            "list": self.list_name,
            "encoding": self.encoding,
            "separator": self.separator,
            "columns": {column.header: column.path for column in self.columns},
            "second_columns": {column.header: column.second for column in self.columns if column.second},
            "rows": self.rows,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": [dataclasses.asdict(row) for row in self.skipped],
            "rejected": [{"line": row.line, "reason": row.reason} for row in self.rejected],
        }

    def rejected_csv(self) -> Iterator[str]:
        """Write the rejected rows as a file to correct and import again; its first column tells why."""
        kept = [index for index, column in enumerate(self.columns) if not column.tells_rejection]
        yield csv_line([REJECTED_BECAUSE, *(self.columns[index].header for index in kept)])
        for row in self.rejected:
            cells = [row.cells[index] for index in kept if index < len(row.cells)]
            yield csv_line([row.reason, *cells, *row.cells[len(self.columns) :]])

    def count(self, line: int, person: Person, fate: Fate) -> None:
        """Count a person by their fate; who was left alone is kept with the line."""
        match fate:
            case Fate.ADDED:
                self.added += 1
            case Fate.UPDATED:
                self.updated += 1
            case Fate.UNCHANGED:
                self.unchanged += 1
            case _:
                self.skipped.append(Skipped(line, person.email, fate))


def import_subscribers(
    connection: Connection, data: bytes, *, list_name: str, source: str, now: int, encoding: str | None = None
) -> ImportReport:
    """Put the people of a CSV file on a list, with ``source`` as the evidence of their consent.

    Raises ImportRefused if the file cannot be read, AudienceError for an impossible name of a list.
    """
    file = open_csv(data, encoding=encoding)
    first = next(file.rows(), None)
    columns = read_columns(file.header, first.cells if first else ())
    report = ImportReport(list_name, file.encoding.removesuffix("-sig"), file.separator, columns)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    list_id = ensure_list(connection, list_name, now=now)
    rows = _read_people(file, columns, report)
    for number, batch in enumerate(iter(lambda: list(islice(rows, _BATCH)), [])):
        if number in _LOOK_AGAIN_AT and connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE subscribers, subscriptions"))
        fates = enrol(connection, [person for _, person in batch], list_id=list_id, source=source, now=now)
        for (line, person), fate in zip(batch, fates, strict=True):
            report.count(line, person, fate)
    return report


def _read_people(file: CsvFile, columns: Sequence[Column], report: ImportReport) -> Iterator[tuple[int, Person]]:
    """Give the people to enrol with their lines, each address once, and put the other rows into the report."""
    lines: dict[str, int] = {}
    for row in file.rows():
        report.rows += 1
        try:
            if row.problem:
                raise ValueError(row.problem)
            person = read_person(columns, row.cells)
        except ValueError as error:
            report.rejected.append(Rejected(row.line, str(error), row.cells))
            continue
        first_line = lines.setdefault(person.key, row.line)
        if first_line == row.line:
            yield row.line, person
        else:
            report.skipped.append(Skipped(row.line, person.email, f"duplicate of line {first_line}"))
