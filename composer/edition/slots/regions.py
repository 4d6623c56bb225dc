"""Tells of a character of an HTML document what it stands in: text, a start tag, or what is closed to slots.

Enters: a finished document. Leaves: answers about single characters. Only what holds a character that is asked for is
looked at; everything before it is passed over by one expression, which stops where something begins that is not at its
end yet. Listing every tag of the four documents of an edition took a tenth of the time of a build.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

_RAW_NAMES = ("style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext")
_RAW = "|".join(_RAW_NAMES)
_ATTRIBUTES = r"(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+"
# By expressions: lxml tells a line and no character, and html.parser, which tells both, takes sixteen times as long.
_CONSTRUCT = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<[!?][^>]*+>"
    r"|</[a-zA-Z][^>]*+>"
    rf"|<(?:(?P<raw>(?ai:{_RAW}))(?=[\s/>])|[a-zA-Z][^\s/>]*+)(?P<attributes>{_ATTRIBUTES})>",
    re.DOTALL,
)
# The same, and what stands between: but nothing that would be something else if the text did not end so soon.
_COMPLETE = re.compile(
    r"(?:[^<]++"
    # First what is there most often: a name that begins with none of the letters of those below.
    rf"|<[a-zA-Z](?<![inpsxINPSX])[^\s/>]*+{_ATTRIBUTES}>"
    r"|</[a-zA-Z][^>]*+>"
    # The end of a comment or a style is found by what it begins with: ``.*?`` asks at every letter, in twice the time.
    r"|<!--[^-]*+(?:-(?!->)[^-]*+)*+-->"
    r"|<(?!!--)[!?][^>]*+>"
    rf"|<(?!(?ai:{_RAW})[\s/>])[inpsxINPSX][^\s/>]*+{_ATTRIBUTES}>"
    # Name by name, without a group: Python 3.11 mistakes groups in a possessive repetition.
    + "".join(
        rf"|<(?ai:{name})(?=[\s/>]){_ATTRIBUTES}>[^<]*+(?:<(?!/(?ai:{name}))[^<]*+)*+(?=</(?ai:{name}))"
        for name in _RAW_NAMES
    )
    + r")*+",
    re.DOTALL,
)
_CONDITIONAL = re.compile(r"\[if [^\]]*\]>(?P<inner>.*)<!\[endif\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ClosedRegion:
    """A stretch of a document where no value can stand; ``what`` names it."""

    what: str


StartTag = re.Match[str]
"""A start tag as it was found; its group ``attributes`` is what stands behind its name."""

_OTHER_TAG = ClosedRegion("an end tag or a declaration")
_COMMENT = ClosedRegion("a comment")


class DocumentRegions:
    """What the characters of one document stand in. What was passed over once is not read again."""

    def __init__(self, html: str, start: int = 0, stop: int | None = None) -> None:
        self._html = html
        self._start = start
        self._stop = len(html) if stop is None else stop
        self._outside = [start]  # places that nothing reaches over, in order
        self._last = _Found(start, start, None)

    def between_tags(self, offset: int) -> bool:
        """Tell whether the character is text, not part of a tag, a comment, a style or a script."""
        return self.around(offset) is None

    def text_before(self, offset: int) -> str:
        """Return the few characters in front of one."""
        return self._html[max(0, offset - 20) : offset]

    def around(self, offset: int) -> StartTag | ClosedRegion | None:
        """Find what the character is part of; None if it is text."""
        # Many marks may stand in one tag or comment, which is not to be read for each of them.
        if not self._last.start <= offset < self._last.stop:
            nearest = bisect_right(self._outside, offset)
            begins, self._last = self._look(self._outside[nearest - 1], offset)
            if begins > self._outside[nearest - 1]:
                self._outside.insert(nearest, begins)
        part = self._last.part
        return part._part_of_comment(offset) if isinstance(part, DocumentRegions) else part

    def _look(self, at: int, offset: int) -> tuple[int, _Found]:
        """Find what the character is part of, and a place in front that nothing reaches over; ``at`` is one, too."""
        while True:
            at = _end(_COMPLETE.match(self._html, at, offset))
            found = _CONSTRUCT.match(self._html, at, self._stop)
            if found is None:
                if at >= offset:
                    return at, _Found(at, at, None)
                at += 1  # a < that is a text
            elif offset < found.end():
                return at, _Found(at, found.end(), self._part(found))
            elif found["raw"]:
                closing = re.compile(f"(?ai:</{found['raw']})").search(self._html, found.end(), self._stop)
                ends = closing.start() if closing else self._stop
                if offset < ends:
                    return at, _Found(found.end(), ends, ClosedRegion(f"<{found['raw'].lower()}>"))
                at = ends
            else:
                at = found.end()

    def _part(self, found: re.Match[str]) -> StartTag | ClosedRegion | DocumentRegions:
        """Tell a tag from a comment. What is in a comment that Outlook reads is markup like any other."""
        if found["attributes"] is not None:
            return found
        if found["comment"] is None:
            return _OTHER_TAG
        if conditional := _CONDITIONAL.match(found["comment"]):
            inside, outside = (found.start("comment") + at for at in conditional.span("inner"))
            return DocumentRegions(self._html, inside, outside)
        return _COMMENT

    def _part_of_comment(self, offset: int) -> StartTag | ClosedRegion | None:
        return self.around(offset) if self._start <= offset < self._stop else _COMMENT


class _Found(NamedTuple):
    """What stands from ``start`` to ``stop``: markup of its own, if it is a comment that Outlook reads."""

    start: int
    stop: int
    part: StartTag | ClosedRegion | DocumentRegions | None


def _end(match: re.Match[str] | None) -> int:
    assert match is not None  # it matches nothing at all, too
    return match.end()
