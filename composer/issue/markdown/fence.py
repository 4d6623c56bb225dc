"""The fence that makes any block of a Markdown file, as a rule of markdown-it.

::

    :::callout          the fence opens: three colons or more, and the block's kind
    kicker: News        its keys, in YAML
    ---                 from here on its body, in Markdown
    The **text**.
    :::                 the fence closes: as many colons at least, alone on the line

A fence opens only where a paragraph could: not in code, and a longer fence may hold the colons of a shorter one.
What is wrong with a fence is kept in its token, for the reader to tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

DIRECTIVE = "directive"
_FENCE = re.compile(r"(:{3,})[ \t]*(.*?)[ \t]*$")
_KIND = re.compile(r"[A-Za-z][\w-]*")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence as it stands in the text: what follows its colons, and the lines (from 0) of what it holds."""

    kind: str
    first: int
    after: int
    is_closed: bool
    is_nested: bool

    @property
    def complaint(self) -> tuple[str, str] | None:
        """Say what is wrong with how it is written, and what to do."""
        if not self.kind:
            return (
                "there is no block that ::: could close here",
                "delete the line, or open the block with :::text above",
            )
        if not _KIND.fullmatch(self.kind):
            return f"{self.kind!r} cannot be the kind of a block", "write one word after the colons, such as :::callout"
        if self.is_nested:
            return "a block cannot stand in a list, a quotation or another block", "begin it at the edge of the page"
        if not self.is_closed:
            return f":::{self.kind} is not closed", "write ::: on a line of its own where the block ends"
        return None


def fence_of(token: Token) -> Fence:
    """Return the fence that this rule has kept in a token."""
    fence = token.meta[DIRECTIVE]
    assert isinstance(fence, Fence)
    return fence


def directives(parser: MarkdownIt) -> None:
    """Add the rule for fences to a parser of Markdown."""
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", DIRECTIVE, _read_fence, {"alt": interrupted})


def _read_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    opening = _FENCE.match(_line(state, start))
    if opening is None or state.is_code_block(start):
        return False
    if silent:
        return True
    after, is_closed = (start + 1, True) if not opening[2] else _closing(state, start, end, marks=len(opening[1]))
    token = state.push(DIRECTIVE, "", 0)
    token.map = [start, after + (is_closed and bool(opening[2]))]
    token.meta = {DIRECTIVE: Fence(opening[2], start + 1, after, is_closed, is_nested=state.level > 0)}
    state.line = token.map[1]
    return True


def _closing(state: StateBlock, start: int, end: int, *, marks: int) -> tuple[int, bool]:
    """Find the line of the closing fence; or where another one opens, or the text ends, without it."""
    for number in range(start + 1, end):
        found = _FENCE.match(_line(state, number))
        if found is not None and len(found[1]) >= marks:
            return number, not found[2]
    return end, False


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
