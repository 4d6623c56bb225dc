"""Gives back the room that deleted rows have left.

SQLite       VACUUM writes the file anew: nobody can write meanwhile, and the disk must hold the database twice more
             (the copy, and the journal through which it comes back; https://sqlite.org/lang_vacuum.html). Nothing of
             what was deleted is in the new file.
PostgreSQL   VACUUM (ANALYZE) makes the room free for new rows and holds up nobody. The files stay as large as they
             are; VACUUM FULL makes them smaller, and locks each table: that is for the operator to decide.
"""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass

from sqlalchemy import Engine

from composer.database.engine import reading, sqlite_file
from composer.database.faults import explain
from composer.database.metadata import metadata
from composer.delivery.ledger.lease import active_senders
from composer.errors import DatabaseError, StateError
from composer.upkeep.sizes import measure

_COPIES = 2
_HEADROOM_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Compacted:
    """How big the database was, and is."""

    before_bytes: int
    after_bytes: int


def compact(engine: Engine, *, now: int) -> Compacted:
    """Give back what room there is; ``now`` is in Unix seconds, and tells who sends.

    Raises StateError while somebody sends, DatabaseError where the disk has no room for it.
    """
    with reading(engine) as connection:
        before = measure(connection).size_bytes
        if engine.dialect.name == "sqlite" and active_senders(connection, now=now):
            raise StateError("a mailing is being sent, and compacting would hold it up: wait for its end, or pause it")
    if engine.dialect.name == "sqlite":
        _vacuum_sqlite(engine)
    else:
        _vacuum_postgresql(engine)
    with reading(engine) as connection:
        return Compacted(before, measure(connection).size_bytes)


def _vacuum_sqlite(engine: Engine) -> None:
    with reading(engine) as connection:
        path = sqlite_file(connection)
    needed = _COPIES * path.stat().st_size + _HEADROOM_BYTES
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise DatabaseError(
            f"Compacting needs {needed / 2**20:,.0f} MB in {path.parent}, and {free / 2**20:,.0f} MB are free; "
            "make room there first. Nothing was changed"
        )
    engine.dispose()  # no connection of ours is in the way
    driver = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise explain(error, engine.url) from error
    finally:
        driver.close()


def _vacuum_postgresql(engine: Engine) -> None:
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM (ANALYZE) {names}")
