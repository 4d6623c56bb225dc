"""The small signs that each language wants: quotation marks, apostrophes, and the spaces that must not break.

French sets a space before : ; ! ? » % and after «; typed as a plain space it would let the sign fall to the
beginning of the next line. The parser of Markdown sets the quotation marks (``prose/markdown.py``).
"""

from __future__ import annotations

import re

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_BEFORE_COLON = re.compile(r"(?<=\S) (?=:(?:\s|$))")
_BEFORE_SIGN = re.compile(r"(?<=\S) (?=[;!?»%€])")
_AFTER_QUOTE = re.compile(r"(?<=«) ")

_QUOTES: dict[str, str | list[str]] = {
    "en": "“”‘’",
    "fr": ["«\u202f", "\u202f»", "“", "”"],
    "de": "„“‚‘",
    "es": "«»“”",
    "it": "«»“”",
    "pt": "«»“”",
    "nl": "“”‘’",
    "pl": "„”«»",
    "ru": "«»„“",
}

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"


def quotation_marks(language: str) -> str | list[str]:
    """Return the four marks that begin and end a quotation, the outer ones first; a language not known has English."""
    return _QUOTES.get(language, _QUOTES["en"])


def set_spaces(text: str, *, language: str) -> str:
    """Put the language's spaces that do not break into ``text``."""
    if language.partition("-")[0] != "fr" or " " not in text:
        return text
    text = _BEFORE_COLON.sub(NO_BREAK, text)
    return _AFTER_QUOTE.sub(NARROW_NO_BREAK, _BEFORE_SIGN.sub(NARROW_NO_BREAK, text))


def set_line(text: str, *, language: str) -> str:
    """Put the spaces and real apostrophes into a line that is not Markdown."""
    return _APOSTROPHE.sub("’", set_spaces(text, language=language))
