"""Blocks that stand around the others: masthead, footer, divider; and the designer's own MJML."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from composer.issue.blocks.values import Item, Line, Link, Logo, Markdown, ShortMarkdown, TextKind


class MastheadBlock(Item):
    """This issue's own masthead, as its first block. It replaces the newsletter's; what it leaves out stays."""

    block: Literal["masthead"]
    name: Line | None = Field(None, description="The name; the newsletter's otherwise.")
    tagline: Line | None = Field(None, description="A few words under the name; the newsletter's otherwise.")
    logo: Logo | None = Field(None, description="The logo, a file beside the issue; the newsletter's otherwise.")
    issue_line: Line | None = Field(None, description="The line below, if it is not number and date.")
    links: bool = Field(True, description="Whether the links to the browser and to print are shown.")


class FooterBlock(Item):
    """This issue's own footer, as its last block. It replaces the newsletter's; the link to leave is always there."""

    block: Literal["footer"]
    reason: Line | None = Field(None, description="Why readers get this mail; the newsletter's otherwise.")
    contact: Line | None = Field(None, description="An address for questions; the newsletter's otherwise.")
    postal_address: Line | None = Field(None, description="The postal address; the newsletter's otherwise.")
    body: ShortMarkdown | None = Field(None, description="A few words of your own, in Markdown: thanks, an imprint.")
    links: tuple[Link, ...] = Field((), max_length=6, description="More links: preferences, privacy, the archive.")


class DividerBlock(Item):
    """A quiet rule, or only air, that stands between two parts."""

    block: Literal["divider"]
    style: Literal["line", "space"] = Field("line", description="A rule, or only air.")


Mjml = Annotated[str, StringConstraints(min_length=1, max_length=200_000), TextKind.MJML]
"""MJML: one or more whole sections."""


class MjmlBlock(Item):
    """A designer's own MJML, for what no other block can do."""

    block: Literal["mjml"]
    mjml: Mjml = Field(description="Whole sections of MJML: <mj-section>…</mj-section>. Scripts are refused.")
    body: Markdown = Field(description="The same in words, in Markdown: for the text part and the printed page.")
