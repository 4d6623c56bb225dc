"""How the database is opened. Enters: its URL. Leaves: an Engine whose tables are those of ``schema``.

A commit is on the disk when it returns (SQLite ``synchronous=FULL``; of PostgreSQL ``durability`` makes sure),
because a delivery's intent must outlive us before its final dot is sent.

SQLite transactions begin IMMEDIATE. A deferred one that reads first and writes later fails at once when
somebody else wrote in between (SQLITE_BUSY_SNAPSHOT, which no timeout cures); an immediate one waits its turn.
Long readers use ``reading``, which waits for nobody, holds up nobody, and cannot write.
"""

from __future__ import annotations

import atexit
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from composer.database import migrating
from composer.database.durability import keep_durable
from composer.database.faults import explain
from composer.database.metadata import speak_postgresql
from composer.errors import DatabaseError

BUSY_TIMEOUT_S = 30
"""How long a SQLite writer waits for another. Longer than an import of 100,000 people takes."""

_ASK_FOR_MS = 8  # in this time SQLite asks at once, and again after 1, 3 and 8 milliseconds

_compact_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def open_database(url: str) -> Engine:
    """Open the database at ``url``, which has all the tables of this program afterwards.

    A SQLite file is created and migrated if needed. PostgreSQL is only checked: many processes share it, so its
    migration is the operator's decision. Raises DatabaseError, which says what to do.
    """
    engine = connect_engine(url)
    try:
        if engine.dialect.name == "sqlite":
            migrating.upgrade(engine)
        else:
            migrating.require_current(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_to_read(url: str) -> Engine:
    """Open the database for a command that only looks. It also works where nothing can be written, if SQLite allows it.

    On a full or read-only disk, or for a user who may not write, SQLite cannot make the shared memory that even reading
    in WAL mode needs. Then the file is read by itself, unless a ``-wal`` beside it holds commits that are not in the
    file yet: an answer without them would be wrong. Raises DatabaseError as ``open_database`` does.
    """
    try:
        return open_database(url)
    except DatabaseError as error:
        read_only = _read_only_url(_parse(url))
        if read_only is None:
            raise
        engine = create_engine(read_only, json_deserializer=orjson.loads, hide_parameters=True)
        event.listen(engine, "handle_error", partial(_put_into_words, _parse(url)))
        event.listen(engine, "begin", _begin_sqlite)
        try:
            migrating.require_current(engine)
        except DatabaseError:
            raise error from None
        return engine


def _read_only_url(url: URL) -> URL | None:
    """The URL that reads a SQLite file without locks or files beside it; None if the file alone is not all."""
    if url.drivername != "sqlite" or not (path := Path(str(url.database))).is_file():
        return None
    beside = path.with_name(f"{path.name}-wal")
    if beside.exists() and beside.stat().st_size:
        return None
    return url.set(database=path.resolve().as_uri(), query={"mode": "ro", "immutable": "1", "uri": "true"})


def connect_engine(url: str) -> Engine:
    """Make an engine for ``url`` whatever the state of its tables, as a migration needs it. Raises DatabaseError."""
    parsed = _parse(url)
    engine = create_engine(
        parsed,
        json_serializer=_compact_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # they are people's names and addresses, and an error is logged
        pool_pre_ping=parsed.drivername != "sqlite",
    )
    event.listen(engine, "handle_error", partial(_put_into_words, parsed))
    if engine.dialect.name == "sqlite":
        _create_private(Path(str(parsed.database)))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        keep_durable(engine)
        speak_postgresql()
    _OPEN.add(engine)
    return engine


_OPEN: WeakSet[Engine] = WeakSet()


@atexit.register
def _close_all() -> None:
    """Close what is still open: with its last connection SQLite puts all commits into the file itself.

    Python's end does not see to that: it does not look through cycles of objects (``composer/cli/main.py``).
    """
    for engine in list(_OPEN):
        engine.dispose()


def sqlite_file(connection: Connection) -> Path:
    """The path of the file that a connection to SQLite reads and writes."""
    files = {row[1]: row[2] for row in connection.exec_driver_sql("PRAGMA database_list")}
    return Path(files["main"])


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database and never waits for a writer. It refuses every write.

    Without that, a write on SQLite would succeed while nobody else writes, and fail with "database is locked" only on
    the day when another process has committed since this one began to read.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _refusing_writes(connection):
                yield connection.execution_options(sqlite_begin="DEFERRED")
        else:
            yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one transaction, committed at the end, that sees the same moment of the database all the time."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def _refusing_writes(connection: Connection) -> Iterator[None]:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        driver.execute("PRAGMA query_only = OFF")


def overwrite_deleted(connection: Connection) -> None:
    """Let what this connection deletes on SQLite be overwritten in the file, so that nobody finds it there.

    PostgreSQL keeps old rows until its own VACUUM.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def shrink_log(engine: Engine) -> None:
    """Bring what stands in SQLite's ``-wal`` into the file, and leave it empty, as far as no reader needs it."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        # The text of this error may contain the password, so it is not shown.
        raise DatabaseError(
            "NEWSLETTER_DATABASE_URL is not an address of a database; write sqlite:///newsletter.db "
            "or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
        ) from error
    if "@" in (parsed.host or ""):
        # An @ in the password has cut it; the rest of it would be shown as the host.
        raise DatabaseError("NEWSLETTER_DATABASE_URL has an @ in its login; write %40 for it there")
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise DatabaseError(f"{parsed.drivername} is not supported; the database is SQLite or PostgreSQL (psycopg)")
    if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise DatabaseError("The database must be a file, so that it outlives the program: sqlite:///newsletter.db")
    return parsed


def _create_private(path: Path) -> None:
    """Create the file so that only its owner can read it, because it will hold people's addresses."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be created: {error.strerror}; make its folder, or choose another"
        ) from error


def _prepare_sqlite(dbapi: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes late and does not cover changes of tables, so _begin_sqlite begins transactions.
    dbapi.isolation_level = None
    cursor = dbapi.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    if kind == "IMMEDIATE":
        _begin_writing(connection)
    else:
        connection.exec_driver_sql(f"BEGIN {kind}")


def _begin_writing(connection: Connection) -> None:
    """Begin a transaction as the one writer, as soon as nobody else is.

    SQLite's own waiting asks less and less often, ten times a second in the end. A sender on a disk that is slow to
    sync leaves about a millisecond between two of its commits, so whoever asks so seldom waits for many seconds beside
    it. Asked every few milliseconds, as here, others get their turn after one of the next commits.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    give_up_at = time.monotonic() + BUSY_TIMEOUT_S
    driver.execute(f"PRAGMA busy_timeout = {_ASK_FOR_MS}")
    try:
        while time.monotonic() < give_up_at:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.DatabaseError as error:
                # What the driver itself raises, of a closed connection say, has no code.
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails once more, and SQLAlchemy hears of it
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")


def _put_into_words(url: URL, context: ExceptionContext) -> None:
    original: Any = context.original_exception
    if isinstance(context.sqlalchemy_exception, exc.IntegrityError | exc.ProgrammingError | exc.DataError):
        return
    if isinstance(original, OverflowError):
        # SQLite's driver raises a Python exception here that SQLAlchemy does not wrap.
        raise DatabaseError(
            "A number is too large: no mailing and no person has one beyond 9223372036854775807"
        ) from original
    if isinstance(context.sqlalchemy_exception, exc.DBAPIError):
        raise explain(original, url) from original
