"""The HTML that mrml writes, in fewer elements: a section has one table where one does.

Enters: mrml's document. Leaves: the same mail, lighter. mrml sets each section into a table for Outlook, a ``div``, a
table, a row for Outlook, a cell for it, a ``div`` for the column, and two tables more. Of a section with one column as
wide as it, these are left::

    [table for Outlook  tr td]  div.section > table > tr > td > words

What is known is exactly what mrml writes for ``mj-section``, ``mj-column`` and what stands in a column. All else stays
as it is: a section whose parts cannot be told apart, ``mj-group``, ``mj-hero``, raw HTML between the rows.

Why what is left is left, and for whom, is in ``NEEDED``; tests/edition/mjml/test_structure.py has a test for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from composer.edition.mjml.leftovers import LIGHT_TABLE, lighter, without_leftovers
from composer.edition.mjml.outlook_rows import GHOST_CELL
from composer.edition.mjml.sections import (
    END,
    OPEN,
    PADDING,
    SECTION,
    SECTION_END,
    TABLE,
    MjmlColumn,
    MjmlRow,
    padding_of,
    pixels,
    read_columns,
    shorthand,
)

NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "the table for Outlook around a section": "Outlook on Windows knows max-width on tables only"
        " (caniemail.com/features/css-max-width); without a table of that width a section is as wide as the window",
        "font-size:0 and an exact line height in its cell": "Word ends each cell by a paragraph of its own behind a"
        " table; a line height is the least that a line has, unless it is exact"
        " (github.com/M-J-Robbins/good-email-code/issues/24)",
        "a row of its own for each section": "Word lays a mail out in pages and parts a cell that is higher than one"
        " where it likes (github.com/M-J-Robbins/get-off-the-table/issues/7); rows part between sections",
        "padding on td": "Outlook on Windows knows padding on cells only (caniemail.com/features/css-padding)",
        "cellpadding and cellspacing": "programs without head styles have 1 and 2 pixels of their own in tables"
        " (HTML, Rendering, 15.3.8); border-collapse stands in the head",
        "role=presentation": "a screen reader reads a table that only arranges as a table of data (WAI-ARIA 1.2,"
        " 5.4, presentation)",
        "font-size:0 around columns": "white space between inline blocks would break the row of columns (CSS Text 3,"
        " 4.1)",
        "word-break on the mail": "Gmail has no overflow-wrap (caniemail.com/features/css-overflow-wrap), and a long"
        " address would widen the mail; of word-break it keeps break-word (caniemail.com/features/css-word-break)",
    }
)
"""What must stay when weight is taken off, each with who needs it and, in parentheses, the source."""

_WRAPPER_CELL = re.compile(rf'<tr><td width="\d+px"(?: class="[^"]*")?>{END}\Z')
_NEXT_ROW = re.compile(rf'{OPEN}</td></tr><tr><td width="\d+px"(?: class="[^"]*")?>{END}')
_WIDE_OPENING = re.compile(rf'{TABLE} align="center"[^<>]*><tbody><tr><td>')
_WIDE_CLOSING = "</td></tr></tbody></table>"
_NOTHING = re.compile(r"(?:\s|<!--.*?-->|[a-z][a-z2-7]{10}\d{4}z)*", re.DOTALL | re.IGNORECASE)
"""Comments and marks."""
_OUTER = re.compile(r'(?P<tag><div [^>]*?role="article"[^>]*?)(?: style="(?P<style>[^"]*)")?>')


@dataclass(frozen=True, slots=True)
class _Section:
    """A section as it stands in mrml's document from ``start`` to ``stop``, and its rows written anew."""

    start: int
    stop: int
    width: int
    around: _Around
    rows: str


@lru_cache(maxsize=8)
def fewer_elements(html: str, *, direction: str) -> str:
    """Write mrml's document in fewer elements. Its ``direction`` is "ltr" or "rtl"."""
    if _OUTER.search(html) is None:
        return html  # there is nothing that all cells could have their word-break from
    html = without_leftovers(html)
    sections = list(_sections(html, direction))
    if sections and _are_all(html, sections):
        html, sections = _in_one_box(html, sections)
    pieces: list[str] = []
    end, before = 0, None
    for section in sections:
        around, between = section.around, html[end : section.start]
        if before is not None and around == before.around and _is_shared(html, before, between):
            pieces[-1:] = [section.rows, around.closing]
        elif before is not None and not between and around.ghost and around.ghost == before.around.ghost:
            pieces[-1:] = [before.around.closing_box, f"<!--[if mso]></td></tr><tr>{GHOST_CELL}<![endif]-->"]
            pieces += [around.opening_box, section.rows, around.closing]
        else:
            pieces += [between, around.opening, around.opening_box, section.rows, around.closing]
        end, before = section.stop, section
    rest = "".join([*pieces, html[end:]])
    style = f"word-break:break-word;text-align:{'left' if direction == 'ltr' else 'right'}"
    return _OUTER.sub(lambda outer: f'{outer["tag"]} style="{style};{outer["style"] or ""}">', lighter(rest), count=1)


def _is_shared(html: str, before: _Section, between: str) -> bool:
    """Tell whether what is around the section ``before`` can be around the next one too, with this between them."""
    if not between or _NEXT_ROW.fullmatch(between):
        return True
    # A band across the window goes on where the next section has the same one.
    opening = between.removeprefix(_WIDE_CLOSING)
    return opening != between and bool(_WIDE_OPENING.fullmatch(opening)) and html.endswith(opening, 0, before.start)


def _sections(html: str, direction: str) -> Iterator[_Section]:
    end = 0
    for found in SECTION.finditer(html):
        stop = html.find(SECTION_END, found.end()) + len(SECTION_END)
        if found.start() < end or stop < found.end():
            continue
        row = _WRAPPER_CELL.search(html, max(0, found.start() - 200), found.start())
        read = _read(html[found.start() : stop], direction, row is not None)
        if read is not None:
            end = stop
            yield _Section(found.start(), stop, int(found["width"]), *read)


@lru_cache(maxsize=1024)
def _read(html: str, direction: str, has_row: bool) -> tuple[_Around, str] | None:
    """Read a section: what stands around it, and its rows, written anew; None if something else stands in it.

    In a wrapper it has a row already.
    """
    found = SECTION.match(html)
    assert found is not None
    if (columns := read_columns(html, found.end())) is None:
        return None
    around = _Around(
        ghost=""
        if has_row and not found["ground"]
        else f'<table align="center" width="{found["width"]}"{found["ground"] or ""}',
        names=found["names"] or "",
        # A wrapper is as wide as what is in it.
        box=found["box"].replace(_box(found["width"]), "") if has_row else found["box"],
        ground=found["table"].replace("width:100%;", "").rstrip(";"),
    )
    return around, "".join(_section_rows(found["cell"], columns, direction))


def _box(width: str) -> str:
    return f"margin:0px auto;max-width:{width}px;"


def _start(html: str) -> int:
    """Find where the mail begins in the box around all of it."""
    outer = _OUTER.search(html)
    assert outer is not None
    return outer.end()


def _are_all(html: str, sections: list[_Section]) -> bool:
    """Tell whether these sections are all that is in the mail, and all of one width."""
    starts = [_start(html), *(section.stop for section in sections)]
    stops = [*(section.start for section in sections), html.find("</div>", sections[-1].stop)]
    between = (html[start:stop] for start, stop in zip(starts, stops, strict=True))
    box = _box(str(sections[0].width))
    return all(box in one.around.box for one in sections) and all(map(_NOTHING.fullmatch, between))


def _in_one_box(html: str, sections: list[_Section]) -> tuple[str, list[_Section]]:
    """Make one box for all sections, which are then as wide as it."""
    box = _box(str(sections[0].width))
    at, end = _start(html), html.find("</div>", sections[-1].stop)
    opening = f'<div style="{box.rstrip(";")}">'
    html = f"{html[:at]}{opening}{html[at:end]}</div>{html[end:]}"
    moved = [
        replace(
            one,
            start=one.start + len(opening),
            stop=one.stop + len(opening),
            around=replace(one.around, box=one.around.box.replace(box, "")),
        )
        for one in sections
    ]
    return html, moved


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around the rows of a section. Sections that stand beside each other and have it equal share it."""

    ghost: str
    names: str
    box: str
    ground: str

    @property
    def opening(self) -> str:
        if not self.ghost:
            return ""
        attributes = 'cellpadding="0" cellspacing="0" role="presentation"'
        return f"<!--[if mso]>{self.ghost} {attributes}><tr>{GHOST_CELL}<![endif]-->"

    @property
    def opening_box(self) -> str:
        style = f' style="{self.box}"' if self.box else ""
        ground = f' style="{self.ground}"' if self.ground else ""
        return f'<div{self.names}{style}>{LIGHT_TABLE} width="100%"{ground}>'

    @property
    def closing_box(self) -> str:
        return "</table></div>"

    @property
    def closing(self) -> str:
        return self.closing_box + ("<!--[if mso]></td></tr></table><![endif]-->" if self.ghost else "")


def _section_rows(cell: str, columns: tuple[MjmlColumn, ...], direction: str) -> Iterator[str]:
    if len(columns) > 1 or not columns[0].is_whole:
        parts = "".join(
            f'{one.before}<div class="{f"{one.share} {one.names}".strip()}" style="{one.box}">'
            f"{_column_table(one, direction)}</div><!--[if mso | IE]></td><![endif]-->"
            for one in columns
        )
        opens, closes = f"{LIGHT_TABLE}><tr>", "</tr></table>"
        yield f'<tr><td style="{cell}"><!--[if mso | IE]>{opens}<![endif]-->{parts}'
        yield f"<!--[if mso | IE]>{closes}<![endif]--></td></tr>"
        return
    column = columns[0]
    # mrml sets every column from left to right, whatever the language of the mail.
    turned = "" if f"direction:{direction};" in column.box else "direction:ltr;"
    if column.is_plain and (merged := list(_merged(cell, column.rows, direction, turned))):
        yield from merged
        return
    names = f' class="{column.names}"' if column.names else ""
    style = f' style="{turned}text-align:left"' if turned else ""
    inside = _column_table(column, direction)
    yield f'<tr><td style="{cell}">{f"<div{names}{style}>{inside}</div>" if names or style else inside}</td></tr>'


def _merged(cell: str, rows: tuple[MjmlRow, ...], direction: str, turned: str) -> Iterator[str]:
    """Make the rows those of the section's own table, its padding shared among them; nothing if they cannot be."""
    found = PADDING.search(cell)
    own = pixels(found[1]) if found else (0, 0, 0, 0)
    rest = re.sub(r"(?:text-align:\w+|font-size:0px|direction:\w+);", "", PADDING.sub(";", cell)).strip(";")
    if own is None or rest or any(row.padding is None or row.padding[1] or row.padding[3] for row in rows):
        return
    for number, row in enumerate(rows):
        assert row.padding is not None
        top = row.padding[0] + (own[0] if number == 0 else 0)
        bottom = row.padding[2] + (own[2] if number == len(rows) - 1 else 0)
        yield row.written(shorthand(top, own[1], bottom, own[3]), direction, turned=turned)


def _column_table(column: MjmlColumn, direction: str) -> str:
    first, align = column.rows[0], ""
    if (
        len(column.rows) == 1
        and first.is_bare
        and (first.align == "left" or not column.is_whole)
        and direction == "ltr"
    ):
        inner = first.content
        align = f' align="{first.align}"' if first.align != "left" else ""
    else:
        rows = (row.written(padding_of(row), direction, keeps_box=bool(column.names)) for row in column.rows)
        inner = f'{LIGHT_TABLE} width="100%">{"".join(rows)}</table>'
        if column.is_plain:
            return inner
    cell = column.cell.replace("vertical-align:top;", "")  # the only cell of its row
    return f'{LIGHT_TABLE} width="100%"{column.table}><tr><td{align} style="{cell}">{inner}</td></tr></table>'
