"""The blocks an author may write, one pydantic model each.

The model is the one source for validation, JSON Schema, documentation, gallery and templates: a field's
``description`` is what the author reads in the editor. Templates live in ``templates/blocks/<block>/``.

::

    values      what blocks are made of: lines, Markdown, links, pictures
    frame       masthead, footer, divider, mjml         around the others
    stories     text, article, hero, columns, digest …    to read
    dates       agenda, events                          to come to
    pictures    image, gallery, video                   to look at
    figures     statistics, table                       to count
    doors       button, poll, social                    to press
"""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from composer.issue.blocks.dates import AgendaBlock, AgendaEntry, Days, Event, EventsBlock, Session
from composer.issue.blocks.doors import Answer, ButtonBlock, PollBlock, Profile, SocialBlock
from composer.issue.blocks.figures import Statistic, StatisticsBlock, TableBlock
from composer.issue.blocks.frame import DividerBlock, FooterBlock, MastheadBlock, MjmlBlock
from composer.issue.blocks.pictures import GalleryBlock, ImageBlock, VideoBlock
from composer.issue.blocks.stories import (
    ArticleBlock,
    CalloutBlock,
    Card,
    ColumnsBlock,
    DigestBlock,
    DigestEntry,
    DownloadBlock,
    HeroBlock,
    QuoteBlock,
    SponsorBlock,
    TextBlock,
)
from composer.issue.blocks.values import (
    FIELD_PATTERN,
    FOCUS_PATTERN,
    ID_PATTERN,
    LANGUAGE_PATTERN,
    LINE_PATTERN,
    SEGMENT_PATTERN,
    URL_PATTERN,
    Clock,
    Day,
    FileName,
    Item,
    LanguageCode,
    Line,
    Link,
    Logo,
    Markdown,
    Model,
    Picture,
    TextKind,
    Url,
    Zone,
)

__all__ = [
    "BLOCKS",
    "FIELD_PATTERN",
    "FOCUS_PATTERN",
    "ID_PATTERN",
    "LANGUAGE_PATTERN",
    "LINE_PATTERN",
    "SEGMENT_PATTERN",
    "URL_PATTERN",
    "AgendaBlock",
    "AgendaEntry",
    "Answer",
    "ArticleBlock",
    "Block",
    "ButtonBlock",
    "CalloutBlock",
    "Card",
    "Clock",
    "ColumnsBlock",
    "Day",
    "Days",
    "DigestBlock",
    "DigestEntry",
    "DividerBlock",
    "DownloadBlock",
    "Event",
    "EventsBlock",
    "FileName",
    "FooterBlock",
    "GalleryBlock",
    "HeroBlock",
    "ImageBlock",
    "Item",
    "LanguageCode",
    "Line",
    "Link",
    "Logo",
    "Markdown",
    "MastheadBlock",
    "MjmlBlock",
    "Model",
    "Picture",
    "PollBlock",
    "Profile",
    "QuoteBlock",
    "Session",
    "SocialBlock",
    "SponsorBlock",
    "Statistic",
    "StatisticsBlock",
    "TableBlock",
    "TextBlock",
    "TextKind",
    "Url",
    "VideoBlock",
    "Zone",
]

Block = Annotated[
    MastheadBlock
    | HeroBlock
    | TextBlock
    | ArticleBlock
    | ColumnsBlock
    | DigestBlock
    | QuoteBlock
    | CalloutBlock
    | StatisticsBlock
    | TableBlock
    | AgendaBlock
    | EventsBlock
    | DownloadBlock
    | ImageBlock
    | GalleryBlock
    | VideoBlock
    | ButtonBlock
    | PollBlock
    | SocialBlock
    | SponsorBlock
    | DividerBlock
    | MjmlBlock
    | FooterBlock,
    Field(discriminator="block"),
]
"""Any block; the key ``block`` says which."""

BLOCKS: dict[str, type[Item]] = {
    kind: model
    for model in (
        MastheadBlock,
        HeroBlock,
        TextBlock,
        ArticleBlock,
        ColumnsBlock,
        DigestBlock,
        QuoteBlock,
        CalloutBlock,
        StatisticsBlock,
        TableBlock,
        AgendaBlock,
        EventsBlock,
        DownloadBlock,
        ImageBlock,
        GalleryBlock,
        VideoBlock,
        ButtonBlock,
        PollBlock,
        SocialBlock,
        SponsorBlock,
        DividerBlock,
        MjmlBlock,
        FooterBlock,
    )
    for kind in get_args(model.model_fields["block"].annotation)
}
"""What ``block`` may say → the model."""
