"""What all tables have in common: their names for keys and indexes, and the types that differ between the databases."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Integer, MetaData
from sqlalchemy.dialects.postgresql import JSONB

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
# Searchable on PostgreSQL, for segments.
Attributes = JSON().with_variant(JSONB(), "postgresql")
