"""SQL statements that are compiled once, for the few that a send runs thousands of times a second.

The text that SQLAlchemy compiles for the driver is kept, and given to the driver itself, in the transaction that
SQLAlchemy's connection has begun: what ``execute`` does around a statement takes as long as the statement. The
statements stay portable, and errors are put into words as everywhere else, because SQLAlchemy's connection is handed
them, and sees from them whether it is lost. Its listeners do not hear of these statements. Parameters and results can
only be what the drivers take and give without conversion: numbers and text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Dialect, Update, bindparam


def parameter(name: str) -> BindParameter[Any]:
    """Name a parameter of a prepared statement, whose value is given each time that the statement is run."""
    return bindparam(name, None, required=False)


class Written(NamedTuple):
    """What a statement has done: how many rows it has changed, and what it returned of them."""

    changed: int
    rows: Sequence[Sequence[Any]]


class PreparedStatement:
    """A statement that is compiled for one kind of database, and run with other values each time."""

    def __init__(self, statement: Update, dialect: Dialect) -> None:
        # Values of an IN list are written as parameters of their own, so that the driver can run the text as it is.
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self._sql = str(compiled)
        names: Sequence[str] | None = getattr(compiled, "positiontup", None)
        fixed = {name: _plain(value) for name, value in compiled.params.items() if value is not None}
        self._bind = _by_name(fixed) if names is None else _by_position(names, fixed)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Written:
        """Run the statement with these values. Raises DatabaseError, with which the transaction is over."""
        return _run_by_driver(connection, self._sql, self._bind(values), is_many=False)

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run the statement for each of the rows, and return how many it has changed together. Raises as ``run``."""
        return _run_by_driver(connection, self._sql, [self._bind(row) for row in rows], is_many=True).changed


def _run_by_driver(connection: Connection, sql: str, parameters: Any, *, is_many: bool) -> Written:
    cursor = connection.connection.cursor()
    try:
        if is_many:
            cursor.executemany(sql, parameters)
        else:
            cursor.execute(sql, parameters)
        # SQLite counts what a statement has changed once all that it returns has been read.
        rows = cursor.fetchall() if cursor.description else ()
        written = Written(cursor.rowcount, rows)
        cursor.close()
        return written
    except BaseException as error:
        # Its handling of errors is not public. The tests of databases that fail while sending show that it is there.
        connection._handle_dbapi_exception(error, sql, None, cursor, None)


def _plain(value: Any) -> Any:
    """Turn a StrEnum into plain text, because the driver would look for an adapter each time."""
    return str(value) if isinstance(value, str) else value


def _by_name(fixed: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda values: {**fixed, **values}


def _by_position(names: Sequence[str], fixed: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    # One more than asked, because of a single name itemgetter makes no tuple.
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]] = itemgetter(*names, names[0])

    def bind(values: Mapping[str, Any]) -> tuple[Any, ...]:
        return pick({**fixed, **values})[:-1]

    return bind
