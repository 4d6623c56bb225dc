"""A font whose every letter is a block of the same width, so that a browser's measure tells whether it is used."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.DefaultTable import DefaultTable

_UNITS = 1000
LETTERS = [chr(code) for code in range(0x20, 0x180)]


@dataclass(frozen=True)
class _Font:
    family: str = "Block Letters"
    style: str = "Regular"
    width: int = 2000
    weight: int = 400
    weights: tuple[float, float] | None = None
    italic: bool = False
    may_embed: bool = True
    bytes_more: int = 0
    flavor: str = "woff2"
    made_at: int | None = None


def block_font(**changes: Any) -> bytes:
    """Make a WOFF2 font. ``width`` is every letter's, in thousandths of the size; ``weights`` make it variable."""
    return _made(_Font(**changes))


def block_font_of_type(flavor: str, family: str = "Block Letters", *, style: str = "Regular") -> bytes:
    """Make a font as ``woff2``, as ``woff``, or, with "", as TrueType."""
    return _made(_Font(family=family, style=style, flavor=flavor))


@lru_cache(maxsize=32)
def _made(wanted: _Font) -> bytes:
    width = wanted.width
    names = [".notdef", *(f"u{ord(letter):04X}" for letter in LETTERS)]
    pen = TTGlyphPen(None)
    for number, place in enumerate(((100, 0), (100, 700), (width - 100, 700), (width - 100, 0))):
        (pen.lineTo if number else pen.moveTo)(place)
    pen.closePath()
    block, space = pen.glyph(), TTGlyphPen(None).glyph()
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):04X}" for letter in LETTERS})
    builder.setupGlyf({name: space if name == "u0020" else block for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (width, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    more: dict[str, Any] = {"usWeightClass": wanted.weight, "fsType": 0 if wanted.may_embed else 2}
    more["fsSelection"] = 0x01 if wanted.italic else 0x40
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200, **more)
    builder.setupNameTable({"familyName": wanted.family, "styleName": wanted.style})
    builder.setupPost()
    if wanted.weights:
        least, most = wanted.weights
        builder.setupFvar([("wght", least, least, most, "Weight")], [])
    if wanted.bytes_more:
        builder.font["ZZZZ"] = table = DefaultTable("ZZZZ")
        table.data = random.Random(1).randbytes(wanted.bytes_more)  # which no compression makes shorter
    builder.font.flavor = wanted.flavor or None
    if wanted.made_at is not None:
        builder.font["head"].modified = wanted.made_at
        builder.font.recalcTimestamp = False
    made = io.BytesIO()
    builder.font.save(made)
    return made.getvalue()
