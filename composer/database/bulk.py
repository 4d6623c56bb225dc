"""Inserts very many rows in the quickest way of each database: COPY on PostgreSQL, many rows a statement on SQLite.

Enters: rows of what the drivers take without conversion (numbers, text, None). It runs in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

# On SQLite a statement costs as much as a row, so this many rows a statement halve the time. More are no faster.
_ROWS_A_STATEMENT = 25
_CACHE_KB = 32_000


def insert_many(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    same: Mapping[str, Any],
) -> None:
    """Insert ``rows`` of ``columns``, each with the ``same`` values (column → value) in further columns.

    Columns that are not named get the database's default, which is mostly NULL.
    """
    names = ", ".join([*same, *columns])
    constants = tuple(same.values())
    if connection.dialect.name == "sqlite":
        full = len(rows) - len(rows) % _ROWS_A_STATEMENT
        for part, size in ((rows[:full], _ROWS_A_STATEMENT), (rows[full:], 1)):
            placeholders = _placeholders(len(same), len(columns), rows=size)
            batches = [part[start : start + size] for start in range(0, len(part), size)]
            if batches:
                # The names are those of the schema.
                statement = f"INSERT INTO {table.name} ({names}) VALUES {placeholders}"  # noqa: S608
                connection.exec_driver_sql(statement, [(*constants, *chain.from_iterable(batch)) for batch in batches])
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*constants, *row))


@contextmanager
def roomy(connection: Connection) -> Iterator[None]:
    """Give SQLite more memory for the pages of its indexes: with its own two megabytes, most of them are read again
    for every row. PostgreSQL has its own, by its settings."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {before}")


def _placeholders(same: int, columns: int, *, rows: int) -> str:
    """Write the placeholders for a statement; for two rows with two constants "(?1,?2,?),(?1,?2,?)".

    It relies on SQLite, which numbers a bare ? one higher than the highest number before it.
    """
    one = ",".join([*(f"?{number}" for number in range(1, same + 1)), *"?" * columns])
    return ",".join([f"({one})"] * rows)
