"""Texts are made for nobody in particular: merge fields with their defaults, no links of a reader's own.

Enters: texts with marks, or texts with slots. Leaves: what stands in pages, titles and calendars that anybody may see.
"""

from __future__ import annotations

from composer.edition.model import Slot, SlottedText
from composer.edition.slots.fill import fill, shown_pieces, slot_value
from composer.edition.slots.find import plain_segments
from composer.edition.slots.marks import Marks
from composer.edition.slots.merge_fields import MergeField

_ASSETS = "links.assets"
_NOWHERE = "#"


def public_line(text: str, marks: Marks[MergeField]) -> str:
    """Return the text as one line, with the defaults of its merge fields."""
    return " ".join(public_text(text, marks).split())


def public_text(text: str, marks: Marks[MergeField]) -> str:
    """Return a text of any length with the defaults of its merge fields, its lines kept."""
    return _joined(public_segments(plain_segments(text, marks)))


def public_address(url: str, marks: Marks[MergeField]) -> str:
    """Return an address on the web that is the same for all readers; "" if it is not."""
    if not url.startswith(("https://", "http://")) or next(marks.find(url), None):
        return ""
    return str(url)


def public_segments(segments: SlottedText, *, language: str = "") -> SlottedText:
    """Fill the segments with their defaults; of the slots only the address of the issue's files is left.

    Of what only some readers see, it has what somebody sees who reads ``language`` and of whom nothing is known.
    """
    filled: list[str | Slot] = []
    for segment in shown_pieces(segments, {"subscriber.language": language}):
        if isinstance(segment, Slot) and segment.name != _ASSETS:
            # A reader's own link that the author wrote: there is none here.
            segment = slot_value(segment, {segment.name: _NOWHERE if segment.name.startswith("links.") else ""})
        if isinstance(segment, str) and filled and isinstance(filled[-1], str):
            filled[-1] += segment
        else:
            filled.append(segment)
    return tuple(filled)


def _joined(segments: SlottedText) -> str:
    return fill(segments, {_ASSETS: ""})
