"""A fenced block of a Markdown file has its keys in YAML, and below ``---`` its body in Markdown.

Enters: a Part that the rule in fence.py found. Leaves: the block's Node, or None and Problems.
"""

from __future__ import annotations

import re
from collections.abc import Container

from composer.errors import Problem
from composer.issue.markdown.fence import DIRECTIVE, fence_of
from composer.issue.markdown.fields import Entries, block_node, fields_of
from composer.issue.markdown.page import Page, Part
from composer.issue.tree import Node
from composer.issue.yaml.read import read_yaml_text

_LOOKS_LIKE_KEYS = re.compile(r"[\w-]+[ \t]*:([ \t]|$)|[{\"'&*!]|- ")


def read_directive(page: Page, part: Part, *, problems: list[Problem]) -> Node | None:
    """Read the block that a fence holds; None, and Problems, if it is none."""
    fence = fence_of(part.tokens[0])
    column = page.lines[part.first].find(fence.kind) + 1 if fence.kind else 1
    place = page.place(part.first, column)
    if fence.complaint is not None:
        problems.append(Problem(place, *fence.complaint))
        return None
    first, after = fence.first + page.start, fence.after + page.start
    cut = next((number for number in range(first, after) if page.lines[number].rstrip() == "---"), after)
    entries = _keys(page, fence.kind, first, cut, problems)
    if entries is None:
        # It has its place among the blocks, and nothing in it is asked for.
        return block_node("divider", place, {})
    if (twice := entries.pop("block", None)) is not None:
        words = "the line above says already what the block is"
        problems.append(Problem(twice.position, words, "delete this line"))
    if cut < after:
        entries |= _body(page.within(cut + 1, after), fence.kind, entries, problems)
    return block_node(fence.kind, place, entries)


def refuse_fences_within(page: Page, part: Part, *, problems: list[Problem]) -> None:
    """A fence in a list or a quotation would be shown to readers as colons."""
    for token in part.tokens:
        if token.type == DIRECTIVE and token.level and token.map is not None:
            fence, line = fence_of(token), token.map[0] + page.start
            if fence.complaint is not None:
                problems.append(Problem(page.place(line, page.lines[line].find(":::") + 1), *fence.complaint))


def _keys(page: Page, kind: str, first: int, after: int, problems: list[Problem]) -> Entries | None:
    lines = page.lines[first:after]
    begin = next((number for number, line in enumerate(lines) if line.strip() and line.lstrip()[0] != "#"), None)
    if begin is None:
        return {}
    if not _LOOKS_LIKE_KEYS.match(lines[begin].lstrip()):
        words = f"a block begins with its keys, such as title: …, and this line of :::{kind} has none"
        hint = "if the text of the block begins here, write --- on a line above it"
        problems.append(Problem(page.place(first + begin), words, hint))
        return None
    text = "\n".join(lines) + "\n"
    where = f"what stands in :::{kind}"
    root = read_yaml_text(text, file=page.file, problems=problems, lines_before=first, where=where)
    return dict(root.content) if root is not None and isinstance(root.content, dict) else None


def _body(page: Page, kind: str, given: Container[str], problems: list[Problem]) -> Entries:
    parts = list(page.parts())
    for part in parts:
        if part.kind == DIRECTIVE:
            words = "a block cannot stand inside another one"
            problems.append(Problem(page.place(part.first), words, "close the first one before, with :::"))
        elif part.kind == "heading" and part.level <= 2:
            words = "a headline inside a block begins with ###"
            problems.append(Problem(page.place(part.first), words, "# is the issue's, ## an article's"))
        else:
            refuse_fences_within(page, part, problems=problems)
    if parts and kind in page.kinds and "body" not in page.kinds[kind].model_fields:
        hint = f"delete the --- above and write its keys: {', '.join(page.kinds[kind].model_fields)}"
        problems.append(Problem(page.place(parts[0].first), f"the block {kind!r} has no body", hint))
        return {}
    return fields_of(page, parts, kind=kind, given=given, problems=problems)
