"""What a benchmark gives: lines of a table, each a figure beside its peers' from the same run."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One contender: what it did, its figure, and the figure as a ratio to the row that it is compared with."""

    contender: str
    figure: float
    unit: str
    ratio: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One benchmark: a title, how it is done, its rows."""

    key: str
    title: str
    method: str
    rows: tuple[Row, ...]
    ratio_to: str
    heading: str = "contender"  # of the first column

    def markdown(self) -> str:
        """The table as it stands in docs/benchmarks.md."""
        lines = [
            f"## {self.title}",
            "",
            self.method,
            "",
            f"| {self.heading} | figure | to {self.ratio_to} | note |",
            "| --- | ---: | ---: | --- |",
        ]
        for row in self.rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio >= 0.1 else f"{row.ratio:.2g}"
            lines.append(
                f"| {row.contender} | {row.figure:,.{_decimals(row.figure)}f} {row.unit} | {ratio} | {row.note} |"
            )
        return "\n".join(lines) + "\n"


def _decimals(figure: float) -> int:
    return 0 if figure >= 100 else 1 if figure >= 10 else 2


def median(figures: Sequence[float]) -> float:
    """The middle figure: a noisy machine moves it least."""
    return statistics.median(figures)
