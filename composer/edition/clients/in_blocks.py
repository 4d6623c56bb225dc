"""The HTML of an edition as one text, in which it is known whose block a place is.

Enters: an edition's segments and the places of its blocks. Leaves: a BlockText. What only some readers get is there
too; a slot is its name, as nobody knows its values yet.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from composer.edition.model import BlockEdge, BlockPlace, ConditionalContent, Piece, SlottedText

_OUTSIDE = -1
"""In the place of a piece's number: it is no part of conditional content."""


@dataclass(frozen=True, slots=True)
class BlockText:
    """A mail's HTML. ``spans`` are (start, end, block), in order; a block that has several forms has several spans."""

    html: str
    spans: tuple[tuple[int, int, int], ...]

    def block_at(self, offset: int) -> int | None:
        """Tell whose block an offset of the HTML is in; None where it is in none, as in the head."""
        number = bisect_right(self.spans, offset, key=lambda span: span[0]) - 1
        if number < 0:
            return None
        _, end, block = self.spans[number]
        return block if offset < end else None


def block_text(html: SlottedText, places: Iterable[BlockPlace]) -> BlockText:
    """Join the segments of a mail into one text, with the spans of its blocks."""
    starts: dict[tuple[int, int], int] = {}
    parts: list[str] = []
    length = 0
    for at, piece in _pieces(html):
        starts[at] = length
        part = piece if isinstance(piece, str) else piece.name
        parts.append(part)
        length += len(part)

    def offset_of(edge: BlockEdge) -> int:
        # A block may end behind the last piece.
        return starts.get((edge.segment, edge.piece), length) + edge.offset

    spans = sorted((offset_of(place.start), offset_of(place.end), place.block) for place in places)
    return BlockText("".join(parts), tuple(spans))


def _pieces(html: SlottedText) -> Iterator[tuple[tuple[int, int], Piece]]:
    for number, segment in enumerate(html):
        if isinstance(segment, ConditionalContent):
            yield from (((number, inner), piece) for inner, piece in enumerate(segment.pieces))
        else:
            yield (number, _OUTSIDE), segment
