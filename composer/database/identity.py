"""Which database this is. The identity stays the same for as long as a database lives, and differs for each copy of it.

A copy that was restored, or carried to another machine, has mailings in it that the original may have sent since. The
tables of both are equal, so the identity is made from where they are stored.
"""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from sqlalchemy import Connection, text

from composer.database.engine import sqlite_file

_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))

# The cluster, its history since the last recovery, the database in it, and the table in that. A dump that is restored
# has other oids, in the same database too; a cluster that is recovered from a base backup, or a replica that took over,
# has another timeline. A data directory that is copied back while the server is down cannot be told from itself.
_POSTGRESQL = text(
    "SELECT (SELECT system_identifier FROM pg_control_system()), (SELECT timeline_id FROM pg_control_checkpoint()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database()), 'mailings'::regclass::oid::bigint"
)


def database_identity(connection: Connection) -> str:
    """Name this very database by 64 hexadecimal characters."""
    if connection.dialect.name == "sqlite":
        found = sqlite_file(connection).stat()
        parts: tuple[object, ...] = (_machine(), found.st_dev, found.st_ino)
    else:
        parts = tuple(connection.execute(_POSTGRESQL).one())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _machine() -> str:
    for path in _MACHINE_IDS:
        try:
            return path.read_text(encoding="ascii").strip()
        except OSError:
            continue
    return f"{uuid.getnode():x}"
