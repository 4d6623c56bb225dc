"""Encodes a text of an edition as pieces of quoted-printable.

Enters: a text with slots. Leaves: what readers share as bytes, encoded beforehand: the files' address and a link up to
its token are written out; and the places that are a reader's, each a ``Value``. Pieces begin and end at the start of a
line (``quoted_printable.py``), so whatever a reader is shown may be joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from composer.edition.model import ConditionalContent, Edition, Slot, SlottedText
from composer.edition.model import Piece as TextPiece
from composer.edition.slots.fill import slot_value
from composer.errors import MessageError
from composer.message.links import LINKS, Site, assets_url, link_url
from composer.message.quoted_printable import encode
from composer.message.reader_values import Piece, Shown, SlotValue, Token, Value

_ASSETS = "links.assets"
_SAMPLE = "Az09-_" * 7 + "Az"

Embed = Callable[[str], str]
"""Gets what all readers share of a text, and puts in the addresses of embedded pictures."""


def body_pieces(segments: SlottedText, edition: Edition, *, site: Site, embed: Embed = str) -> list[Piece]:
    """Encode the text, and end it with a line break if it has none."""
    pieces: list[Piece] = []
    rest: list[TextPiece] = []
    for segment in (*segments, "\n" if not _ends_a_line(segments) else ""):
        if not isinstance(segment, ConditionalContent):
            rest.append(segment)
            continue
        pieces += _encoded(rest, edition, site=site, embed=embed)
        shown = _encoded(segment.pieces, edition, site=site, embed=embed)
        pieces.append(Shown(segment.condition, tuple(shown)))
        rest = []
    return [*pieces, *_encoded(rest, edition, site=site, embed=embed)]


def _ends_a_line(segments: SlottedText) -> bool:
    return bool(segments) and isinstance(segments[-1], str) and segments[-1].endswith("\n")


def _encoded(pieces: Iterable[TextPiece], edition: Edition, *, site: Site, embed: Embed) -> list[bytes | Value]:
    """Encode the pieces, what is equal for all readers in as few literals as can be."""
    folded: list[str | Value] = []
    for piece in pieces:
        for part in _shared(piece, edition, site=site) if isinstance(piece, Slot) else (piece,):
            if isinstance(part, str) and folded and isinstance(folded[-1], str):
                folded[-1] += part
            else:
                folded.append(part)
    return [encode(embed(part)) if isinstance(part, str) else part for part in folded if part != ""]


def _shared(slot: Slot, edition: Edition, *, site: Site) -> Iterator[str | Value]:
    """Take a slot apart: what is equal for all its readers is given as text, the rest as a ``Value``."""
    if slot.name == _ASSETS:
        yield slot_value(slot, {_ASSETS: assets_url(edition, site=site)})
        return
    if purpose := LINKS.get(slot.name):
        # A token's letters need no escaping anywhere, so what is around a sample is around every token.
        before, found, after = slot_value(slot, {slot.name: link_url(purpose, _SAMPLE, site=site)}).partition(_SAMPLE)
        if found:
            yield from (before, Token(purpose, soft_break=True), after)
            return
        raise MessageError(f"{slot.name} is a link; it takes no filters")
    yield SlotValue(slot)
