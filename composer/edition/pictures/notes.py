"""What cameras and programs note in a PNG or JPEG is left out, and the pixels are not touched.

Enters and leaves: the bytes of a picture. Never: a decoder. What says how a picture looks or moves stays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_PNG_KEPT = frozenset(
    {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)
"""Chunks besides the critical ones that say how a picture looks or moves (PNG specification 11.3)."""

_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


def without_notes(content: bytes, kind: str) -> bytes:
    """Leave the notes out of a "PNG" or "JPEG". struct.error, IndexError or ValueError if its parts cannot be told."""
    return b"".join(_png_parts(content) if kind == "PNG" else _jpeg_parts(content))


def _png_parts(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    at, kind = 8, b""
    while kind != b"IEND":
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind = content[at + 4 : at + 8]
        # A critical chunk begins with a capital letter (PNG specification 5.4).
        if kind[:1].isupper() or kind in _PNG_KEPT:
            yield content[at : at + 12 + length]
        at += 12 + length


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """Yield the segments that decoding needs (ITU-T T.81 B.1.1), up to the end of the picture."""
    yield content[:2]
    at, marker = 2, 0
    while marker != 0xD9:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2
        if marker not in _NO_LENGTH and marker != 0xD9:
            end += struct.unpack(">H", content[end : end + 2])[0]
        if marker == 0xDA:
            end = _end_of_scan(content, end)
        if not _is_note(marker, content[at + 4 : at + 16]):
            yield content[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Find the next marker: in coded pixels, 0xFF is followed by a zero or a restart."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _is_note(marker: int, begins: bytes) -> bool:
    """Tell application data and comments, but leave JFIF, a colour profile, and Adobe's word on the colours."""
    kept = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
    if marker == 0xFE or 0xE0 <= marker <= 0xEF:
        return marker not in kept or not begins.startswith(kept[marker])
    return False
