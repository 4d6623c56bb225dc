"""Where each value of a file was written.

A ``Source`` is what the loader keeps of a YAML file besides its values: for every path of keys and
indexes (``("blocks", 3, "body")``) the Position of the value and of its key, and for texts the *spans*: the
pieces that stand in the file as they are, so that an offset inside a block of Markdown becomes a line and a
column in the author's file, whatever way of writing it (``|``, ``>``, plain, quoted) the author chose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from composer.errors import Position

Key = str | int
KeyPath = tuple[Key, ...]


class Span(NamedTuple):
    """From character ``offset`` of a text on, it stands in the file from ``position`` on, on one line."""

    offset: int
    position: Position


@dataclass(frozen=True, slots=True)
class Source:
    """Knows where the values of one file are written.

    ``values`` maps a path to the position of its value, ``keys`` to the position of its key, ``spans`` the path of
    a text to its spans in order. In a translation the positions of values taken from ``issue.yaml`` point there.
    """

    file: Path
    values: Mapping[KeyPath, Position] = field(default_factory=dict)
    keys: Mapping[KeyPath, Position] = field(default_factory=dict)
    spans: Mapping[KeyPath, tuple[Span, ...]] = field(default_factory=dict)

    def position(self, path: KeyPath) -> Position:
        """Find the value at ``path``, or the nearest value around it that stands in the file."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Position(self.file, 1, 1))

    def key_position(self, path: KeyPath) -> Position:
        """Find the key of the value at ``path``; the value itself for entries of lists, which have none."""
        return self.keys.get(path) or self.position(path)

    def position_in(self, path: KeyPath, text: str, offset: int) -> Position:
        """Find the character ``offset`` (from 0) of ``text``, which is the text at ``path`` or begins with it."""
        spans = self.spans.get(path, ())
        found = bisect_right(spans, min(offset, len(text)), key=lambda span: span.offset)
        if not found:
            return self.position(path)
        span = spans[found - 1]
        return Position(span.position.file, span.position.line, span.position.column + offset - span.offset)
