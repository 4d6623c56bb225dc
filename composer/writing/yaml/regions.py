"""Which lines belong to an entry of a list, or to a key, of a YAML text: its own, and the comments about it.

::

      # about the block below: it moves along         region of the entry ┐
      - block: text  # as does this                                       │
        body: Hello                                                       │
        # layout: left      indented as its keys are, this is the block's ┘
                                                      gap: it stays where it is
      # ValuePart two                                      a comment that stands alone stays too

      - block: article                                region of the next

A region begins with its first character that is no blank, and ends before a line break.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from composer.writing.yaml.layout import Value
from composer.writing.yaml.new_values import column

_REST = re.compile(r"[ \t]+#[^\r\n]*")
_LINE = re.compile(r"(?P<blanks>[ \t]*)(?P<rest>[^\r\n]*)(?P<break>\r?\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Region:
    """The characters from ``start`` to ``end`` that belong to a part.

    ``line`` is where the line of ``start`` begins; ``start`` itself if something stands in front of it on its line.
    """

    start: int
    end: int
    line: int
    is_behind_dash: bool = False


def regions_of(text: str, value: Value, *, is_root: bool = False) -> Sequence[Region]:
    """Find the region of each part of a mapping or a list that stands on lines of its own, in order."""
    left = column(text, value.parts[0].start) if value.parts else 0
    ends: list[int] = []
    for number, part in enumerate(value.parts):
        after = value.parts[number + 1].start if number + 1 < len(value.parts) else len(text)
        ends.append(_end(text, part.end, after, left))
    starts = []
    for number, part in enumerate(value.parts):
        first = number == 0
        floor = _line_after(text, ends[number - 1] if not first else _opening(text, part.start))
        starts.append(part.start if first and is_root else _start(text, part.start, floor))
    return [_region(text, start, end) for start, end in zip(starts, ends, strict=True)]


def _region(text: str, start: int, end: int) -> Region:
    line = text.rfind("\n", 0, start) + 1
    is_behind_dash = bool(text[line:start].strip(" \t"))
    return Region(start, end, start if is_behind_dash else line, is_behind_dash)


def _end(text: str, at: int, after: int, left: int) -> int:
    """Go to the line's end if only a comment follows, and over comments that are indented further than ``left``."""
    if rest := _REST.match(text, at):
        at = rest.end()
    end = at
    line = _line_after(text, at)
    while line < after and (found := _LINE.match(text, line)) is not None and found.end() > line:
        if found["rest"]:
            if not found["rest"].startswith("#") or len(found["blanks"]) <= left:
                break
            end = found.end("rest")
        line = found.end()
    return end


def _start(text: str, at: int, floor: int) -> int:
    """Go up over the comments that stand right above, but not above ``floor``, which begins a line."""
    line = text.rfind("\n", 0, at) + 1
    if text[line:at].strip():
        return at  # behind a dash
    while line > floor:
        above = text.rfind("\n", 0, line - 1) + 1
        written = text[above : line - 1].strip()
        if above < floor or not written.startswith("#"):
            break
        at = above + len(text[above:line]) - len(text[above:line].lstrip(" \t"))
        line = above
    return at


def _opening(text: str, at: int) -> int:
    """Find the end of the line above that has something else than a comment."""
    line = text.rfind("\n", 0, at) + 1
    while line > 0:
        above = text.rfind("\n", 0, line - 1) + 1
        written = text[above : line - 1].strip()
        if written and not written.startswith("#"):
            return line - 1
        line = above
    return 0


def _line_after(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def gap_has_comment(text: str, start: int, end: int) -> bool:
    """Tell whether a comment that stands alone is between two regions."""
    return "#" in text[start:end]
