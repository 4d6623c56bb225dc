"""The marks in finished texts become Slots that know where they stand; ``fill.py`` fills them.

Enters: finished HTML or text with marks. Leaves: Segments. A slot where no value could be made safe
(a style, a script, a comment, the host of an address, a tag's name) is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from composer.edition.model import ConditionalContent, Context, Filters, Piece, Segments, Slot
from composer.edition.slots.conditional_blocks import Edge, split_at_edges
from composer.edition.slots.marks import Marks
from composer.edition.slots.merge_fields import MergeField
from composer.errors import Position, Problem

# By expressions: lxml tells a line and no character, and html.parser, which tells both, takes 16 ms instead of 1.1 for
# the sample's mail of 86 kB.
_TAG = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<[!?][^>]*+>"
    r"|</[a-zA-Z][^>]*+>"
    r"|<(?:(?P<raw>(?i:style|script|xmp|iframe|noembed|noframes|plaintext))(?=[\s/>])|[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+)>(?(raw)(?P<holds_raw_text>))",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?P<name>[^\s\"'<>/=]++)\s*+(?:=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'))?")
_ADDRESSES = frozenset({"href", "src", "background", "cite", "poster", "xlink:href"})
_CONDITIONAL = re.compile(r"\[if [^\]]*\]>(?P<inner>.*)<!\[endif\]", re.DOTALL)
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}[^/?#\\]*", re.IGNORECASE)
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?$", re.IGNORECASE)
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
) -> tuple[Segments, tuple[Misplaced, ...]]:
    """Cut the document at its marks and edges; tell the marks that must not be where they are."""
    misplaced: list[Misplaced] = []
    regions = DocumentRegions(html)

    def context(offset: int, field: MergeField) -> Context | None:
        try:
            return regions.context(offset, field)
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
) -> Segments:
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
) -> Segments:
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


@dataclass(frozen=True, slots=True)
class _Closed:
    """A stretch of a document that is closed to slots; ``what`` names it."""

    what: str


@dataclass(slots=True)
class _Regions:
    """What of a document is not text, in order: start tags, and what is closed to slots.

    Three lists and no objects of their own: a mail has thousands, and four documents are read for an edition.
    """

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    tags: list[re.Match[str] | _Closed] = field(default_factory=list)

    def append_region(self, start: int, end: int, tag: re.Match[str] | _Closed) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.tags.append(tag)


class DocumentRegions:
    """Tells of each character of a document whether it is text, or what tag, comment, style or script it is in."""

    def __init__(self, html: str) -> None:
        self._regions = _Regions()
        _find_regions(html, 0, len(html), self._regions)

    def between_tags(self, offset: int) -> bool:
        """Tell whether the character is text, not part of a tag, a comment, a style or a script."""
        return self._around(offset) is None

    def misplaced(self, html: str, marks: Marks[MergeField]) -> Iterator[Misplaced]:
        """Yield the marks in the document where no value can stand."""
        for match, found in marks.find(html):
            try:
                self.context(match.start(), found)
            except _NoPlace as place:
                yield Misplaced(found, str(place))

    def _around(self, offset: int) -> re.Match[str] | _Closed | None:
        index = bisect_right(self._regions.starts, offset) - 1
        if index < 0 or offset >= self._regions.ends[index]:
            return None
        return self._regions.tags[index]

    def context(self, offset: int, field: MergeField) -> Context:
        """Tell where the mark at ``offset`` stands. _NoPlace if no value could be made safe there."""
        tag = self._around(offset)
        if tag is None:
            return Context.TEXT
        if isinstance(tag, _Closed):
            raise _NoPlace(tag.what)
        start = tag.start("attributes")
        for attribute in _ATTRIBUTE.finditer(tag["attributes"]):
            quoted = "double" if attribute["double"] is not None else "single"
            if attribute[quoted] is not None and attribute.start(quoted) <= offset - start < attribute.end(quoted):
                before = attribute[quoted][: offset - start - attribute.start(quoted)]
                return _attribute_context(attribute["name"].lower(), before, field)
        raise _NoPlace("a tag, outside the quotes of an attribute")


_OTHER_TAG = _Closed("an end tag or a declaration")
_COMMENT = _Closed("a comment")


def _find_regions(html: str, start: int, stop: int, regions: _Regions) -> None:
    """Add what is between ``start`` and ``stop``, by the fastest loop there is: it sees every tag of four documents."""
    add_start, add_end, add_tag = regions.starts.append, regions.ends.append, regions.tags.append
    raw_until = start
    for tag in _TAG.finditer(html, start, stop):
        opens, ends = tag.span()
        if opens < raw_until:
            if ends > raw_until:  # what looks like a tag in a style or script, and goes on behind it
                _find_regions(html, raw_until, stop, regions)
                return
            continue
        kind = tag.lastgroup
        if kind == "comment":
            _comment_regions(html, tag, regions)
            continue
        add_start(opens)
        add_end(ends)
        add_tag(_OTHER_TAG if kind is None else tag)
        if kind == "holds_raw_text":
            name = tag["raw"]
            closing = re.compile(f"</{name}", re.IGNORECASE).search(html, ends, stop)
            raw_until = closing.start() if closing else stop
            regions.append_region(ends, raw_until, _Closed(f"<{name.lower()}>"))


def _comment_regions(html: str, comment: re.Match[str], regions: _Regions) -> None:
    """Close a comment; but Outlook reads conditional comments, so what is in them is markup like any other."""
    conditional = _CONDITIONAL.match(comment["comment"])
    if conditional is None:
        regions.append_region(comment.start(), comment.end(), _COMMENT)
        return
    inside, outside = (comment.start("comment") + at for at in conditional.span("inner"))
    regions.append_region(comment.start(), inside, _COMMENT)
    _find_regions(html, inside, outside, regions)
    regions.append_region(outside, comment.end(), _COMMENT)


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
