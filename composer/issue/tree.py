"""What a file says, value by value, each with its place: what YAML and Markdown are both read into."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer.errors import Position
from composer.issue.source import Key, KeyPath, Run, Source


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place: a text, nothing (``None``), a mapping or a list."""

    position: Position
    content: str | dict[str, Entry] | list[Node] | None
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping with its place, and its value."""

    position: Position
    node: Node


def plain(node: Node) -> Any:
    """The values without their places: dict, list, str, None."""
    if isinstance(node.content, dict):
        return {key: plain(entry.node) for key, entry in node.content.items()}
    if isinstance(node.content, list):
        return [plain(item) for item in node.content]
    return node.content


def source_of(root: Node, *, file: Path) -> Source:
    """The places without the values."""
    values: dict[KeyPath, Position] = {}
    keys: dict[KeyPath, Position] = {}
    runs: dict[KeyPath, tuple[Run, ...]] = {}

    def note(node: Node, path: KeyPath) -> None:
        values[path] = node.position
        if node.runs:
            runs[path] = node.runs
        children: list[tuple[Key, Node]] = []
        if isinstance(node.content, dict):
            children = [(key, entry.node) for key, entry in node.content.items()]
            keys.update({(*path, key): entry.position for key, entry in node.content.items()})
        elif isinstance(node.content, list):
            children = list(enumerate(node.content))
        for key, child in children:
            note(child, (*path, key))

    note(root, ())
    return Source(file, values, keys, runs)
