"""A table that is read at any width: where its columns do not fit, each row is a block of lines, one for a value.

Cells are texts as they are stored: they are never read as markup, and what would steer a terminal is shown as it is
written in JSON.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from composer.cli.visible import visible

_GAP = 2


def moment(seconds: int) -> str:
    """Show a time, given in Unix seconds, in UTC."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


@dataclass
class Listing:
    """Rows under headers. ``numbers`` are the headers whose values stand on the right."""

    headers: Sequence[str]
    numbers: frozenset[str] = frozenset()
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row, with a cell for each header."""
        self.rows.append(tuple(visible(cell).replace("\n", " ") for cell in cells))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        columns = zip(self.headers, *self.rows, strict=True)
        width = sum(max(map(cell_len, cells)) for cells in columns) + _GAP * (len(self.headers) - 1)
        yield self._table() if width <= options.max_width else self._blocks()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
        for header in self.headers:
            table.add_column(header, justify="right" if header in self.numbers else "left", no_wrap=True)
        for cells in self.rows:
            table.add_row(*map(Text, cells))
        return table

    def _blocks(self) -> Table:
        blocks = Table.grid()
        blocks.add_column(overflow="fold")
        for first, *others in self.rows:
            blocks.add_row(Text(first or "–"))
            facts = Table.grid(padding=(0, _GAP, 0, 0))
            facts.add_column(style="dim", no_wrap=True)
            facts.add_column(overflow="fold")
            for header, cell in zip(self.headers[1:], others, strict=True):
                if cell:
                    facts.add_row(header, Text(cell))
            blocks.add_row(Padding(facts, (0, 0, 0, 2)))
        return blocks
