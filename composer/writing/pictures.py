"""A picture that is dropped into an issue is stored beside it: under a clean name, upright, and no larger than needed.

Enters: the bytes of a file and what it was called. Leaves: a file in the issue's folder that mails can show. What it is
is decided by its bytes and never by its name. PNG and JPEG are made smaller if they are large and lose what cameras
note in them (where they were taken); WebP, AVIF and HEIC become JPEG, or PNG where they have holes; a drawing (SVG)
becomes a PNG; GIFs stay as they are, for most of them move. Nothing is ever written over another file.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path, PurePath

from composer.edition.pictures.imaging import UnreadableError, for_mail, measure, prepared
from composer.errors import ChangedMeanwhile, FileRefused
from composer.picture_types import type_by_content
from composer.plain_name import plain_name
from composer.writing.files import replace_file
from composer.writing.svg import drawn

MAX_BYTES = 40_000_000
MAX_WIDTH = 2000
"""A mail is 640 wide, a sharp screen has twice as many pixels, and some room is left for another cut."""
TAKEN_IN_WORDS = "PNG, JPEG, GIF, WebP, AVIF, HEIC or SVG"

_MAX_PIXELS = 60_000_000
_HEIC = re.compile(rb"....ftyp(?:hei[csmx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
_SVG = re.compile(rb"\s*<(?:[?!\w].{0,4000}?<)?(?:\w+:)?svg[\s>]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """Names the file beside the issue, and says how large it is in pixels."""

    name: str
    width: int
    height: int


def store_picture(folder: Path, name: str, content: bytes) -> StoredPicture:
    """Store a picture in the folder of an issue. ``name`` is what it was called where it comes from.

    The same picture stored again keeps its file. Raises FileRefused, in words, if it is no picture that can be shown.
    """
    made = picture_for_mail(content)
    measured = measure(made)
    suffix = type_by_content(made[:16])
    assert suffix is not None
    file = store_under_free_name(folder, clean_name(name), suffix.suffixes[0], made)
    return StoredPicture(file.name, measured.width, measured.height)


def store_under_free_name(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Write a file under a name that is free, with a number behind ``stem`` if need be; or find it there already.

    Raises FileRefused where the system does not let it happen.
    """
    number = 1
    while True:
        file = folder / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"
        try:
            replace_file(file, content, folder=folder, expected=None)
        except ChangedMeanwhile as there:
            if there.found != content:
                number += 1
                continue
        except FileRefused:
            if not file.is_symlink() and not file.is_dir():
                raise
            number += 1
            continue
        return file


def picture_for_mail(content: bytes) -> bytes:
    """Make a PNG, JPEG or GIF of a picture of any type that is taken. Raises FileRefused if it is none."""
    if len(content) > MAX_BYTES:
        raise FileRefused(f"the picture has {len(content):,} bytes; at most {MAX_BYTES:,} are taken")
    try:
        if _SVG.match(content[:5000].removeprefix(b"\xef\xbb\xbf")):
            content = drawn(content)
        elif _HEIC.match(content[:16]):
            content = _from_heic(content)
        shown, _ = for_mail(content)
        return prepared(shown, max_width=MAX_WIDTH)
    except UnreadableError as error:
        raise FileRefused(f"this is {error}; use {TAKEN_IN_WORDS}") from error


def _from_heic(content: bytes) -> bytes:
    """Decode what phones take pictures in. The library turns it upright."""
    import pi_heif

    try:
        picture = pi_heif.open_heif(content)
        width, height = picture.size
        if width * height > _MAX_PIXELS:
            raise FileRefused(f"the picture has {width} × {height} pixels, too many to be worked on")
        image = picture.to_pillow()
        made = io.BytesIO()
        if image.mode in ("RGBA", "LA"):
            image.save(made, "PNG", exif=b"", icc_profile=image.info.get("icc_profile"))
        else:
            image = image if image.mode == "L" else image.convert("RGB")  # a profile of grey is of no other colours
            image.save(made, "JPEG", quality=90, exif=b"", icc_profile=image.info.get("icc_profile"))
    except (ValueError, LookupError, TypeError, OSError, EOFError, RuntimeError, SyntaxError, struct.error) as error:
        raise FileRefused("this HEIC picture is damaged; save it as JPEG") from error
    return made.getvalue()


def clean_name(name: str, *, otherwise: str = "picture") -> str:
    """Make the stem of a file's name of another's: "C:\\Été à Nice (2).HEIC" becomes ete-a-nice-2."""
    last = PurePath(name.replace("\\", "/")).name
    return plain_name(last.rpartition(".")[0] or last) or otherwise
