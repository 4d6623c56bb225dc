"""Which database this is. The identity stays the same for as long as a database lives, and differs for each copy of it.

A copy that was restored, or carried to another machine, has mailings in it that the original may have sent since. The
tables of both are equal, so the identity is made from where they are stored.

A SQLite file is known by its inode and the moment of its birth: the number of a file that is removed is given to the
next one, its birth is not. Neither the machine nor the device is asked, because containers that share a volume, and a
machine that starts again, may see others. What lies in the same file and is another database all the same is noticed by
``watermark``.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import struct
import uuid
from functools import lru_cache
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

_AT_FDCWD, _STATX_BTIME = -100, 0x800  # linux/fcntl.h, linux/stat.h
_BTIME_AT = 80  # offset of stx_btime in struct statx


def database_identity(connection: Connection) -> str:
    """Name this very database by 64 characters."""
    if connection.dialect.name == "sqlite":
        return f"file {file_identity(sqlite_file(connection))}"
    return hashlib.sha256(repr(tuple(connection.execute(_POSTGRESQL).one())).encode()).hexdigest()


def is_at_home(connection: Connection, home: str | None) -> bool:
    """Whether ``home``, an identity that was kept, is that of this database. What was kept by none is at home."""
    if not home or home == database_identity(connection):
        return True
    # Mailings that were planned before birth was asked know their file by machine, device and inode.
    return connection.dialect.name == "sqlite" and not home.startswith("file ") and home == _former_identity(connection)


def file_identity(path: Path) -> str:
    """Name this very file by 48 hexadecimal characters, which no copy of it has, nor the next file in its place."""
    found = os.stat(path)
    birth = getattr(found, "st_birthtime_ns", None) or getattr(found, "st_birthtime", None) or _birth(path)
    return hashlib.sha256(repr((found.st_ino, birth)).encode()).hexdigest()[:48]


def _former_identity(connection: Connection) -> str:
    found = sqlite_file(connection).stat()
    return hashlib.sha256(repr((_machine(), found.st_dev, found.st_ino)).encode()).hexdigest()


def _machine() -> str:
    for path in _MACHINE_IDS:
        try:
            return path.read_text(encoding="ascii").strip()
        except OSError:
            continue
    return f"{uuid.getnode():x}"


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return libc if hasattr(libc, "statx") else None
    except (OSError, TypeError):
        return None


def _birth(path: Path) -> int:
    """When the file was made, in nanoseconds (statx(2)); 0 where the system or the file system does not know."""
    libc, found = _libc(), ctypes.create_string_buffer(256)
    if libc is None or libc.statx(_AT_FDCWD, os.fsencode(path), 0, _STATX_BTIME, found):
        return 0
    if not struct.unpack_from("=I", found.raw)[0] & _STATX_BTIME:
        return 0
    seconds, nanoseconds = struct.unpack_from("=qI", found.raw, _BTIME_AT)
    return int(seconds) * 10**9 + int(nanoseconds)
