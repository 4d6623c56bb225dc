"""Which line of which template made a character of a rendered text.

Enters: templates rendered with ``LineMarks``. Leaves: the text as it would be without, and for every offset the
Position of the template's line. Rendering with marks is slower, so it is done after an error, or by a lint.

``LineMarks`` puts an invisible note into the literal text of a template at each of its lines; what expressions
put in belongs to the note before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from composer.errors import Position

_NOTE = re.compile("\x01(\\d+):([^\x02]*)\x02")


class LineMarks(Extension):
    """Puts a note of its line before each piece and each line of a template's literal text."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data" and stream.filename:
                noted = _noted(token.value, token.lineno, stream.filename)
                yield Token(token.lineno, token.type, noted)
            else:
                yield token


def _noted(text: str, line: int, file: str) -> str:
    lines = text.split("\n")
    return "\n".join(f"\x01{line + index}:{file}\x02{words}" for index, words in enumerate(lines))


@dataclass(frozen=True, slots=True)
class SourceMap:
    """A rendered text without notes, and where its pieces come from."""

    text: str
    _offsets: tuple[int, ...]
    _positions: tuple[Position, ...]

    def position(self, offset: int) -> Position | None:
        """The template's line that made the character at ``offset``."""
        index = bisect_right(self._offsets, offset) - 1
        return self._positions[index] if index >= 0 else None


def read_notes(rendered: str) -> SourceMap:
    """The map of a text that was rendered with ``LineMarks``."""
    offsets: list[int] = []
    positions: list[Position] = []
    removed = 0
    for note in _NOTE.finditer(rendered):
        offsets.append(note.start() - removed)
        positions.append(Position(Path(note[2]), int(note[1]), 1))
        removed += len(note[0])
    return SourceMap(_NOTE.sub("", rendered), tuple(offsets), tuple(positions))
