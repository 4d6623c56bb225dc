"""INSERT … ON CONFLICT, which both engines have and SQLAlchemy keeps with their dialects."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Upsert: TypeAlias = sqlite.Insert | postgresql.Insert


def upsert(connection: Connection, table: Table) -> Upsert:
    """An INSERT that ``on_conflict_do_nothing`` or ``on_conflict_do_update`` completes."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
