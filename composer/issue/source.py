"""Where each value of a file was written.

A ``Source`` is what the loader keeps of a YAML file besides its values: for every path of keys and
indexes (``("blocks", 3, "body")``) the Position of the value, and for texts the position of every line,
so that an offset inside a block of Markdown becomes a line and a column in the author's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from composer.errors import Position

Key = str | int
KeyPath = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The positions of one file's values.

    ``values`` maps a path to the position of its value, ``keys`` to the position of its key. ``lines`` maps the
    path of a text to the position of each of its lines, for texts whose lines stand as written in the file.
    """

    file: Path
    values: Mapping[KeyPath, Position] = field(default_factory=dict)
    keys: Mapping[KeyPath, Position] = field(default_factory=dict)
    lines: Mapping[KeyPath, tuple[Position, ...]] = field(default_factory=dict)

    def position(self, path: KeyPath) -> Position:
        """The value at ``path``, or the nearest value around it that stands in the file."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Position(self.file, 1, 1))

    def position_in(self, path: KeyPath, text: str, offset: int) -> Position:
        """The character ``offset`` (from 0) of the text at ``path``."""
        before = text[:offset]
        line = before.count("\n")
        column = offset - (before.rfind("\n") + 1)
        lines = self.lines.get(path)
        if lines is None or line >= len(lines):
            return self.position(path)
        start = lines[line]
        return Position(start.file, start.line, start.column + column)
