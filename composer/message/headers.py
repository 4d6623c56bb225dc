"""Writes header fields as bytes.

The standard library's re-folds at 78 columns, puts a long List-Unsubscribe into an encoded-word, which
RFC 2047 5 forbids, and writes a header of its own when a value *contains* an encoded-word with a line
break in it (CVE-2024-6923). Here:

- text is one run: plain ASCII as it stands, anything else wholly in UTF-8 encoded-words of at most 75
  characters, never cut inside a character, one to a line (RFC 2047 2 and 5);
- text that looks like an encoded-word is encoded, so every reader shows the characters that were meant;
- folding happens only at white space that was there, or between encoded-words (RFC 5322 2.2.3);
- addresses, ids and List-* values are ASCII and are not folded at all;
- control characters are refused, also when they hide in an encoded-word (RFC 2047 decoded); marks that
  are invisible and turn or hide text are left out.
"""

from __future__ import annotations

import datetime as dt
import re
from base64 import b64encode
from collections.abc import Iterator
from email.utils import format_datetime

from composer.control_characters import control_character, hidden_control_character
from composer.errors import MessageError
from composer.message.quoted_printable import cut, escaped

_LINE_ADVICE = 78  # RFC 5322 2.1.1: should
_LINE_MAX = 998  # RFC 5322 2.1.1: must
_ENCODED_LINE_MAX = 76  # RFC 2047 2: a line that has an encoded-word
_WORD_MAX = 75  # RFC 2047 2
_WORD_FRAME = len("=?utf-8?q??=")

# Bidi marks and overrides, and zero-width characters. The joiners U+200C and U+200D stay: Persian, Hindi
# and family emoji are written with them. Such marks come along when names are pasted from a spreadsheet,
# so they are dropped; refusing them would hold up everybody's mail for one reader's name.
_invisible = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_spaces = re.compile(" {2,}")
_atoms = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*").fullmatch
# What most subjects are: words that stand as they are, where there is room for them on the line.
_is_plain = re.compile(r"[!-<>-~]+(?: [!-<>-~]+)*").fullmatch
# The letters that may stand for themselves wherever an encoded-word may stand (RFC 2047 5 (3)).
_Q_LITERAL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_Q_ESCAPES = {octet: f"={octet:02X}" for octet in range(256) if octet not in _Q_LITERAL} | {0x20: "_"}


def refuse_control_characters(value: str, *, field: str) -> None:
    """Raise MessageError, naming the field, if the value has a character that is no text."""
    if found := control_character(value):
        raise MessageError(f"{field} has a control character (U+{ord(found):04X}) in {value!r}; remove it")


def header_text(value: str, *, field: str) -> str:
    """The value as it may stand in a header: one line, single spaces, nothing invisible. Raises MessageError."""
    refuse_control_characters(value, field=field)
    if found := hidden_control_character(value):
        raise MessageError(f"{field} has a control character (U+{ord(found):04X}) hidden in {value!r}; remove it")
    if not value.isascii():
        value = _invisible.sub("", value)
    return _spaces.sub(" ", value).strip(" ")


def text_field(name: str, value: str) -> bytes:
    """Write a field of free text, such as Subject, folded and encoded as needed. Raises MessageError."""
    room = _LINE_ADVICE - len(name) - 2
    if len(value) <= room and _is_plain(value):
        return f"{name}: {value}\r\n".encode("ascii")
    value = header_text(value, field=name)
    if value.isascii() and "=?" not in value:
        if len(value) <= room:
            return f"{name}: {value}\r\n".encode("ascii")
        lines = _fold(value, first=room)
        if max(map(len, lines)) < _LINE_MAX - len(name) - 2:
            return "\r\n".join([f"{name}: {lines[0]}", *lines[1:], ""]).encode("ascii")
    return f"{name}: {_encoded_words(value, used=len(name) + 2)}\r\n".encode("ascii")


def mailbox_field(name: str, display_name: str, address: str) -> bytes:
    """Write a field of one address, such as From. ``address`` is as ``wire_address`` leaves it."""
    phrase = header_text(display_name, field=name)
    if not phrase:
        return f"{name}: {address}\r\n".encode()
    if not phrase.isascii() or "=?" in phrase:
        words = _encoded_words(phrase, used=len(name) + 2)
    else:
        words = phrase if _atoms(phrase) else _quoted(phrase)
    last_line = words.rpartition("\n")[2]
    used = len(last_line) + (0 if last_line != words else len(name) + 2)
    separator = " " if used + len(address) + 3 <= _ENCODED_LINE_MAX else "\r\n "
    return f"{name}: {words}{separator}<{address}>\r\n".encode()


def list_id_field(list_name: str, list_id: str) -> bytes:
    """Write List-Id (RFC 2919). A name beyond ASCII is left out: a List-* value has no encoded-words."""
    phrase = header_text(list_name, field="List-Id")
    if not phrase or not phrase.isascii() or "=?" in phrase:
        return plain_field("List-Id", f"<{list_id}>")
    return plain_field("List-Id", f"{phrase if _atoms(phrase) else _quoted(phrase)} <{list_id}>")


def date_field(date: dt.datetime) -> bytes:
    """Write Date. Raises ValueError if the time does not know its zone."""
    if date.tzinfo is None:
        raise ValueError("the date of a message needs a time zone")
    return plain_field("Date", format_datetime(date))


def plain_field(name: str, value: str) -> bytes:
    """Write a field whose value is ASCII and stays on its line: ids, List-* values. Raises MessageError."""
    line = f"{name}: {value}"
    if not (line.isascii() and line.isprintable()) or len(line) > _LINE_MAX:
        raise MessageError(f"{name} cannot be {value!r}; it takes one line of plain ASCII")
    return line.encode("ascii") + b"\r\n"


def _quoted(phrase: str) -> str:
    escaped = phrase.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _fold(value: str, *, first: int) -> list[str]:
    """Break ASCII text into lines at its spaces; each line after the first begins with the space that was there."""
    lines: list[str] = []
    current, room = "", first
    for position, word in enumerate(value.split(" ")):
        piece = word if position == 0 else f" {word}"
        if current and len(current) + len(piece) > room:
            lines.append(current)
            current, room = piece, _LINE_ADVICE
        else:
            current += piece
    return [*lines, current]


def _encoded_words(text: str, *, used: int) -> str:
    """Write the text as encoded-words, one to a line; ``used`` columns of the first are taken already."""
    as_q = escaped(text, _Q_ESCAPES)
    room = min(_WORD_MAX, _ENCODED_LINE_MAX - used) - _WORD_FRAME
    if len(as_q) > 2 * len(text.encode()):  # mostly escapes, which nobody can read
        return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in _b_words(text.encode(), room))
    words = []
    while as_q:
        place = cut(as_q, room)
        words.append(f"=?utf-8?q?{as_q[:place]}?=")
        as_q, room = as_q[place:], _WORD_MAX - _WORD_FRAME
    return "\r\n ".join(words)


def _b_words(octets: bytes, room: int) -> Iterator[str]:
    while octets:
        place = room // 4 * 3
        while place < len(octets) and octets[place] & 0xC0 == 0x80:  # an octet that continues a character
            place -= 1
        yield b64encode(octets[:place]).decode("ascii")
        octets, room = octets[place:], _WORD_MAX - _WORD_FRAME
