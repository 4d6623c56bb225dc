"""Blocks that tell something: hero, text, article, columns, digest, quote, callout, download, sponsor."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from composer.issue.blocks.values import (
    Item,
    Line,
    Link,
    Markdown,
    Model,
    Picture,
    RoundPicture,
    SaidMarkdown,
    ShortMarkdown,
    SquarePicture,
)


class TextBlock(Item):
    """A running text, which is written in Markdown."""

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
    """An entry tells one project's news in a digest."""

    kicker: Line = Field(description="The project's name.")
    title: Line | None = Field(None, description="A headline.")
    body: ShortMarkdown = Field(description="One or two sentences, in Markdown.")
    picture: SquarePicture | None = Field(None, description="A small square picture.")
    link: Link | None = Field(None, description="Where to read on.")


class DigestBlock(Item):
    """Short news of several projects, which follow each other."""

    block: Literal["digest"]
    title: Line = Field(description="The headline of the section.")
    intro: ShortMarkdown | None = Field(None, description="A sentence before the first entry.")
    entries: tuple[DigestEntry, ...] = Field(min_length=1, description="The projects' news.")


class CalloutBlock(Item):
    """A thought that is set apart: a did-you-know, a call to take part."""

    block: Literal["callout"]
    kicker: Line | None = Field(None, description='A small line above, such as "Did you know?".')
    title: Line | None = Field(None, description="A headline.")
    figure: Line | None = Field(None, description="A number or a date to set very large, such as 27 %.")
    body: Markdown = Field(description="The text, in Markdown.")
    link: Link | None = Field(None, description="Shown as a button.")


class DownloadBlock(Item):
    """Something that readers can download: a fact sheet, a report."""

    block: Literal["download"]
    kicker: Line | None = Field(None, description='What it is, such as "Fact sheet".')
    title: Line = Field(description="The document's title.")
    body: ShortMarkdown | None = Field(None, description="What is in it, in Markdown.")
    picture: Picture | None = Field(None, description="The cover.")
    link: Link = Field(description="Where the document is.")
    details: Line | None = Field(None, description="Format, length, size: PDF, 12 pages, 1.4 MB.")


class HeroBlock(Item):
    """The block that opens an issue: a large picture, a headline on a coloured panel, one button."""

    block: Literal["hero"]
    kicker: Line | None = Field(None, description="A small line above the headline.")
    title: Line = Field(description="The headline; as the first block, it takes the place of the issue's title.")
    body: ShortMarkdown | None = Field(None, description="One or two sentences, in Markdown.")
    picture: Picture | None = Field(None, description="A large picture, as wide as the mail.")
    align: Literal["left", "center"] = Field("left", description="Where the words stand.")
    link: Link | None = Field(None, description="Shown as a button.")


class Card(Model):
    """A card tells one of several stories that stand side by side."""

    kicker: Line | None = Field(None, description="The theme or project, in small letters above the title.")
    title: Line = Field(description="The headline.")
    body: ShortMarkdown | None = Field(None, description="A sentence or two, in Markdown.")
    picture: Picture | None = Field(None, description="The card's picture; the same shape on all cards.")
    link: Link | None = Field(None, description="Where to read on.")


class ColumnsBlock(Item):
    """Cards that stand side by side, two or three in a row; on phones one below the other."""

    block: Literal["columns"]
    title: Line | None = Field(None, description="The headline of the section.")
    intro: ShortMarkdown | None = Field(None, description="A sentence before the cards.")
    across: int | None = Field(
        None, ge=2, le=3, description="How many stand in a row, 2 or 3; by their number otherwise."
    )
    cards: tuple[Card, ...] = Field(min_length=2, max_length=12, description="The cards.")


class QuoteBlock(Item):
    """What somebody said, with their name and portrait."""

    block: Literal["quote"]
    body: SaidMarkdown = Field(description="The words, without quotation marks, in Markdown.")
    person: Line = Field(description="Who said it.")
    role: Line | None = Field(None, description="What they do, and where.")
    picture: RoundPicture | None = Field(None, description="A portrait; square, shown round.")
    link: Link | None = Field(None, description="Where to read on.")


class SponsorBlock(Item):
    """A sponsor's message, which is marked as such."""

    block: Literal["sponsor"]
    label: Line | None = Field(None, description='What marks it; "Sponsored" in the language of the issue otherwise.')
    title: Line = Field(description="The sponsor, or their headline.")
    body: ShortMarkdown | None = Field(None, description="Their message, in Markdown.")
    picture: Picture | None = Field(None, description="Their logo or picture.")
    link: Link | None = Field(None, description="Where it leads.")
