"""The type of fonts that mail programs load is WOFF2, the smallest one; authors have others, too."""

from __future__ import annotations

import struct

MEDIA_TYPE = "font/woff2"
SUFFIX = ".woff2"

_SIGNATURES = {
    b"wOF2": "WOFF2",
    b"wOFF": "WOFF",
    b"OTTO": "OpenType",
    b"\x00\x01\x00\x00": "TrueType",
    b"true": "TrueType",
    b"ttcf": "a collection of fonts",
}
_LENGTH_AT = 8  # WOFF File Format 2.0, section 3.1: the length of the whole file, 4 bytes


def type_of_font(content: bytes) -> str:
    """Name the type of a font by how its bytes begin: "WOFF2", "TrueType" …; "" if it is none."""
    return _SIGNATURES.get(content[:4], "")


def is_whole(content: bytes) -> bool:
    """Tell whether a WOFF2 font is as long as it says."""
    length = content[_LENGTH_AT : _LENGTH_AT + 4]
    return len(length) == 4 and struct.unpack(">I", length)[0] == len(content)
