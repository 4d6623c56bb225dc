"""Blocks that show something: picture, gallery, video."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from composer.issue.blocks.values import Item, Line, Link, Picture, ShortMarkdown, Url


class ImageBlock(Item):
    """A picture on its own that fills the whole column."""

    block: Literal["image"]
    picture: Picture = Field(description="The picture.")
    url: Url | None = Field(None, description="Where it leads when pressed.")


class GalleryBlock(Item):
    """Two to four pictures that stand in a grid."""

    block: Literal["gallery"]
    title: Line | None = Field(None, description="The headline of the section.")
    pictures: tuple[Picture, ...] = Field(
        min_length=2, max_length=4, description="The pictures, of one shape; of three, the first is the large one."
    )


class VideoBlock(Item):
    """A film: its picture, a mark to press, its title. It plays where the link leads; mails do not play films."""

    block: Literal["video"]
    kicker: Line | None = Field(None, description="A small line above the title.")
    title: Line = Field(description="The film's title.")
    body: ShortMarkdown | None = Field(None, description="What it is about, in Markdown.")
    picture: Picture = Field(description="A still of the film, 16:9.")
    duration: Line | None = Field(None, description='How long it lasts, as "3:42".')
    link: Link = Field(description="Where the film is.")
