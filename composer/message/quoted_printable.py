"""Encodes text as quoted-printable (RFC 2045 6.7), in pieces that may be joined in any order.

A piece begins at the start of a line and leaves the next one at the start of a line: if it does not end
with a line break of the text, it ends with a soft one. So a mail is a join of pieces encoded beforehand and
of values encoded alone. Beyond the RFC's rules, in every piece:

- no line begins with a dot, so SMTP's dot-stuffing (RFC 5321 4.5.2) has nothing to do;
- no line begins with "From ", which mailbox files take for the next message;
- no character is torn apart by a soft line break.
"""

from __future__ import annotations

import re

SOFT_BREAK = b"=\r\n"
_ROOM = 75  # RFC 2045 6.7 (5): 76 with the "=" of a soft line break
_LITERAL = frozenset(range(32, 127)) - {ord("=")}
_ESCAPES = {octet: f"={octet:02X}" for octet in range(256) if octet not in _LITERAL}

# What most values are: one line of plain ASCII that can stand as it is.
_is_plain = re.compile(r"(?!\.|From )[ -<>-~]{1,75}").fullmatch


def encode(text: str) -> bytes:
    """Encode the text as one piece. Its line breaks are "\\n" or "\\r\\n"; they become CRLF."""
    if _is_plain(text):
        return text.encode("ascii") + SOFT_BREAK
    *whole, rest = text.replace("\r\n", "\n").split("\n")
    lines = [_broken(_protected_end(escaped(line, _ESCAPES))) + "\r\n" for line in whole]
    if rest:
        lines.append(_broken(escaped(rest, _ESCAPES)) + "=\r\n")
    return "".join(lines).encode("ascii")


def escaped(text: str, escapes: dict[int, str]) -> str:
    """Write the text's UTF-8 octets, each as itself or as ``escapes`` has it."""
    return text.encode().decode("latin-1").translate(escapes)


def cut(line: str, room: int) -> int:
    """Find the last place, ``room`` at most, where escaped text may be cut: not in an escape, not in a character."""
    if len(line) <= room:
        return len(line)
    place = room
    if (escape := line.rfind("=", room - 2, room)) >= 0:
        place = escape
    while line[place] == "=" and line[place + 1] in "89AB":  # an octet that continues a character
        place -= 3
    return place


def _broken(line: str) -> str:
    """Break one line of the text into as many lines as it needs."""
    line = _protected_start(line)
    if len(line) <= _ROOM:
        return line
    lines = []
    while line:
        place = cut(line, _ROOM)
        lines.append(line[:place])
        line = _protected_start(line[place:])
    return "=\r\n".join(lines)


def _protected_start(line: str) -> str:
    return f"={ord(line[0]):02X}{line[1:]}" if line.startswith((".", "From ")) else line


def _protected_end(line: str) -> str:
    """Escape the space before a line break, which would be lost on the way (RFC 2045 6.7 (3)); tabs always are."""
    return f"{line[:-1]}=20" if line.endswith(" ") else line
