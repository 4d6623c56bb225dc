"""The Edition: an issue rendered in one language. Immutable; named by its digest.

A text of an edition is a sequence of *segments*: literal strings and Slots, in order. Joining them, each
slot replaced by its value escaped for its context, gives what one subscriber reads.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


class Context(enum.StrEnum):
    """Where a slot stands; decides how its value is escaped."""

    TEXT = "text"  # between HTML tags
    ATTRIBUTE = "attribute"  # inside a quoted HTML attribute that is not an address
    URL = "url"  # the whole address of a link: href="{{ … }}"
    URL_PART = "url_part"  # a piece of a path or query: percent-encoded
    PLAIN = "plain"  # the text part
    HEADER = "header"  # the subject


@dataclass(frozen=True, slots=True)
class Slot:
    """A place filled per subscriber.

    ``name`` is the merge field ("subscriber.first_name", "links.unsubscribe"); ``filters`` are applied in
    order, each with its arguments: ``(("default", ("reader",)), ("upper", ()))``.
    """

    name: str
    context: Context
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()


Segments = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the edition shows or offers, by its name in the issue's folder."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Edition:
    """What passes from composing to sending.

    ``html`` is the mail with its pictures' addresses under ``{{ links.assets }}`` (a slot with the
    public address of the issue's files); ``text`` is the plain part; ``print_html`` the printable form.
    ``sender``, ``reply_to`` are header values as authored: (name, address). ``list_id`` and
    ``list_name`` make the List-Id header.
    """

    issue: str
    language: str
    direction: str
    date: dt.date
    title: str
    subject: Segments
    preheader: Segments
    html: Segments
    text: Segments
    print_html: Segments
    newsletter: str
    organisation: str
    sender: tuple[str, str]
    reply_to: str | None
    list_id: str
    list_name: str
    assets: tuple[Asset, ...]

    @property
    def digest(self) -> str:
        """64 hexadecimal digits; equal for equal content in any process on any machine."""
        return hashlib.sha256(canonical_json(self).encode()).hexdigest()

    def slots(self) -> Iterator[Slot]:
        """Every slot of every text, repeated as often as it stands there."""
        for segments in (self.subject, self.preheader, self.html, self.text, self.print_html):
            yield from (segment for segment in segments if isinstance(segment, Slot))


def canonical_json(edition: Edition) -> str:
    """The edition as JSON in one fixed form: what the digest is of. Assets stand for their SHA-256."""

    def plain(value: Any) -> Any:
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, bytes):
            return hashlib.sha256(value).hexdigest()
        raise TypeError(type(value).__name__)

    return json.dumps(asdict(edition), default=plain, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
