"""Pictures: their bytes, type and size. PNG, JPEG and GIF, the kinds that every mail program shows.

Enters: names of files in an issue's folder, beside ``newsletter.yaml``, or of the theme. Leaves: ``Picture``s.
Never: a file outside those folders, a file that is not what its name says.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from composer.edition.model import Asset
from composer.issue.pictures import PictureError, picture_file

__all__ = ["PictureError", "PictureFile", "find_picture", "read_picture"]


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is on disk, and its size in pixels."""

    asset: Asset
    width: int
    height: int


def read_picture(folder: Path, name: str) -> PictureFile:
    """The picture ``name`` of ``folder``. PictureError if it is not there, or not a picture for mails."""
    file = picture_file(folder, name)
    return _picture(PurePosixPath(name).as_posix(), file.read_bytes())


def find_picture(folders: Sequence[Path], name: str) -> Path:
    """The first of the folders that has the picture; the first one if none has."""
    return next((folder for folder in folders if (folder / name).is_file()), folders[0])


def _picture(name: str, content: bytes) -> PictureFile:
    for media_type, measure in (("image/png", _png_size), ("image/jpeg", _jpeg_size), ("image/gif", _gif_size)):
        size = measure(content)
        if size is not None and all(size):
            return PictureFile(Asset(name, media_type, content), *size)
    raise PictureError(f"{name!r} is not a picture that mail programs show", "use PNG, JPEG or GIF")


def _png_size(content: bytes) -> tuple[int, int] | None:
    """The IHDR chunk, which comes first (PNG specification 11.2.1)."""
    if len(content) < 24 or not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _gif_size(content: bytes) -> tuple[int, int] | None:
    """The logical screen descriptor (GIF89a 18)."""
    if len(content) < 10 or not content.startswith((b"GIF87a", b"GIF89a")):
        return None
    width, height = struct.unpack("<HH", content[6:10])
    return width, height


_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """The frame header (ITU-T T.81 B.2.2), found by walking the markers before it."""
    if not content.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None
