"""Compiles an edition into one mail, once; each reader's mail is a join of its pieces.

::

    Edition ── compile_message ──▶ CompiledMessage           literals encoded, values' places known
                                      │  values(recipient)   what varies, each escaped and encoded alone
                                      ▼
                                   render(recipient) ──▶ Message     join(literals and values, in order)

The order of headers; the tree of parts is drawn in ``mime.py``::

    From, To*, Reply-To, Subject*, Date, Message-ID*, List-Id, List-Post, List-Owner, List-Unsubscribe*,
    List-Unsubscribe-Post, Precedence, Content-Language, MIME-Version, Content-Type           (* varies by reader)

Everything that does not vary is in the literals, whose hash is ``digest``. Where an edition has conditional content,
one of the values says of each condition whether it holds, and pieces for the others are left out of the join. So
(digest, values) determines the bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from composer.address import wire_address, wire_list_id
from composer.edition.conditions.condition import fields_of
from composer.edition.model import ConditionalContent, Edition, Slot, SlottedText, every_piece
from composer.errors import MessageError
from composer.message.arrangement import Arrange, arrange_pieces
from composer.message.attachment import attachment_part, picture_part
from composer.message.base64_text import Base64Text
from composer.message.body import html_part, text_part
from composer.message.embedding import Embedding
from composer.message.headers import date_field, list_id_field, mailbox_field, plain_field, refuse_control_characters
from composer.message.links import LINKS, Purpose, Site, link_url, sign_link
from composer.message.message_id import message_id
from composer.message.mime import Entity, Multipart, entity_pieces, in_multipart
from composer.message.reader_values import MESSAGE_ID, Piece, Token, Value, message_id_value, subject_piece, to_field
from composer.message.recipient import Recipient

_SUBSCRIBER = "subscriber."
_UNSUBSCRIBE = "links.unsubscribe"


@dataclass(frozen=True, slots=True)
class Message:
    """One reader's mail. ``data`` has CRLF at the end of every line, and no line begins with a dot."""

    message_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CompiledMessage:
    """The mail of one edition in one mailing: all of it is done but what depends on the reader.

    ``digest`` names all that readers share; ``field_names`` are the subscriber fields that it reads.
    """

    digest: str
    field_names: frozenset[str]
    _key: bytes = field(repr=False)
    _link_key: bytes = field(repr=False)
    _mailing: int
    _domain: str
    _literals: tuple[bytes, ...] = field(repr=False)
    _values: tuple[Value, ...] = field(repr=False)
    _purposes: tuple[Purpose, ...]
    _arrange: Arrange = field(repr=False)

    def render(self, recipient: Recipient) -> Message:
        """Make the mail for one reader. Raises MessageError, naming the field, for a value that is no text."""
        values = self.values(recipient)
        return Message(values[0].decode("ascii"), b"".join(self._arrange(self._literals + values)))

    def values(self, recipient: Recipient) -> tuple[bytes, ...]:
        """Give what varies between readers, encoded, in a fixed order, the Message-ID first. Raises MessageError."""
        if recipient.mailing != self._mailing:
            raise ValueError(f"a recipient of mailing {recipient.mailing} in mailing {self._mailing}")
        subscriber = recipient.subscriber
        named = {_SUBSCRIBER + name: recipient.fields.get(name, "") for name in self.field_names}
        named["subscriber.email"] = recipient.email
        for name, value in named.items():
            if not value.isprintable():
                refuse_control_characters(value, field=name)
        for purpose in self._purposes:
            named[purpose] = sign_link(purpose, mailing=self._mailing, subscriber=subscriber, key=self._link_key)
        named[MESSAGE_ID] = message_id(mailing=self._mailing, subscriber=subscriber, key=self._key, domain=self._domain)
        return tuple([value(named) for value in self._values])


def compile_message(edition: Edition, *, site: Site, mailing: int, date: dt.datetime) -> CompiledMessage:
    """Do once everything that all readers' mails have in common.

    ``date`` becomes the Date header and must know its zone. Raises MessageError if the edition cannot be
    sent as a mail: no sender, or a header that is no text.
    """
    if not edition.sender[1]:
        raise MessageError("newsletter.yaml has no sender; add sender: with a name and an email, indented below it")
    sender = wire_address(edition.sender[1])
    domain = sender.rpartition("@")[2]
    content = _content(edition, site=site, domain=domain)
    whole = arrange_pieces(
        [
            *_header_pieces(edition, site=site, sender=sender, date=date),
            *entity_pieces(content, digest=edition.digest),
        ]
    )
    shared = (value.shared for value in whole.values if isinstance(value, Base64Text))
    names = _names_in(edition.subject, edition.text, edition.html) | {_UNSUBSCRIBE}
    return CompiledMessage(
        digest=hashlib.sha256(b"\0".join([whole.shape.encode("ascii"), *whole.literals, *shared])).hexdigest(),
        field_names=frozenset(name.removeprefix(_SUBSCRIBER) for name in names if name.startswith(_SUBSCRIBER)),
        _key=site.secret_key,
        _link_key=site.link_key,
        _mailing=mailing,
        _domain=domain,
        _literals=whole.literals,
        _values=whole.values,
        _purposes=tuple(purpose for name, purpose in LINKS.items() if name in names),
        _arrange=whole.arrange,
    )


def _names_in(*texts: SlottedText) -> frozenset[str]:
    """Name the slots of the texts, and the fields that their conditions read."""
    names = {piece.name for segments in texts for piece in every_piece(segments) if isinstance(piece, Slot)}
    conditions = {
        segment.condition for segments in texts for segment in segments if isinstance(segment, ConditionalContent)
    }
    return frozenset(names).union(*map(fields_of, conditions))


def _header_pieces(edition: Edition, *, site: Site, sender: str, date: dt.datetime) -> Iterator[Piece]:
    reply_to = wire_address(edition.reply_to) if edition.reply_to else None
    yield mailbox_field("From", edition.sender[0], sender)
    yield to_field
    if reply_to:
        yield mailbox_field("Reply-To", "", reply_to)
    yield subject_piece(edition.subject)
    yield date_field(date) + b"Message-ID: "
    yield message_id_value
    yield b"\r\n" + list_id_field(edition.list_name, wire_list_id(edition.list_id))
    yield plain_field("List-Post", "NO")  # an announcement list (RFC 2369 3.4)
    yield plain_field("List-Owner", f"<mailto:{quote(reply_to or sender, safe='@+')}>")
    yield f"List-Unsubscribe: <{link_url(Purpose.UNSUBSCRIBE, '', site=site)}".encode("ascii")
    yield Token(Purpose.UNSUBSCRIBE)
    yield b">\r\n" + plain_field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058 3.1
    # Not a standard; but vacation programs that know no List-Id look at it (RFC 3834 2), and readers'
    # absence notes would otherwise fill the sender's mailbox.
    yield plain_field("Precedence", "bulk")
    yield plain_field("Content-Language", edition.language)
    yield plain_field("MIME-Version", "1.0")


def _content(edition: Edition, *, site: Site, domain: str) -> Entity:
    """The body: text and HTML, the pictures of the HTML if they are embedded, and the files that go along."""
    embedding = Embedding(edition, site=site, domain=domain)
    text = text_part(edition.text, edition, site=site)
    html = html_part(edition.html, edition, site=site, embed=embedding.embed)
    pictures = tuple(picture_part(asset, content_id=name) for name, asset in embedding.pictures())
    related = in_multipart("related", html, pictures, parameters=('type="text/html"',))
    files = tuple(attachment_part(asset) for asset in edition.attachments)
    return in_multipart("mixed", Multipart("alternative", (text, related)), files)
