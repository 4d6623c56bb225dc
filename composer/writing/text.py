"""The text of a file as an author typed it, and the splices that change it.

Enters: the bytes of a file. Leaves: its text, with line breaks as they are, and bytes again: what was not spliced is
the same byte for byte, a byte order mark, CRLF and a missing last line break too.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from composer.errors import EditRefused

_BYTE_ORDER_MARK = "\ufeff"
_LINE_BREAKS_OF_OLD = str.maketrans("\x85\u2028\u2029", "   ")


class Splice(NamedTuple):
    """Characters ``start`` to ``end`` (from 0) of a text are replaced by ``replacement``."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's text without its byte order mark, if it has one."""

    text: str
    has_mark: bool = False

    @classmethod
    def of(cls, data: bytes) -> FileText:
        """Decode a file. Raises EditRefused if it is not UTF-8."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise EditRefused("the file is not UTF-8 text; save it again in your editor with that encoding") from error
        has_mark = text.startswith(_BYTE_ORDER_MARK)
        return cls(text.removeprefix(_BYTE_ORDER_MARK), has_mark)

    def encoded(self) -> bytes:
        """Encode the file again. Raises EditRefused for half a character, which no file can hold."""
        try:
            return ((_BYTE_ORDER_MARK if self.has_mark else "") + self.text).encode("utf-8")
        except UnicodeEncodeError as error:
            raise EditRefused("the text has half of a character in it (a lone surrogate); delete it") from error

    def with_text(self, text: str) -> FileText:
        """Make the same file with another text."""
        return FileText(text, self.has_mark)


def version_of(data: bytes) -> str:
    """Name the content of a file: 32 hexadecimal digits, the same for the same bytes and no others."""
    return hashlib.sha256(data).hexdigest()[:32]


def with_blanks_for_old_breaks(text: str) -> str:
    """Put a blank for each line break that YAML 1.2 no longer has, as the loader does; no character moves."""
    return text.translate(_LINE_BREAKS_OF_OLD)


def line_break_of(text: str) -> str:
    """Find how the lines of a text end: as its first one does."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Apply splices that are given by places in ``text``. ValueError if two of them overlap."""
    pieces: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda one: (one.start, one.end)):
        if not at <= splice.start <= splice.end <= len(text):
            raise ValueError(f"{splice} overlaps the one before, or lies outside the text")
        pieces += (text[at : splice.start], splice.replacement)
        at = splice.end
    return "".join((*pieces, text[at:]))


def difference(before: str, after: str) -> Splice:
    """Find the one splice that makes ``after`` of ``before``, as small as it can be."""
    start = common_start(before, after)
    tail = common_start(before[start:][::-1], after[start:][::-1])
    return Splice(start, len(before) - tail, after[start : len(after) - tail])


def common_start(first: Sequence[Any], second: Sequence[Any]) -> int:
    """Count how many items (characters, lines) are the same at the start of both."""
    low, high = 0, min(len(first), len(second))
    while low < high:  # by halves: comparing slices runs in C
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class Utf16Offsets:
    """Counts characters as browsers do, where one beyond U+FFFF counts as two."""

    def __init__(self, text: str) -> None:
        self._wide = [at for at, character in enumerate(text) if character > "\uffff"]

    def __call__(self, offset: int) -> int:
        """Turn the place of a character in Python into its place in a browser."""
        return offset + bisect.bisect_left(self._wide, offset)
