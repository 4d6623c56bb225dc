"""Encodes a text of an edition as pieces of a mail, in the shortest encoding that is allowed for it.

Enters: a text with slots. Leaves: what readers share as bytes, encoded beforehand: the files' address and a link up to
its token are written out; and the places that are a reader's, each a ``Value``. Which encoding a part has is decided
once for all readers, by measure:

- **7bit**, where whatever a reader's values are the part can be ASCII in short lines (``seven_bit.py``);
- **quoted-printable** (``quoted_printable.py``), which everything can be written in;
- **base64** (``base64_text.py``), so can it, and shorter where most letters are beyond ASCII. SpamAssassin counts it
  against a text (MIME_BASE64_TEXT) only if that says to be ASCII; ours say UTF-8.

Never 8bit: a relay need not have 8BITMIME (RFC 6152), a mail may be sent by one and repeated by another, and a relay
that converts it breaks its signature (RFC 6376 5.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from composer.edition.conditions.condition import Condition
from composer.edition.model import ConditionalContent, Context, Edition, Slot, SlottedText
from composer.edition.model import Piece as TextPiece
from composer.edition.slots.fill import slot_value
from composer.edition.weight import is_light_in_ascii
from composer.errors import MessageError
from composer.message.base64_text import Base64Text, as_octets, base64_bytes
from composer.message.base64_text import Run as OctetRun
from composer.message.links import LINKS, Site, assets_url, link_url
from composer.message.mime import MimePart
from composer.message.quoted_printable import encode
from composer.message.reader_values import AddressValue, Piece, Shown, SlotValue, Token, Value
from composer.message.seven_bit import (
    ADDRESS_ROOM,
    PlaceSign,
    html_in_ascii,
    split_at_places,
    text_in_ascii,
    write_in_attribute,
    write_in_title,
    write_value,
)

_ASSETS = "links.assets"
_ADDRESS = "subscriber.email"
_VALUES = (PlaceSign.VALUE, PlaceSign.TITLE_VALUE, PlaceSign.ADDRESS, PlaceSign.LINK_ENDING)
_SAMPLE = "Az09-_" * 7 + "Az"

_ASCII = bytes(range(128))

Embed = Callable[[str], str]
"""Gets what all readers share of a text, and puts in the addresses of embedded pictures."""

_Run = tuple[Condition | None, list[str | Slot | Token]]
"""Pieces side by side, what all readers share of them in as few texts as can be; and who sees them."""


def text_part(segments: SlottedText, edition: Edition, *, site: Site) -> MimePart:
    """Make the part of the plain text, which ends with a line break."""
    runs = list(_runs(segments, edition, site=site, embed=str))
    return _shortest("plain", runs, text_in_ascii)


def html_part(segments: SlottedText, edition: Edition, *, site: Site, embed: Embed) -> MimePart:
    """Make the part of the HTML, which ends with a line break."""
    runs = list(_runs(segments, edition, site=site, embed=embed))
    return _shortest("html", runs, html_in_ascii if is_light_in_ascii(segments) else None)


def _shortest(subtype: str, runs: list[_Run], in_ascii: Callable[[str], str | None] | None) -> MimePart:
    name, pieces = "7bit", _seven_bit(runs, in_ascii) if in_ascii is not None else None
    octets = _in_octets(runs)
    in_base64 = base64_bytes(octets)
    if pieces is None or _shared_bytes(pieces) > min(_least_quoted_bytes(runs), in_base64):
        quoted = _quoted_printable(runs)
        if pieces is None or _shared_bytes(quoted) < _shared_bytes(pieces):
            name, pieces = "quoted-printable", quoted
    header = f"Content-Type: text/{subtype}; charset=utf-8"
    if in_base64 < _shared_bytes(pieces):
        return MimePart((header, "Content-Transfer-Encoding: base64"), (_base64(octets),))
    return MimePart((header, f"Content-Transfer-Encoding: {name}"), (*pieces, b"\r\n"))


def _in_octets(runs: Iterable[_Run]) -> tuple[OctetRun, ...]:
    return tuple(
        (condition, tuple(as_octets(part) if isinstance(part, str) else _octet_value(part) for part in run))
        for condition, run in runs
        if run
    )


def _octet_value(part: Slot | Token) -> Value:
    return part if isinstance(part, Token) else SlotValue(part, as_octets)


def _base64(runs: tuple[OctetRun, ...]) -> Piece:
    """Write the part beforehand if all readers share it."""
    text = Base64Text(runs)
    is_shared = all(condition is None and all(isinstance(part, bytes) for part in run) for condition, run in runs)
    return text({}) if is_shared else text


def _least_quoted_bytes(runs: Iterable[_Run]) -> int:
    """Count what quoted-printable makes of a part at least; to write it only to see that it is longer would cost more
    than all the rest.
    """
    texts = [part for _, run in runs for part in run if isinstance(part, str)]
    octets = b"".join(text.encode() for text in texts)
    return len(octets) + 2 * (octets.count(b"=") + len(octets.translate(None, delete=_ASCII)))


def _shared_bytes(pieces: Iterable[Piece]) -> int:
    """Count the bytes that are the same for all who see them."""
    flat = (part for piece in pieces for part in (piece.pieces if isinstance(piece, Shown) else (piece,)))
    return sum(len(part) for part in flat if isinstance(part, bytes))


def _quoted_printable(runs: Iterable[_Run]) -> list[Piece]:
    pieces: list[Piece] = []
    for condition, run in runs:
        encoded = [encode(part) if isinstance(part, str) else _quoted_value(part) for part in run]
        pieces += encoded if condition is None else [Shown(condition, tuple(encoded))]
    return pieces


def _quoted_value(part: Slot | Token) -> Value:
    return Token(part.purpose, soft_break=True) if isinstance(part, Token) else SlotValue(part, encode)


def _seven_bit(runs: list[_Run], in_ascii: Callable[[str], str | None]) -> list[Piece] | None:
    """Write the part as one text with its places marked, and cut it at these again; None if it cannot be."""
    whole = "".join(
        "".join(_marked(run)) if condition is None else "".join((PlaceSign.SHOWN, *_marked(run), PlaceSign.SHOWN_END))
        for condition, run in runs
    )
    places = [part for _, run in runs for part in run if not isinstance(part, str)]
    if sum(map(whole.count, PlaceSign)) != len(places) + 2 * sum(condition is not None for condition, _ in runs):
        return None  # there are such signs in the text
    written = in_ascii(whole)
    if written is None:
        return None
    return _placed(split_at_places(written), places, [condition for condition, _ in runs if condition is not None])


def _placed(parts: Iterable[str], places: Iterable[Slot | Token], conditions: Iterable[Condition]) -> list[Piece]:
    """Put values in the place of signs."""
    values, shown_to = iter(places), iter(conditions)
    pieces: list[Piece] = []
    inside: list[bytes | Value] | None = None
    for part in parts:
        if part == PlaceSign.SHOWN:
            inside = []
        elif part == PlaceSign.SHOWN_END and inside is not None:
            pieces.append(Shown(next(shown_to), tuple(inside)))
            inside = None
        elif part:
            piece = _ascii_value(next(values), part) if part in _VALUES else part.replace("\n", "\r\n").encode("ascii")
            (pieces if inside is None else inside).append(piece)
    return pieces


def _marked(run: Iterable[str | Slot | Token]) -> Iterator[str]:
    for part in run:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Token):
            yield PlaceSign.LINK_ENDING
        else:
            yield PlaceSign.ADDRESS if _is_address_in_tag(part) else PlaceSign.VALUE


def _ascii_value(part: Slot | Token, sign: str) -> Value:
    if isinstance(part, Token):
        return part
    if sign == PlaceSign.ADDRESS:
        return AddressValue(part, write_in_attribute, ADDRESS_ROOM)
    return SlotValue(part, write_in_title if sign == PlaceSign.TITLE_VALUE else write_value)


def _is_address_in_tag(slot: Slot) -> bool:
    """Whether its value stands where no line can be broken, and is an address."""
    return slot.name == _ADDRESS and not slot.filters and slot.context is not Context.TEXT


def _runs(segments: SlottedText, edition: Edition, *, site: Site, embed: Embed) -> Iterator[_Run]:
    """Put together what everybody sees side by side, and what those see of whom a condition holds."""
    rest: list[TextPiece] = []
    for segment in (*segments, "\n" if not _ends_a_line(segments) else ""):
        if isinstance(segment, ConditionalContent):
            yield None, _folded(rest, edition, site=site, embed=embed)
            yield segment.condition, _folded(segment.pieces, edition, site=site, embed=embed)
            rest = []
        else:
            rest.append(segment)
    yield None, _folded(rest, edition, site=site, embed=embed)


def _ends_a_line(segments: SlottedText) -> bool:
    return bool(segments) and isinstance(segments[-1], str) and segments[-1].endswith("\n")


def _folded(pieces: Iterable[TextPiece], edition: Edition, *, site: Site, embed: Embed) -> list[str | Slot | Token]:
    """Join what is equal for all readers into as few texts as can be."""
    folded: list[str | Slot | Token] = []
    for piece in pieces:
        for part in _shared(piece, edition, site=site) if isinstance(piece, Slot) else (piece,):
            if isinstance(part, str) and folded and isinstance(folded[-1], str):
                folded[-1] += part
            else:
                folded.append(part)
    return [embed(part) if isinstance(part, str) else part for part in folded if part != ""]


def _shared(slot: Slot, edition: Edition, *, site: Site) -> Iterator[str | Slot | Token]:
    """Take a slot apart: what is equal for all its readers is given as text."""
    if slot.name == _ASSETS:
        yield slot_value(slot, {_ASSETS: assets_url(edition, site=site)})
        return
    if purpose := LINKS.get(slot.name):
        # A token's letters need no escaping anywhere, so what is around a sample is around every token.
        before, found, after = slot_value(slot, {slot.name: link_url(purpose, _SAMPLE, site=site)}).partition(_SAMPLE)
        if found:
            yield from (before, Token(purpose), after)
            return
        raise MessageError(f"{slot.name} is a link; it takes no filters")
    yield slot
