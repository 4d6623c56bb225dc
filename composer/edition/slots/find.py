"""The marks in finished texts become Slots that know where they stand; ``fill.py`` fills them.

Enters: finished HTML or text with marks. Leaves: slotted texts. A slot where no value could be made safe
(a style, a script, a comment, the host of an address, a tag's name) is refused.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from composer.edition.model import ConditionalContent, Context, Filters, Piece, Slot, SlottedText
from composer.edition.slots.conditional_blocks import Edge, split_at_edges
from composer.edition.slots.marks import Marks
from composer.edition.slots.merge_fields import MergeField
from composer.edition.slots.regions import ClosedRegion, DocumentRegions
from composer.errors import Position, Problem

_ATTRIBUTE = re.compile(r"(?P<name>[^\s\"'<>/=]++)\s*+(?:=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'))?")
_ADDRESSES = frozenset({"href", "src", "background", "cite", "poster", "xlink:href"})
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}[^/?#\\]*", re.IGNORECASE)
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?$", re.IGNORECASE)
_ASSETS = "links.assets"
_TEXT_ADDRESS = re.compile(r"(?:https?://|mailto:)\S*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A merge field where no value can stand, and what that place is."""

    field: MergeField
    place: str

    def problem(self, position: Position) -> Problem:
        """Word what an author is told, at the position of the field."""
        return Problem(
            position,
            f"{self.field} ends up in {self.place}, where no reader's value can stand",
            "use it in a text, or in the path or query of an address",
        )


def html_segments(
    html: str, marks: Marks[MergeField], edges: Marks[Edge] | None = None
) -> tuple[SlottedText, tuple[Misplaced, ...]]:
    """Cut the document at its marks and edges; tell the marks that must not be where they are."""
    misplaced: list[Misplaced] = []
    regions = DocumentRegions(html)

    def context(offset: int, field: MergeField) -> Context | None:
        try:
            return _context(regions, offset, field)
        except _NoPlace as place:
            misplaced.append(Misplaced(field, str(place)))
            return None

    return _cut(html, marks, edges, context), tuple(misplaced)


def plain_segments(
    text: str,
    marks: Marks[MergeField],
    edges: Marks[Edge] | None = None,
    *,
    context: Context = Context.PLAIN,
) -> SlottedText:
    """Cut a text or a header at its marks and edges. Inside an address (https://…) a value is percent-encoded."""

    def in_line(offset: int, field: MergeField) -> Context:  # noqa: ARG001  as for HTML
        line = text[text.rfind("\n", 0, offset) + 1 : offset]
        in_address = context is Context.PLAIN and _TEXT_ADDRESS.search(line) is not None
        return Context.URL_PART if in_address else context

    return _cut(text, marks, edges, in_line)


def _cut(
    text: str,
    marks: Marks[MergeField],
    edges: Marks[Edge] | None,
    context_of: Callable[[int, MergeField], Context | None],
) -> SlottedText:
    """Cut the text into segments; a mark for which there is no context stays."""
    segments: list[Piece | ConditionalContent] = []
    rest = deque(marks.find(text))
    for start, end, condition in split_at_edges(text, edges):
        pieces: list[Piece] = []
        at = start
        while rest and rest[0][0].start() < end:
            match, field = rest.popleft()
            if (context := context_of(match.start(), field)) is not None:
                pieces += (text[at : match.start()], _slot(match, field, context))
                at = match.end()
        pieces = [piece for piece in (*pieces, text[at:end]) if piece != ""]
        segments += pieces if condition is None else [ConditionalContent(condition, tuple(pieces))]
    return tuple(segments)


def _slot(match: re.Match[str], field: MergeField, context: Context) -> Slot:
    """Make the slot of a mark. A mark that a template has put in upper or title case does so to its value."""
    filters: Filters = field.filters
    if match[0].isupper():
        filters += (("upper", ()),)
    elif match[0][0].isupper():
        filters += (("title", ()),)
    return Slot(field.name, context, filters)


class _NoPlace(Exception):
    """A place where no value could be made safe."""


def misplaced_in(html: str, marks: Marks[MergeField], regions: DocumentRegions) -> Iterator[Misplaced]:
    """Yield the marks in the document where no value can stand."""
    for match, found in marks.find(html):
        try:
            _context(regions, match.start(), found)
        except _NoPlace as place:
            yield Misplaced(found, str(place))


def _context(regions: DocumentRegions, offset: int, field: MergeField) -> Context:
    """Tell where the mark at ``offset`` stands. _NoPlace if no value could be made safe there."""
    tag = regions.around(offset)
    if tag is None:
        return Context.TEXT
    if isinstance(tag, ClosedRegion):
        # The address of a font: ours, the same for all readers, with nothing in it that a style sheet would read.
        if tag.what == "<style>" and field.name == _ASSETS and _CSS_ADDRESS.search(regions.text_before(offset)):
            return Context.URL
        raise _NoPlace(tag.what)
    start = tag.start("attributes")
    for attribute in _ATTRIBUTE.finditer(tag["attributes"]):
        quoted = "double" if attribute["double"] is not None else "single"
        if attribute[quoted] is not None and attribute.start(quoted) <= offset - start < attribute.end(quoted):
            before = attribute[quoted][: offset - start - attribute.start(quoted)]
            return _attribute_context(attribute["name"].lower(), before, field)
    raise _NoPlace("a tag, outside the quotes of an attribute")


def _attribute_context(name: str, before: str, field: MergeField) -> Context:
    """Tell the context in the attribute ``name``, behind the words ``before`` of its value. _NoPlace."""
    ours = field.name.startswith("links.")
    if name in _ADDRESSES:
        if not before:
            return Context.URL
        if _AUTHORITY.fullmatch(before):
            raise _NoPlace("the host of an address")
        return Context.URL_PART
    if name == "style" and ours and _CSS_ADDRESS.search(before):
        return Context.URL
    if name in {"style", "srcset", "srcdoc", "http-equiv"} or name.startswith("on"):
        raise _NoPlace(f"the attribute {name}")
    return Context.ATTRIBUTE
