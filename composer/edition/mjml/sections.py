"""What mrml writes for a section, read into its columns and rows.

Enters: mrml's document, at the beginning of a section. Leaves: its columns, each with its rows; or nothing, where
something else stands in it: only what is exactly as mrml writes it is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPEN, END = r"<!--\[if mso \| IE\]>", r"<!\[endif\]-->"
TABLE = '<table border="0" cellpadding="0" cellspacing="0" role="presentation"'
SECTION = re.compile(
    rf'{OPEN}{TABLE}(?P<ground> bgcolor="[^"]*")? align="center" width="(?P<width>\d+)"(?: class="[^"]*")?'
    r' style="width:\d+px;"><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;">'
    rf'{END}<div(?P<names> class="[^"]*")? style="(?P<box>[^"]*)">{TABLE} align="center"'
    rf' style="(?P<table>[^"]*)"><tbody><tr><td style="(?P<cell>[^"]*)">{OPEN}{TABLE}><tr>{END}'
)
_COLUMN = re.compile(
    rf'{OPEN}<td(?: class="[^"]*")? style="vertical-align:(?P<valign>\w+);width:(?P<width>[\d.]+)px;">{END}'
    r'<div class="mj-outlook-group-fix (?P<share>mj-column-per-[\w-]+)(?: (?P<names>[^"]*))?" style="(?P<box>[^"]*)">'
    rf'{TABLE} width="100%"(?P<table> style="[^"]*")?><tbody><tr><td style="(?P<cell>[^"]*)">'
    rf'{TABLE} width="100%"><tbody>'
)
_COLUMN_END = "</tbody></table></td></tr></tbody></table></div><!--[if mso | IE]></td><![endif]-->"
SECTION_END = (
    "<!--[if mso | IE]></tr></table><![endif]--></td></tr></tbody></table></div>"
    "<!--[if mso | IE]></td></tr></table><![endif]-->"
)
_ROW = re.compile(
    r'<tr><td(?: align="(?P<align>\w+)")?(?P<valign> vertical-align="\w+")?(?P<names> class="[^"]*")?'
    r' style="font-size:0px;(?P<style>[^"]*)word-break:break-word;">'
)
_ROW_END = "</td></tr>"
_WORDS = re.compile(r'<div style="font-family:')
_ONE_BOX = re.compile(r'<div style="(?P<style>font-family:[^"]*)">(?P<content>.*)</div>', re.DOTALL)
PADDING = re.compile(r"(?:^|;)padding:([^;]*);")


@dataclass(frozen=True, slots=True)
class MjmlRow:
    """A row of a column, one for each element. ``padding`` is in pixels: top, right, bottom, left."""

    align: str
    names: str
    style: str
    padding: tuple[int, int, int, int] | None
    content: str

    def written(self, padding: str, direction: str, *, turned: str = "", keeps_box: bool = False) -> str:
        """Write the row. Words have a font of their own, so nothing that the cell's type would space is with them."""
        align = "" if not self.align or (self.align == "left" and direction == "ltr") else f' align="{self.align}"'
        rest = f"{self._rest};" if self._rest else ""
        style = f"{turned}{'' if self._is_words else 'font-size:0;'}{rest}padding:{padding}"
        words = None if self.names or align or keeps_box else _ONE_BOX.fullmatch(self.content)
        if words is not None and words["content"].count("<div") == words["content"].count("</div>"):
            # A rule may be for the box in a cell that has a class, or in a column that has one.
            style, content = f"{style};{words['style'].rstrip(';')}", words["content"]
        else:
            content = self.content
        return f'<tr><td{align}{self.names} style="{style}">{content}</td></tr>'

    @property
    def is_bare(self) -> bool:
        """Whether its content can stand in the cell around the table that it is the only row of."""
        return self._is_words and not self.names and not self._rest and self.padding == (0, 0, 0, 0)

    @property
    def _is_words(self) -> bool:
        return _WORDS.match(self.content) is not None

    @property
    def _rest(self) -> str:
        return PADDING.sub(";", self.style).strip(";")


@dataclass(frozen=True, slots=True)
class MjmlColumn:
    share: str
    names: str
    box: str
    table: str
    cell: str
    before: str
    rows: tuple[MjmlRow, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is as wide as its section."""
        return self.share == "mj-column-per-100"

    @property
    def is_plain(self) -> bool:
        """Whether no rule and no border of its own needs the table around its rows."""
        return not self.names and not self.table and self.cell == "vertical-align:top;padding:0px;"


def read_columns(html: str, at: int) -> tuple[MjmlColumn, ...] | None:
    """Read the columns of a section from the first to its end; None if something else stands in it."""
    columns: list[MjmlColumn] = []
    while (found := _COLUMN.match(html, at)) is not None:
        stop = html.find(_COLUMN_END, found.end())
        rows = _rows(html[found.end() : stop]) if stop >= 0 else None
        if rows is None:
            return None
        before = found[0][: found.start("share") - found.start() - len('<div class="mj-outlook-group-fix ')]
        columns.append(
            MjmlColumn(
                found["share"], found["names"] or "", found["box"], found["table"] or "", found["cell"], before, rows
            )
        )
        at = stop + len(_COLUMN_END)
    return tuple(columns) if columns and html[at:] == SECTION_END else None


def _rows(html: str) -> tuple[MjmlRow, ...] | None:
    """Read the rows of a column; None if they are not whole."""
    starts = [found for found in _ROW.finditer(html) if found.start() == 0 or html.endswith(_ROW_END, 0, found.start())]
    if not starts or starts[0].start() != 0 or not html.endswith(_ROW_END):
        return None
    rows = []
    for found, following in zip(starts, [*(one.start() for one in starts[1:]), len(html)], strict=True):
        content = html[found.end() : following - len(_ROW_END)]
        if not _is_whole(content):
            return None
        padding = PADDING.search(found["style"])
        box = pixels(padding[1]) if padding else (0, 0, 0, 0)
        rows.append(MjmlRow(found["align"] or "", found["names"] or "", found["style"], box, content))
    return tuple(rows)


def _is_whole(html: str) -> bool:
    return all(html.count(f"<{tag}") == html.count(f"</{tag}>") for tag in ("table", "tr", "td", "div"))


def pixels(padding: str) -> tuple[int, int, int, int] | None:
    """Read a padding of whole pixels: top, right, bottom, left."""
    parts = padding.split()
    if not 1 <= len(parts) <= 4 or not all(re.fullmatch(r"\d+px|0", part) for part in parts):
        return None
    sides = [int(part.removesuffix("px")) for part in parts]
    top, right = sides[0], sides[1] if len(sides) > 1 else sides[0]
    return top, right, sides[2] if len(sides) > 2 else top, sides[3] if len(sides) > 3 else right


def shorthand(top: int, right: int, bottom: int, left: int) -> str:
    """Write four sides as shortly as CSS knows."""
    sides = [f"{side}px" if side else "0" for side in (top, right, bottom, left)]
    if sides[3] == sides[1]:
        sides.pop()
        if sides[2] == sides[0]:
            sides.pop()
            if sides[1] == sides[0]:
                sides.pop()
    return " ".join(sides)


def padding_of(row: MjmlRow) -> str:
    found = PADDING.search(row.style)
    return found[1] if found else "0"
