r"""What others have written is shown on the terminal as letters, never obeyed by it.

Names of people, an author's texts, a relay's words and names of folders may hold escape sequences, which colour, hide
and retype what stands on a screen, or write into its clipboard; and signs that turn the direction of a line. They are
shown as ``\u001b``: in a text that says what is there, and in a JSON document it is the same character.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from typing import IO, Any, TextIO, TypeVar, cast

S = TypeVar("S", bound=IO[str])

# Controls but tab and line feed (ECMA-48), marks that reorder a line (Unicode 9), halves of a character.
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Give the text with every character that a terminal would obey as ``\uXXXX``."""
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class VisibleStream:
    """A stream that shows what is printed, and otherwise is the one that it stands for.

    Rich finds that one by ``rich_proxied_file``: its own colours have to reach the terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        """Write the text as ``visible`` gives it; the count is that of its own characters."""
        self.rich_proxied_file.write(visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write one line after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)


def obeyed(stream: S) -> S:
    """Give the stream itself, for what the terminal has to obey, and for data that has to be exact."""
    return cast(S, stream.rich_proxied_file) if isinstance(stream, VisibleStream) else stream


def as_utf8() -> None:
    """Write data on the standard output exactly, as UTF-8, whatever the terminal's letters."""
    sys.stdout = obeyed(sys.stdout)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict", newline="")
