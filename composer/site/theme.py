"""The newsletter's colours, for its subscribers' pages.

An edition says its accent as browsers expect it: ``<meta name="theme-color">``, one for light and one for dark.
A theme without them gets a neutral accent. What is written on the accent is black or white, whichever reads better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from composer.edition.model import Edition
from composer.edition.theme.contrast import contrast

_META = re.compile(r"<meta\b[^>]*\bname=[\"']theme-color[\"'][^>]*>", re.IGNORECASE)
_COLOUR = re.compile(r"\bcontent=[\"'](#(?:[0-9a-f]{3}){1,2})[\"']", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Theme:
    """The accent in light and in dark."""

    accent: str = "#2f4858"
    accent_dark: str = "#9cc3d5"

    @property
    def on_accent(self) -> str:
        """The colour of words on the accent."""
        return _readable_on(self.accent)

    @property
    def on_accent_dark(self) -> str:
        """The colour of words on the dark accent."""
        return _readable_on(self.accent_dark)


def theme_of(edition: Edition) -> Theme:
    """The theme of an edition."""
    found = {"dark" in tag: colour[1] for tag in _META.findall(_head(edition)) if (colour := _COLOUR.search(tag))}
    neutral = Theme()
    light = found.get(False, neutral.accent)
    return Theme(accent=light, accent_dark=found.get(True, light if found else neutral.accent_dark))


def _head(edition: Edition) -> str:
    return "".join(segment for segment in edition.html if isinstance(segment, str)).partition("<body")[0]


def _readable_on(colour: str) -> str:
    return max(("#ffffff", "#16120f"), key=lambda ink: contrast(ink, colour))
