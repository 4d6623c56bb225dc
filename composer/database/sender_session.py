"""What ends with a sender's process, so that others see at once that it is gone, from another container too.

A process is looked up by host and number, which say nothing where containers that share a volume have hosts and
numbers of their own. So a sender holds something that the system takes back at its end, however it ends:

SQLite       a lock on one byte of the file ``newsletter.db-senders``, asked for in a way (OFD locks, fcntl(2)) that
             does not touch SQLite's own. It tells only those who run on the same kernel, by the number of its boot, and
             look at the very same file; SQLite's WAL wants the one kernel anyhow.
PostgreSQL   the server's process for the ledger's connection, by its number and when it began. It tells nothing behind
             a pooler, which keeps that process when we are gone.

Where it cannot be told, nothing is said, and the time of the lease decides. It is no guarantee of anything: that is the
epoch (``delivery/ledger/lease.py``).
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

from sqlalchemy import Connection, text

from composer.database.durability import is_pooled
from composer.database.engine import sqlite_file
from composer.database.identity import file_identity

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_FLOCK = "hhqqi4x"  # struct flock of 64-bit Linux: type, whence, start, length, process (0)
_EPOCHS = 2**24  # bytes of the file for each mailing: one for each epoch; nothing is written, so it stays empty

_OURS = text(
    "SELECT pid || ' ' || extract(epoch FROM backend_start) FROM pg_stat_activity WHERE pid = pg_backend_pid()"
)
_IS_THERE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE pid = CAST(:pid AS integer) "
    # Of other people's processes only the number is shown.
    "AND (backend_start IS NULL OR extract(epoch FROM backend_start) = CAST(:began AS numeric))"
)


class SenderSession:
    """What a sender holds as long as its process lives. ``name`` is what others know it by; empty if nothing is."""

    def __init__(self, name: str = "", descriptor: int | None = None) -> None:
        self.name = name
        self._descriptor = descriptor

    def end(self) -> None:
        """Let go of it before the process ends."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    __del__ = end


def begin_session(connection: Connection, *, mailing: int, epoch: int) -> SenderSession:
    """Begin to hold what shows that this sender, of this ``epoch`` of the mailing, lives."""
    if connection.dialect.name != "sqlite":
        return SenderSession("" if is_pooled(connection) else connection.scalars(_OURS).one())
    path = _path(connection)
    if not _has_locks():
        return SenderSession()
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return SenderSession()
    session = SenderSession("", descriptor)
    try:
        import fcntl  # not on Windows

        session.name = f"{_boot_id()} {file_identity(path)}"
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _lock(mailing, epoch))
        is_held = not _is_free(path, mailing, epoch)  # some file systems grant everything to everybody
    except OSError:
        is_held = False
    if not is_held:
        session.end()
        return SenderSession()
    return session


def is_over(connection: Connection, session: str | None, *, mailing: int, epoch: int) -> bool | None:
    """Whether the process that held this has certainly ended; None if that cannot be told from here."""
    if not session:
        return None
    one, _, two = session.partition(" ")
    if connection.dialect.name != "sqlite":
        return bool(connection.scalar(_IS_THERE, {"pid": one, "began": two}) == 0)
    path = _path(connection)
    if not _has_locks():
        return None
    try:
        if one != _boot_id() or two != file_identity(path):
            return None
        return _is_free(path, mailing, epoch)
    except OSError:
        return None


def _is_free(path: Path, mailing: int, epoch: int) -> bool:
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        found = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _lock(mailing, epoch))
    finally:
        os.close(descriptor)
    return bool(struct.unpack(_FLOCK, found)[0] == fcntl.F_UNLCK)


def _lock(mailing: int, epoch: int) -> bytes:
    import fcntl

    return struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, mailing * _EPOCHS + epoch % _EPOCHS, 1, 0)


def _path(connection: Connection) -> Path:
    return Path(f"{sqlite_file(connection)}-senders")


def _has_locks() -> bool:
    return sys.platform == "linux" and sys.maxsize > 2**32


def _boot_id() -> str:
    """The number of this run of the kernel, which containers share. Raises OSError."""
    return _BOOT.read_text(encoding="ascii").strip()
