"""Conditional comments: which mail programs read what stands in them.

Enters: a comment or a declaration of HTML. Leaves: an ReadBy. Only Outlook on Windows reads conditions, because Word
shows its mails; to all others ``<!--[if mso]> … <![endif]-->`` is a comment like any other, and what stands between
``<!--[if !mso]><!-->`` and ``<!--<![endif]-->`` is theirs. Source: Microsoft, "About conditional comments".
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from functools import lru_cache


class ReadBy(enum.Flag):
    """Who reads a part of a mail."""

    NOBODY = 0
    OUTLOOK = enum.auto()
    OTHERS = enum.auto()
    EVERYBODY = OUTLOOK | OTHERS


_OPENED = re.compile(r"(?:<!--|<!)\[\s*if\b\s*([^\]]*)\]\s*>", re.IGNORECASE)
_CLOSED = re.compile(r"(?:<!--\s*)?<!\[\s*endif\s*\](?:--)?>", re.IGNORECASE)
_OVER = re.compile(r"\s*(?:<!-{0,3})?\s*-->|\s*<!--?>")
_HIDDEN_END = re.compile(r"<!\[\s*endif\s*\]--!?>$", re.IGNORECASE)
_VERSIONS = (12.0, 14.0, 15.0, 16.0)
"""Word's own: Outlook 2007, 2010, 2013, and those since 2016."""
_WORD = re.compile(r"[()!&|]|[\w.:]+")


def opened_by(text: str) -> tuple[ReadBy, int] | None:
    """Tell for whom the part is that a comment or declaration opens, and how long its beginning is."""
    found = _OPENED.match(text)
    return (_readers(found[1], is_shown=False), found.end()) if found else None


def shown_from(text: str) -> ReadBy | None:
    """Tell for whom that is which follows on a downlevel-revealed beginning; None if ``text`` is none.

    It is a declaration (``<![if !mso]>``), or a comment that is over at once (``<!--[if !mso]><!-->``).
    """
    found = _OPENED.match(text)
    if found is None or (text.startswith("<!--") and not _OVER.fullmatch(text, found.end())):
        return None
    return _readers(found[1], is_shown=True)


def closes(text: str) -> bool:
    """Tell whether a comment or declaration ends what another one began."""
    return _CLOSED.fullmatch(text) is not None


def hidden_end(text: str) -> int:
    """Find where the content of a downlevel-hidden comment ends, by the whole comment."""
    found = _HIDDEN_END.search(text)
    return found.start() if found else len(text) - 3 if text.endswith("-->") else len(text)


@lru_cache(maxsize=256)
def _readers(condition: str, *, is_shown: bool) -> ReadBy:
    in_outlook = any(_holds(condition, version) for version in _VERSIONS)
    return (ReadBy.OUTLOOK if in_outlook else ReadBy.NOBODY) | (ReadBy.OTHERS if is_shown else ReadBy.NOBODY)


def _holds(condition: str, version: float) -> bool:
    """Tell whether a condition is true to Word of a version; what nobody can read is taken as true."""
    words = [word.lower() for word in _WORD.findall(condition)]
    try:
        return _Condition(words, version).either()
    except (IndexError, ValueError, RecursionError):
        return True


_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "lt": lambda mine, other: mine < other,
    "lte": lambda mine, other: mine <= other,
    "gt": lambda mine, other: mine > other,
    "gte": lambda mine, other: mine >= other,
}


class _Condition:
    """Reads the words of a condition from left to right."""

    def __init__(self, words: list[str], version: float) -> None:
        self._words = words
        self._version = version

    def either(self) -> bool:
        holds = self._both()
        while self._words and self._words[0] == "|":
            self._words.pop(0)
            holds = self._both() or holds
        return holds

    def _both(self) -> bool:
        holds = self._one()
        while self._words and self._words[0] == "&":
            self._words.pop(0)
            holds = self._one() and holds
        return holds

    def _one(self) -> bool:
        word = self._words.pop(0)
        if word == "!":
            return not self._one()
        if word == "(":
            holds = self.either()
            if self._words:
                self._words.pop(0)
            return holds
        compared = _COMPARED.get(word)
        name = self._words.pop(0) if compared else word
        number = float(self._words.pop(0)) if self._words and self._words[0][0].isdigit() else None
        if name == "mso":
            wanted = self._version if number is None else number
            # "mso 15" is each 15.x
            return (compared or (lambda mine, other: int(mine) == int(other)))(self._version, wanted)
        # Word is no Internet Explorer; it knows vml, o, supportLists and other words of its own.
        return name not in ("ie", "false")
