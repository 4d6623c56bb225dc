"""What the HTML of a mail weighs, and how much of it Gmail shows.

Enters: the HTML of an edition. Leaves: bytes, as the check, the studio and the table of a build count them: those of
the HTML as it is sent, when nothing on the way is escaped any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from composer.edition.model import Context, Slot, SlottedText, every_piece

CLIP_BYTES: Final = 102_400
"""Behind these Gmail cuts off."""
_SLOT_BYTES: Final = {"links.unsubscribe": 160, "links.browser": 160, "links.print": 160, "links.assets": 70}
_OTHER_SLOT_BYTES: Final = 20
_ASCII = bytes(range(128))
_SOFT_BREAKS: Final = 1.04
"""How much longer quoted-printable becomes by its lines: three octets for 75 (RFC 2045 6.7)."""
_BASE64: Final = 4 / 3 * 78 / 76
"""How much longer base64 is than its octets: four letters for three, and a line break for 76 (RFC 2045 6.8)."""


def html_bytes(html: SlottedText) -> int:
    """Count the bytes of the HTML for a reader who sees all of it; a slot has the usual length of its values."""
    bytes_of = byte_counter(html)
    return sum(
        bytes_of(piece) if isinstance(piece, str) else _SLOT_BYTES.get(piece.name, _OTHER_SLOT_BYTES)
        for piece in every_piece(html)
    )


def byte_counter(html: SlottedText) -> Callable[[str], int]:
    """Give what counts the bytes of a piece of this HTML as it is sent."""
    return _ascii_bytes if is_light_in_ascii(html) else _utf8_bytes


def is_light_in_ascii(html: SlottedText) -> bool:
    """Tell whether the HTML is sent with a reference for each letter beyond ASCII.

    Such a letter is longer as a reference, also to Gmail when it counts. But ASCII can be sent as it is, where
    quoted-printable escapes each ``=`` and breaks each line, and base64 has four for three: references are used while
    they add less to the HTML than this saves on the way. What a reader's value may do to an attribute nobody knows.
    """
    text = "".join(piece for piece in every_piece(html) if isinstance(piece, str))
    beyond = _beyond_ascii(text)
    octets, references = _utf8_bytes(beyond), _ascii_bytes(beyond)
    rest = len(text) - len(beyond)
    encoded = min((rest + 2 * text.count("=") + 3 * octets) * _SOFT_BREAKS, (rest + octets) * _BASE64)
    return references - octets <= encoded - (rest + references) and not any(
        isinstance(piece, Slot) and piece.context is not Context.TEXT and not _has_known_length(piece)
        for piece in every_piece(html)
    )


def _has_known_length(slot: Slot) -> bool:
    return slot.name.startswith("links.") or (slot.name == "subscriber.email" and not slot.filters)


def _utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _ascii_bytes(text: str) -> int:
    beyond = "" if text.isascii() else _beyond_ascii(text)
    return len(text) - len(beyond) + len(beyond.encode("ascii", "xmlcharrefreplace"))


def _beyond_ascii(text: str) -> str:
    return text.encode().translate(None, delete=_ASCII).decode()
