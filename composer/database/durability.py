"""Whether a commit is on the disk when it returns, and what makes sure of it on PostgreSQL.

``synchronous_commit`` may be off for the server, the database or the role. A commit then returns up to a second before
it is on the disk, and what a crash of the server takes back has been mailed already. So each connection sets it on
before its first transaction, where it is off. Any other value waits at least for the server's own disk
(https://www.postgresql.org/docs/current/runtime-config-wal.html) and stays what the operator has chosen.

A connection pooler may give each transaction to another connection of the server, where what was set once is lost.
It is known by the number of the server's process: what the protocol says at the beginning is another than what the
process says of itself. Behind one, the value is set in every transaction, and nothing is prepared on the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_POOLED = "newsletter: behind a pooler"
_MUST_SET = "newsletter: each transaction sets synchronous_commit"


@dataclass(frozen=True, slots=True)
class Durability:
    """What the database does before it says that a commit is done.

    ``synchronous`` is SQLite's ``synchronous`` or PostgreSQL's ``synchronous_commit``, as this program's transactions
    have it. ``asked_for`` is what the server, the database or the role would have given without us. ``risk`` says what
    can be lost although we were told that it is written; it is empty if nothing can.
    """

    synchronous: str
    asked_for: str
    fsync: bool
    full_page_writes: bool
    is_pooled: bool
    risk: str


def durability(engine: Engine) -> Durability:
    """Ask the database what it does with a commit of ours. Raises DatabaseError."""
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            return _of_sqlite(connection)
        return _of_postgresql(connection)


def keep_durable(engine: Engine) -> None:
    """Make every connection to PostgreSQL wait for the disk at each commit."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)


def is_pooled(connection: Connection) -> bool:
    """Whether a pooler stands between us and PostgreSQL, which may give each transaction to another process."""
    return bool(connection.info.get(_POOLED))


def _prepare(dbapi: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    driver: Any = dbapi  # psycopg's own, or SQLAlchemy's around it
    driver = getattr(driver, "driver_connection", driver)
    cursor = driver.cursor()
    pid, synchronous = cursor.execute("SELECT pg_backend_pid(), current_setting('synchronous_commit')").fetchone()
    entry.info[_POOLED] = pid != driver.info.backend_pid
    entry.info[_MUST_SET] = entry.info[_POOLED] and synchronous == "off"
    if entry.info[_POOLED]:
        driver.prepare_threshold = None
    elif synchronous == "off":
        cursor.execute("SET SESSION synchronous_commit = on")
    cursor.close()
    driver.commit()


def _begin(connection: Connection) -> None:
    if connection.info.get(_MUST_SET):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")


def _of_sqlite(connection: Connection) -> Durability:
    number = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    names = ("off", "normal", "full", "extra")
    risk = "" if number >= names.index("full") else "a power cut may take back what was committed"
    return Durability(names[number], names[number], fsync=number > 0, full_page_writes=True, is_pooled=False, risk=risk)


_SETTINGS = text(
    "SELECT current_setting('synchronous_commit'), current_setting('fsync') = 'on', "
    "current_setting('full_page_writes') = 'on', "
    "(SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit')"
)


def _of_postgresql(connection: Connection) -> Durability:
    synchronous, fsync, full_page_writes, asked_for = connection.execute(_SETTINGS).one()
    risks = []
    if synchronous == "off":
        risks.append("synchronous_commit is off: a crash of the server takes back what it said was committed")
    if not fsync:
        risks.append("fsync is off: a power cut takes back what was committed, and may damage the database")
    if not full_page_writes:
        risks.append("full_page_writes is off: a power cut may damage the database")
    return Durability(
        synchronous,
        asked_for,
        fsync=fsync,
        full_page_writes=full_page_writes,
        is_pooled=is_pooled(connection),
        risk="; ".join(risks),
    )
