"""What an author writes as a condition, cut into texts, names, numbers and signs, each with its place."""

from __future__ import annotations

import re
from typing import NamedTuple

from composer.errors import Mend

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*'|“[^”]*”)|(?P<name>[^\W\d][\w.-]*)|(?P<number>-?\d[\d.]*)"""
    r"""|(?P<sign>[=!<>]=|&&|\|\||\S)"""
)
_WORDS = frozenset({"and", "or", "not", "in"})


class ConditionError(ValueError):
    """A condition that cannot be read; ``offset`` is the character (from 0) that it is about."""

    def __init__(self, offset: int, message: str, hint: str, mend: Mend | None = None) -> None:
        super().__init__(message)
        self.offset = offset
        self.hint = hint
        self.mend = mend


class ConditionToken(NamedTuple):
    """A piece of a condition is a text (without its quotes), a name, a word, a number, a sign, or the end."""

    kind: str
    value: str
    start: int


def read_tokens(text: str) -> list[ConditionToken]:
    """Cut a condition into tokens, the last of which is its end. ConditionError where a text is never closed."""
    tokens: list[ConditionToken] = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        value = found[kind]
        if kind == "sign" and value in "\"'“”":
            raise ConditionError(found.start(), "the text is never closed", f"close it with {_closing(value)}")
        if kind == "text":
            value = value[1:-1]
        elif kind == "name" and value in _WORDS:
            kind = "word"
        tokens.append(ConditionToken(kind, value, found.start()))
    return [*tokens, ConditionToken("end", "", len(text.rstrip()))]


def _closing(quote: str) -> str:
    return "”" if quote == "“" else quote


def unexpected(token: ConditionToken) -> str:
    """Say that the token cannot stand where it does."""
    return "the condition ends too early" if token.kind == "end" else f"{token.value!r} cannot be read here"
