"""A Markdown text is taken apart: into its top-level parts, each with its lines, and what stands alone on a line.

Enters: the lines of one file and which of them are Markdown. Leaves: Parts, links, pictures and bodies as Nodes,
every one with its place. The body of a block is the author's own lines: what Markdown means is decided where it is
rendered, by the same parser as for YAML. Two things are changed on the way, both with their places kept: headlines
lose two #, since the issue and its blocks have the first two levels; and a link's definition (``[x]: https://…``)
that stands elsewhere in the file is added where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from composer.commonmark import Addresses, markdown_parser
from composer.errors import Position
from composer.issue.blocks import Item
from composer.issue.markdown.fence import directives
from composer.issue.source import Span
from composer.issue.tree import Entry, Node

_BRACES = re.compile(r"\\\{\{|\\\}\}|\{\{[^{}\n]*\}\}")
_COMMENT = re.compile(r"\s*(<!--.*?-->\s*)+", re.DOTALL)
_REFERENCE = re.compile(r"\[([^\[\]]+)\]")
_LEVELS_ABOVE = 2  # headlines of the issue (#) and of its blocks (##)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return markdown_parser(addresses=Addresses.AS_WRITTEN, foreign=True).use(directives)


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, a headline, a list: what kind it is, its lines in the file (from 0), and its tokens."""

    kind: str
    first: int
    after: int
    tokens: Sequence[Token]

    @property
    def level(self) -> int:
        """The level of a headline, which is 1 to 6."""
        return int(self.tokens[0].tag[1])

    @property
    def children(self) -> list[Token]:
        """The tokens that make up its text: words, emphasis, links."""
        return self.tokens[1].children or [] if len(self.tokens) > 1 else []


@dataclass(frozen=True, slots=True)
class LoneLink:
    """A link that is a paragraph of its own."""

    label: Node
    url: Node
    picture: LonePicture | None = None

    @property
    def place(self) -> Position:
        """The place where the link begins."""
        return self.label.position


@dataclass(frozen=True, slots=True)
class LonePicture:
    """A picture that stands alone on a line: a whole paragraph, or the first line of one."""

    node: Node
    has_words: bool
    is_whole: bool


@dataclass
class Page:
    """A file whose lines from ``start`` to ``end`` are Markdown. ``kinds`` are the blocks that it may have."""

    file: Path
    lines: Sequence[str]
    start: int
    end: int
    kinds: Mapping[str, type[Item]]
    definitions: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = "\n".join(self.lines[self.start : self.end])
        # Braces are no part of CommonMark: [x]({{ links.browser }}) would be no link. Words of letters are.
        self._stem = "zq"
        while self._stem in text:
            self._stem += "q"
        self._braces: list[str] = []
        # What stands elsewhere in the file is known here too; "lines" says where.
        known: dict[str, Any] = {**self.definitions}
        self._tokens = _parser().parse(_BRACES.sub(self._mark, text), {"references": known})
        for found in known.values():
            found.setdefault("lines", range(found["map"][0] + self.start, found["map"][1] + self.start))
        self.definitions = known

    def within(self, start: int, end: int) -> Page:
        """Make a page of some of these lines."""
        return Page(self.file, self.lines, start, end, self.kinds, self.definitions)

    def _mark(self, braces: re.Match[str]) -> str:
        self._braces.append(braces[0])
        return f"{self._stem}{len(self._braces) - 1}z"

    def unmasked(self, text: str) -> str:
        """Put the braces back that the author wrote."""
        return re.sub(rf"{self._stem}(\d+)z", lambda mark: self._braces[int(mark[1])], text)

    def place(self, line: int, column: int = 1) -> Position:
        """Make a place in the file of a ``line``, which counts from 0."""
        return Position(self.file, line + 1, column)

    def parts(self) -> Iterator[Part]:
        """Yield the top-level parts in order, without comments, which are notes of the author to themselves."""
        opened: list[Token] = []
        for token in self._tokens:
            opened.append(token)
            if token.level or token.nesting > 0:
                continue
            head = opened[0]
            assert head.map is not None
            if not (head.type == "html_block" and _COMMENT.fullmatch(head.content)):
                first, after = head.map
                yield Part(head.type.removesuffix("_open"), first + self.start, after + self.start, opened)
            opened = []

    def inline(self, masked: str) -> Sequence[Token]:
        """Parse one line of this page into tokens."""
        return _parser().parseInline(masked)[0].children or []

    def words(self, tokens: Iterable[Token]) -> str:
        """Join what readers would see of a line of text."""
        shown = (
            " " if token.type.endswith("break") else token.content for token in tokens if token.type != "html_inline"
        )
        return " ".join(self.unmasked("".join(shown)).split())

    def text_node(self, text: str, first: int, after: int, *, behind: str = "") -> Node:
        """Find a text on one line again in the file's lines (behind ``behind``, if that stands there)."""
        for number in range(first, after):
            at = self.lines[number].find(behind) + len(behind)
            found = self.lines[number].find(text, at) if at >= len(behind) else -1
            if found >= 0:
                return Node(place := self.place(number, found + 1), text, (Span(0, place),))
        return Node(self.place(first), text)

    def lone_link(self, part: Part) -> LoneLink | None:
        """Find the link that is all there is in a paragraph. An address in <…> has no words of its own."""
        if part.kind != "paragraph":
            return None
        if len(part.children) < 2 or part.children[-1].type != "link_close":
            return None
        first, *inner = part.children
        if first.type != "link_open" or first.markup == "autolink":
            return None
        if any(token.type == "link_open" for token in inner):
            return None
        url = self.unmasked(str(first.attrGet("href") or ""))
        where = (part.first, part.after)
        words, pictures = inner[:-1], [token for token in inner if token.type == "image"]
        picture = self._picture(pictures[0], part, is_whole=True) if len(words) == len(pictures) == 1 else None
        if pictures and picture is None:
            return None
        label = self.text_node(self.words(words), *where)
        return LoneLink(label, self.text_node(url, *where, behind="](" if picture is None else ")]("), picture)

    def lone_picture(self, part: Part) -> LonePicture | None:
        """Find the picture that is all there is in a paragraph, or in its first line."""
        children = part.children if part.kind == "paragraph" else []
        if not children or children[0].type != "image":
            return None
        if len(children) > 1 and (children[1].type != "softbreak" or "](" not in self.lines[part.first]):
            return None
        return self._picture(children[0], part, is_whole=len(children) == 1)

    def _picture(self, image: Token, part: Part, *, is_whole: bool) -> LonePicture:
        where = (part.first, part.after)
        place = self.text_node("![", *where).position
        alt = self.words(image.children or [])
        entries = {
            "file": self.text_node(self.unmasked(str(image.attrGet("src") or "")), *where, behind="]("),
            "alt": self.text_node(alt, *where),
        }
        if caption := image.attrGet("title"):
            entries["caption"] = self.text_node(self.unmasked(str(caption)), *where)
        node = Node(place, {key: Entry(value.position, value) for key, value in entries.items()})
        return LonePicture(node, bool(alt), is_whole)

    def body(self, parts: Sequence[Part]) -> Node | None:
        """Join the lines of these parts into one Markdown text; None if there are none."""
        if not parts:
            return None
        numbers: list[int | None] = []
        for part in parts:
            if numbers:
                gap = range((numbers[-1] or 0) + 1, part.first)
                numbers += gap if all(not self.lines[number].strip() for number in gap) else [None]
            numbers += range(part.first, self._end(part))
        numbers += self._definitions_for(parts, set(numbers))
        return self._text(numbers, levels=self._levels(parts))

    def _end(self, part: Part) -> int:
        """Find the line after its last one: a list takes the empty lines below it too."""
        after = part.after
        while after > part.first + 1 and not self.lines[after - 1].strip():
            after -= 1
        return after

    def _definitions_for(self, parts: Sequence[Part], there: set[int | None]) -> Iterator[int | None]:
        """Find the lines that define the links of these parts, and stand elsewhere."""
        if not self.definitions:
            return
        text = "\n".join("\n".join(self.lines[part.first : part.after]) for part in parts)
        for label in dict.fromkeys(normalizeReference(found) for found in _REFERENCE.findall(text)):
            lines = self.definitions[label]["lines"] if label in self.definitions else ()
            if lines and lines[0] not in there:
                yield from (None, *lines)

    def _levels(self, parts: Sequence[Part]) -> dict[int, int]:
        """Find where the marks of headlines stand: line → offset."""
        marked = ((token, token.map) for part in parts for token in part.tokens if token.type == "heading_open")
        return {
            lines[0] + self.start: self.lines[lines[0] + self.start].find(token.markup)
            for token, lines in marked
            if lines is not None and token.markup.startswith("#" * (_LEVELS_ABOVE + 1))
        }

    def _text(self, numbers: Iterable[int | None], *, levels: Mapping[int, int]) -> Node:
        """Make a text of these lines; an empty line stands for each None."""
        text, length, spans = [], 0, []
        for number in numbers:
            line = "" if number is None else self.lines[number]
            if number is not None:
                spans.append(Span(length, self.place(number)))
                if number in levels:
                    at = levels[number]
                    line = line[:at] + line[at + _LEVELS_ABOVE :]
                    spans.append(Span(length + at, self.place(number, at + _LEVELS_ABOVE + 1)))
            text.append(line + "\n")
            length += len(line) + 1
        return Node(spans[0].position, "".join(text), tuple(spans))
