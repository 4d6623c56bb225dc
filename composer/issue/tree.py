"""What a file says, value by value, each with its place: what YAML and Markdown are both read into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from composer.errors import Position, Problem
from composer.issue.source import KeyPath, Source, Span

# Neither YAML nor Markdown minds them, but HTML forbids them (2.1.1, "control") and mail readers show boxes.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Node(NamedTuple):
    """A value of a file, and where it stands: a text, nothing (``None``), a mapping or a list."""

    position: Position
    content: str | dict[str, Entry] | list[Node] | None
    spans: tuple[Span, ...] = ()


class Entry(NamedTuple):
    """A key of a mapping, where it stands, and its value."""

    position: Position
    node: Node


def plain(node: Node) -> Any:
    """Return the values without their places: dict, list, str, None."""
    if isinstance(node.content, dict):
        return {key: plain(entry.node) for key, entry in node.content.items()}
    if isinstance(node.content, list):
        return [plain(item) for item in node.content]
    return node.content


def control_characters(root: Node) -> Iterator[Problem]:
    """Tell one Problem for each text with a character in it that no reader can see."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        content = node.content
        if isinstance(content, str):
            if found := _CONTROL.search(content):
                around = content[max(0, found.start() - 20) : found.end()]
                words = f"there is a control character (U+{ord(found[0]):04X}) in {around!r}"
                yield Problem(node.position, words, "delete it; it may have come with a copy from another program")
        elif isinstance(content, dict):
            waiting.extend(entry.node for entry in reversed(content.values()))
        elif content:
            waiting.extend(reversed(content))


def source_of(root: Node, *, file: Path) -> Source:
    """Return the places without the values, by their paths."""
    values: dict[KeyPath, Position] = {}
    keys: dict[KeyPath, Position] = {}
    spans: dict[KeyPath, tuple[Span, ...]] = {}

    waiting: list[tuple[KeyPath, Node]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        values[path] = node.position
        if node.spans:
            spans[path] = node.spans
        if isinstance(node.content, dict):
            for key, entry in node.content.items():
                inner = (*path, key)
                keys[inner] = entry.position
                waiting.append((inner, entry.node))
        elif isinstance(node.content, list):
            waiting.extend(((*path, index), item) for index, item in enumerate(node.content))
    return Source(file, values, keys, spans)
