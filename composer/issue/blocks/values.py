"""What blocks are made of: lines, Markdown, addresses, days, links, pictures.

Text for readers comes in two kinds. ``Line`` is one line, shown as written; ``Markdown`` is CommonMark. Both may hold
merge fields (``{{ subscriber.first_name | default("reader") }}``), read later by ``edition/slots/merge_fields.py``.

Every text type says its ``TextKind`` in its annotation, and ``Model.text_kind`` reads it there. How a text is set and
what is checked in it follows from that kind, never from the name of its key.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from composer.issue.blocks.zones import wrong_zone
from composer.link_address import LinkError, spell_link

LINE_PATTERN = r"^[^\r\n]+$"
URL_PATTERN = (
    r"^\s*<?\s*([Hh][Tt][Tt][Pp][Ss]?://\s*\S.*|[Mm][Aa][Ii][Ll][Tt][Oo]:\s*\S.*|[Tt][Ee][Ll]:.*[0-9].*|#[\w-]+\s*"
    r"|\{\{.*\}\}.*)$"
)
"""What editors hold an address against as one types; ``composer/link_address.py`` judges."""
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"
FOCUS_PATTERN = (
    r"^((100|[1-9]?[0-9])% (100|[1-9]?[0-9])%|top|bottom|left|right|center|(top|bottom|center) (left|right|center))$"
)
ID_PATTERN = r"^[a-z][a-z0-9-]*$"
FIELD_PATTERN = r"^[a-z][a-z0-9_]*$"
SEGMENT_PATTERN = r"^[^\W_][\w .-]*$"


class TextKind(enum.Enum):
    """What a text is for.

    A text whose type does not say so is a ``LINE``; a choice among fixed words is ``FOR_PROGRAMS``.
    """

    LINE = "line"  # read by people as written
    MARKDOWN = "Markdown"  # read by people, its signs set by a parser of Markdown
    MJML = "MJML"  # a designer's markup, with words for people in it
    URL = "URL"  # where a link leads
    FOR_PROGRAMS = "for programs"  # no reader sees it: a file, an id, a choice, a mail address, a condition

    @property
    def is_for_people(self) -> bool:
        """Tell whether readers see the words."""
        return self in (TextKind.LINE, TextKind.MARKDOWN, TextKind.MJML)


class MarkdownPart(enum.StrEnum):
    """Names what a text in Markdown may have besides paragraphs."""

    HEADINGS = "headings"
    LISTS = "lists"
    QUOTATIONS = "quotations"
    CODE = "code"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Without:
    """Marks a text in Markdown that has none of these ``parts``, because its place has no look for them."""

    parts: frozenset[MarkdownPart]


Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=LINE_PATTERN, strip_whitespace=True)]
"""One line of text, at most 500 characters."""

Markdown = Annotated[str, StringConstraints(min_length=1, max_length=2_000_000), TextKind.MARKDOWN]
"""CommonMark."""

ShortMarkdown = Annotated[Markdown, Without(frozenset({MarkdownPart.HEADINGS, MarkdownPart.RULES}))]
"""CommonMark without headings and rules: a part of a block, where they would look like the title of the next one."""

SaidMarkdown = Annotated[
    Markdown, Without(frozenset({MarkdownPart.HEADINGS, MarkdownPart.RULES, MarkdownPart.QUOTATIONS}))
]
"""What somebody said: a quotation within it would be one of a quotation."""


def _link(address: str) -> str:
    try:
        return spell_link(address)
    except LinkError as error:
        shown = address if len(address) <= 60 else address[:59] + "…"
        raise LinkError(f"{shown!r} {error}", error.hint) from error


Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2048, strip_whitespace=True),
    AfterValidator(_link),
    Field(json_schema_extra={"pattern": URL_PATTERN}),
    TextKind.URL,
]
"""An address: https://…, http://…, mailto:…, tel:…, #anchor, or a merge field such as {{ links.browser }}.

It is kept as links have it, whatever was pasted: see ``composer/link_address.py``.
"""

FileName = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True), TextKind.FOR_PROGRAMS]
"""A file beside the issue, by its path relative to the issue's folder; never outside that folder."""

LanguageCode = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN), TextKind.FOR_PROGRAMS]
"""A BCP 47 tag such as en, fr, pt-BR or zh-Hant-TW."""

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60), TextKind.FOR_PROGRAMS]
"""A name that an author gives to something, as nice-2020."""


_FIRST_YEAR, _LAST_YEAR = 1000, 9998
"""Calendars tell the day after the last one too, and computers know no year 10000. 0206 is a slip of the keys."""


def _day(value: object) -> object:
    """A day as written; pydantic alone would take "2020" for a number of seconds."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            day = dt.date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"there is no day {value!r}; write year-month-day, such as 2020-03-31") from None
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError(f"{value!r} is in no year that is meant; write one from {_FIRST_YEAR} to {_LAST_YEAR}")
        return day
    right = _day_meant(value.strip())
    raise ValueError(f"{value!r} is not a day; write {right or 'year-month-day, such as 2020-03-31'}")


def _day_meant(text: str) -> str:
    """Spell a day that is written otherwise; "" where it may be the day or the month that comes first."""
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日.]?|(\d{4})(\d{2})(\d{2})", text):
        year, month, day = (int(part) for part in found.groups() if part)
    elif found := re.fullmatch(r"(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})", text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] != "." and first <= 12 and second <= 12 and first != second:
            return ""
        day, month = (second, first) if found[2] != "." and second > 12 else (first, second)
    else:
        return ""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _clock(value: object) -> object:
    """A time of day as written; pydantic alone would take "11" for eleven seconds."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value.strip())
    if found is None:
        raise ValueError(f"{value!r} is not a time; write {_clock_meant(value) or 'hours:minutes, such as 11:00'}")
    hour, minute = map(int, found.groups())
    if hour > 23 or minute > 59:
        midnight = "; midnight is 00:00" if (hour, minute) == (24, 0) else ""
        raise ValueError(f"there is no time {value!r}; hours go from 0 to 23, minutes from 00 to 59{midnight}")
    return dt.time(hour, minute)


_CLOCK_WORDS = re.compile(
    r"(?:(?:kl|ore|um|at|à|las|saat|alle)\.? *)?"
    r"(?P<hour>\d{1,2})(?: *[:.hH時点點] *(?P<minute>\d{2})(?::\d{2})?)?(?: *[hH時点點分])*"
    r" *(?P<half>[ap]\.?m\.?)?(?: *(?:uhr|heures?|horas?|ore|o['’]clock))?",
    re.IGNORECASE,
)


def _clock_meant(text: str) -> str:
    """Spell a time that is written as people do: 17h30, 5 pm, 17.30 Uhr; "" if it is none."""
    found = _CLOCK_WORDS.fullmatch(text.strip())
    if found is None:
        return ""
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        return ""
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def _zone(name: str) -> str:
    if wrong := wrong_zone(name):
        raise ValueError(wrong)
    return name


Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A day, as 2020-03-31."""

Clock = Annotated[
    dt.time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$"})
]
"""A time of day, as 11:00."""

Zone = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_zone), TextKind.FOR_PROGRAMS]
"""An IANA time zone, as Europe/Paris."""


Focus = Annotated[
    str, StringConstraints(pattern=FOCUS_PATTERN, max_length=20, strip_whitespace=True), TextKind.FOR_PROGRAMS
]
"""A point of a picture, as "50% 20%" (across and down) or "top left"."""


class Model(BaseModel):
    """Immutable; an unknown key is an error, never ignored.

    What validates one is made when the first is validated: an issue has some kinds of blocks, and the parts of a block
    are validated with it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, defer_build=True)

    @classmethod
    def text_kind(cls, key: str) -> TextKind:
        """The kind of the texts under this key, by the type of its field. KeyError if there is no such field."""
        return _text_kind(cls, key)

    @classmethod
    def parts_missing(cls, key: str) -> frozenset[MarkdownPart]:
        """Tell what the texts in Markdown under this key are without; nothing if there is no such field."""
        return _parts_missing(cls, key)


@lru_cache(maxsize=4096)
def _text_kind(model: type[Model], key: str) -> TextKind:
    found = model.model_fields[key]
    return _said_by(Annotated[found.annotation, *found.metadata] if found.metadata else found.annotation)


@lru_cache(maxsize=4096)
def _parts_missing(model: type[Model], key: str) -> frozenset[MarkdownPart]:
    found = model.model_fields.get(key)
    marks = () if found is None else (*reversed(found.metadata), *_marks_within(found.annotation))
    return next((mark.parts for mark in marks if isinstance(mark, Without)), frozenset())


def _marks_within(annotation: Any) -> Iterator[Any]:
    """Yield the marks of an annotation, and of what it may be or hold: of ``Url | None`` those of ``Url``."""
    for part in get_args(annotation):
        yield part
        yield from _marks_within(part)


def _said_by(annotation: Any) -> TextKind:
    """Find the kind that an annotation names: of ``Url | None`` and ``tuple[Url, ...]`` that of ``Url``."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        base, *marks = arguments
        # The last one counts: Annotated[Line, TextKind.FOR_PROGRAMS] is a line that programs read.
        return next((mark for mark in reversed(marks) if isinstance(mark, TextKind)), None) or _said_by(base)
    if origin is Literal:
        return TextKind.FOR_PROGRAMS
    inner = [part for part in arguments if part not in (NoneType, Ellipsis)]
    return _said_by(inner[0]) if inner else TextKind.LINE


class Link(Model):
    """Words to press, and where they lead."""

    label: Line = Field(description="The words of the link; say where it leads.")
    url: Url = Field(description="Where it leads.")


class Picture(Model):
    """A picture that lies beside the issue's file."""

    file: FileName = Field(description="PNG, JPEG, GIF, WebP or AVIF in the issue's folder.")
    alt: str = Field(
        max_length=500, description="What the picture shows, in words; empty only if it is pure decoration."
    )
    caption: Line | None = Field(None, description="A line under the picture.")
    credit: Line | None = Field(None, description="Who made the picture.")
    focus: Focus | None = Field(
        None,
        description='What must stay where a place is square: across and down, as "50% 20%", or words such as top left.',
    )


class PlaceShape(enum.StrEnum):
    """Names what a place cuts its picture to, around ``focus``; other places show the whole picture."""

    SQUARE = "square"
    ROUND = "round"


SquarePicture = Annotated[Picture, PlaceShape.SQUARE]
RoundPicture = Annotated[Picture, PlaceShape.ROUND]
"""A picture that is cut to a square and shown round."""


class Logo(Picture):
    """A logo is a picture that may have a second form, for dark grounds."""

    dark: FileName | None = Field(
        None, description="The logo as it is shown on dark grounds: a file beside the other, of the same shape."
    )


class Item(Model):
    """The keys that every block may have."""

    id: Id | None = Field(None, description="An anchor, for links such as #agenda.")
    show_if: Annotated[Line, TextKind.FOR_PROGRAMS] | None = Field(
        None, description='Only for some readers: a condition such as subscriber.language == "fr".'
    )
