"""An edition compiled into one mail, once; each reader's mail is a join of its pieces.

::

    Edition ── compile_message ──▶ CompiledMessage           literals encoded, values' places known
                                      │  values(recipient)   what varies, each escaped and encoded alone
                                      ▼
                                   render(recipient) ──▶ Message     join(literals and values, in order)

The order of headers and parts::

    From, To*, Reply-To, Subject*, Date, Message-ID*, List-Id, List-Post, List-Owner, List-Unsubscribe*,
    List-Unsubscribe-Post, Precedence, Content-Language, MIME-Version, Content-Type: multipart/alternative
    ├── text/plain; charset=utf-8, quoted-printable *
    └── text/html; charset=utf-8, quoted-printable *            (* varies by reader)

Everything that does not vary is in the literals, whose hash is ``digest``; so (digest, values) determines
the bytes. The boundary contains "=_", which quoted-printable never writes, so no part can contain it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from urllib.parse import quote

from composer.edition.model import Edition, Segments, Slot
from composer.edition.slots import slot_value
from composer.errors import MessageError
from composer.message.addresses import wire_address, wire_domain
from composer.message.headers import (
    date_field,
    list_id_field,
    mailbox_field,
    plain_field,
    refuse_control_characters,
    text_field,
)
from composer.message.links import LINKS, Purpose, Site, assets_url, link_url, sign_link
from composer.message.message_id import message_id
from composer.message.quoted_printable import SOFT_BREAK, encode
from composer.message.recipient import Recipient

_SUBSCRIBER = "subscriber."
_ASSETS = "links.assets"
_UNSUBSCRIBE = "links.unsubscribe"
_MESSAGE_ID = "message-id"
_SAMPLE = "Az09-_" * 7 + "Az"

Value = Callable[[Mapping[str, str]], bytes]
"""From a reader's values, by slot name, to the bytes of one place in the mail."""

_Arrange = Callable[[tuple[bytes, ...]], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Message:
    """One reader's mail. ``data`` has CRLF at the end of every line, and no line begins with a dot."""

    message_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CompiledMessage:
    """One edition's mail in one mailing, lacking only the reader."""

    digest: str
    field_names: frozenset[str]
    _key: bytes = field(repr=False)
    _mailing: int
    _domain: str
    _literals: tuple[bytes, ...] = field(repr=False)
    _values: tuple[Value, ...] = field(repr=False)
    _purposes: tuple[Purpose, ...]
    _arrange: _Arrange = field(repr=False)

    def render(self, recipient: Recipient) -> Message:
        """The mail for one reader. Raises MessageError, naming the field, for a value that is no text."""
        values = self.values(recipient)
        return Message(values[0].decode("ascii"), b"".join(self._arrange(self._literals + values)))

    def values(self, recipient: Recipient) -> tuple[bytes, ...]:
        """What varies, in a fixed order, the Message-ID first. Raises MessageError."""
        if recipient.mailing != self._mailing:
            raise ValueError(f"a recipient of mailing {recipient.mailing} in mailing {self._mailing}")
        subscriber, key = recipient.subscriber, self._key
        named = {_SUBSCRIBER + name: recipient.fields.get(name, "") for name in self.field_names}
        named["subscriber.email"] = recipient.email
        for name, value in named.items():
            refuse_control_characters(value, field=name)
        for purpose in self._purposes:
            named[purpose] = sign_link(purpose, mailing=self._mailing, subscriber=subscriber, key=key)
        named[_MESSAGE_ID] = message_id(mailing=self._mailing, subscriber=subscriber, key=key, domain=self._domain)
        return tuple([value(named) for value in self._values])


def compile_message(edition: Edition, *, site: Site, mailing: int, date: dt.datetime) -> CompiledMessage:
    """Everything that all readers' mails have in common, done once.

    ``date`` becomes the Date header and must know its zone. Raises MessageError if the edition cannot be
    sent as a mail: no sender, or a header that is no text.
    """
    boundary = f"=_{edition.digest[:40]}"
    sender = wire_address(edition.sender[1])
    text, html = (_fold_in(segments, edition, site=site) for segments in (edition.text, edition.html))
    pieces = [
        *_header_pieces(edition, site=site, sender=sender, date=date, boundary=boundary),
        *_part_pieces("plain", text, boundary=boundary),
        *_part_pieces("html", html, boundary=boundary),
        f"--{boundary}--\r\n".encode("ascii"),
    ]
    literals, values, places = _assemble(pieces)
    parts = (*edition.subject, *edition.text, *edition.html)
    names = {part.name for part in parts if isinstance(part, Slot)} | {_UNSUBSCRIBE}
    return CompiledMessage(
        digest=hashlib.sha256(b"\0".join([repr(places).encode("ascii"), *literals])).hexdigest(),
        field_names=frozenset(name.removeprefix(_SUBSCRIBER) for name in names if name.startswith(_SUBSCRIBER)),
        _key=site.secret_key,
        _mailing=mailing,
        _domain=sender.rpartition("@")[2],
        _literals=literals,
        _values=values,
        _purposes=tuple(purpose for name, purpose in LINKS.items() if name in names),
        _arrange=itemgetter(*places),
    )


def _header_pieces(
    edition: Edition, *, site: Site, sender: str, date: dt.datetime, boundary: str
) -> Iterator[bytes | Value]:
    reply_to = wire_address(edition.reply_to) if edition.reply_to else None
    yield mailbox_field("From", edition.sender[0], sender)
    yield _to_field
    if reply_to:
        yield mailbox_field("Reply-To", "", reply_to)
    yield _subject_piece(edition.subject)
    yield date_field(date) + b"Message-ID: "
    yield _message_id
    yield b"\r\n" + list_id_field(edition.list_name, wire_domain(edition.list_id))
    yield plain_field("List-Post", "NO")  # an announcement list (RFC 2369 3.4)
    yield plain_field("List-Owner", f"<mailto:{quote(reply_to or sender, safe='@+')}>")
    yield f"List-Unsubscribe: <{link_url(Purpose.UNSUBSCRIBE, '', site=site)}".encode("ascii")
    yield _Token(Purpose.UNSUBSCRIBE)
    yield b">\r\n" + plain_field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058 3.1
    # Not a standard; but vacation programs that know no List-Id look at it (RFC 3834 2), and readers'
    # absence notes would otherwise fill the sender's mailbox.
    yield plain_field("Precedence", "bulk")
    yield plain_field("Content-Language", edition.language)
    yield plain_field("MIME-Version", "1.0")
    yield b'Content-Type: multipart/alternative;\r\n boundary="' + boundary.encode("ascii") + b'"\r\n\r\n'


def _part_pieces(subtype: str, segments: Iterable[str | Value], *, boundary: str) -> Iterator[bytes | Value]:
    """One part, from its delimiter to the line break before the next."""
    yield (
        f"--{boundary}\r\n"
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii")
    for segment in segments:
        yield encode(segment) if isinstance(segment, str) else segment
    yield b"\r\n"


def _fold_in(segments: Segments, edition: Edition, *, site: Site) -> list[str | Value]:
    """The body with everything that readers share written out, ending with a line break."""
    folded: list[str | Value] = [""]
    for segment in segments:
        for part in _shared(segment, edition, site=site) if isinstance(segment, Slot) else (segment,):
            if isinstance(part, str) and isinstance(folded[-1], str):
                folded[-1] += part
            else:
                folded.append(part)
    if not isinstance(folded[-1], str):
        folded.append("\n")
    elif not folded[-1].endswith("\n"):
        folded[-1] += "\n"
    return folded


def _shared(slot: Slot, edition: Edition, *, site: Site) -> Iterator[str | Value]:
    """A slot, with what is equal for all its readers as text: the files' address, a link up to its token."""
    if slot.name == _ASSETS:
        yield slot_value(slot, {_ASSETS: assets_url(edition, site=site)})
        return
    if purpose := LINKS.get(slot.name):
        # A token's letters need no escaping anywhere, so what is around a sample is around every token.
        before, found, after = slot_value(slot, {slot.name: link_url(purpose, _SAMPLE, site=site)}).partition(_SAMPLE)
        if found:
            yield from (before, _Token(purpose, soft_break=True), after)
            return
        raise MessageError(f"{slot.name} is a link; it takes no filters")
    yield _SlotValue(slot)


def _assemble(pieces: Iterable[bytes | Value]) -> tuple[tuple[bytes, ...], tuple[Value, ...], list[int]]:
    """The literals, the distinct values (Message-ID first), and each piece's place in the two together."""
    literals: list[bytes] = []
    values: dict[Value, int] = {_message_id: 0}
    order: list[tuple[bool, int]] = []
    for piece in pieces:
        if not isinstance(piece, bytes):
            order.append((True, values.setdefault(piece, len(values))))
        elif order and not order[-1][0]:
            literals[-1] += piece
        else:
            order.append((False, len(literals)))
            literals.append(piece)
    places = [place + len(literals) if varies else place for varies, place in order]
    return tuple(literals), tuple(values), places


@dataclass(frozen=True, slots=True)
class _Token:
    """The part of a link that is the reader's. In the body it is a piece of quoted-printable."""

    purpose: Purpose
    soft_break: bool = False

    def __call__(self, values: Mapping[str, str]) -> bytes:
        token = values[self.purpose].encode("ascii")
        return token + SOFT_BREAK if self.soft_break else token


@dataclass(frozen=True, slots=True)
class _SlotValue:
    """A slot of the body. Equal slots are one value, computed once however often they stand there."""

    slot: Slot

    def __call__(self, values: Mapping[str, str]) -> bytes:
        return encode(slot_value(self.slot, values))


@dataclass(frozen=True, slots=True)
class _SubjectField:
    """The Subject, where it has slots."""

    segments: Segments

    def __call__(self, values: Mapping[str, str]) -> bytes:
        return text_field(
            "Subject", "".join(part if isinstance(part, str) else slot_value(part, values) for part in self.segments)
        )


def _subject_piece(segments: Segments) -> bytes | Value:
    if any(isinstance(segment, Slot) for segment in segments):
        return _SubjectField(segments)
    return text_field("Subject", "".join(segment for segment in segments if isinstance(segment, str)))


def _to_field(values: Mapping[str, str]) -> bytes:
    return f"To: {wire_address(values['subscriber.email'])}\r\n".encode()


def _message_id(values: Mapping[str, str]) -> bytes:
    return values[_MESSAGE_ID].encode("ascii")
