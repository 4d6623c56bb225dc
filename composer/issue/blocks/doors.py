"""Blocks that lead elsewhere: button, social links, poll."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from composer.issue.blocks.values import LINE_PATTERN, Item, Line, Link, Model, ShortMarkdown, Url


class ButtonBlock(Item):
    """A button that leads to one page."""

    block: Literal["button"]
    label: Line = Field(description="The words on the button: a verb first.")
    url: Url = Field(description="Where it leads.")
    align: Literal["left", "center"] = Field("left", description="Where it stands.")


class Profile(Model):
    """A place where readers can follow the publisher."""

    network: Literal["bluesky", "mastodon", "linkedin", "youtube", "instagram", "x", "facebook", "rss"] = Field(
        description="Which network; it has an icon."
    )
    url: Url = Field(description="The publisher's page there.")


class SocialBlock(Item):
    """A row of icons that shows where readers can follow the publisher."""

    block: Literal["social"]
    title: Line | None = Field(None, description='A line above, such as "Follow us".')
    align: Literal["left", "center"] = Field("left", description="Where the icons stand.")
    profiles: tuple[Profile, ...] = Field(min_length=1, max_length=8, description="The networks, in order.")


Sign = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=LINE_PATTERN, strip_whitespace=True)]


class Answer(Link):
    """An answer that readers of a poll can choose."""

    face: Literal["delighted", "happy", "neutral", "sad", "upset"] | None = Field(
        None, description="A drawn face, shown above the words."
    )
    sign: Sign | None = Field(None, description="A number or an emoji instead of a face.")

    @property
    def shown(self) -> str | None:
        """The face or the sign that is shown above the words; None without either."""
        return self.face or self.sign


class PollBlock(Item):
    """A question with two to five answers, each a link that counts it."""

    block: Literal["poll"]
    kicker: Line | None = Field(None, description='A small line above, such as "Your view".')
    title: Line = Field(description="The question.")
    body: ShortMarkdown | None = Field(None, description="More about it, in Markdown.")
    answers: tuple[Answer, ...] = Field(min_length=2, max_length=5, description="The answers.")
