"""Encodes a text as base64 (RFC 2045 6.8), which is the shortest for scripts that have little of ASCII.

A Greek or Cyrillic letter has six octets in quoted-printable and 2.7 here, one of Chinese nine and 4.1. Enters: what
all readers share, as octets, and the places of their own. Leaves: one ``Base64Text``, the whole part for one reader.

Three octets become four letters, so what stands behind a reader's value is written in one of three ways, by the length
of all that is before it. Each shared text is encoded beforehand in all three; of a reader only the values are encoded,
with the octet or two beside them that fill up three. Lines end where a shared text does, none has more than 76 letters,
and no line begins with a dot or "From ", because the alphabet has neither dot nor blank.
"""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple

from composer.edition.conditions.condition import Condition, holds
from composer.message.reader_values import Value

_GROUP: Final = 3
_LINE_OCTETS: Final = 57
_PLACE_BYTES: Final = 24
"""What a reader's value adds here and not in the other encodings: a third of its length, and the ends of two lines."""

Run = tuple[Condition | None, tuple[bytes | Value, ...]]
"""Pieces side by side, and who sees them."""


def as_octets(text: str) -> bytes:
    """Write a text in UTF-8, its lines ended by CRLF, as RFC 2045 6.8 asks of a text before it is encoded."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def base64_bytes(runs: tuple[Run, ...]) -> int:
    """Count the bytes of a part, without what its values have in any encoding."""
    parts = list(chain.from_iterable(run for _, run in runs))
    shared = sum(len(part) for part in parts if isinstance(part, bytes))
    letters = -(-shared // _GROUP) * 4
    return letters + 2 * -(-letters // 76) + _PLACE_BYTES * sum(not isinstance(part, bytes) for part in parts)


class _Way(NamedTuple):
    """One of the three ways to write a shared text: its first octets fill up three, its last wait for what comes."""

    first: bytes
    lines: bytes
    last: bytes


@dataclass(frozen=True, slots=True)
class Base64Text:
    """Writes a whole part for one reader, in lines that end with CRLF."""

    runs: tuple[Run, ...]
    _ways: tuple[tuple[Condition | None, tuple[tuple[_Way, ...] | Value, ...]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        ways = tuple(
            (condition, tuple(_ways_of(part) if isinstance(part, bytes) else part for part in run))
            for condition, run in self.runs
        )
        object.__setattr__(self, "_ways", ways)

    @property
    def shared(self) -> bytes:
        """All that readers share of it, and that its bytes are made of besides the values."""
        parts = chain.from_iterable(run for _, run in self.runs)
        return b"\0".join(part if isinstance(part, bytes) else b"" for part in parts)

    def __call__(self, values: Mapping[str, str]) -> bytes:
        written: list[bytes] = []
        rest = b""  # what has not been written yet
        for condition, run in self._ways:
            if condition is not None and not holds(condition, values):
                continue
            for part in run:
                if not isinstance(part, tuple):
                    rest += part(values)
                    continue
                first, lines, last = part[-len(rest) % _GROUP]
                rest += first
                if len(rest) % _GROUP == 0:
                    written += (_lines(rest), lines)
                    rest = last
        return b"".join((*written, _lines(rest)))


def _ways_of(text: bytes) -> tuple[_Way, ...]:
    return tuple(_way(text, first) for first in range(_GROUP))


def _way(text: bytes, first: int) -> _Way:
    end = max(first, len(text) - (len(text) - first) % _GROUP)
    return _Way(text[:first], _lines(text[first:end]), text[end:])


def _lines(octets: bytes) -> bytes:
    if len(octets) <= _LINE_OCTETS:  # as most of what is a reader's: half the time
        return b2a_base64(octets, newline=False) + b"\r\n" if octets else b""
    return encodebytes(octets).replace(b"\n", b"\r\n")
