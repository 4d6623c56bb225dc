"""A font that is dropped into the publication is stored beside ``newsletter.yaml``, in ``fonts/``, under a clean name.

Enters: the bytes of a TrueType, OpenType, WOFF or WOFF2 font and what its file was called. Leaves: a WOFF2 file, and
what has to be declared of it. What it is is decided by its bytes. Nothing is ever written over another file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from composer.edition.theme.web_fonts import wrong_font
from composer.errors import FileRefused
from composer.font_types import SUFFIX, type_of_font
from composer.limited_process import TookTooLong, run_limited
from composer.writing.pictures import clean_name, store_under_free_name

MAX_BYTES_TAKEN = 20_000_000
TAKEN_IN_WORDS = "WOFF2, WOFF, TTF or OTF"
FOLDER = "fonts"


@dataclass(frozen=True, slots=True)
class StoredFont:
    """A font as ``fonts:`` of ``newsletter.yaml`` declares it, and what is good to know of it.

    ``may_embed`` is false where the font itself says that it must not be put into documents without leave.
    """

    family: str
    file: str
    weight: str
    style: str
    size_bytes: int
    may_embed: bool


def store_font(folder: Path, name: str, content: bytes) -> StoredFont:
    """Store a font in ``fonts/`` of the folder. ``name`` is what its file was called where it comes from.

    The same font stored again keeps its file. Raises FileRefused, in words, if it is none that can be used.
    """
    if len(content) > MAX_BYTES_TAKEN:
        raise FileRefused(f"the font has {len(content):,} bytes; at most {MAX_BYTES_TAKEN:,} are taken")
    kind = type_of_font(content)
    if not kind:
        raise FileRefused(f"this is no font; use {TAKEN_IN_WORDS}")
    if kind == "a collection of fonts":
        raise FileRefused(f"this is {kind}; use a file of one font, {TAKEN_IN_WORDS}")
    notes, made = _as_woff2(content)
    if wrong := wrong_font(name, made):
        raise FileRefused("; ".join(wrong))
    stem = clean_name(name, otherwise="font")
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise FileRefused(f"{folder / FOLDER} cannot be made: {error.strerror}") from error
    file = store_under_free_name(folder, f"{FOLDER}/{stem}", SUFFIX, made)
    return StoredFont(
        family=re.sub(r"[^\w -]+", " ", str(notes["family"])).strip(" -")[:60] or stem,
        file=f"{FOLDER}/{file.name}",
        weight=str(notes["weight"]),
        style=str(notes["style"]),
        size_bytes=len(made),
        may_embed=bool(notes["may_embed"]),
    )


def _as_woff2(content: bytes) -> tuple[dict[str, object], bytes]:
    try:
        told = run_limited("composer.writing.fonts.to_woff2", content)
    except TookTooLong as error:
        raise FileRefused("this font takes too long to be read; use a WOFF2 file") from error
    notes, _, made = (told or b"").partition(b"\n")
    if not made:
        raise FileRefused(f"this font is damaged; use {TAKEN_IN_WORDS}")
    return json.loads(notes), made
