"""The blocks an author may write, one pydantic model each.

The model is the one source for validation, JSON Schema, documentation and templates: a field's
``description`` is what the author reads in the editor. Templates live in ``templates/blocks/<block>/``.

Text comes in two kinds. ``Line`` is one line, shown as written; ``Markdown`` is CommonMark. Both may hold
merge fields (``{{ subscriber.first_name | default("reader") }}``), read later by ``edition/slots.py``.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from difflib import get_close_matches
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

LINE_PATTERN = r"^[^\r\n]+$"
URL_PATTERN = r"^((https?://|mailto:)(\{\{[^{}\n]*\}\}|[^\s])+|tel:[+0-9(). -]+|#[\w-]+|\{\{.*\}\}.*)$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"
ID_PATTERN = r"^[a-z][a-z0-9-]*$"
FIELD_PATTERN = r"^[a-z][a-z0-9_]*$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=LINE_PATTERN, strip_whitespace=True)]
"""One line of text, at most 500 characters."""

Markdown = Annotated[str, StringConstraints(min_length=1, max_length=2_000_000)]
"""CommonMark."""

Url = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=2048,
        strip_whitespace=True,
        pattern=URL_PATTERN,
    ),
]
"""An address: https://…, http://…, mailto:…, tel:…, #anchor, or a merge field such as {{ links.browser }}."""

FileName = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True)]
"""A file beside the issue, by its path relative to the issue's folder; never outside that folder."""

LanguageCode = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
"""A BCP 47 tag such as en, fr, pt-BR or zh-Hant-TW."""


def _day(value: object) -> object:
    """A day as written; pydantic alone would take "2020" for a number of seconds."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"there is no day {value!r}; write year-month-day, such as 2020-03-31") from None
    raise ValueError(f"{value!r} is not a day; write year-month-day, such as 2020-03-31")


def _clock(value: object) -> object:
    """A time of day as written; pydantic alone would take "11" for eleven seconds."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value.strip())
    if found is None:
        raise ValueError(f"{value!r} is not a time; write hours:minutes, such as 11:00")
    hour, minute = map(int, found.groups())
    if hour > 23 or minute > 59:
        raise ValueError(f"there is no time {value!r}; hours go from 0 to 23, minutes from 00 to 59")
    return dt.time(hour, minute)


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name, sorted(zoneinfo.available_timezones()), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "write an IANA name such as Europe/Paris"
        raise ValueError(f"there is no time zone {name!r}; {hint}") from None
    return name


Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A day, as 2020-03-31."""

Clock = Annotated[
    dt.time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$"})
]
"""A time of day, as 11:00."""

Zone = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_zone)]
"""An IANA time zone, as Europe/Paris."""


class Model(BaseModel):
    """Immutable; an unknown key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Link(Model):
    """Words to press and where they lead."""

    label: Line = Field(description="The words of the link; say where it leads.")
    url: Url = Field(description="Where it leads.")


class Picture(Model):
    """A picture beside the issue's file."""

    file: FileName = Field(description="PNG, JPEG or GIF in the issue's folder.")
    alt: str = Field(max_length=500, description='What the picture shows, in words. "" only if it is pure decoration.')
    caption: Line | None = Field(None, description="A line under the picture.")
    credit: Line | None = Field(None, description="Who made the picture.")


class Item(Model):
    """What every block has."""

    id: str | None = Field(None, pattern=ID_PATTERN, max_length=60, description="An anchor, for links such as #agenda.")


class TextBlock(Item):
    """Running text."""

    block: Literal["text"]
    title: Line | None = Field(None, description="A headline above the text.")
    body: Markdown = Field(description="The text, in Markdown.")


class ArticleBlock(Item):
    """A story: picture, kicker, title, a few sentences, one link."""

    block: Literal["article"]
    kicker: Line | None = Field(None, description="The theme or project, in small letters above the title.")
    title: Line = Field(description="The headline.")
    body: Markdown = Field(description="Two to four sentences, in Markdown.")
    picture: Picture | None = Field(None, description="The story's picture.")
    layout: Literal["top", "left", "right"] = Field(
        "top", description="Where the picture stands. On phones always on top."
    )
    lead: bool = Field(False, description="The main story of the issue: larger.")
    link: Link | None = Field(None, description="Where to read on.")


class DigestEntry(Model):
    """One project's news in a digest."""

    kicker: Line = Field(description="The project's name.")
    title: Line | None = Field(None, description="A headline.")
    body: Markdown = Field(description="One or two sentences, in Markdown.")
    picture: Picture | None = Field(None, description="A small square picture.")
    link: Link | None = Field(None, description="Where to read on.")


class DigestBlock(Item):
    """Short news of several projects, one after another."""

    block: Literal["digest"]
    title: Line = Field(description="The headline of the section.")
    intro: Markdown | None = Field(None, description="A sentence before the first entry.")
    entries: tuple[DigestEntry, ...] = Field(min_length=1, description="The projects' news.")


class CalloutBlock(Item):
    """A set-apart thought: a did-you-know, a call to take part."""

    block: Literal["callout"]
    kicker: Line | None = Field(None, description='A small line above, such as "Did you know?".')
    title: Line | None = Field(None, description="A headline.")
    figure: Line | None = Field(None, description="A number or a date to set very large, such as 27 %.")
    body: Markdown = Field(description="The text, in Markdown.")
    link: Link | None = Field(None, description="Shown as a button.")


class Days(Model):
    """A day, or several days in a row."""

    date: Day = Field(description="The (first) day, as 2020-11-25.")
    until: Day | None = Field(None, description="The last day, if there are several.")

    @field_validator("until")
    @classmethod
    def _in_order(cls, until: dt.date | None, info: ValidationInfo) -> dt.date | None:
        first = info.data.get("date")
        if until is not None and first is not None and until < first:
            raise ValueError(f"the last day ({until}) is before the first ({first}); exchange date and until")
        return until


class Session(Model):
    """One part of an agenda entry; may have parts of its own, three levels deep at most."""

    title: Line = Field(description="What the session is about.")
    body: Markdown | None = Field(None, description="More about it, in Markdown.")
    speaker: Line | None = Field(None, description="Who speaks, and who they are.")
    time: Clock | None = Field(None, description='When it starts, as "11:00".')
    language: LanguageCode | None = Field(None, description="The language spoken, if it differs from the entry's.")
    sessions: tuple[Session, ...] = Field((), description="Parts of this session.")


class AgendaEntry(Days):
    """Something that takes place: day, time, language, sessions."""

    kicker: Line | None = Field(None, description="The series or project, such as PRACTICIES.")
    title: Line = Field(description="What takes place.")
    time: Clock | None = Field(None, description='When it starts, as "11:00".')
    end_time: Clock | None = Field(None, description='When it ends, as "12:30".')
    timezone: Zone | None = Field(None, description="An IANA zone such as Europe/Paris; the newsletter's otherwise.")
    language: LanguageCode | None = Field(None, description="The language spoken.")
    place: Line | None = Field(None, description="Where: a city, a building, or online.")
    body: Markdown | None = Field(None, description="More about it, in Markdown.")
    sessions: tuple[Session, ...] = Field((), description="The parts of the programme.")
    link: Link | None = Field(None, description="Where to register or read on.")


class AgendaBlock(Item):
    """Dates with everything one needs to come: the programme in full."""

    block: Literal["agenda"]
    title: Line = Field(description="The headline of the section.")
    intro: Markdown | None = Field(None, description="A sentence before the first entry.")
    entries: tuple[AgendaEntry, ...] = Field(min_length=1, description="What takes place, in order of time.")


class Event(Days):
    """One row of a compact list of dates."""

    kicker: Line | None = Field(None, description="The series or project.")
    title: Line = Field(description="What takes place.")
    place: Line | None = Field(None, description="Where.")
    link: Link | None = Field(None, description="Where to read on.")


class EventsBlock(Item):
    """A compact list of dates, one row each."""

    block: Literal["events"]
    title: Line = Field(description="The headline of the section.")
    events: tuple[Event, ...] = Field(min_length=1, description="The dates, in order of time.")


class DownloadBlock(Item):
    """Something to download: a fact sheet, a report."""

    block: Literal["download"]
    kicker: Line | None = Field(None, description='What it is, such as "Fact sheet".')
    title: Line = Field(description="The document's title.")
    body: Markdown | None = Field(None, description="What is in it, in Markdown.")
    picture: Picture | None = Field(None, description="The cover.")
    link: Link = Field(description="Where the document is.")
    details: Line | None = Field(None, description="Format, length, size: PDF, 12 pages, 1.4 MB.")


class ButtonBlock(Item):
    """One button."""

    block: Literal["button"]
    label: Line = Field(description="The words on the button: a verb first.")
    url: Url = Field(description="Where it leads.")
    align: Literal["left", "center"] = Field("left", description="Where it stands.")


class ImageBlock(Item):
    """A picture on its own, across the whole column."""

    block: Literal["image"]
    picture: Picture = Field(description="The picture.")
    url: Url | None = Field(None, description="Where it leads when pressed.")


class DividerBlock(Item):
    """A quiet rule, or only air, between two parts."""

    block: Literal["divider"]
    style: Literal["line", "space"] = Field("line", description="A rule, or only air.")


Block = Annotated[
    TextBlock
    | ArticleBlock
    | DigestBlock
    | CalloutBlock
    | AgendaBlock
    | EventsBlock
    | DownloadBlock
    | ButtonBlock
    | ImageBlock
    | DividerBlock,
    Field(discriminator="block"),
]
"""Any block; the key ``block`` says which."""

BLOCKS: dict[str, type[Item]] = {
    kind: model
    for model in (
        TextBlock,
        ArticleBlock,
        DigestBlock,
        CalloutBlock,
        AgendaBlock,
        EventsBlock,
        DownloadBlock,
        ButtonBlock,
        ImageBlock,
        DividerBlock,
    )
    for kind in get_args(model.model_fields["block"].annotation)
}
"""What ``block`` may say → the model."""
