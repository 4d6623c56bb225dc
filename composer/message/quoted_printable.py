"""Text → quoted-printable (RFC 2045 6.7) in pieces that may be joined in any order.

A piece begins at the start of a line and leaves the next one at the start of a line: if it does not end
with a line break of the text, it ends with a soft one. So a mail is a join of pieces encoded beforehand and
of values encoded alone. Beyond the RFC's rules, in every piece:

- no line begins with a dot, so SMTP's dot-stuffing (RFC 5321 4.5.2) has nothing to do;
- no line begins with "From ", which mailbox files take for the next message;
- no character is torn apart by a soft line break.
"""

from __future__ import annotations

import re

_LINE_MAX = 76  # RFC 2045 6.7 (5), with the "=" of a soft line break
_SOFT_BREAK = b"=\r\n"
_LITERAL = frozenset(range(33, 127)) - {ord("=")} | {ord(" ")}
_OCTETS = tuple(bytes([octet]) if octet in _LITERAL else b"=%02X" % octet for octet in range(256))

# What most values are: one line of plain ASCII that can stand as it is.
_is_plain = re.compile(r"(?!\.|From )[ -<>-~]{1,75}").fullmatch


def encode(text: str) -> bytes:
    """The text as one piece. Its line breaks are "\\n" or "\\r\\n"; they become CRLF."""
    if _is_plain(text):
        return text.encode("ascii") + _SOFT_BREAK
    *whole, rest = text.replace("\r\n", "\n").split("\n")
    pieces = [_encode_line(line, protect_end=True) + b"\r\n" for line in whole]
    if rest:
        pieces.append(_encode_line(rest, protect_end=False) + _SOFT_BREAK)
    return b"".join(pieces)


def _encode_line(line: str, *, protect_end: bool) -> bytes:
    """One line of the text, over as many lines as it needs. ``protect_end``: a hard line break follows."""
    units = [b"".join(_OCTETS[octet] for octet in character.encode()) for character in line]
    if protect_end and units and units[-1] in (b" ", b"\t"):
        units[-1] = b"=20"  # white space before a line break is lost on the way (RFC 2045 6.7 (3))
    done: list[bytes] = []
    current: list[bytes] = []
    width = 0
    for position, unit in enumerate(units):
        if not current:
            unit = _protect_start(unit, line, position)
        if width + len(unit) > _LINE_MAX - 1:
            done.append(b"".join(current) + _SOFT_BREAK)
            current, width = [], 0
            unit = _protect_start(unit, line, position)
        current.append(unit)
        width += len(unit)
    return b"".join(done) + b"".join(current)


def _protect_start(unit: bytes, line: str, position: int) -> bytes:
    if unit == b"." or line.startswith("From ", position):
        return b"=%02X" % unit[0]
    return unit
