"""SQL statements compiled once, for the few that a send runs thousands of times a second.

SQLAlchemy's compiled statement is kept as the driver's own text, so that a run costs little more than the driver:
a third for one row, a tenth for many. The statements stay portable, and errors are put into words as
everywhere, because it is still SQLAlchemy's connection that runs them. Only for parameters that the drivers
take as they are: numbers and text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, CursorResult, Dialect, Update, bindparam


def parameter(name: str) -> BindParameter[Any]:
    """A parameter that every run of a prepared statement gives."""
    return bindparam(name, None, required=False)


class PreparedStatement:
    """One statement on one kind of database."""

    def __init__(self, statement: Update, dialect: Dialect) -> None:
        # Lists are written out by their values, so that the text is the driver's own.
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self._sql = str(compiled)
        names: Sequence[str] | None = getattr(compiled, "positiontup", None)
        fixed = {name: _plain(value) for name, value in compiled.params.items() if value is not None}
        self._bind = _by_name(fixed) if names is None else _by_place(names, fixed)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it once."""
        return connection.exec_driver_sql(self._sql, self._bind(values))

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Run it for each of the rows; ``rowcount`` is their sum."""
        return connection.exec_driver_sql(self._sql, [self._bind(row) for row in rows])


def _plain(value: Any) -> Any:
    """A StrEnum as text: the driver takes it, but looks for an adapter each time."""
    return str(value) if isinstance(value, str) else value


def _by_name(fixed: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda values: {**fixed, **values}


def _by_place(names: Sequence[str], fixed: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    def bind(values: Mapping[str, Any]) -> tuple[Any, ...]:
        known = {**fixed, **values}
        return tuple([known[name] for name in names])

    return bind
