"""A map tells which line of which template, or of the author's, made a character of a text, and for which block.

Enters: templates rendered with ``LineMarks``. Leaves: the text as it would be without, and a SourcePlace for every
offset.
Rendering with notes is slower, so it is done after an error, or when a lint has found something.

``LineMarks`` puts an invisible note into the literal text of a template at each of its lines; what expressions
put in belongs to the note before it. ``note_places`` does the same for an author's own markup, ``note_block`` tells
where a block begins and ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from composer.errors import Position

_NOTE = re.compile("\x01(?:(?P<line>\\d+):(?P<column>\\d+):(?P<file>[^\x02]*)|block(?P<block>\\d*))\x02")
_UNKNOWN = 0
"""The column of a piece that does not begin its line: Jinja does not tell."""


class LineMarks(Extension):
    """Puts a note of its line before each piece and each line of a template's literal text."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data" and stream.filename:
                file, lines = Path(stream.filename), token.value.split("\n")
                noted = [
                    _note(Position(file, token.lineno + index, 1 if index else _UNKNOWN)) + words
                    for index, words in enumerate(lines)
                ]
                yield Token(token.lineno, token.type, "\n".join(noted))
            else:
                yield token


def note_places(text: str, places: Mapping[int, Position]) -> str:
    """Put a note before each character of ``text`` that ``places`` has: offset → where it was written."""
    starts = sorted({0, *places})
    pieces = zip(starts, [*starts[1:], None], strict=True)
    return "".join((_note(places[start]) if start in places else "") + text[start:end] for start, end in pieces)


def note_block(text: str, index: int) -> str:
    """Put a note around the text of the block at ``index``."""
    return f"\x01block{index}\x02{text}\x01block\x02"


def _note(position: Position) -> str:
    return f"\x01{position.line}:{position.column}:{position.file}\x02"


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a piece of a rendered text comes from: its line, and the index of the block that it belongs to."""

    position: Position
    block: int | None


@dataclass(frozen=True, slots=True)
class SourceMap:
    """A rendered text without its notes, which tells where its pieces come from."""

    text: str
    _offsets: tuple[int, ...]
    _places: tuple[SourcePlace, ...]

    def place(self, offset: int) -> SourcePlace | None:
        """Tell what made the character at ``offset``; None before the first note."""
        index = bisect_right(self._offsets, offset) - 1
        if index < 0:
            return None
        found, start = self._places[index], self._offsets[index]
        file, line, column = found.position.file, found.position.line, found.position.column
        return SourcePlace(Position(file, line, column + offset - start if column else 1), found.block)


def read_notes(rendered: str) -> SourceMap:
    """Make the map of a text that was rendered with notes."""
    offsets: list[int] = []
    places: list[SourcePlace] = []
    block: int | None = None
    removed = 0
    for note in _NOTE.finditer(rendered):
        if note["file"] is None:
            block = int(note["block"]) if note["block"] else None
        else:
            position = Position(Path(note["file"]), int(note["line"]), int(note["column"]))
            offsets.append(note.start() - removed)
            places.append(SourcePlace(position, block))
        removed += len(note[0])
    return SourceMap(_NOTE.sub("", rendered), tuple(offsets), tuple(places))
