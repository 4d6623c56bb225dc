"""An issue as its author wrote it: the publication, one instalment, its text in each language.

::

    Newsletter   issues/newsletter.yaml                 the publication
    Issue        issues/2020-03-network-news/           one instalment
    └── Content    issue.yaml, issue.fr.yaml …            its text in one language, with the source of every value
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, StringConstraints, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core.core_schema import CoreSchema, ValidationInfo

from composer.issue.blocks import (
    BLOCKS,
    FIELD_PATTERN,
    SEGMENT_PATTERN,
    Block,
    Day,
    Item,
    LanguageCode,
    Line,
    Logo,
    Model,
    TextKind,
    Url,
    Zone,
)
from composer.issue.reader_shares import ReaderShares
from composer.issue.source import Source
from composer.issue.subject_trial import SubjectTest
from composer.issue.web_fonts import WebFont

FieldName = Annotated[str, StringConstraints(pattern=FIELD_PATTERN, max_length=60)]
SegmentName = Annotated[str, StringConstraints(pattern=SEGMENT_PATTERN, max_length=60)]


def _number_or_text(value: object) -> object:
    """Turn a theme token into what templates need; the files give every value as text."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", value):
        return float(value) if "." in value else int(value)
    return value


Token = Annotated[str | int | float, BeforeValidator(_number_or_text)]


CalendarChoice = Literal["attach", "link", "none"]
PictureChoice = Literal["hosted", "embedded"]

WebAddress = Annotated[
    str,
    StringConstraints(max_length=1000, strip_whitespace=True, pattern=r"^https?://[^\s<>\"'{}|\\^`?#]+$"),
    TextKind.URL,
]
"""An address on the web, without a query."""

MailAddress = Annotated[Line, TextKind.FOR_PROGRAMS]
"""Where mail goes to or comes from; the checks say whether it is an address, so that the rest can be checked too."""

ListName = Annotated[Line, TextKind.FOR_PROGRAMS]
"""What a mailing list is called, or its List-Id."""


class Sender(Model):
    """Who the mail comes from."""

    name: Line = Field(description="The name readers see.")
    email: MailAddress = Field(description="The address mails come from.")


SubscriberFieldType = Literal["text", "number", "date", "yes/no", "choice"]
"""What the values of a subscriber's own field are. Each is kept as text, in one spelling."""


class SubscriberField(Model):
    """What the newsletter knows of subscribers besides name, address and language; a line alone is the meaning."""

    meaning: Line = Field(description="What it says of a subscriber, in a sentence.")
    type: SubscriberFieldType = Field("text", description="What its values are: text, number, date, yes/no, or choice.")
    choices: tuple[Annotated[Line, TextKind.FOR_PROGRAMS], ...] = Field(
        (), description="The values of a choice, as [small, medium, large]."
    )

    @model_validator(mode="before")
    @classmethod
    def _of_meaning(cls, written: object) -> object:
        return {"meaning": written} if isinstance(written, str) else written

    @field_validator("choices")
    @classmethod
    def _choices_of_a_choice(cls, choices: tuple[str, ...], so_far: ValidationInfo) -> tuple[str, ...]:
        kind = so_far.data.get("type")  # none: what is there is no type, which is told
        if kind == "choice" and not choices:
            raise ValueError("a choice has no values to choose from; add choices: [small, medium, large]")
        if kind not in ("choice", None) and choices:
            raise ValueError(f"the values of type {kind} are not chosen; write type: choice, or delete the choices")
        twice = next((one for index, one in enumerate(choices) if one in choices[:index]), None)
        if twice is not None:
            raise ValueError(f"{twice!r} is there twice; delete one of the two")
        return choices

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Let an editor take the meaning alone, as the loader does."""
        described = handler(core)
        meaning: dict[str, Any] = {**described["properties"]["meaning"]}
        return {"anyOf": [meaning, described]}


class Newsletter(Model):
    """What holds for every issue of the publication."""

    name: Line = Field(description="The newsletter's name, as in its masthead.")
    tagline: Line | None = Field(None, description="A few words under the name.")
    organisation: Line = Field(description="Who publishes it.")
    website: Url | None = Field(None, description="The publisher's website.")
    logo: Logo | None = Field(None, description="The logo, a file beside newsletter.yaml.")
    sender: Sender | None = Field(None, description="Who the mail comes from. Checked before a send.")
    reply_to: MailAddress | None = Field(None, description="Where answers go, if not to the sender.")
    postal_address: Line | None = Field(
        None, description="The publisher's postal address; the law asks for it in every mail."
    )
    contact: Line | None = Field(None, description="An address for questions, shown in the footer.")
    reason: Line | None = Field(None, description="Why readers get this mail: one sentence for the footer.")
    languages: tuple[LanguageCode, ...] = Field(("en",), min_length=1, description="The first one is the default.")
    timezone: Zone = Field("UTC", description="The IANA zone of times without one, such as Europe/Paris.")
    list_id: ListName | None = Field(
        None,
        description="The List-Id (RFC 2919), such as news.example.org; made from the sender's domain otherwise.",
    )
    lists: tuple[ListName, ...] = Field((), description="The mailing lists that an issue goes to by default.")
    fields: Mapping[FieldName, SubscriberField] = Field(
        default_factory=dict,
        description="Own fields of subscribers and what they mean: city makes {{ subscriber.city }} possible. "
        "A field that is no text says its type too: {age: {meaning: How old they are, type: number}}.",
    )
    segments: Mapping[SegmentName, Line] = Field(
        default_factory=dict,
        description='Named conditions over subscribers, as behind show_if: {nice: subscriber.city == "Nice"}; '
        "a mailing can go to those alone of whom one holds.",
    )
    calendar: CalendarChoice = Field(
        "link",
        description="How readers get the dates of agendas and events as a calendar file: attach it to the mail, "
        "link to it beside each date, or none.",
    )
    pictures: PictureChoice = Field(
        "hosted",
        description="Where readers' mail programs get the pictures: hosted on your site, or embedded in each mail.",
    )
    archive: WebAddress | None = Field(
        None,
        description="The public address under which built issues are put, such as https://www.example.org/letter; "
        "an issue's pages then know their own address (ISSUE/LANGUAGE/).",
    )
    theme: Mapping[str, Token] = Field(
        default_factory=dict,
        description="The theme by its name, and tokens to override: {name: bulletin, accent: '#0b5fff'}.",
    )
    fonts: tuple[WebFont, ...] = Field(
        (), description="Fonts of your own, for mail programs that load them; the theme names them first in a stack."
    )
    clients: ReaderShares = Field(
        default_factory=dict,
        description="Which mail programs your readers have, in per cent: {gmail_android: 31, outlook_windows: 12}; "
        "a guess that ships otherwise.",
    )


class Content(Model):
    """One issue's text in one language: the model of issue.yaml. ``kinds`` are the blocks that it may have."""

    kinds: ClassVar[Mapping[str, type[Item]]] = BLOCKS

    subject: Line = Field(description="The subject line.")
    subject_test: SubjectTest | None = Field(
        None, description="Other subjects, tried on a sample of the readers before the rest gets the best one."
    )
    preheader: Line = Field(description="What inboxes show after the subject: a promise, not a repetition.")
    title: Line | None = Field(None, description="The headline of the issue; the subject otherwise.")
    number: int | None = Field(None, ge=1, description="The number of the issue.")
    date: Day = Field(description="The day of publication, as 2020-03-31.")
    language: LanguageCode | None = Field(None, description="The newsletter's first language otherwise.")
    lists: tuple[ListName, ...] | None = Field(None, description="The mailing lists, if not the newsletter's.")
    calendar: CalendarChoice | None = Field(
        None, description="For this issue, in the place of what the publication says."
    )
    pictures: PictureChoice | None = Field(
        None, description="For this issue, in the place of what the publication says."
    )
    theme: Mapping[str, Token] = Field(
        default_factory=dict, description="The theme and tokens of this issue, laid over the newsletter's."
    )
    blocks: tuple[Block, ...] = Field(min_length=1, description="The issue, block by block.")


@dataclass(frozen=True, slots=True)
class Issue:
    """One instalment: a folder, the publication it belongs to, its Content per language.

    ``contents`` has the default language first. ``sources`` tells, per language, where each value of the
    Content was written (see ``issue/source.py``), so that a later stage can point at the author's line.
    ``publications`` has the newsletter in the languages that have a ``newsletter.<language>.yaml``.
    """

    slug: str
    folder: Path
    newsletter: Newsletter
    newsletter_source: Source
    contents: Mapping[str, Content]
    sources: Mapping[str, Source]
    publications: Mapping[str, tuple[Newsletter, Source]] = field(default_factory=dict)

    def newsletter_in(self, language: str) -> tuple[Newsletter, Source]:
        """Return the publication as readers of ``language`` know it, and where its values were written."""
        return self.publications.get(language, (self.newsletter, self.newsletter_source))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the issue is written in; the default comes first."""
        return tuple(self.contents)
