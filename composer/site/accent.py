"""Gives its subscribers' pages the colour of the newsletter.

An edition says its accent as browsers expect it: ``<meta name="theme-color">``, one for light and one for dark.
An edition without them gets a neutral accent. What is written on the accent is black or white, whichever reads better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.html

from composer.edition.model import Edition
from composer.edition.theme.contrast import contrast

_COLOUR = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour for light pages and one for dark ones, as CSS writes them."""

    light: str = "#2f4858"
    dark: str = "#9cc3d5"

    @property
    def on_light(self) -> str:
        """The colour of words that stand on the accent of a light page."""
        return _readable_on(self.light)

    @property
    def on_dark(self) -> str:
        """The colour of words that stand on the accent of a dark page."""
        return _readable_on(self.dark)


def accent_of(edition: Edition) -> Accent:
    """Read the accent from an edition's head; what is not a plain colour is as if it were not there."""
    head = "".join(segment for segment in edition.html if isinstance(segment, str)).partition("<body")[0]
    found = {
        "dark" in meta.get("media", ""): meta.get("content", "")
        for meta in lxml.html.document_fromstring(f"<html>{head}").iter("meta")
        if meta.get("name", "").lower() == "theme-color" and _COLOUR.fullmatch(meta.get("content", ""))
    }
    neutral = Accent()
    light = found.get(False, neutral.light)
    return Accent(light, found.get(True, light if found else neutral.dark))


def _readable_on(colour: str) -> str:
    return max(("#ffffff", "#16120f"), key=lambda ink: contrast(ink, colour))
