"""What a relay answers, and what it means for a delivery. Pure.

::

    octets ── ReplyReader.feed ──▶ Reply(code, enhanced, text) ── judge(phase, reply) ──▶ DeliveryEvent

                     2yz       4yz, 421   5yz       anything else, or no answer
    before the dot   –         defer      refuse    defer
    after the dot    accept    defer      refuse    lose

The first digit decides (RFC 5321 4.2.1), so a 252 after the dot is an acceptance. Until the final dot
has left, the relay has nothing, and silence is safe to try again; after it, only an answer tells who has
the message (RFC 1047), and without one the delivery is unknown.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from composer.delivery.states import DeliveryEvent

_REPLY_MAX_BYTES = 32 * 1024  # a long EHLO has 2 KB; this bounds what a broken relay can make us keep
_SHORT_BYTES = 512  # RFC 5321 4.5.3.1.5: a reply's line
_TEXT_MAX = 500  # characters kept in the records

_enhanced = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)").match
_blank = re.compile(r"[\x00-\x20\x7f-\x9f]+")


class Phase(enum.StrEnum):
    """The step of the conversation whose answer decided, or never came."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a relay. ``enhanced`` is the RFC 3463 code ("5.1.1"), if it has one; ``text`` has neither code."""

    code: int
    enhanced: str | None
    text: str
    digit: int = field(init=False, repr=False, compare=False)
    """The code's first digit: 2 means done, 3 go on, 4 not now, 5 no."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digit", self.code // 100)

    def __str__(self) -> str:
        return in_words(self.code, self.enhanced, self.text)


def in_words(code: int | None, enhanced: str | None, text: str | None) -> str:
    """Put a reply into a line for people, "550 5.1.1 no such user"; without a code, what happened instead of one."""
    return " ".join(filter(None, (str(code or ""), enhanced, text)))


class GarbledReply(ValueError):
    """The relay sent something that is no SMTP reply."""


class ReplyReader:
    """Cuts the relay's octets into replies, however they arrive. Keeps no more than a bounded rest."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, octets: bytes) -> Iterator[Reply]:
        """Give the replies that are complete now. Raises GarbledReply after those that came before the garbage."""
        *lines, self._rest = (self._rest + octets).split(b"\n")
        for line in lines:
            self._size += len(line)
            if self._size > _REPLY_MAX_BYTES:
                break
            self._lines.append(line)
            if line[3:4] != b"-":
                self._size = 0
                whole, self._lines = self._lines, []
                is_short = len(whole) == 1 and len(line) <= _SHORT_BYTES
                yield _parse_short(line) if is_short else parse_reply(whole)
        if self._size + len(self._rest) > _REPLY_MAX_BYTES:
            raise GarbledReply(f"the reply is longer than {_REPLY_MAX_BYTES} bytes")


def parse_reply(lines: list[bytes]) -> Reply:
    """Read the lines of one reply, each as "250-text" or "250 text". Raises GarbledReply."""
    code = lines[0][:3]
    if not (code.isdigit() and b"200" <= code <= b"599" and all(_has_code(line, code) for line in lines)):
        raise GarbledReply(f"this is no reply: {clean_text(b' '.join(lines))!r}")
    enhanced = None
    texts = []
    for line in lines:
        text = clean_text(line[4:])
        if found := _enhanced(text):
            enhanced = enhanced or found[1]
            text = text[found.end() :]
        texts.append(text)
    return Reply(int(code), enhanced, " ".join(texts).strip()[:_TEXT_MAX])


@lru_cache(maxsize=64)  # what a relay says to MAIL, RCPT and DATA is always the same
def _parse_short(line: bytes) -> Reply:
    return parse_reply([line])


def _has_code(line: bytes, code: bytes) -> bool:
    return line[:3] == code and line[3:4] in (b" ", b"-", b"\r", b"")


def clean_text(octets: bytes) -> str:
    """Make a relay's words safe to record and to show: one line, of a bounded length, in Unicode."""
    return _blank.sub(" ", octets[: 4 * _TEXT_MAX].decode("utf-8", "replace")).strip()[:_TEXT_MAX]


_VERDICTS = {
    (False, 4): DeliveryEvent.DEFER,
    (False, 5): DeliveryEvent.REFUSE,
    (True, 2): DeliveryEvent.ACCEPT,
    (True, 4): DeliveryEvent.DEFER,
    (True, 5): DeliveryEvent.REFUSE,
}
"""(the dot has left, first digit) → what happened to the delivery."""

_ABOUT_THE_CONNECTION = frozenset({Phase.CONNECT, Phase.TLS, Phase.LOGIN})


def judge(phase: Phase, reply: Reply | None) -> DeliveryEvent:
    """What an answer in this phase, or its absence, means for the delivery."""
    dot_has_left = phase is Phase.DOT
    otherwise = DeliveryEvent.LOSE if dot_has_left else DeliveryEvent.DEFER
    if reply is None or phase in _ABOUT_THE_CONNECTION:
        return otherwise
    return _VERDICTS.get((dot_has_left, reply.digit), otherwise)
