"""How far the sending from a SQLite database has come, in a small file beside it, so that an older one is noticed.

``cp backup.db newsletter.db`` leaves the file the same for the system, and everything *in* it is yesterday's; only
something outside can remember. ``newsletter.db-sent`` has a line of 32 bytes for each mailing, at 32 times its number:
the epoch of its latest sender, and how many commits that one has made::

    0f3c2a11d0c4b7a9e2
    1 1042             mailing 1: its first sender has committed 1042 times
    3 ended            mailing 2: its third sender has ended

The database holds the same in ``leases``, and is committed first. So the line is never ahead of the database that
wrote it, whatever dies, and a database that is behind the line is an older one. No sync is needed while sending: a
power cut may leave a line that is too low, and because of such a line no database is refused.

Lines tell of one mailing. The first one tells of the database: a nonce, which is in the database too
(``database_nonces``), and moves each time that a mailing is planned or a sender begins. The file is then made anew and
put in the place of the old one, and the nonce has the identity of that new file in it (``identity``). So a database
and its file that are brought back together are noticed as well, whether they were written over the ones that are there
or took their place: the nonce in both is of a file that is no more.

The nonce is committed before the file is put there, beside the one that the file there has, so that whatever dies
between the two accuses nobody, and neither do others that plan or begin in between. Each puts the file of the latest
nonce in its place, whoever has made it, while it alone may write to the database. Nothing is sent before that.
"""

from __future__ import annotations

import glob
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from composer.database.engine import sqlite_file
from composer.database.identity import file_identity
from composer.database.schema import database_nonces, mailings
from composer.errors import DatabaseError

_LINE = 32
_ENDED = "ended"
_ANOTHER = "another database"
_DICE = 8  # characters of the nonce that are drawn; the others are the file's

_NONCE = re.compile(r"[0-9a-f]{30}")
_FRESH = re.compile(rf"-[0-9a-f]{{{_DICE}}}\Z")

ENDED = float("inf")
"""Stands for the commits of a sender that has ended, as more than any running sender has."""


class SendingProgress(NamedTuple):
    """How far the sending of one mailing has come. What comes later compares as greater."""

    epoch: int
    commits: float  # or ENDED


class Watermark:
    """The file beside one database. ``watermark_of`` makes it; without a path nothing is known and nothing is kept.

    ``is_trusted`` tells whether the database and the file are those that belong together last.
    """

    def __init__(self, path: Path | None, *, nonces: tuple[str, str] | None, old_number: int = 0) -> None:
        self._path = path
        self._has_nonce = nonces is not None
        self._old_first_line = _line(f"database {old_number:08x}")
        self.is_trusted = path is None or self._knows(path, nonces)

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

    def move(self, connection: Connection, *, but: int) -> None:
        """Give the database its next nonce, in the caller's transaction; ``put`` follows once that is committed.

        From then on it is trusted. If it was not until now, all mailings ``but`` one wait for a person's word, each for
        itself. Raises DatabaseError.
        """
        if self._path is None:
            return
        dice = secrets.token_hex(_DICE // 2)
        fresh = _fresh(self._path, dice)
        with _in_words(self._path), open(fresh, "xb", opener=_private) as file:
            nonce = _nonce_of(fresh, dice)
            file.write(_line(nonce))
            file.flush()
            os.fsync(file.fileno())
        if not self.is_trusted:
            # A person's word for one mailing, or a new plan, says nothing of the others.
            connection.execute(update(mailings).where(mailings.c.id != but).values(home=_ANOTHER))
        former = self._former(connection.scalar(select(database_nonces.c.nonce)) or "")
        connection.execute(delete(database_nonces))
        connection.execute(insert(database_nonces).values(id=1, nonce=nonce, former=former))

    def put(self, connection: Connection) -> None:
        """Put the file of the database's nonce in its place, unless another has, on disk when this returns.

        It is done in a transaction of the caller's, so that one after the other does it. What those that died have left
        is removed. Raises DatabaseError.
        """
        if self._path is None:
            return
        nonce, former = connection.execute(select(database_nonces.c.nonce, database_nonces.c.former)).one()
        fresh = _fresh(self._path, nonce[:_DICE])
        with _in_words(self._path):
            if fresh.exists() or _first_line(self._path) != nonce:
                with open(fresh, "r+b") as file:
                    file.seek(_LINE)
                    file.write(self._content(self._path, former)[_LINE:])
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(fresh, self._path)
                _sync_folder(self._path.parent)
        for left in self._path.parent.glob(f"{glob.escape(self._path.name)}-*"):
            if _FRESH.search(left.name):
                left.unlink(missing_ok=True)

    def begin(self, mailing: int, mark: SendingProgress) -> None:
        """Write down a sender whose lease is committed. It is on disk when this returns. Raises DatabaseError."""
        if self._path is not None:
            with _in_words(self._path):
                _write(self._path, mailing, mark, durable=True)

    def raise_to(self, mailing: int, mark: SendingProgress) -> None:
        """Write down a sender's latest commit. If that fails it is left out, because the database knows it."""
        if self._path is not None:
            with suppress(OSError):
                _write(self._path, mailing, mark, durable=False)

    def _knows(self, path: Path, nonces: tuple[str, str] | None) -> bool:
        try:
            first = _first_line(path)
        except FileNotFoundError:
            return nonces is None or not nonces[1]  # what was drawn first was not put into a file any more
        except OSError:
            return True  # told in words where the file is needed
        if nonces is None:  # it has planned and sent nothing since there are nonces
            return not first or first.startswith("database ")
        if first.startswith("database "):
            return not nonces[1]
        return first in nonces and first[_DICE:] == _nonce_of(path, "")

    def _former(self, latest: str) -> str:
        """The nonce in the file that is there, if the two belong together, or else the latest of the database."""
        if self._path is None or not self.is_trusted:
            return latest
        try:
            first = _first_line(self._path)
        except OSError:
            return ""
        return first if _NONCE.fullmatch(first) else ""

    def _content(self, path: Path, former: str = "") -> bytes:
        """Read the whole file; nothing if it is missing, or is of before and belongs to another database."""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return b""
        if content.startswith(b"database "):
            return content if content.startswith(self._old_first_line) else b""
        return content if self._has_nonce or (former and content.startswith(former.encode())) else b""


def watermark_of(connection: Connection) -> Watermark:
    """Make the watermark that lies beside the database of this connection."""
    if connection.dialect.name != "sqlite":
        return Watermark(None, nonces=None)
    row = connection.execute(select(database_nonces.c.nonce, database_nonces.c.former)).first()
    number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    path = Path(f"{sqlite_file(connection)}-sent")
    return Watermark(path, nonces=(row.nonce, row.former) if row else None, old_number=number)


def _nonce_of(path: Path, dice: str) -> str:
    """Make a nonce of what was drawn and of the file that it is written into."""
    return dice + file_identity(path)[: _LINE - 1 - _DICE - 1]


def _fresh(path: Path, dice: str) -> Path:
    """Where the next file is made, until it takes its place."""
    return path.with_name(f"{path.name}-{dice}")


def _first_line(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_LINE).decode("ascii", "replace").strip("\0\n ")


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


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not everywhere
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseError(f"{path} cannot be used: {error.strerror}; nothing was sent") from error
