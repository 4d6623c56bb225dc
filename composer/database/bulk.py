"""Very many rows at once, each engine by its quickest way: COPY on PostgreSQL, many rows a statement on SQLite.

Enters: rows of what the drivers take as they are (numbers, text, None). Within the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

# On SQLite a statement costs as much as a row: half the time goes with this many. More are no faster.
_ROWS_A_STATEMENT = 25


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
        whole = len(rows) - len(rows) % _ROWS_A_STATEMENT
        for share, size in ((rows[:whole], _ROWS_A_STATEMENT), (rows[whole:], 1)):
            places = _places(len(same), len(columns), rows=size)
            batches = [share[start : start + size] for start in range(0, len(share), size)]
            if batches:
                statement = f"INSERT INTO {table.name} ({names}) VALUES {places}"  # noqa: S608  names from the schema
                connection.exec_driver_sql(statement, [(*constants, *chain.from_iterable(rows)) for rows in batches])
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*constants, *row))


def _places(same: int, columns: int, *, rows: int) -> str:
    """For two rows "(?1,?2,?),(?1,?2,?)": SQLite numbers a bare ? one higher than the highest before it."""
    one = ",".join([*(f"?{number}" for number in range(1, same + 1)), *"?" * columns])
    return ",".join([f"({one})"] * rows)
