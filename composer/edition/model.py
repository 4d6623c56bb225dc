"""The Edition is an issue rendered in one language, immutable and named by its digest.

A text of an edition is a *slotted text*: literal strings, Slots and ConditionalContent, in order. They are joined,
each slot replaced by its value escaped for its context, conditional content by its pieces or by nothing: that is what
one subscriber reads.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from composer.edition.conditions.condition import Condition, dump_condition, fields_of, restore_condition
from composer.edition.event import CalendarEvent
from composer.font_types import MEDIA_TYPE as FONT_MEDIA_TYPE


class Context(enum.StrEnum):
    """Where a slot stands; decides how its value is escaped."""

    TEXT = "text"  # between HTML tags
    ATTRIBUTE = "attribute"  # inside a quoted HTML attribute that is not an address
    URL = "url"  # the whole address of a link, or its beginning: href="{{ … }}"
    URL_PART = "url_part"  # a piece of a path or query: percent-encoded
    PLAIN = "plain"  # the text part
    HEADER = "header"  # the subject


Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that is filled with a value of each subscriber.

    ``name`` is the merge field ("subscriber.first_name", "links.unsubscribe"); ``filters`` are applied in
    order, each with its arguments: ``(("default", ("reader",)), ("upper", ()))``.
    """

    name: str
    context: Context
    filters: Filters = ()


Piece = str | Slot
"""What a text is made of in the end."""


@dataclass(frozen=True, slots=True)
class ConditionalContent:
    """Pieces that are shown to those of whom the condition holds. Alternatives stand beside each other."""

    condition: Condition
    pieces: tuple[Piece, ...]


SlottedText = tuple[Piece | ConditionalContent, ...]


def every_piece(segments: SlottedText) -> Iterator[Piece]:
    """Yield the literals and slots in order, also those that only some readers see."""
    for segment in segments:
        if isinstance(segment, ConditionalContent):
            yield from segment.pieces
        else:
            yield segment


class BlockEdge(NamedTuple):
    """A place in ``Edition.html``: ``offset`` letters into a segment, or into a piece of one that is conditional.

    ``piece`` is -1 in a segment that everybody gets; before a slot the offset is 0.
    """

    segment: int
    piece: int
    offset: int


class BlockPlace(NamedTuple):
    """Where a block of the issue stands in ``Edition.html``; one that has several forms stands there several times."""

    block: int
    start: BlockEdge
    end: BlockEdge


@dataclass(frozen=True)
class Asset:
    """A file that the edition shows or offers, by its name in the issue's folder."""

    name: str
    media_type: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the content, which tells two files of the same name apart, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Edition:
    """What passes from composing to sending.

    ``html`` is the mail with its pictures' addresses under ``{{ links.assets }}`` (a slot with the
    public address of the issue's files); ``text`` is the plain part; ``print_html`` the printable form;
    ``web_html`` the page for everybody: of its slots only ``{{ links.assets }}`` is left.
    ``title`` is for pages about the edition: its merge fields are filled with their defaults.
    ``sender``, ``reply_to`` are header values as authored: (name, address). ``list_id`` and
    ``list_name`` make the List-Id header. ``pictures`` are "hosted" on the site or "embedded" in the mail.
    ``events`` are what calendars are told, ``calendar`` says how: "attach", "link" or "none".
    """

    issue: str
    language: str
    direction: str
    date: dt.date
    title: str
    subject: SlottedText
    preheader: SlottedText
    html: SlottedText
    text: SlottedText
    print_html: SlottedText
    newsletter: str
    organisation: str
    sender: tuple[str, str]
    reply_to: str | None
    list_id: str
    list_name: str
    assets: tuple[Asset, ...]
    web_html: SlottedText = ()
    pictures: str = "hosted"
    calendar: str = "none"
    events: tuple[CalendarEvent, ...] = ()
    # Of use to those who look at the mail only: neither in the digest nor kept with a mailing.
    block_places: tuple[BlockPlace, ...] = field(default=(), compare=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of ``dump_edition`` in 64 hexadecimal digits, which is equal for equal content on any machine."""
        return hashlib.sha256(dump_edition(self)).hexdigest()

    @property
    def picture_files(self) -> tuple[Asset, ...]:
        """The assets that are pictures."""
        return tuple(asset for asset in self.assets if asset.media_type.startswith("image/"))

    @property
    def font_files(self) -> tuple[Asset, ...]:
        """The assets that are fonts."""
        return tuple(asset for asset in self.assets if asset.media_type == FONT_MEDIA_TYPE)

    @property
    def attachments(self) -> tuple[Asset, ...]:
        """The files that go along with the mail: all dates, if so chosen; and cancellations, for which no link could
        stand anywhere."""
        attached = f"{self.issue}.ics" if self.calendar == "attach" else f"{self.issue}-cancelled.ics"
        return tuple(asset for asset in self.assets if asset.name == attached)

    def slots(self) -> Iterator[Slot]:
        """Yield every slot of every text, as often as it stands there."""
        for segments in self._texts():
            yield from (piece for piece in every_piece(segments) if isinstance(piece, Slot))

    def conditions(self) -> Iterator[Condition]:
        """Yield the condition of all conditional content in every text."""
        for segments in self._texts():
            yield from (segment.condition for segment in segments if isinstance(segment, ConditionalContent))

    def subscriber_fields(self) -> frozenset[str]:
        """Name what of a subscriber decides what they read, without "subscriber.": fields, and ``lists.<name>``."""
        names = {slot.name for slot in self.slots()}
        names.update(*(fields_of(condition) for condition in self.conditions()))
        return frozenset(name.removeprefix("subscriber.") for name in names if name.startswith("subscriber."))

    def _texts(self) -> tuple[SlottedText, ...]:
        return tuple(getattr(self, name) for name in _TEXTS)


_PLAIN = ("issue", "language", "direction", "title", "newsletter", "organisation", "reply_to", "list_id", "list_name",
          "pictures", "calendar")  # fmt: skip
_TEXTS = ("subject", "preheader", "html", "text", "print_html", "web_html")


def dump_edition(edition: Edition) -> bytes:
    """Write the edition as JSON in one fixed form. Assets stand there by name, type and SHA-256."""
    form: dict[str, Any] = {name: getattr(edition, name) for name in _PLAIN}
    form |= {name: [_plain_segment(segment) for segment in getattr(edition, name)] for name in _TEXTS}
    form["date"] = edition.date.isoformat()
    form["sender"] = list(edition.sender)
    form["events"] = [event.as_plain() for event in edition.events]
    form["assets"] = [[asset.name, asset.media_type, asset.sha256] for asset in edition.assets]
    return json.dumps(form, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def restore_edition(data: bytes, assets: Iterable[Asset]) -> Edition:
    """Read the edition that ``dump_edition`` wrote. ``assets`` are its files in any order. KeyError without one."""
    form: dict[str, Any] = json.loads(data)
    by_key = {(asset.name, asset.media_type, asset.sha256): asset for asset in assets}
    name, address = form["sender"]
    form |= {key: tuple(_segment(plain) for plain in form[key]) for key in _TEXTS}
    form["date"] = dt.date.fromisoformat(form["date"])
    form["sender"] = (name, address)
    form["events"] = tuple(CalendarEvent.from_plain(plain) for plain in form["events"])
    form["assets"] = tuple(by_key[name, media_type, sha256] for name, media_type, sha256 in form["assets"])
    return Edition(**form)


def dumped_events(data: bytes) -> tuple[CalendarEvent, ...]:
    """Read only the events of what ``dump_edition`` wrote."""
    return tuple(CalendarEvent.from_plain(plain) for plain in json.loads(data)["events"])


def _plain_segment(segment: Piece | ConditionalContent) -> str | list[Any] | dict[str, Any]:
    if isinstance(segment, str):
        return segment
    if isinstance(segment, ConditionalContent):
        pieces = [_plain_segment(piece) for piece in segment.pieces]
        return {"if": dump_condition(segment.condition), "then": pieces}
    return [segment.name, segment.context.value, [[name, list(arguments)] for name, arguments in segment.filters]]


def _segment(plain: str | list[Any] | dict[str, Any]) -> Piece | ConditionalContent:
    if isinstance(plain, dict):
        return ConditionalContent(restore_condition(plain["if"]), tuple(_piece(piece) for piece in plain["then"]))
    return _piece(plain)


def _piece(plain: str | list[Any]) -> Piece:
    if isinstance(plain, str):
        return plain
    name, context, filters = plain
    return Slot(name, Context(context), tuple((filter_, tuple(arguments)) for filter_, arguments in filters))
