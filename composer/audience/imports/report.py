"""What became of a file: counts, and each row that was left out, with its line and the reason.

Rows that are left out may be a million: the first of them are in memory, all others in a temporary file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Generic, TypeVar

import orjson

from composer.audience.imports.columns import REJECTED_BECAUSE, Column
from composer.audience.imports.csv_file import csv_line, guard_formula, unguarded
from composer.audience.imports.typed_values import ValueLeftOut
from composer.audience.subscriptions import SubscriptionStatus

_IN_MEMORY = 1_000

_Entry = TypeVar("_Entry", bound="Rejected | Skipped | ValueLeftOut")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read: its cells as they stand in the file, and what is wrong."""

    line: int
    reason: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was understood and left alone; ``reason`` is a Fate, or "duplicate of line N"."""

    line: int
    email: str
    reason: str


class RowLog(Generic[_Entry]):
    """Rows that were left out, in the order they were told, however many."""

    def __init__(self, kind: Callable[..., _Entry]) -> None:
        self._kind = kind
        self._first: list[_Entry] = []
        self._rest: IO[bytes] | None = None
        self._count = 0
        self._digest = hashlib.sha256()

    def append(self, entry: _Entry) -> None:
        """Tell of one more row that was left out."""
        line = orjson.dumps([getattr(entry, name) for name in self._names]) + b"\n"
        self._digest.update(line)
        self._count += 1
        if len(self._first) < _IN_MEMORY:
            self._first.append(entry)
            return
        if self._rest is None:
            self._rest = tempfile.TemporaryFile(prefix="newsletter-")  # noqa: SIM115 - it lives as long as the log
        self._rest.write(line)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[_Entry]:
        yield from self._first
        if self._rest is not None:
            self._rest.seek(0)
            for line in self._rest:
                yield self._kind(*orjson.loads(line))

    def first(self, count: int) -> Sequence[_Entry]:
        """Give the first of them, a thousand at most."""
        return self._first[:count]

    def digest(self) -> str:
        """Name exactly what was told."""
        return self._digest.hexdigest()

    @property
    def _names(self) -> Sequence[str]:
        return [one.name for one in dataclasses.fields(self._kind)]  # type: ignore[arg-type]


@dataclass(slots=True)
class ImportReport:
    """What became of a file. ``rows`` = the sum of ``added`` + left + updated + unchanged + skipped + rejected.

    ``added`` counts who is new on the list, by how they stand on it; ``left`` are those of the list whom the file tells
    us have left; ``skipped_by`` counts the skipped by their reason.
    """

    list_name: str
    encoding: str
    separator: str
    columns: tuple[Column, ...]
    import_id: int = 0
    rows: int = 0
    added: Counter[SubscriptionStatus] = field(default_factory=Counter)
    updated: int = 0
    unchanged: int = 0
    left: RowLog[Skipped] = field(default_factory=lambda: RowLog(Skipped))
    skipped: RowLog[Skipped] = field(default_factory=lambda: RowLog(Skipped))
    skipped_by: Counter[str] = field(default_factory=Counter)
    values_left_out: RowLog[ValueLeftOut] = field(default_factory=lambda: RowLog(ValueLeftOut))
    rejected: RowLog[Rejected] = field(default_factory=lambda: RowLog(Rejected))

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

    def summary(self) -> dict[str, Any]:
        """What programs read of the whole: how the file was understood, and the counts."""
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
            "skipped_by": {str(reason): rows for reason, rows in self.skipped_by.items()},
            "values_left_out": len(self.values_left_out),
        }

    def as_json(self, **more: bool) -> Iterator[str]:
        """Write the summary, and each row that was left out with its line and reason, as pieces of a JSON document."""
        logs: tuple[tuple[str, Iterable[Rejected | Skipped | ValueLeftOut]], ...] = (
            ("left", self.left),
            ("skipped", self.skipped),
            ("rejected", self.rejected),
            ("values_left_out", self.values_left_out),
        )
        summary = {name: value for name, value in (self.summary() | more).items() if name not in dict(logs)}
        yield orjson.dumps({"import": self.import_id, **summary}).decode()[:-1]
        for name, log in logs:
            yield f',"{name}":['
            for number, row in enumerate(log):
                told: dict[str, Any] = {"line": row.line, "reason": row.reason}
                told |= {"email": row.email} if isinstance(row, Skipped) else {}
                told |= {"column": row.column} if isinstance(row, ValueLeftOut) else {}
                yield f"{',' if number else ''}{orjson.dumps(told).decode()}"
            yield "]"
        yield "}\n"

    def digest(self) -> str:
        """Name exactly what the import comes to, in 64 hexadecimal characters."""
        logs = (self.left.digest(), self.skipped.digest(), self.rejected.digest())
        return hashlib.sha256(orjson.dumps([self.summary(), *logs])).hexdigest()

    def rejected_csv(self) -> Iterator[str]:
        """Write the rejected rows as a file to correct and import again; its first column tells why."""
        return rejected_rows_csv(self.columns, self.rejected)

    def skip(self, line: int, email: str, reason: str) -> None:
        """Tell of a row that was left alone."""
        self.skipped.append(Skipped(line, email, reason))
        self.skipped_by[reason.partition(" of line")[0]] += 1


def rejected_rows_csv(columns: Sequence[Column], rejected: Iterable[Rejected]) -> Iterator[str]:
    """Write rejected rows as a file to correct and import again; its first column tells why."""
    kept = [index for index, column in enumerate(columns) if not column.tells_rejection]
    yield csv_line([REJECTED_BECAUSE, *(guard_formula(columns[index].header) for index in kept)])
    for row in rejected:
        cells = [row.cells[index] for index in kept if index < len(row.cells)]
        # A cell that has its apostrophe already gets no other, however often the rows come back.
        guarded = [guard_formula(unguarded(cell)) for cell in (*cells, *row.cells[len(columns) :])]
        yield csv_line([guard_formula(row.reason), *guarded])
