"""How big a database is, and its tables; what could be given back. Only reads.

On SQLite the sizes of tables come from the virtual table ``dbstat`` (https://sqlite.org/dbstat.html), which reads every
page; where a SQLite was built without it, only rows are counted. On PostgreSQL they are those of the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import OperationalError

from composer.database.engine import sqlite_file
from composer.database.metadata import metadata
from composer.errors import DatabaseError

_OF_SQLITE = text(
    "SELECT m.tbl_name AS name, sum(s.pgsize) AS bytes FROM dbstat('main', 1) AS s "
    "JOIN sqlite_master AS m ON m.name = s.name GROUP BY m.tbl_name"
)
_OF_POSTGRESQL = text(
    "SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes "
    "FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
)
_DEAD_ROWS = text("SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables WHERE schemaname = current_schema()")


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table with its indexes. ``size_bytes`` is None where nobody can tell."""

    name: str
    rows: int
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class DatabaseSize:
    """Tells the size of a database and of its tables, the biggest first.

    Of SQLite, ``free_bytes`` are pages of the file that hold nothing, and ``beside`` the sizes of the files beside it;
    of PostgreSQL, ``dead_rows`` are those that it has still to clear away, by its own estimate.
    """

    size_bytes: int
    tables: Sequence[TableSize]
    free_bytes: int | None = None
    dead_rows: int | None = None
    beside: Mapping[str, int] = field(default_factory=dict)


def measure(connection: Connection) -> DatabaseSize:
    """Measure the database, all tables of this program."""
    sizes = _sizes(connection)
    tables = [
        TableSize(
            table.name,
            connection.scalars(select(func.count()).select_from(table)).one(),
            sizes.get(table.name, 0) if sizes else None,
        )
        for table in metadata.sorted_tables
    ]
    tables.sort(key=lambda one: (-(one.size_bytes or 0), -one.rows, one.name))
    if connection.dialect.name == "sqlite":
        path = sqlite_file(connection)
        page = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        free = page * connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        size = page * connection.exec_driver_sql("PRAGMA page_count").scalar_one()  # also what is in the journal yet
        return DatabaseSize(size, tables, free_bytes=free, beside=_files_beside(path))
    size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return DatabaseSize(size, tables, dead_rows=int(connection.execute(_DEAD_ROWS).scalar_one()))


def _sizes(connection: Connection) -> Mapping[str, int]:
    if connection.dialect.name != "sqlite":
        return dict(connection.execute(_OF_POSTGRESQL).all())
    try:
        return dict(connection.execute(_OF_SQLITE).all())
    except (OperationalError, DatabaseError):
        return {}  # built without dbstat


def _files_beside(path: Path) -> Mapping[str, int]:
    """The files beside a SQLite database that belong to it, with something in them."""
    found = {one.name: one.stat().st_size for one in sorted(path.parent.glob(f"{path.name}-*")) if one.is_file()}
    return {name: size for name, size in found.items() if size}
