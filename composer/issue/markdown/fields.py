"""What the text of a block becomes: its picture, its link, its body.

Enters: parts of a page, and the kind of a block. Leaves: keys of the block, as YAML would have them. A block that
can have a picture takes the first one that stands alone; one that can have a link takes the last lone link, since
the link stands below the text. Everything else is the body.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from composer.errors import Position, Problem
from composer.issue.markdown.page import LoneLink, LonePicture, Page, Part
from composer.issue.tree import Entry, Node

Entries = dict[str, Entry]


def fields_of(
    page: Page, parts: Sequence[Part], *, kind: str, given: Container[str], problems: list[Problem]
) -> Entries:
    """Find the keys that these parts give to a block which has the keys ``given`` already."""
    known = page.kinds[kind].model_fields if kind in page.kinds else {}
    entries: Entries = {}
    rest = list(parts)
    if "picture" in known and "picture" not in given:
        entries |= _take_picture(page, rest, problems)
    if "link" in known and "link" not in given:
        entries |= _take_link(page, rest)
    if (body := page.body(rest)) is not None:
        entries["body"] = entry(body)
    return entries


def _take_picture(page: Page, parts: list[Part], problems: list[Problem]) -> Entries:
    for number, part in enumerate(parts):
        if (picture := page.lone_picture(part)) is not None:
            parts[number : number + 1] = below_picture(part, picture)
            return {"picture": picture_entry(picture, problems=problems)}
    return {}


def _take_link(page: Page, parts: list[Part]) -> Entries:
    for number, part in reversed(list(enumerate(parts))):
        link = page.lone_link(part)
        if link is not None and link.picture is None:
            del parts[number]
            return {"link": Entry(link.place, Node(link.place, link_entries(link)))}
    return {}


def below_picture(part: Part, picture: LonePicture) -> list[Part]:
    """Return what is left of a paragraph without its picture."""
    return [] if picture.is_whole else [replace(part, first=part.first + 1)]


def link_entries(link: LoneLink) -> Entries:
    """Make the keys of a link: its label and its address."""
    return {"label": entry(link.label), "url": entry(link.url)}


def picture_entry(picture: LonePicture, *, problems: list[Problem]) -> Entry:
    """Make the value of a picture; one without words is a problem."""
    if not picture.has_words:
        words = "the picture has no words for those who do not see it"
        hint = "write what it shows between the brackets: ![A bridge at night](bridge.png)"
        problems.append(Problem(picture.node.position, words, hint))
    return entry(picture.node)


def block_node(kind: str, place: Position, entries: Mapping[str, Entry]) -> Node:
    """Make a block of the tree, as YAML would have it."""
    return Node(place, {"block": Entry(place, Node(place, kind)), **entries})


def entry(node: Node) -> Entry:
    """Make an Entry of a value whose key is nowhere written."""
    return Entry(node.position, node)
