"""What is the same in each issue of a newsletter, and no news: its frame, its rubrics, and what is still to come.

One place says it for those who begin the next issue, in which it stays (``writing/renewal.py``), and for those who look
for stories that were sent before, among which it is none (``repetition/stories.py``).
"""

from __future__ import annotations

from composer.issue.source import KeyPath

FRAME = frozenset({"masthead", "footer", "social", "divider", "mjml"})
"""Blocks that stand around the news, or are the designer's own."""

BOOKED = frozenset({"sponsor"})
"""Blocks that somebody has paid for, who may have booked several issues: the next one is begun without their words,
and whoever writes them again means it."""

RUBRICS = frozenset({"kicker", "head", "issue_line"})
"""Keys of words that are the same in every issue, unless they tell of a time or have a number."""

_SECTIONS = frozenset({"digest", "events", "agenda", "columns", "statistics", "table", "gallery"})
"""Blocks whose own title is that of a section."""

_DEPTH_OF_OWN = 3  # ("blocks", 0, "title") is the block's, a longer path leads to one of its entries


def is_rubric(kind: str, path: KeyPath) -> bool:
    """Tell whether the text at ``path`` of an issue, which is in a block of this kind, names a rubric."""
    key = next((key for key in reversed(path) if isinstance(key, str)), "")
    own = {"title"} if kind in _SECTIONS else {"label"} if kind in BOOKED else frozenset()
    return key in RUBRICS or (len(path) == _DEPTH_OF_OWN and key in own)
