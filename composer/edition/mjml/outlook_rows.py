"""The tables that only Outlook on Windows sees, in conditional comments: equal ones beside each other become one.

Enters: a mail whose sections each stand in a table for Outlook. Leaves: the same with one table of as many rows. Never
across the edge of a block that only some readers see: each of them gets whole tables.
"""

from __future__ import annotations

import re
from functools import lru_cache

GHOST_CELL = '<td class="mso">'
"""The cell around a section. Its style stands in the head, for Outlook only."""
_GHOST = re.compile(
    r"<!--\[if mso\]>(?:<table(?P<attributes>[^<>]*)>[^<]*<tr><td(?P<cell>[^<>]*)>"
    r"|(?P<closes></td></tr></table>))<!\[endif\]-->"
)


@lru_cache(maxsize=8)
def in_rows(html: str, *, cut: str) -> str:
    """Join tables with nothing between them but marks that begin with ``cut``, those of the edges of blocks."""
    nothing = re.compile(rf"(?:\s|{cut}\d{{4}}z)*", re.IGNORECASE)
    pieces: list[str] = []
    opened: list[str] = []
    end, closed = 0, ""
    for found in _GHOST.finditer(html):
        between = html[end : found.start()]
        end = found.end()
        if found["closes"]:
            pieces += (between, found[0])
            closed = opened.pop() if opened else ""
            continue
        kind = f"{found['attributes']}{found['cell']}".replace('"', "")
        if kind == closed and kind.endswith(" class=mso") and nothing.fullmatch(between):
            pieces[-1:] = [f"<!--[if mso]></td></tr><tr>{GHOST_CELL}<![endif]-->", between]
        else:
            pieces += (between, found[0])
        opened.append(kind)
        closed = ""
    return "".join([*pieces, html[end:]])
