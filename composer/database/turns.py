"""Who changes people in a large way takes turns: imports, their undoing, erasures, merges, changes of address.

An import asks what is known of its people and writes minutes later; an erasure or a merge in between would be written
over. On SQLite all writers take turns. On PostgreSQL they do by this lock, which is taken before anything else, so that
nobody waits for it while others wait for his rows. Who leaves or confirms waits for none of it.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_LOCK = 0x6E6577736C696D  # "newslim": ours among the advisory locks of a shared PostgreSQL server


def take_turn(connection: Connection) -> None:
    """Wait until nobody else changes people in a large way, and keep them waiting until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
