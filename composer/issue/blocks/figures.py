"""Blocks that show figures: table, statistics."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from composer.issue.blocks.values import Item, Line, Model, ShortMarkdown

Cell = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\r\n]*$", strip_whitespace=True)]
"""What stands in a cell: one line, or nothing."""

Alignment = Literal["left", "center", "right"]

_NUMBER = re.compile(r"[\s+\-−–±~≈<>]*[\d.,:/'’\s\u00a0\u202f]*\d[\d.,:/'’\s\u00a0\u202f]*[%‰]?(?:\s?[€$£¥])?|[-–—]?")


class TableBlock(Item):
    """A table with a header row; numbers are set below each other."""

    block: Literal["table"]
    title: Line | None = Field(None, description="The headline above the table.")
    head: tuple[Line, ...] = Field(min_length=1, max_length=8, description="The columns' names.")
    rows: tuple[tuple[Cell, ...], ...] = Field(
        min_length=1, max_length=200, description="The rows, each with a cell for every column."
    )
    align: tuple[Alignment, ...] = Field(
        (), description="left, center or right for each column; numbers stand right, words left otherwise."
    )
    note: Line | None = Field(None, description="A line under the table: the source, the year.")

    @field_validator("rows", "align")
    @classmethod
    def _as_wide_as_the_head(
        cls, rows: tuple[tuple[str, ...] | str, ...], info: ValidationInfo
    ) -> tuple[tuple[str, ...] | str, ...]:
        width = len(info.data.get("head", ()))
        if not width:
            return rows
        if info.field_name == "align":
            if rows and len(rows) != width:
                raise ValueError(f"{len(rows)} for {width} columns; write one for each column, or none")
            return rows
        for number, row in enumerate(rows, 1):
            if len(row) != width:
                raise ValueError(
                    f'row {number} has {len(row)} of {width} cells; write one cell for each column, "" for an empty one'
                )
        return rows

    @property
    def aligned(self) -> tuple[Alignment, ...]:
        """Say where each column's cells stand, whether or not the author did."""
        if self.align:
            return self.align
        columns = zip(*self.rows, strict=True)
        return tuple("right" if all(_NUMBER.fullmatch(cell) for cell in column) else "left" for column in columns)


class Statistic(Model):
    """A large figure, and what it says."""

    figure: Line = Field(description="The number with its unit, such as 27 %.")
    label: Line = Field(description="What it counts.")
    note: Line | None = Field(None, description="More about it, in small letters: the source, the year before.")


class StatisticsBlock(Item):
    """Two to four large figures that stand in a row."""

    block: Literal["statistics"]
    title: Line | None = Field(None, description="The headline of the section.")
    intro: ShortMarkdown | None = Field(None, description="A sentence before the figures.")
    figures: tuple[Statistic, ...] = Field(min_length=2, max_length=4, description="The figures.")
