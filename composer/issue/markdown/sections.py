"""The parts of a Markdown page are made into the blocks of an issue.

Enters: a Page and the keys of the front matter. Leaves: a Node for each block, as if it had been written in YAML,
and Problems. The table of what becomes what is in markdown.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from composer.errors import Problem
from composer.issue.markdown.directive import read_directive, refuse_fences_within
from composer.issue.markdown.fence import DIRECTIVE
from composer.issue.markdown.fields import (
    Entries,
    below_picture,
    block_node,
    entry,
    fields_of,
    link_entries,
    picture_entry,
)
from composer.issue.markdown.headline import read_headline
from composer.issue.markdown.page import Page, Part
from composer.issue.tree import Node


def read_sections(page: Page, front: Entries, *, problems: list[Problem]) -> list[Node]:
    """Make the blocks in order. A headline of the first level joins ``front`` as the issue's title."""
    blocks: list[Node] = []
    headline: Part | None = None
    below: list[Part] = []
    for part in page.parts():
        if part.kind not in ("hr", DIRECTIVE) and not (part.kind == "heading" and part.level <= 2):
            refuse_fences_within(page, part, problems=problems)
            below.append(part)
            continue
        blocks += _section(page, headline, below, problems)
        headline, below = None, []
        if part.kind == "hr":
            blocks.append(block_node("divider", page.place(part.first), {}))
        elif part.kind == DIRECTIVE:
            block = read_directive(page, part, problems=problems)
            blocks += [] if block is None else [block]
        elif part.level == 1:
            _take_title(page, part, front, problems)
        else:
            headline = part
    return blocks + _section(page, headline, below, problems)


def _take_title(page: Page, part: Part, front: Entries, problems: list[Problem]) -> None:
    title, *more = read_headline(page, part, problems=problems).values()
    if more:
        problems.append(Problem(more[0].position, "the title of an issue has no keys", "delete the braces"))
    if (taken := front.get("title")) is not None:
        words = f"the issue has its title already, in line {taken.position.line}"
        problems.append(Problem(title.position, words, "begin the headline of an article with ##"))
    else:
        front["title"] = title


def _section(page: Page, headline: Part | None, parts: Sequence[Part], problems: list[Problem]) -> list[Node]:
    if headline is None:
        return _running_text(page, parts, problems)
    entries = read_headline(page, headline, problems=problems)
    said = entries.pop("block", None)
    kind = str(said.node.content) if said else "article"
    place = said.node.position if said else page.place(headline.first)
    entries |= fields_of(page, parts, kind=kind, given=entries, problems=problems)
    return [block_node(kind, place, entries)]


def _running_text(page: Page, parts: Sequence[Part], problems: list[Problem]) -> list[Node]:
    """Make blocks of text without a headline, which is cut where a picture or a link stands alone."""
    blocks: list[Node] = []
    text: list[Part] = []

    def end_text() -> None:
        if (body := page.body(text)) is not None:
            blocks.append(block_node("text", body.position, {"body": entry(body)}))
        text.clear()

    for part in parts:
        link = page.lone_link(part)
        picture = page.lone_picture(part) if link is None else link.picture
        if link is None and picture is None:
            text.append(part)
            continue
        end_text()
        if picture is not None:
            linked: Entries = {"url": entry(link.url)} if link is not None else {}
            shown = {"picture": picture_entry(picture, problems=problems), **linked}
            blocks.append(block_node("image", picture.node.position, shown))
            text += below_picture(part, picture)
        elif link is not None:
            blocks.append(block_node("button", link.place, link_entries(link)))
    end_text()
    return blocks
