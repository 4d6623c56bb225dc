"""The journal of erasures: a file outside the database, so that a backup that is restored does not bring people back.

Each line is an object of JSON with the digest of an address and the second of its erasure. Lines are only ever added,
and are on the disk before the database is changed: who dies between the two erases the person at the next start.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from composer.errors import DatabaseError


@dataclass(frozen=True, slots=True)
class ErasureNote:
    """One line of the journal: whose address was erased, and when in Unix seconds."""

    address_digest: str
    erased_at: int


def append_notes(path: Path, notes: Sequence[ErasureNote]) -> None:
    """Add lines, on the disk when this returns; the file is made so that its owner alone reads it.

    Raises DatabaseError.
    """
    lines = b"".join(orjson.dumps({"address": one.address_digest, "erased_at": one.erased_at}) + b"\n" for one in notes)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            if file.tell() and not _ends_with_a_line(path):
                lines = b"\n" + lines  # what a power cut has left of a line stays one of its own
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be written: {error.strerror}. Nobody was erased: without this file a restored backup would "
            "bring them back"
        ) from error


def read_notes(path: Path) -> Sequence[ErasureNote]:
    """Read the journal, each address with its latest erasure; nothing if there is none. Raises DatabaseError."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise DatabaseError(f"{path} cannot be read: {error.strerror}; it says who was erased") from error
    latest: dict[str, int] = {}
    for line in lines:
        try:
            said = orjson.loads(line)
            digest, at = str(said["address"]), int(said["erased_at"])
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            continue  # half a line, of a power cut: its database was not changed either
        latest[digest] = max(at, latest.get(digest, 0))
    return [ErasureNote(digest, at) for digest, at in latest.items()]


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
