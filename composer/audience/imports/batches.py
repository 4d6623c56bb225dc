"""Every import is a batch with a number: what file it was, how it was understood, and what became of its rows.

What an import has made carries its number, and what it changed is kept as it was, so that ``undo`` can take it back.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from composer.database.schema import imports, lists
from composer.errors import AudienceError


class ImportState(enum.StrEnum):
    """Tells whether an import counts, or was taken back."""

    DONE = "done"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """An import as it is kept. ``list`` is a list's name; none: there is none any more, or it was of suppressions."""

    id: int
    list: str | None
    list_id: int | None
    file_name: str
    file_digest: str
    format: str
    source: str
    state: ImportState
    report: Mapping[str, Any]
    created_at: int
    created_by: str
    undone_at: int | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What is kept of the file of an import."""

    name: str
    digest: str
    format: str


def open_batch(
    connection: Connection, file: ImportedFile, *, list_id: int | None, source: str, now: int, by: str
) -> int:
    """Begin an import, and give its number."""
    row = insert(imports).values(
        list_id=list_id,
        file_name=file.name,
        file_digest=file.digest,
        format=file.format,
        source=source,
        state=ImportState.DONE,
        report={},
        created_at=now,
        created_by=by,
    )
    return int(connection.scalars(row.returning(imports.c.id)).one())


def close_batch(connection: Connection, import_id: int, report: Mapping[str, Any]) -> None:
    """Keep what became of it: counts by reason, and what each column was taken for."""
    connection.execute(update(imports).where(imports.c.id == import_id).values(report=dict(report)))


def list_imports(connection: Connection, *, limit: int = 50) -> Sequence[ImportBatch]:
    """Give the last imports, the latest first."""
    rows = connection.execute(_BATCHES.order_by(imports.c.id.desc()).limit(limit))
    return [_batch(row) for row in rows]


def find_import(connection: Connection, import_id: int) -> ImportBatch:
    """Give one import. Raises AudienceError if there is none of that number."""
    row = connection.execute(_BATCHES.where(imports.c.id == import_id)).one_or_none()
    if row is None:
        last = connection.scalar(select(imports.c.id).order_by(imports.c.id.desc()).limit(1))
        hint = f"the last one is {last}" if last else "nothing was imported yet"
        raise AudienceError(f"There is no import {import_id}; {hint}.")
    return _batch(row)


_BATCHES = select(
    imports.c.id,
    lists.c.name,
    *(column for column in imports.c if column.name != "id"),
).select_from(imports.outerjoin(lists, lists.c.id == imports.c.list_id))


def _batch(row: Any) -> ImportBatch:
    kept = row._mapping
    own = {name: kept[imports.c[name]] for name in imports.c.keys() if name not in ("id", "state")}  # noqa: SIM118
    return ImportBatch(id=kept[imports.c.id], list=kept[lists.c.name], state=ImportState(kept[imports.c.state]), **own)
