"""What the HTML of a mail weighs, and how much of it Gmail shows.

Enters: the HTML of an edition. Leaves: bytes, as the check, the studio and the table of a build count them.
"""

from __future__ import annotations

from typing import Final

from composer.edition.model import SlottedText, every_piece

CLIP_BYTES: Final = 102_400
"""Behind these Gmail cuts off."""
_SLOT_BYTES: Final = {"links.unsubscribe": 160, "links.browser": 160, "links.print": 160, "links.assets": 70}
_OTHER_SLOT_BYTES: Final = 20


def html_bytes(html: SlottedText) -> int:
    """Count the bytes of the HTML for a reader who sees all of it; a slot has the usual length of its values."""
    return sum(
        len(piece.encode()) if isinstance(piece, str) else _SLOT_BYTES.get(piece.name, _OTHER_SLOT_BYTES)
        for piece in every_piece(html)
    )
