"""Where the blocks of a Markdown issue stand: which lines are each, in the order that the loader gives them.

Enters: the text of an ``issue.md`` that is read without Problems. Leaves: its front matter and its blocks, as
characters from 0. It follows ``issue/markdown/sections.py`` step by step; a test holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from composer.errors import EditRefused
from composer.issue.blocks import Item
from composer.issue.markdown.fence import DIRECTIVE, fence_of
from composer.issue.markdown.page import Page, Part
from composer.writing.text import with_blanks_for_old_breaks

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """A block from character ``start`` to ``end``, without the line break behind it; ``lead`` is where the comments
    begin that stand right above it, or ``start``.

    Of a fence, its keys stand from ``keys`` to ``keys_end``, and its body, below a line of three dashes, from ``body``
    to ``body_end``; ``body`` is None if it has none. Of other blocks, all of them are None.
    """

    start: int
    end: int
    lead: int
    keys: int | None = None
    keys_end: int = 0
    body: int | None = None
    body_end: int = 0

    @property
    def is_fence(self) -> bool:
        """Tell whether it is written between colons."""
        return self.keys is not None


class MarkdownLayout:
    """The places of one text. ``front`` and ``front_end`` are those of the keys in front; ``title`` is the line of the
    issue's headline, if it is no key.
    """

    def __init__(self, text: str, kinds: Mapping[str, type[Item]]) -> None:
        self.text = text
        readable = with_blanks_for_old_breaks(text)
        found = [match for match in _LINE.finditer(readable) if match[0] or match.end() == len(readable)]
        self._starts = [match.start() for match in found] + [len(text)]
        self._lines = [match[1] for match in found]
        close = next((at for at, line in enumerate(self._lines) if at and line.rstrip() in ("---", "...")), None)
        if close is None or self._lines[0].rstrip() != "---":
            raise EditRefused("the front matter is missing")
        self.front, self.front_end = self._starts[1], self._starts[close]
        self.title: tuple[int, int] | None = None
        self._page = Page(Path("issue.md"), self._lines, close + 1, len(self._lines), kinds)
        self.blocks = [self._with_lead(block) for block in self._found()]

    def _found(self) -> Iterator[MarkdownBlock]:
        headline: Part | None = None
        below: list[Part] = []
        for part in self._page.parts():
            if part.kind not in ("hr", DIRECTIVE) and not (part.kind == "heading" and part.level <= 2):
                below.append(part)
                continue
            yield from self._section(headline, below)
            headline, below = None, []
            if part.kind == "hr":
                yield self._block(part.first, part.after)
            elif part.kind == DIRECTIVE:
                yield self._fence(part)
            elif part.level == 1:
                self.title = (self._starts[part.first], self._end_of(part.after))
            else:
                headline = part
        yield from self._section(headline, below)

    def _section(self, headline: Part | None, below: list[Part]) -> Iterator[MarkdownBlock]:
        if headline is not None:
            yield self._block(headline.first, (below or [headline])[-1].after)
            return
        text: list[Part] = []
        for part in below:
            link = self._page.lone_link(part)
            picture = self._page.lone_picture(part) if link is None else link.picture
            if link is None and picture is None:
                text.append(part)
                continue
            if text:
                yield self._block(text[0].first, text[-1].after)
            is_whole = picture is None or picture.is_whole
            yield self._block(part.first, part.after if is_whole else part.first + 1)
            text = [] if is_whole else [replace(part, first=part.first + 1)]
        if text:
            yield self._block(text[0].first, text[-1].after)

    def _fence(self, part: Part) -> MarkdownBlock:
        fence = fence_of(part.tokens[0])
        first, after = fence.first + self._page.start, fence.after + self._page.start
        cut = next((at for at in range(first, after) if self._lines[at].rstrip() == "---"), after)
        block = replace(
            self._block(part.first, part.after), keys=self._starts[first], keys_end=self._starts[min(cut, after)]
        )
        if cut == after:
            return block
        return replace(block, body=self._starts[cut + 1], body_end=self._starts[after])

    def _block(self, first: int, after: int) -> MarkdownBlock:
        return MarkdownBlock(self._starts[first], self._end_of(after, first), self._starts[first])

    def _end_of(self, after: int, first: int = 0) -> int:
        """Find the end of the last line in front of line ``after`` that is not blank."""
        while after > first + 1 and not self._lines[after - 1].strip():
            after -= 1
        return self._starts[after - 1] + len(self._lines[after - 1])

    def _with_lead(self, block: MarkdownBlock) -> MarkdownBlock:
        line = self._starts.index(block.start)
        lead = line
        while lead > 0 and self._lines[lead - 1].strip().endswith("-->"):
            opened = next((at for at in range(lead - 1, 0, -1) if "<!--" in self._lines[at]), None)
            if opened is None or not self._lines[opened].lstrip().startswith("<!--"):
                break
            lead = opened
        return replace(block, lead=self._starts[lead])

    @property
    def line_break(self) -> str:
        """Tell how its lines end: as the first one does."""
        return self.text[len(self._lines[0]) : self._starts[1]] or "\n"
