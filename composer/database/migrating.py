"""The migrations: each brings a database one revision nearer to the tables of ``schema``.

Revisions are files ``migrations/versions/NNNN_what.py``, each following the one before it, and the name begins with the
revision's id. So whether a database is current is known without importing Alembic, which only ``upgrade`` needs.

Guarantee: a migration happens entirely or not at all, and once, however many processes start together.
SQLite: one IMMEDIATE transaction around all of it. PostgreSQL: the same, under an advisory lock.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from composer.errors import DatabaseError, Remedy

_MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS: tuple[str, ...] = tuple(
    sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
)
"""Every revision that this program knows, oldest first."""

_LOCK = 0x6E6577736C7474  # "newsltt": ours among the advisory locks of a shared PostgreSQL server


def revision_of(connection: Connection) -> str | None:
    """The revision that the database has; None if it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def require_current(engine: Engine) -> None:
    """Raise DatabaseError, with its remedy, unless the tables are those of this program."""
    with engine.connect() as connection:
        if _is_behind(revision_of(connection)):
            raise DatabaseError("The database is older than this program.", remedy=Remedy.UPGRADE_DATABASE)


def upgrade(engine: Engine) -> bool:
    """Make all the tables current, and tell whether there was something to do. Raises DatabaseError."""
    if engine.dialect.name == "sqlite":
        return _upgrade_sqlite(engine)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        return _upgrade(connection)


def _upgrade_sqlite(engine: Engine) -> bool:
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        cursor = driver.cursor()
        # SQLite ignores this PRAGMA and the one for foreign keys inside a transaction, so they come before it.
        mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise DatabaseError(f"{engine.url.database} is on a disk that cannot do WAL; use a local one")
        if _is_current_already(connection):
            return False
        # To change a table, SQLite needs a new one. Dropping the old one would also delete the rows that point to it.
        cursor.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                changed = _upgrade(connection)
                _require_whole(connection)
        finally:
            cursor.execute("PRAGMA foreign_keys = ON")
    return changed


def _is_current_already(connection: Connection) -> bool:
    """Whether nothing is to be migrated, read without a lock, so that opening never waits for somebody's import."""
    connection.execution_options(sqlite_begin="DEFERRED")
    with connection.begin():
        current = not _is_behind(revision_of(connection))
    connection.execution_options(sqlite_begin="IMMEDIATE")
    return current


def _require_whole(connection: Connection) -> None:
    orphan = connection.execute(text("PRAGMA foreign_key_check")).first()
    if orphan is not None:
        raise DatabaseError(f"The table {orphan[0]} points to rows that do not exist; restore a copy of the database")


def _upgrade(connection: Connection) -> bool:
    if not _is_behind(revision_of(connection)):
        return False
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, REVISIONS[-1])
    return True


def _is_behind(revision: str | None) -> bool:
    if revision is not None and revision not in REVISIONS:
        raise DatabaseError(
            f"The database is newer (revision {revision}) than this program (revision {REVISIONS[-1]}). "
            "Install the newer version of newsletter-composer; nothing was changed."
        )
    return revision != REVISIONS[-1]
