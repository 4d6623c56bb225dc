"""How far the sending from a SQLite database has come, in a small file beside it, so that an older one is noticed.

``cp backup.db newsletter.db`` leaves the file the same for the system, and everything *in* it is yesterday's; only
something outside can remember. ``newsletter.db-sent`` has a line of 32 bytes for each mailing, at 32 times its number:
the epoch of its latest sender, and how many commits that one has made::

    database 0f3c2a11
    1 1042             mailing 1: its first sender has committed 1042 times
    3 ended            mailing 2: its third sender has ended

The database holds the same in ``leases``, and is committed first. So the line is never ahead of the database that
wrote it, whatever dies, and a database that is behind the line is an older one. No sync is needed while sending: a
power cut may leave a line that is too low, and because of such a line no database is refused. One sync when a sender
begins makes sure that its epoch is kept.

If the file is missing, nothing is known, and it is made anew: the database was moved, or is older than this feature. A
file with another number in its first line belongs to a database that was here before. What goes unnoticed is a file and
a database that are restored together, in place. A database that is restored as a new file is noticed by ``identity``,
and so is one on PostgreSQL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from composer.database.engine import sqlite_file
from composer.errors import DatabaseError

_LINE = 32
_ENDED = "ended"

ENDED = float("inf")
"""Stands for the commits of a sender that has ended, as more than any running sender has."""


class SendingProgress(NamedTuple):
    """How far the sending of one mailing has come. What comes later compares as greater."""

    epoch: int
    commits: float  # or ENDED


class Watermark:
    """The file beside one database. ``watermark_of`` makes it; without a path nothing is known and nothing is kept."""

    def __init__(self, path: Path | None, database: int) -> None:
        self._path = path
        self._first_line = _line(f"database {database:08x}")

    def read(self, mailing: int) -> SendingProgress | None:
        """How far a mailing has come at least; None if nothing is known. Raises DatabaseError."""
        if self._path is None:
            return None
        with _in_words(self._path):
            line = self._content(self._path)[mailing * _LINE : (mailing + 1) * _LINE]
        epoch, _, commits = line.decode("ascii", "replace").strip("\0\n ").partition(" ")
        try:
            return SendingProgress(int(epoch), ENDED if commits == _ENDED else int(commits))
        except ValueError:
            return None

    def begin(self, mailing: int, mark: SendingProgress) -> None:
        """Write down a sender whose lease is committed. It is on disk when this returns. Raises DatabaseError."""
        if self._path is None:
            return
        with _in_words(self._path):
            if not self._content(self._path):
                with open(self._path, "wb", opener=_private) as file:
                    file.write(self._first_line)
            _write(self._path, mailing, mark, durable=True)

    def raise_to(self, mailing: int, mark: SendingProgress) -> None:
        """Write down a sender's latest commit. If that fails it is left out, because the database knows it."""
        if self._path is not None:
            with suppress(OSError):
                _write(self._path, mailing, mark, durable=False)

    def _content(self, path: Path) -> bytes:
        """Read the whole file; nothing if it is missing, or belongs to another database."""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return b""
        return content if content.startswith(self._first_line) else b""


def watermark_of(connection: Connection) -> Watermark:
    """Make the watermark that lies beside the database of this connection."""
    if connection.dialect.name != "sqlite":
        return Watermark(None, 0)
    number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return Watermark(Path(f"{sqlite_file(connection)}-sent"), number)


def _line(text: str) -> bytes:
    return text.ljust(_LINE - 1).encode("ascii") + b"\n"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(path: Path, mailing: int, mark: SendingProgress, *, durable: bool) -> None:
    commits = _ENDED if mark.commits == ENDED else mark.commits
    with path.open("r+b", buffering=0) as file:
        file.seek(mailing * _LINE)
        file.write(_line(f"{mark.epoch} {commits}"))
        if durable:
            os.fsync(file.fileno())


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseError(f"{path} cannot be used: {error.strerror}; nothing was sent") from error
