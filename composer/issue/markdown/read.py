"""An issue written in Markdown, read into the tree that an ``issue.yaml`` gives.

Enters: the bytes of one file. Leaves: a tree of Nodes, each with its place, and the Problems found on the way;
never an exception. What becomes what::

    --- … ---          front matter: the keys of issue.yaml, all but blocks
    # A headline       the issue's title
    text               a block of text; a picture or a link that stands alone becomes an image or a button
    ## A headline      an article: its first lone picture and its last lone link are its picture and its link
    ### A headline     a headline inside a text
    ---                a divider; what follows is text again
    ::: kind … :::     any block: its keys, then --- and its body (directive.py, fence.py)

The model then judges the tree like any other, so that both ways of writing have the same rules and the same errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from composer.errors import Position, Problem
from composer.issue.blocks import BLOCKS, Item
from composer.issue.markdown.page import Page
from composer.issue.markdown.sections import read_sections
from composer.issue.tree import Entry, Node
from composer.issue.yaml.read import decode, read_yaml_text

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_markdown(
    data: bytes, *, file: Path, kinds: Mapping[str, type[Item]] = BLOCKS
) -> tuple[Node | None, list[Problem]]:
    """Read the tree of a Markdown file, if there is one, and tell everything that is wrong with how it is written.

    ``kinds`` are the blocks that it may have: what may become a block's picture, link or body is asked of its model.
    """
    problems: list[Problem] = []
    text = decode(data, file=file, problems=problems)
    if text is None:
        return None, problems
    lines = _LINE_BREAK.split(text)
    if (unprintable := _first_unprintable(lines, file)) is not None:
        return None, [unprintable]
    end = _end_of_front_matter(lines, file, problems)
    if end is None:
        return None, problems
    front = _front_matter(lines[1:end], file, problems)
    if front is None:
        return None, problems
    page = Page(file, lines, end + 1, len(lines), kinds)
    blocks = read_sections(page, front, problems=problems)
    place = blocks[0].position if blocks else page.place(min(end + 1, len(lines) - 1))
    front["blocks"] = Entry(place, Node(place, blocks))
    return Node(Position(file, 1, 1), front), problems


def _first_unprintable(lines: Sequence[str], file: Path) -> Problem | None:
    for number, line in enumerate(lines, 1):
        if found := _UNPRINTABLE.search(line):
            place = Position(file, number, found.start() + 1)
            return Problem(place, "a character that no text can hold (a control character)", "delete it")
    return None


def _end_of_front_matter(lines: Sequence[str], file: Path, problems: list[Problem]) -> int | None:
    """Find the line (from 0) that closes the front matter."""
    if lines[0].rstrip() != "---":
        hint = "begin with a line ---, then subject:, preheader: and date:, each on its line, then --- again"
        problems.append(Problem(Position(file, 1, 1), "the front matter is missing", hint))
        return None
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in ("---", "..."):
            return number
    problems.append(Problem(Position(file, 1, 1), "the front matter is not closed", "write --- on the line below it"))
    return None


def _front_matter(lines: Sequence[str], file: Path, problems: list[Problem]) -> dict[str, Entry] | None:
    if not any(line.strip() for line in lines):
        return {}
    root = read_yaml_text(
        "\n".join(lines) + "\n", file=file, problems=problems, lines_before=1, where="the front matter"
    )
    if root is None or not isinstance(root.content, dict):
        return None
    entries = dict(root.content)
    if (blocks := entries.pop("blocks", None)) is not None:
        words = "in a Markdown file, the blocks are not in the front matter"
        problems.append(Problem(blocks.position, words, "write them below it, or rename the file to issue.yaml"))
    return entries
