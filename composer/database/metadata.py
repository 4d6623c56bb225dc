"""What all tables have in common: their names for keys and indexes, and the types that differ between the databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, Dialect, Index, Integer, MetaData, text
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.sql.operators import OperatorType

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers only INTEGER PRIMARY KEY by itself; PostgreSQL needs room beyond two billion deliveries.
Id = BigInteger().with_variant(Integer, "sqlite")


class _Attributes(TypeDecorator[Any]):
    """What is known of a person, as JSON; on PostgreSQL as JSONB, which segments search.

    ``with_variant`` would want the dialect of PostgreSQL to be read, on SQLite too: a tenth of the start of a send.
    """

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type that a database has for it."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())

    def coerce_compared_value(self, op: OperatorType | None, value: object) -> TypeEngine[Any]:
        """Let the name behind ``attributes[...]`` be a name, and not JSON (as SQLAlchemy asks of such types)."""
        return self.impl_instance.coerce_compared_value(op, value)


Attributes = _Attributes()


_PARTIAL: list[tuple[Index, str]] = []


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Make an index of the rows that ``where`` names, in SQL. On PostgreSQL ``speak_postgresql`` tells which."""
    index = Index(name, *columns, unique=unique, sqlite_where=text(where))
    _PARTIAL.append((index, where))
    return index


def speak_postgresql() -> None:
    """Give the tables what only PostgreSQL needs to know: saying it reads the dialect, for which SQLite would wait."""
    for index, where in _PARTIAL:
        index.dialect_kwargs["postgresql_where"] = text(where)
