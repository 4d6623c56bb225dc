"""Where the bytes of a file of people are: on the disk, or in memory. They are read piece by piece.

A file is read several times (for its encoding, for what its columns say, for its people), so what comes through a pipe
is put into a temporary file first.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from composer.errors import ImportRefused

PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileSource:
    """The bytes of a file, which can be opened as often as they are read."""

    place: bytes | Path

    def open(self) -> BinaryIO:
        """Open it from its start. Raises ImportRefused if it cannot be read."""
        if isinstance(self.place, bytes):
            return io.BytesIO(self.place)
        try:
            return self.place.open("rb")
        except OSError as error:
            raise ImportRefused(f"{self.place} cannot be read: {error.strerror}") from error

    def start(self, count: int) -> bytes:
        """Give so many of its first bytes."""
        with self.open() as opened:
            return _read(opened, count)

    def pieces(self) -> Iterator[bytes]:
        """Give all of it, a megabyte at a time. Raises ImportRefused."""
        with self.open() as opened:
            while piece := _read(opened, PIECE_BYTES):
                yield piece

    def digest(self) -> str:
        """Name all that is in it by its SHA-256, in 64 hexadecimal characters."""
        found = hashlib.sha256()
        for piece in self.pieces():
            found.update(piece)
        return found.hexdigest()


def source_of(data: bytes | Path | FileSource) -> FileSource:
    """Take bytes, or a path, as a source."""
    return data if isinstance(data, FileSource) else FileSource(data)


@contextmanager
def spooled(stream: IO[bytes], *, most_bytes: int) -> Iterator[FileSource]:
    """Keep what comes through a pipe for as long as it is read. Raises ImportRefused at the byte too many."""
    with tempfile.NamedTemporaryFile(prefix="newsletter-") as kept:
        size = 0
        while piece := stream.read(PIECE_BYTES):
            size += len(piece)
            if size > most_bytes:
                raise ImportRefused(f"The file is larger than {most_bytes // 2**20} MB; split it")
            kept.write(piece)
        kept.flush()
        yield FileSource(Path(kept.name))


def _read(opened: BinaryIO, count: int) -> bytes:
    try:
        return opened.read(count)
    except OSError as error:
        raise ImportRefused(f"The file cannot be read: {error.strerror}") from error
