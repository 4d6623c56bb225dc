"""A GIF is followed from block to block, to tell whether it is whole; no decoder is needed.

Enters: the bytes of a GIF. Source: GIF89a, 1990, sections 15 to 27.
"""

from __future__ import annotations

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def is_whole(content: bytes) -> bool:
    """Tell whether no block of the GIF is cut short. A missing trailer harms nothing: every program shows it."""
    try:
        at = 13 + _colours(content[10])
        while at < len(content) and content[at] != _TRAILER:
            if content[at] == _IMAGE:
                at = _after_parts(content, at + 11 + _colours(content[at + 9]))
            elif content[at] == _EXTENSION:
                at = _after_parts(content, at + 2)
            else:
                return False
    except IndexError:
        return False
    return 13 < at <= len(content)


def _colours(flags: int) -> int:
    """Count the bytes of the table of colours that ``flags`` announces."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_parts(content: bytes, at: int) -> int:
    """Pass over parts, each with its length before it, to the end of the one that is empty."""
    while content[at]:
        at += content[at] + 1
    return at + 1
