"""A file read again after an edit: only the block that was edited is parsed.

Enters: the last reading of a file and its text now. Leaves: the tree that parsing the whole text would give, place for
place, or None wherever a piece cannot tell; then the whole is parsed. The parser, in Python, takes half the
time of a preview after an edit, and an author edits one block at a time.

Why a piece suffices: an item of the list ``blocks`` begins on a line with the list's indentation and a dash. The lines
before are those of the last reading, so the parser comes to that dash in the same state. It is done with the item at
the next dash, unless the item leaves a quote or a bracket open or ends the document: a piece that does so is a
mistake, or is refused here. The lines after are those of the last reading, too, and only stand higher or lower.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from composer.errors import Position
from composer.issue.source import Span
from composer.issue.tree import Entry, Node

_DASH = re.compile(r" *- +")
# What ends a document or tells the parser something about it; and \r, which ends a line that we would not count.
_NOT_IN_PIECES = re.compile(r"^(?:---|\.\.\.|%)|\r", re.MULTILINE)

Parse = Callable[[str, int], Node | None]
"""(text, lines before it) → its tree, or None if anything is wrong with it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text without mistakes, and its tree."""

    text: str
    tree: Node


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines ``start`` to ``end`` (from 0, without the end) have become others; what follows moved down by ``by``."""

    start: int
    end: int
    by: int


def read_edited(before: Reading, text: str, *, parse: Parse) -> Node | None:
    """The tree of ``text``, if it differs from ``before`` within blocks and a piece tells all; None otherwise."""
    items, bounds = _blocks(before)
    if not items or _NOT_IN_PIECES.search(before.text) or _NOT_IN_PIECES.search(text):
        return None
    lines = text.split("\n")
    edit = _compare(before.text.split("\n"), lines)
    first = bisect_right(bounds, edit.start) - 1
    after = max(bisect_left(bounds, edit.end), first + 1)
    if not 0 <= first < len(items) or after >= len(bounds):
        return None
    piece = lines[bounds[first] : bounds[after] + edit.by]
    if not piece or not piece[0].startswith(_indented_dash(before, bounds[first])):
        return None
    # A line above makes the piece a list in a mapping, as deep as it is in the file.
    end = "\n" if bounds[after] + edit.by < len(lines) else ""
    parsed = parse("\n".join(["blocks:", *piece]) + end, bounds[first] - 1)
    new = _only_items(parsed)
    if not new:
        return None
    return _put_together(before.tree, [*items[:first], *new], items[after:], by=edit.by, below=bounds[after])


def _blocks(reading: Reading) -> tuple[Sequence[Node], Sequence[int]]:
    """The items of ``blocks``, and the lines (from 0) where each begins and the last one ends; nothing if unusual."""
    root = reading.tree.content
    entry = root.get("blocks") if isinstance(root, dict) else None
    if not isinstance(root, dict) or entry is None or not isinstance(entry.node.content, list):
        return (), ()
    items = entry.node.content
    lines = reading.text.split("\n")
    for item in items:
        dash = _DASH.match(lines[item.position.line - 1])
        if not isinstance(item.content, dict) or dash is None or dash.end() != item.position.column - 1:
            return (), ()
    if any(other.position.column != 1 for other in root.values()):
        return (), ()
    below = [other.position.line - 1 for other in root.values() if other.position.line > entry.position.line]
    return items, [*(item.position.line - 1 for item in items), min(below, default=len(lines))]


def _compare(old: Sequence[str], new: Sequence[str]) -> _Edit:
    def same(pairs: zip[tuple[str, str]]) -> int:
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    start = same(zip(old, new, strict=False))
    tail = min(same(zip(reversed(old), reversed(new), strict=False)), min(len(old), len(new)) - start)
    return _Edit(start, len(old) - tail, len(new) - len(old))


def _indented_dash(reading: Reading, line: int) -> str:
    written = reading.text.split("\n")[line]
    return written[: written.index("-") + 1] + " "


def _only_items(root: Node | None) -> Sequence[Node]:
    """The blocks of a piece that is nothing but blocks."""
    if root is None or not isinstance(root.content, dict) or list(root.content) != ["blocks"]:
        return ()
    items = root.content["blocks"].node.content
    return items if isinstance(items, list) and all(isinstance(item.content, dict) for item in items) else ()


def _put_together(root: Node, above: Sequence[Node], items: Sequence[Node], *, by: int, below: int) -> Node:
    """The root with other blocks; those ``items`` and the keys that stand below have moved."""
    assert isinstance(root.content, dict)
    entries = {}
    for key, entry in root.content.items():
        if key == "blocks":
            blocks = [*above, *(_moved(item, by) for item in items)]
            entries[key] = Entry(entry.position, Node(entry.node.position, blocks))
        elif entry.position.line > below:
            entries[key] = Entry(_lower(entry.position, by), _moved(entry.node, by))
        else:
            entries[key] = entry
    return Node(root.position, entries)


def _moved(node: Node, by: int) -> Node:
    if not by:
        return node
    content = node.content
    if isinstance(content, dict):
        content = {key: Entry(_lower(entry.position, by), _moved(entry.node, by)) for key, entry in content.items()}
    elif isinstance(content, list):
        content = [_moved(item, by) for item in content]
    spans = tuple(Span(span.offset, _lower(span.position, by)) for span in node.spans)
    return Node(_lower(node.position, by), content, spans)


def _lower(position: Position, by: int) -> Position:
    return Position(position.file, position.line + by, position.column)
