"""Where each block stands in the mail's HTML, for those who look at the mail: its weight, a click, an outline.

Enters: the segments of a mail in which a mark still stands before and behind each block. Leaves: the same segments
without these marks, and the places. They are no part of what is sent: an edition's digest does not know them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from composer.edition.model import BlockEdge, BlockPlace, ConditionalContent, Edition, Piece, SlottedText
from composer.edition.slots.marks import Marks
from composer.edition.weight import byte_counter, html_bytes

_OUTSIDE = -1
"""In the place of a piece's number: the edge is not inside of conditional content."""


def without_cuts(segments: SlottedText, cuts: Marks[int]) -> tuple[SlottedText, tuple[BlockPlace, ...]]:
    """Take the marks out, and tell where they stood. Each form of a block has a place, unless it is not cut whole."""
    kept: list[Piece | ConditionalContent] = []
    found: dict[int, list[BlockEdge]] = {}
    for segment in segments:
        if isinstance(segment, ConditionalContent):
            pieces: list[Piece] = []
            for piece in segment.pieces:
                pieces += _without_cuts(piece, cuts, found, (len(kept), len(pieces)))
            kept.append(replace(segment, pieces=tuple(pieces)))
        else:
            kept += _without_cuts(segment, cuts, found, (len(kept), _OUTSIDE))
    places = (
        BlockPlace(block, *pair)
        for block, edges in sorted(found.items())
        for pair in zip(edges[::2], edges[1::2], strict=False)
    )
    return tuple(kept), tuple(places)


def _without_cuts(
    piece: Piece, cuts: Marks[int], found: dict[int, list[BlockEdge]], place: tuple[int, int]
) -> list[Piece]:
    """Take the marks out of a piece and note them in ``found``; of nothing but marks, nothing is left."""
    if not isinstance(piece, str):
        return [piece]
    text, end = "", 0
    for match, block in cuts.find(piece):
        text += piece[end : match.start()]
        end = match.end()
        found.setdefault(block, []).append(BlockEdge(*place, len(text)))
    text += piece[end:]
    return [text] if text or not end else []


def with_comments(segments: SlottedText, places: Iterable[BlockPlace]) -> SlottedText:
    """Put a comment before and behind each block: ``<!--block 3-->`` … ``<!--end of block 3-->``."""
    inserted: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for place in places:
        for edge, words in ((place.start, "block"), (place.end, "end of block")):
            inserted.setdefault(edge[:2], []).append((edge.offset, f"<!--{words} {place.block}-->"))
    made: list[Piece | ConditionalContent] = []
    for index, segment in enumerate((*segments, "")):
        comments = inserted.get((index, _OUTSIDE), [])
        if not isinstance(segment, ConditionalContent):
            made += _with_comments(segment, comments)
            continue
        made += (comment for _, comment in comments)
        pieces = [
            one
            for number, piece in enumerate((*segment.pieces, ""))
            for one in _with_comments(piece, inserted.get((index, number), []))
        ]
        made.append(replace(segment, pieces=tuple(pieces)))
    return tuple(made)


def _with_comments(piece: Piece, comments: list[tuple[int, str]]) -> list[Piece]:
    comments = sorted(comments, key=lambda one: one[0])
    if not isinstance(piece, str):
        return [*(comment for _, comment in comments), piece]
    text, end = "", 0
    for offset, comment in comments:
        text += piece[end:offset] + comment
        end = offset
    return [text + piece[end:]]


@dataclass(frozen=True, slots=True)
class MailWeight:
    """How many bytes of the HTML each block has, by its number, and how many stand around them all."""

    blocks: dict[int, int]
    around: int


def weigh(edition: Edition) -> MailWeight:
    """Weigh the mail: its blocks and what is around them are together what ``html_bytes`` counts."""
    blocks = weights(edition.html, edition.block_places)
    return MailWeight(blocks, max(0, html_bytes(edition.html) - sum(blocks.values())))


def weights(segments: SlottedText, places: Iterable[BlockPlace]) -> dict[int, int]:
    """Count the bytes of each block's HTML as it is sent, in all its forms, without what is filled in for a reader."""
    bytes_of = byte_counter(segments)
    told: dict[int, int] = {}
    for place in places:
        first, last = place.start[:2], place.end[:2]
        pieces = (
            text[place.start.offset if at == first else 0 : place.end.offset if at == last else None]
            for at, text in _literals(segments, range(first[0], min(last[0], len(segments) - 1) + 1))
            if first <= at <= last
        )
        told[place.block] = told.get(place.block, 0) + sum(map(bytes_of, pieces))
    return told


def _literals(segments: SlottedText, numbers: Iterable[int]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the texts of these segments, each with its segment's number and its own within conditional content."""
    for index in numbers:
        segment = segments[index]
        if isinstance(segment, ConditionalContent):
            yield from (((index, number), one) for number, one in enumerate(segment.pieces) if isinstance(one, str))
        elif isinstance(segment, str):
            yield (index, _OUTSIDE), segment
