"""Finds what no line of text has: control characters, also where an encoded-word of a header hides them.

Whoever takes values in asks this, and whoever writes them into a header: what one takes the other can write.
"""

from __future__ import annotations

import binascii
import re
from email.errors import HeaderParseError
from email.header import decode_header

# C0, DEL, C1, the line and paragraph separators, lone surrogates.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def control_character(value: str) -> str | None:
    """The first control character in the value, if it has one."""
    if value.isprintable():
        return None
    found = _CONTROL.search(value)
    return found[0] if found else None


def hidden_control_character(value: str) -> str | None:
    """The first control character that a program meets which decodes the encoded-words in the value (RFC 2047)."""
    return control_character(_decoded(value)) if "=?" in value else None


def _decoded(value: str) -> str:
    """What a mail program shows that decodes the encoded-words in the value."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, binascii.Error, ValueError):
        return value
    return "".join(
        part.decode(charset if charset in ("utf-8", "us-ascii") else "latin-1", "replace")
        if isinstance(part, bytes)
        else part
        for part, charset in parts
    )


def one_line(text: str) -> str:
    """The text as one line that can be kept: control characters and halves of a character as U+FFFD.

    The joiners, by which scripts and emoji are written, stay.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in _JOINERS else "\N{REPLACEMENT CHARACTER}" for one in text)


_JOINERS = "\u200c\u200d"
