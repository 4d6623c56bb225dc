"""What the page asks about the life of issues, and what it gets: one model per request and answer."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from composer.edition.theme.tokens import DEFAULT_THEME
from composer.errors import NewsletterError
from composer.studio.report import IssueLine

_MOST_FILES = 200
_EARLIEST, _LATEST = dt.date(1990, 1, 1), dt.date(2100, 1, 1)

Slug = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=600)]


class ProjectRequest(BaseModel):
    """What a person says of a new publication; "" for what is not known yet."""

    name: Text
    sender: Text = ""
    sender_name: Text = ""
    address: Text = ""
    languages: list[Annotated[str, Field(max_length=40)]] = Field(["en"], max_length=40)
    theme: Annotated[str, Field(max_length=100)] = DEFAULT_THEME


class ImportFile(BaseModel):
    """A file as it was dropped into the page."""

    name: str = Field(max_length=400)
    base64: str


class ReadRequest(BaseModel):
    """A newsletter that was dropped, and the pictures that it names."""

    files: list[ImportFile] = Field(min_length=1, max_length=_MOST_FILES)
    keep_all: bool = False


class BeginRequest(BaseModel):
    """A new issue as it is wanted."""

    source: Literal["last", "words", "sample", "import"]
    like: Slug = ""
    title: Text = ""
    slug: Slug = ""
    date: dt.date = Field(ge=_EARLIEST, le=_LATEST)
    number: int | None = Field(None, ge=1, le=10**9)
    files: list[ImportFile] = Field(default_factory=list, max_length=_MOST_FILES)
    keep_all: bool = False
    is_markdown: bool = False


class SlugRequest(BaseModel):
    """The name that an issue is to have."""

    slug: Slug


class BegunIssue(BaseModel):
    """The name of an issue that is there now; ``number`` is that of the move, for the button that takes it back."""

    slug: str
    number: int | None = None


class PutAway(BaseModel):
    """The name under which an issue that was put away can be brought back, and the number of the move."""

    name: str
    number: int


class MoveRequest(BaseModel):
    """Which move of a folder is to be taken back, or made again; the last one if none is named."""

    number: int | None = None


class MoveReport(BaseModel):
    """What was taken back or made again, and the issue to be seen then, "" for any; ``gone`` is one that is out of the
    way now."""

    words: str
    slug: str
    gone: str


class PutAwayLists(BaseModel):
    """The issues that are out of the way, the newest first."""

    archived: tuple[IssueLine, ...]
    deleted: tuple[IssueLine, ...]


class EmptyRequest(BaseModel):
    """The issues of the trash that somebody has seen listed and wants to be gone, by their names in it."""

    names: list[Slug] = Field(max_length=100_000)


class EmptiedTrash(BaseModel):
    """How many issues were deleted for good."""

    gone: int


class DraftReport(BaseModel):
    """What an import would make."""

    title: str
    slug: str
    text: str
    articles: int
    pictures: tuple[str, ...]
    left_out: tuple[str, ...]


class Beginnings(BaseModel):
    """What there is to begin with. ``last`` is the latest issue, ``number`` the one that would come next."""

    today: dt.date
    newsletter_name: str
    themes: tuple[str, ...]
    last: IssueLine | None
    number: int | None


class Refused(NewsletterError):
    """What was asked for cannot be done as it is."""
