"""Prints short rows in columns without Rich, which takes as long to import as a whole language takes to build.

Enters: cells, each with a colour. Leaves: lines on the standard output, coloured where somebody looks at them. Never: a
character of a cell that a terminal would obey.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

from composer.cli.visible import obeyed, visible

_COLOURS: Final = {"dim": "2", "red": "31", "green": "32", "yellow": "33"}
"""The codes of ECMA-48, 8.3.117."""


def print_columns(rows: Sequence[Sequence[tuple[str, str]]]) -> None:
    """Print rows of cells, each a text and its colour ("" for none): the first column left, the others right."""
    texts = [[visible(text) for text, _ in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    for row, shown in zip(rows, texts, strict=True):
        cells = []
        for number, ((_, colour), text, width) in enumerate(zip(row, shown, widths, strict=True)):
            blanks = " " * (width - _width(text))
            cells.append(painted(text, colour) + blanks if number == 0 else blanks + painted(text, colour))
        print("  ".join(cells).rstrip(), file=obeyed(sys.stdout))


def painted(text: str, colour: str) -> str:
    """Give the text, as ``visible`` has it, in a colour where the standard output is a terminal that wants colours.

    Its asking by NO_COLOR and FORCE_COLOR is heeded (no-color.org, force-color.org).
    """
    shown = visible(text)
    return f"\x1b[{_COLOURS[colour]}m{shown}\x1b[0m" if colour and _wants_colours() else shown


def _wants_colours() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", None))


def _width(text: str) -> int:
    """Count the columns of a terminal that a text takes: two for each wide letter (Unicode Annex 11)."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # knows them all, and is read only for a name that has such letters

    return cell_len(text)
