"""The tables that only Outlook on Windows sees, in conditional comments: equal ones beside each other become one.

Enters: a mail whose sections each stand in a table for Outlook. Leaves: the same with one table of as many rows. Never
across the edge of a block that only some readers see: each of them gets whole tables.
"""

from __future__ import annotations

import re
from functools import lru_cache

GHOST_CELL = '<td class="mso">'
"""The cell around a section. Its style stands in the head, for Outlook only."""
_COMMENT = re.compile(r"<!--\[if mso\]>(?P<inside>.*?)<!\[endif\]-->", re.DOTALL)
_TABLE = re.compile(r"<(?P<ends>/)?table(?P<attributes>[^<>]*)>(?:[^<]*<tr><td(?P<cell>[^<>]*)>)?")
_CLOSING = "</td></tr></table>"
_OPENING = re.compile(r"<table[^<>]*><tr><td class=\"?mso\"?>")


@lru_cache(maxsize=8)
def in_rows(html: str, *, cut: str) -> str:
    """Join tables with nothing between them but marks that begin with ``cut``, those of the edges of blocks."""
    nothing = re.compile(rf"(?:\s|{cut}\d{{4}}z)*", re.IGNORECASE)
    pieces: list[str] = []
    opened: list[str] = []
    end, closed = 0, ""
    for found in _COMMENT.finditer(html):
        between, inside = html[end : found.start()], found["inside"]
        end = found.end()
        last = ""
        for table in _TABLE.finditer(inside):
            if table["ends"]:
                last = opened.pop() if opened else ""
            else:
                opened.append(f"{table['attributes']}{table['cell'] or ''}".replace('"', ""))
        is_next = closed != "" and _OPENING.fullmatch(inside) is not None and opened[-1] == closed
        if is_next and nothing.fullmatch(between):
            pieces[-1:] = [f"<!--[if mso]></td></tr><tr>{GHOST_CELL}<![endif]-->", between]
        else:
            pieces += (between, found[0])
        closed = last if inside == _CLOSING else ""
    return "".join([*pieces, html[end:]])
