"""Where each block stands in the mail's HTML, for those who look at the mail: its weight, a click, an outline.

Enters: the segments of a mail in which a mark still stands before and behind each block. Leaves: the same segments
without these marks, and the places. They are no part of what is sent: an edition's digest does not know them.
"""

from __future__ import annotations

from collections.abc import Iterable

from composer.edition.model import BlockPlace, ConditionalContent, Piece, Segments
from composer.edition.slots.marks import Marks


def without_cuts(segments: Segments, cuts: Marks[int]) -> tuple[Segments, tuple[BlockPlace, ...]]:
    """Take the marks out. A place is the number of a segment and an offset in it; a block not cut whole has none."""
    kept: list[Piece | ConditionalContent] = []
    found: dict[int, list[tuple[int, int]]] = {}
    for segment in segments:
        if not isinstance(segment, str):
            kept.append(segment)
            continue
        text, end = "", 0
        for match, block in cuts.find(segment):
            text += segment[end : match.start()]
            end = match.end()
            found.setdefault(block, []).append((len(kept), len(text)))
        text += segment[end:]
        if text or not end:
            kept.append(text)
    places = tuple(BlockPlace(block, *pair) for block, pair in sorted(found.items()) if len(pair) == 2)
    return tuple(kept), places


def with_comments(segments: Segments, places: Iterable[BlockPlace]) -> Segments:
    """Put a comment before and behind each block: ``<!--block 3-->`` … ``<!--end of block 3-->``."""
    inserted: dict[int, list[tuple[int, str]]] = {}
    for place in places:
        for (index, offset), words in ((place.start, "block"), (place.end, "end of block")):
            inserted.setdefault(index, []).append((offset, f"<!--{words} {place.block}-->"))
    made: list[Piece | ConditionalContent] = []
    for index, segment in enumerate((*segments, "")):
        comments = sorted(inserted.get(index, ()), key=lambda one: one[0])
        if not isinstance(segment, str):
            made += [*(comment for _, comment in comments), segment]
            continue
        text, end = "", 0
        for offset, comment in comments:
            text += segment[end:offset] + comment
            end = offset
        made.append(text + segment[end:])
    return tuple(made)


def weights(segments: Segments, places: Iterable[BlockPlace]) -> dict[int, int]:
    """Count the bytes of each block's HTML, without what is filled in for a reader."""
    told: dict[int, int] = {}
    for place in places:
        (first, start), (last, end) = place.start, place.end
        pieces: list[Piece] = []
        for index in range(first, min(last, len(segments) - 1) + 1):
            segment = segments[index]
            if isinstance(segment, str):
                text = segment[start if index == first else 0 : end if index == last else None]
                pieces.append(text)
            elif index < last and isinstance(segment, ConditionalContent):
                pieces += segment.pieces
        told[place.block] = sum(len(piece.encode()) for piece in pieces if isinstance(piece, str))
    return told
