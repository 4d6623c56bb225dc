"""HTML is taken apart into tags, comments and style sheets, each at its place, as browsers take it apart.

Enters: HTML or MJML, however broken. Leaves: Pieces in their order. Never: a tree; nor what is text, such as code that
is shown, or tags inside of a comment, a title or a script. Source: HTML, 13.2.5, tokenization.
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from html.entities import html5
from typing import NamedTuple


class Kind(enum.Enum):
    """What a piece of HTML is."""

    START_TAG = enum.auto()
    END_TAG = enum.auto()
    COMMENT = enum.auto()  # <!-- … -->
    DECLARATION = enum.auto()  # <!doctype html>, <![if !mso]>: whatever begins with <! or <?
    STYLESHEET = enum.auto()  # what stands between <style> and </style>
    UNFINISHED = enum.auto()  # the text is over before what began in it is


class Piece(NamedTuple):
    """A piece of HTML from offset ``start`` to ``end``; ``name`` is that of a tag, in small letters."""

    kind: Kind
    start: int
    end: int
    name: str = ""


_BEGIN = re.compile(r"<(?=[!?/a-zA-Z])")
_NO_TAG = re.compile(r"</(?![a-zA-Z])[^>]*>?")
"""What is a comment to browsers because no name follows (13.2.5.7); none of its letters is anything else."""
# An attribute's quotation marks hide what looks like the end of the tag. Nothing is given back: a mail of half a
# megabyte with a mark too many would be tried in every way.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\t\n\f\r />]*+)"""
    r"""(?:[^"'>=]++|=[\t\n\f\r ]*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\t\n\f\r >]*+)|["'])*+>"""
)
_COMMENT_END = re.compile(r"--!?>")
_RAW = frozenset({"style", "script", "xmp", "iframe", "noembed", "noframes", "textarea", "title", "mj-style"})
"""Elements in which there are no others; those of MJML among them."""
_SHEETS = frozenset({"style", "mj-style"})
_RAW_END = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW}


def pieces_of(html: str, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """Take apart what stands between two offsets."""
    end = len(html) if end is None else end
    in_drawing = 0
    while (begin := _BEGIN.search(html, start, end)) is not None:
        at = begin.start()
        if html[at + 1] in "!?":
            is_comment = html.startswith("<!--", at)
            found = _end_of_comment(html, at, end) if is_comment else html.find(">", at, end) + 1
            start = found or end
            yield Piece(Kind.COMMENT if is_comment else Kind.DECLARATION, at, start)
            if not found:
                yield Piece(Kind.UNFINISHED, at, end)
            continue
        if (nothing := _NO_TAG.match(html, at, end)) is not None:
            start = nothing.end()
            continue
        tag = _TAG.match(html, at, end)
        if tag is None:
            # A tag that never ends takes all the rest with it (13.2.5.32 and after: "EOF in tag").
            yield Piece(Kind.UNFINISHED, at, end)
            return
        start, name = tag.end(), tag[2].lower()
        if name == "svg":
            in_drawing = max(0, in_drawing + (-1 if tag[1] else 0 if tag[0].endswith("/>") else 1))
        yield Piece(Kind.END_TAG if tag[1] else Kind.START_TAG, at, start, name)
        if tag[1] or name not in _RAW or (in_drawing and name == "title"):
            if name == "plaintext" and not tag[1]:
                yield Piece(Kind.UNFINISHED, at, end)
                return
            continue
        if name.startswith("mj-") and tag[0].endswith("/>"):
            continue
        ending = _RAW_END[name].search(html, start, end)
        behind = ending.start() if ending else end
        if name in _SHEETS:
            yield Piece(Kind.STYLESHEET, start, behind)
        if ending is None:
            yield Piece(Kind.UNFINISHED, at, end)
        start = behind


def _end_of_comment(html: str, at: int, end: int) -> int:
    """Find where a comment ends; 0 if it never does."""
    for short in ("<!-->", "<!--->"):
        if html.startswith(short, at, end):
            return at + len(short)
    found = _COMMENT_END.search(html, at + 4, end)
    return found.end() if found else 0


_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r /]*+([^\t\n\f\r />][^\t\n\f\r />=]*+)"""
    r"""(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+("[^"]*+"|'[^']*+'|[^\t\n\f\r >]*+))?"""
)


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """The value of an attribute as a browser reads it, and where it stands: ``start`` is the offset in its tag."""

    raw: str
    start: int
    name_start: int

    @property
    def text(self) -> str:
        """The value as a browser reads it, which is with its character references read."""
        return self.raw if "&" not in self.raw else _read_references(self.raw)[0]

    def offset(self, at: int) -> int:
        """Find where the character at ``at`` of the text stands in the tag."""
        if "&" not in self.raw:
            return self.start + at
        moved = _read_references(self.raw)[1]
        before = bisect_left(moved, at, key=lambda one: one[0])
        return self.start + at + (moved[before - 1][1] if before else 0)


def attributes_of(tag: str) -> Mapping[str, AttributeValue]:
    """Read the attributes of a start tag by name, in small letters. The first of two of a name counts (13.2.5.33)."""
    found: dict[str, AttributeValue] = {}
    name = _NAME.match(tag)
    at = name.end() if name else 1
    while (one := _ATTRIBUTE.match(tag, at, len(tag) - 1)) is not None:
        raw, start = one[2] or "", one.start(2)
        if raw[:1] in ("'", '"'):
            raw, start = raw[1:-1], start + 1
        found.setdefault(one[1].lower(), AttributeValue(raw, start, one.start(1)))
        at = one.end()
    return found


_NAME = re.compile(r"<[^\t\n\f\r />]+")
_REFERENCE = re.compile(r"&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[a-zA-Z][a-zA-Z0-9]*+;?)")


@lru_cache(maxsize=64)
def _read_references(raw: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Read the references of a value; and how many letters all up to each are longer than what they mean, by its place
    there.
    """
    text, moved, at, length, longer = [], [], 0, 0, 0
    for reference in _REFERENCE.finditer(raw):
        meant = _meant(reference[0], raw[reference.end() : reference.end() + 1])
        text += [raw[at : reference.start()], meant]
        length += reference.start() - at + len(meant)
        longer += len(reference[0]) - len(meant)
        moved.append((length, longer))
        at = reference.end()
    return "".join((*text, raw[at:])), tuple(moved)


def _meant(reference: str, following: str) -> str:
    """Read a reference; in an address ``&copy=1`` and ``&notify`` are none (13.2.5.73)."""
    if reference[1] == "#":
        return unescape(reference)
    is_closed = reference.endswith(";")
    return reference if following == "=" and not is_closed else html5.get(reference[1:], reference)
