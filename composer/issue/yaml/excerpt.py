"""Where the text that is read as YAML stands: it is a whole file, or a part of a Markdown file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from composer.errors import Position


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Says where a text stands: in which file, below how many lines, and what it is called in a sentence."""

    file: Path
    lines_before: int = 0
    name: str = "the file"

    @property
    def start(self) -> Position:
        """The place where the text begins."""
        return Position(self.file, self.lines_before + 1, 1)

    def at(self, line: int, column: int) -> Position:
        """Make a place in the file; ``line`` and ``column`` are the parser's, which counts from 0."""
        return Position(self.file, self.lines_before + line + 1, column + 1)

    def after(self, before: str) -> Position:
        """Find the place that follows the text's first characters, which are ``before``."""
        return self.at(before.count("\n"), len(before) - before.rfind("\n") - 1)
