"""Slots and a subscriber's values become the text that one reader sees; ``find.py`` has found where they stand.

Leaves: text that adds no tag, attribute, scheme or line. Sends and pages need this and nothing of the building.
"""

from __future__ import annotations

import html as html_
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from composer.edition.conditions.condition import holds
from composer.edition.model import ConditionalContent, Context, Piece, Slot, SlottedText
from composer.errors import MessageError

# Controls, line ends, and what reorders the text around it (UAX 9 embeddings, overrides and isolates).
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_SCHEME = re.compile(r"(?:https?://[^/?#\\]|mailto:|tel:)", re.IGNORECASE)
_KEPT_IN_ADDRESSES = "-._~:/?#[]@!$&*+,;=%"


def slot_value(slot: Slot, values: Mapping[str, str]) -> str:
    """Return the slot's value, filtered and escaped for where it stands. A missing subscriber field is empty.

    MessageError if a link is missing from ``values``: no mail may go out without its unsubscribe address.
    """
    ours = slot.name.startswith("links.")
    if ours and slot.name not in values:
        raise MessageError(f"no value was given for {slot.name}")
    value = _clean(values.get(slot.name, ""))
    for name, arguments in slot.filters:
        value = _FILTERS[name](value, *arguments)
    return _escape(value, slot.context, ours=ours)


def fill(segments: SlottedText, values: Mapping[str, str]) -> str:
    """Join the segments, each slot replaced by its value: what one subscriber reads. ``values`` are by Slot names."""
    return "".join(
        [piece if isinstance(piece, str) else slot_value(piece, values) for piece in shown_pieces(segments, values)]
    )


def shown_pieces(segments: SlottedText, values: Mapping[str, str]) -> Iterator[Piece]:
    """Yield the literals and slots that a reader sees."""
    for segment in segments:
        if not isinstance(segment, ConditionalContent):
            yield segment
        elif holds(segment.condition, values):
            yield from segment.pieces


def _clean(value: str) -> str:
    return _REORDERING.sub("", _CONTROLS.sub(" ", value)).strip()


def _written_date(value: str, *arguments: str) -> str:
    from composer.edition.language.dates import written_date  # with Babel, which only few mails need

    return written_date(value, *arguments)


def _title(value: str) -> str:
    # A name in mixed case is as its owner writes it: McDonald, van der Berg.
    if value.isupper() or value.islower():
        return re.sub(r"(?<![\w’'])\w|(?<=\b[dlo]['’])\w", lambda first: first[0].upper(), value.lower())
    return value


_FILTERS: Mapping[str, Callable[..., str]] = {
    "default": lambda value, instead: value or instead,
    "title": _title,
    "date": _written_date,
    "upper": str.upper,
    "lower": str.lower,
}


def _escape(value: str, context: Context, *, ours: bool) -> str:
    if context in (Context.TEXT, Context.ATTRIBUTE):
        return html_.escape(value, quote=True)
    if context is Context.URL_PART:
        # "@" is allowed in paths and queries (RFC 3986 3.3) and must stay in mailto: addresses.
        return quote(value, safe="@")
    if context is Context.URL:
        allowed = ours or _SCHEME.match(value) is not None
        return html_.escape(quote(value, safe=_KEPT_IN_ADDRESSES), quote=True) if allowed else ""
    return _INVISIBLE.sub("", value) if context is Context.HEADER else value
