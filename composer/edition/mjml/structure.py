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

_LIGHT_TABLE = '<table cellpadding="0" cellspacing="0" role="presentation"'
_GHOST_STYLE = "<style>.mso{line-height:0;font-size:0;mso-line-height-rule:exactly}</style>"
_WRAPPER_CELL = re.compile(rf'<tr><td width="\d+px"(?: class="[^"]*")?>{END}\Z')
_NEXT_ROW = re.compile(rf'{OPEN}</td></tr><tr><td width="\d+px"(?: class="[^"]*")?>{END}')
_FOR_OUTLOOK = re.compile(r' class="[^"]*-outlook"(?=[^<>]*>(?:[^<]|<(?!!--))*<!\[endif\])')
_OFFICE = re.compile(r"<!--\[if mso\]>\s*<noscript>(.*?)</noscript>\s*<!\[endif\]-->\s*", re.DOTALL)
_RULE = re.compile(
    r'<p style="border-top:(?P<line>[^;"]*);font-size:1px;margin:0px auto;width:100%;">\s*</p>'
    rf'{OPEN}{TABLE} align="center" width="[\d.]+px" style="border-top:(?P=line);[^"]*">'
    r'<tr><td style="height:0;line-height:0;">&nbsp;</td></tr></table><!\[endif\]-->'
)
_LIGHT_RULE = (
    r'<p style="border-top:\g<line>;font-size:1px;margin:0"></p><!--[if mso]><table width="100%" cellpadding="0"'
    r' cellspacing="0" role="presentation" style="border-top:\g<line>;font-size:1px"><tr><td style="height:0;'
    r'line-height:0">&nbsp;</td></tr></table><![endif]-->'
)
_PICTURE = re.compile(
    rf'{TABLE}(?P<names> class="mj-full-width-mobile")? style="border-collapse:collapse;border-spacing:0px;"><tbody>'
    r'(?P<inside><tr><td(?: class="mj-full-width-mobile")? style="width:[\d.]+px;">'
    r"(?:<a [^>]*>)?<img [^>]*>(?:</a>)?</td></tr>)"
    r"</tbody></table>"
)
_NOTHING = re.compile(r"(?:\s|<!--.*?-->|[a-z][a-z2-7]{10}\d{4}z)*", re.DOTALL | re.IGNORECASE)
"""Comments and marks."""
_SAME = re.compile(r"<!\[endif\]-->(?P<space>\s*)<!--\[if mso\]>")
_USELESS_ON_PICTURES = re.compile(r"(?<=;)outline:none;text-decoration:none;")
_OUTER = re.compile(r'(?P<tag><div [^>]*?role="article"[^>]*?)(?: style="(?P<style>[^"]*)")?>')
_LEFTOVERS = (
    '<!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]-->',
    '<!--[if lte mso 11]>\n<style type="text/css">\n.mj-outlook-group-fix { width:100% !important; }\n</style>\n'
    "<![endif]-->\n",
)
"""For programs that have long been gone: Outlook up to 2003, and the Internet Explorer in others."""


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
    for leftover in _LEFTOVERS:
        html = html.replace(leftover, "")
    sections = list(_sections(html, direction))
    if sections and _are_all(html, sections):
        html, sections = _in_one_box(html, sections)
    pieces: list[str] = []
    end, before = 0, None
    for section in sections:
        around, between = section.around, html[end : section.start]
        beside = before is not None and not between
        if before is not None and around == before and (not between or _NEXT_ROW.fullmatch(between)):
            pieces[-1:] = [section.rows, around.closing]
        elif before is not None and beside and around.ghost and around.ghost == before.ghost:
            pieces[-1:] = [before.closing_box, f"<!--[if mso]></td></tr><tr>{GHOST_CELL}<![endif]-->"]
            pieces += [around.opening_box, section.rows, around.closing]
        else:
            pieces += [between, around.opening, around.opening_box, section.rows, around.closing]
        end, before = section.stop, around
    rest = "".join([*pieces, html[end:]])
    style = f"word-break:break-word;text-align:{'left' if direction == 'ltr' else 'right'}"
    return _OUTER.sub(lambda outer: f'{outer["tag"]} style="{style};{outer["style"] or ""}">', _lighter(rest), count=1)


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
        return f'<div{self.names}{style}>{_LIGHT_TABLE} width="100%"{ground}>'

    @property
    def closing_box(self) -> str:
        return "</table></div>"

    @property
    def closing(self) -> str:
        return self.closing_box + ("<!--[if mso]></td></tr></table><![endif]-->" if self.ghost else "")


_CHARSET = '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'


def _lighter(html: str) -> str:
    """Shorten what mrml repeats everywhere, and join comments for Outlook that stand beside each other."""
    html = html.replace(' xmlns="http://www.w3.org/1999/xhtml"', "", 1).replace(_CHARSET, '<meta charset="utf-8">', 1)
    if "<v:" not in html:
        html = html.replace(' xmlns:v="urn:schemas-microsoft-com:vml"', "", 1)
    if "-outlook" not in html.partition("</head>")[0]:
        html = _FOR_OUTLOOK.sub("", html)
    html = _RULE.sub(_LIGHT_RULE, html)
    html = _PICTURE.sub(
        lambda found: f"{_LIGHT_TABLE}{found['names'] or ''}>{_USELESS_ON_PICTURES.sub('', found['inside'])}</table>",
        html,
    )
    html = html.replace("<!--[if mso | IE]>", "<!--[if mso]>").replace(TABLE, _LIGHT_TABLE)
    html = _OFFICE.sub(_office, html, count=1)
    return _SAME.sub(r"\g<space>", html)


def _office(found: re.Match[str]) -> str:
    """Write Outlook's settings on one line, and what the cells around sections have in common."""
    return (
        f"<!--[if mso]><noscript>{''.join(map(str.strip, found[1].splitlines()))}</noscript>{_GHOST_STYLE}<![endif]-->"
    )


def _section_rows(cell: str, columns: tuple[MjmlColumn, ...], direction: str) -> Iterator[str]:
    if len(columns) > 1 or not columns[0].is_whole:
        parts = "".join(
            f'{one.before}<div class="{f"{one.share} {one.names}".strip()}" style="{one.box}">'
            f"{_column_table(one, direction)}</div><!--[if mso | IE]></td><![endif]-->"
            for one in columns
        )
        opens, closes = f"{_LIGHT_TABLE}><tr>", "</tr></table>"
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
        inner = f'{_LIGHT_TABLE} width="100%">{"".join(rows)}</table>'
        if column.is_plain:
            return inner
    cell = column.cell.replace("vertical-align:top;", "")  # the only cell of its row
    return f'{_LIGHT_TABLE} width="100%"{column.table}><tr><td{align} style="{cell}">{inner}</td></tr></table>'
