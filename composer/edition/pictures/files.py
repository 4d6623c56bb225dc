"""Pictures are read: PNG, JPEG and GIF, the kinds that every mail program shows, with their type and size.

Enters: names of files in an issue's folder, beside ``newsletter.yaml``, or of the theme. Leaves: ``Picture``s.
Never: a file outside those folders, a file that is not what its name says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from composer.edition.model import Asset
from composer.edition.pictures.imaging import UnreadableError, for_mail, measure
from composer.issue.pictures import PictureError, find_picture_file, has_picture
from composer.picture_types import IN_WORDS

__all__ = ["PictureError", "PictureFile", "find_picture", "read_picture"]


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is on disk, and its size in pixels when it stands upright."""

    asset: Asset
    width: int
    height: int


def read_picture(folder: Path, name: str) -> PictureFile:
    """Read the picture ``name`` of ``folder``. PictureError if it is not there, or not a picture for mails."""
    file, found = find_picture_file(folder, name)
    return _read(file, PurePosixPath(name).as_posix(), found.st_mtime_ns, found.st_size)


def find_picture(folders: Sequence[Path], name: str) -> Path:
    """Find the first of the folders that has the picture; the first of all if none has it."""
    return next((folder for folder in folders if has_picture(folder, name)), folders[0])


@lru_cache(maxsize=32)
def _read(file: Path, name: str, changed_ns: int, size: int) -> PictureFile:  # noqa: ARG001  of which version
    """Read a picture once for each version of its file: a preview shows the same ones at each save."""
    return _picture(name, file.read_bytes())


def _picture(name: str, content: bytes) -> PictureFile:
    try:
        content, suffix = for_mail(content)
        media_type, width, height = measure(content)
    except UnreadableError as error:
        again = "save it again as" if "damaged" in str(error) else "use"
        hint = "make it smaller: 2,000 pixels across are enough" if "large" in str(error) else f"{again} {IN_WORDS}"
        raise PictureError(f"{name!r} is {error}", hint) from error
    if suffix:
        # Beside a photo.jpg there may be a photo.webp.
        path = PurePosixPath(name)
        name = path.with_name(f"{path.stem}-{path.suffix[1:].lower()}{suffix}").as_posix()
    return PictureFile(Asset(name, media_type, content), width, height)
