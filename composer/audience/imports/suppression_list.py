"""Takes in a list of addresses that are never to be mailed, as another program exports it.

Only the address of a row is read. Such an import is a batch like any other: it is listed, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from composer.address import are_plain_addresses, fold_address
from composer.audience.imports.batches import ImportedFile, close_batch, open_batch
from composer.audience.imports.columns import Column, read_columns
from composer.audience.imports.csv_file import Row, RowBatch
from composer.audience.imports.file_source import FileSource, source_of
from composer.audience.imports.opening import line_in_file, opened
from composer.audience.imports.person import read_address
from composer.audience.imports.report import Rejected, RowLog
from composer.audience.suppressions import SuppressionReason, keep_beyond_import
from composer.database.schema import suppressions
from composer.database.turns import take_turn
from composer.database.upsert import upsert

_AT_A_TIME = 500


@dataclass(slots=True)
class SuppressionImport:
    """What became of a list of addresses: ``rows`` = ``added`` + ``known`` + rejected."""

    columns: tuple[Column, ...]
    import_id: int = 0
    rows: int = 0
    added: int = 0
    rejected: RowLog[Rejected] = field(default_factory=lambda: RowLog(Rejected))

    @property
    def known(self) -> int:
        """How many were suppressed for this reason already, or stand in the file twice."""
        return self.rows - self.added - len(self.rejected)

    def as_json(self) -> dict[str, Any]:
        """What programs read: counts, and the first thousand rejected rows."""
        return {
            "import": self.import_id,
            "rows": self.rows,
            "added": self.added,
            "known": self.known,
            "rejected": len(self.rejected),
            "rejected_rows": [{"line": row.line, "reason": row.reason} for row in self.rejected.first(1000)],
        }


def import_suppressions(
    connection: Connection,
    data: bytes | FileSource,
    *,
    reason: SuppressionReason,
    source: str,
    now: int,
    file_name: str,
    list_id: int | None = None,
    by: str = "",
) -> SuppressionImport:
    """Never mail the addresses of a file again, on one list or on all. Raises ImportRefused if it cannot be read."""
    take_turn(connection)
    bytes_of_file = source_of(data)
    with opened(bytes_of_file, file_name) as found:
        first = next(found.file.rows(), None)
        report = SuppressionImport(read_columns(found.file.header, first.cells if first else ()))
        kept = ImportedFile(file_name, bytes_of_file.digest(), f"suppressions ({reason}), {found.format}")
        report.import_id = open_batch(connection, kept, list_id=list_id, source=source, now=now, by=by)
        same = {
            "reason": reason.value,
            "list_id": list_id,
            "source": source,
            "created_at": now,
            "import_id": report.import_id,
        }
        statement = upsert(connection, suppressions).on_conflict_do_nothing()
        for batch in found.file.batches():
            report.rows += len(batch)
            keys, rejected = _read_keys(report.columns, batch)
            for row in sorted(rejected, key=lambda row: row.line):
                report.rejected.append(Rejected(line_in_file(row.line), row.problem, row.cells))
            if keys:
                _keep_beyond_others(connection, keys, same)
                connection.execute(statement, [{"email_key": key, **same} for key in keys])
    mine = suppressions.c.import_id == report.import_id
    report.added = connection.scalar(select(func.count()).select_from(suppressions).where(mine)) or 0
    counts = {"rows": report.rows, "added": report.added, "unchanged": report.known, "rejected": len(report.rejected)}
    close_batch(connection, report.import_id, counts)
    return report


def _keep_beyond_others(connection: Connection, keys: Sequence[str], same: Mapping[str, Any]) -> None:
    """Let what another file has said as well outlive that import."""
    for start in range(0, len(keys), _AT_A_TIME):
        keep_beyond_import(
            connection,
            suppressions.c.email_key.in_(keys[start : start + _AT_A_TIME]),
            suppressions.c.reason == same["reason"],
            suppressions.c.list_id.is_not_distinct_from(same["list_id"]),
            suppressions.c.import_id != same["import_id"],
        )


def _read_keys(columns: Sequence[Column], batch: RowBatch) -> tuple[Sequence[str], Sequence[Row]]:
    """Give the keys of the addresses, each once, and the rows that have none that can be read."""
    rejected = list(batch.problems)
    place = next(index for index, column in enumerate(columns) if column.field == "email" and not column.own)
    cells = [row[place] if place < len(row) else "" for row in batch.rows]
    if are_plain_addresses(cells):
        return list(dict.fromkeys("\n".join(cells).lower().split("\n"))) if cells else [], rejected
    keys: dict[str, None] = {}
    for line, row in zip(batch.lines, batch.rows, strict=True):
        try:
            keys[fold_address(read_address(columns, row))] = None
        except ValueError as error:
            rejected.append(Row(line, row, str(error)))
    return list(keys), rejected
