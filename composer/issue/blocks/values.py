"""What blocks are made of: lines, Markdown, addresses, days, links, pictures.

Text comes in two kinds. ``Line`` is one line, shown as written; ``Markdown`` is CommonMark. Both may hold
merge fields (``{{ subscriber.first_name | default("reader") }}``), read later by ``edition/slots/find.py``.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from difflib import get_close_matches
from typing import Annotated, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
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
    """Immutable; an unknown key is an error, never ignored.

    ``markdown_keys`` are keys that are Markdown though they are not called ``body`` or ``intro``.
    """

    markdown_keys: ClassVar[frozenset[str]] = frozenset()

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
    show_if: Line | None = Field(
        None, description='Only for some readers: a condition such as subscriber.language == "fr".'
    )
