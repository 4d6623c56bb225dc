"""The nearest allowed word is named where somebody wrote another: in a hint, and as a mend that one press makes.

Enters: a word, and those that are allowed. Leaves: a question, advice, or a Mend; nothing where all are strangers.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from composer.errors import Mend


def nearest(word: str, words: Iterable[str]) -> str:
    """Ask "did you mean 'title'?" with the nearest of the words; nothing if none is near."""
    found = near(word, words)
    return f"did you mean {found!r}?" if found else ""


def near(word: str, words: Iterable[str]) -> str:
    """Name the nearest of the words; nothing if none is near."""
    # Below 0.7 stand strangers: 'align' for 'link', 'title' for 'items'.
    return next(iter(get_close_matches(word.lower(), list(words), n=1, cutoff=0.7)), "")


def nearest_mend(word: str, words: Iterable[str]) -> Mend | None:
    """Put the nearest of the words in the place of this one; None if none is near."""
    found = near(word, words)
    return Mend(word, found) if found and found != word else None


def advice(word: str, words: Iterable[str], choices: str) -> str:
    """Name the nearest word, if one is near, and then all the choices, as sentences."""
    question = nearest(word, words)
    return f"{question} {choices[:1].upper()}{choices[1:]}" if question else choices
