"""Answers about how the mail that is shown is seen: the themes there are, what each block weighs, who sees which.

::

    GET /api/seeing                          {"themes": […], "people": [{"key", "label"}]}
    GET /api/issues/{slug}/seeing            {"digest", "blocks": [{"block", "bytes"}], "around", "clip", "conditions"}

``people`` are the two of the database with whom a mail is most likely to look wrong. A condition names a reader who
sees the block and one who does not: their keys go into ``reader=``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from composer.audience.extremes import fewest_values, longest_name
from composer.edition.block_places import weigh
from composer.edition.conditions.condition import holds
from composer.edition.draft import draft_issue
from composer.edition.theme.tokens import theme_names
from composer.edition.weight import CLIP_BYTES
from composer.errors import EditionError
from composer.studio.asked import PreviewRequest, previews_of, read_request
from composer.studio.sending.answering import looking

routes = APIRouter(prefix="/api")

Asked = Annotated[PreviewRequest, Depends(read_request)]
"""What a request asks to see, as an argument of whoever answers in a room."""


class Extreme(BaseModel):
    """Somebody to look through, by the key of a reader."""

    key: str
    label: str


class SeeingReport(BaseModel):
    """What there is to choose from, for every issue."""

    themes: tuple[str, ...]
    people: tuple[Extreme, ...]


class BlockWeight(BaseModel):
    """How many bytes of HTML a block of the mail has, without what is filled in for a reader."""

    block: int
    bytes: int


class Branches(BaseModel):
    """A block that not everybody gets: its condition as written, and the keys of a reader on each side."""

    block: int
    condition: str
    seen_by: str | None
    hidden_from: str | None


class IssueSeeing(BaseModel):
    """What stands behind the outlines. ``around`` is the HTML of no block; all of it counts against ``clip``.

    ``digest`` is that of the edition which this is of: files may have changed since the page was told of another one.
    """

    digest: str
    blocks: tuple[BlockWeight, ...]
    around: int
    clip: int
    conditions: tuple[Branches, ...]


@routes.get("/seeing")
def _seeing(request: Request) -> SeeingReport:
    return SeeingReport(themes=theme_names(previews_of(request).project.templates), people=tuple(_extremes()))


def _extremes() -> Iterator[Extreme]:
    with looking() as connection:
        if connection is None:
            return
        found = (longest_name(connection), "The longest name"), (fewest_values(connection), "The least known")
    for number, label in found:
        if number is not None:
            yield Extreme(key=f"subscriber-{number}", label=label)


@routes.get("/issues/{slug}/seeing")
def _issue(asked: Asked) -> IssueSeeing:
    edition = asked.edition
    weight = weigh(edition)
    return IssueSeeing(
        digest=edition.digest,
        blocks=tuple(BlockWeight(block=block, bytes=size) for block, size in weight.blocks.items()),
        around=weight.around,
        clip=CLIP_BYTES,
        conditions=tuple(_branches(asked)),
    )


def _branches(asked: PreviewRequest) -> Iterator[Branches]:
    issue = asked.preview.checked.issue
    if issue is None or asked.language not in issue.languages:
        return
    try:
        conditions = draft_issue(issue, asked.language).conditions
    except EditionError:
        return  # the checks tell what is wrong
    people = [(reader.key, reader.values({})) for reader in asked.readers]
    for block, condition in enumerate(conditions):
        if condition is None:
            continue
        seeing = {holds(condition, values): key for key, values in reversed(people)}
        written = issue.contents[asked.language].blocks[block].show_if
        yield Branches(block=block, condition=str(written), seen_by=seeing.get(True), hidden_from=seeing.get(False))
