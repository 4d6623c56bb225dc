"""How far the sending from a SQLite database has come, in a small file beside it, so that an older one is noticed.

``cp backup.db newsletter.db`` leaves the file the same for the system, and everything *in* it is yesterday's; only
something outside can remember. ``newsletter.db-sent`` has a line of 32 bytes for each mailing, at 32 times its number:
the epoch of its latest sender, and how many commits that one has made::

    database 0f3c2a11
    1 1042             mailing 1: its first sender has committed 1042 times
    3 ended            mailing 2: its third sender has ended

The database holds the same in ``leases``, and is committed first. So the line is never ahead of the database that
wrote it, whatever dies, and a database that is behind the line is an older one. No sync is needed while sending: a
line that a power cut takes back is too low, which accuses nobody. One sync when a sender begins makes its epoch last.

A missing file says nothing, and is made anew: the database was moved, or is older than this file. A file with another
number in its first line belongs to a database that was here before. What goes unnoticed: the file and the database
restored together, in place. A database restored as a new file is known by ``identity``, and so is one on PostgreSQL.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from composer.errors import DatabaseError

_LINE = 32
_ENDED = "ended"

ENDED = float("inf")
"""More commits than any sender makes: this one makes none any more."""


class Mark(NamedTuple):
    """How far the sending of one mailing has come; a later one is greater."""

    epoch: int
    commits: float  # or ENDED


class Watermark:
    """The file beside one database. Made by ``watermark_of``; without a path nothing is known and nothing kept."""

    def __init__(self, path: Path | None, database: int) -> None:
        self._path = path
        self._heading = _line(f"database {database:08x}")

    def read(self, mailing: int) -> Mark | None:
        """How far it has come at least; None if nothing is known."""
        if self._path is None or not self._is_ours():
            return None
        with self._path.open("rb") as file:
            file.seek(mailing * _LINE)
            epoch, _, commits = file.read(_LINE).decode("ascii", "replace").strip("\0\n ").partition(" ")
        try:
            return Mark(int(epoch), ENDED if commits == _ENDED else int(commits))
        except ValueError:
            return None

    def begin(self, mailing: int, mark: Mark) -> None:
        """A sender has taken its lease, and that is committed. On disk when this returns. Raises DatabaseError."""
        if self._path is None:
            return
        try:
            if not self._is_ours():
                with open(self._path, "wb", opener=_private) as file:
                    file.write(self._heading)
            self._write(mailing, mark, durable=True)
        except OSError as error:
            raise DatabaseError(f"{self._path} cannot be written: {error.strerror}; nothing was sent") from error

    def rise(self, mailing: int, mark: Mark) -> None:
        """A commit more. Not kept if it cannot be: the database knows."""
        if self._path is not None:
            with suppress(OSError):
                self._write(mailing, mark, durable=False)

    def _write(self, mailing: int, mark: Mark, *, durable: bool) -> None:
        assert self._path is not None
        commits = _ENDED if mark.commits == ENDED else str(mark.commits)
        with self._path.open("r+b", buffering=0) as file:
            file.seek(mailing * _LINE)
            file.write(_line(f"{mark.epoch} {commits}"))
            if durable:
                os.fsync(file.fileno())

    def _is_ours(self) -> bool:
        assert self._path is not None
        try:
            with self._path.open("rb") as file:
                return file.read(_LINE) == self._heading
        except FileNotFoundError:
            return False


def watermark_of(connection: Connection) -> Watermark:
    """The one beside the database of this connection."""
    if connection.dialect.name != "sqlite":
        return Watermark(None, 0)
    files = {row[1]: row[2] for row in connection.exec_driver_sql("PRAGMA database_list")}
    number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return Watermark(Path(f"{files['main']}-sent"), number)


def _line(text: str) -> bytes:
    return text.ljust(_LINE - 1).encode("ascii") + b"\n"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
