"""What an author writes behind ``show_if`` becomes a Condition.

Enters: a text. Leaves: a Condition, or a ConditionError that knows the character. The language is exactly::

    subscriber.language == "fr"              subscriber.city != "Nice"
    subscriber.city in ["Nice", "Turin"]     subscriber.city not in ["Nice"]
    "members" in subscriber.lists            "members" not in subscriber.lists
    subscriber.city                          (the field is not empty)
    … and …     … or …     not …     ( … )

Never: a call, arithmetic, a template, a list's name that is not written out.

It is a parser of our own. By ``ast.parse`` and a whitelist of nodes it was 43 lines longer, and five times as slow
(116 µs for a condition of three parts, here 24): fields may be named ``class`` or hold a hyphen, texts know no
backslash and may stand in typographic quotes, Python lets commas and parentheses pass that mean nothing here, and the
places that it gives for errors differ from release to release.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from composer.edition.condition import LISTS, AllOf, AnyOf, Condition, Is, Known, Not, list_field
from composer.errors import Mend

_MAX_DEPTH = 20

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*'|“[^”]*”)|(?P<name>[^\W\d][\w.-]*)|(?P<number>\d[\d.]*)|(?P<sign>[=!]=|&&|\|\||\S)"""
)
_WORDS = frozenset({"and", "or", "not", "in"})
_EXAMPLE = 'a condition looks like subscriber.language == "fr"'
_INSTEAD = {"=": "==", "&&": "and", "||": "or", "!": "not", "&": "and", "|": "or", "<": "==", ">": "=="}


class ConditionError(ValueError):
    """A condition that cannot be read; ``offset`` is the character (from 0) that it is about."""

    def __init__(self, offset: int, message: str, hint: str, mend: Mend | None = None) -> None:
        super().__init__(message)
        self.offset = offset
        self.hint = hint
        self.mend = mend


class _Token(NamedTuple):
    kind: str  # text, name, word, number, sign, end
    value: str
    start: int


def parse_condition(text: str, *, fields: Collection[str]) -> Condition:
    """Read the condition that ``text`` says.

    ``fields`` are the subscriber's ("subscriber.city"). ConditionError at the first character that is wrong.
    """
    parser = _Parser(_tokens(text), fields)
    condition = parser.read_either(0)
    parser.read_end()
    return condition


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        value = found[kind]
        if kind == "sign" and value in "\"'“”":
            raise ConditionError(found.start(), "the text is never closed", f"close it with {_closing(value)}")
        if kind == "text":
            value = value[1:-1]
        elif kind == "name" and value in _WORDS:
            kind = "word"
        tokens.append(_Token(kind, value, found.start()))
    return [*tokens, _Token("end", "", len(text.rstrip()))]


def _closing(quote: str) -> str:
    return "”" if quote == "“" else quote


class _Parser:
    """Reads a condition from its tokens, from the left; each method reads the part that it is named after."""

    def __init__(self, tokens: Sequence[_Token], fields: Collection[str]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._at = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _read_word(self, *values: str) -> bool:
        """Read the next token if it is one of these words or signs."""
        if self._next.kind in ("word", "sign") and self._next.value in values:
            self._at += 1
            return True
        return False

    def read_either(self, depth: int) -> Condition:
        parts = [self._read_all(depth)]
        while self._read_word("or"):
            parts.append(self._read_all(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _read_all(self, depth: int) -> Condition:
        parts = [self._read_not(depth)]
        while self._read_word("and"):
            parts.append(self._read_not(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _read_not(self, depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            raise ConditionError(self._next.start, "the condition is nested too deep", "write a simpler one")
        if self._read_word("not"):
            return Not(self._read_not(depth + 1))
        if self._read_word("("):
            inside = self.read_either(depth + 1)
            if not self._read_word(")"):
                raise self._wrong("a parenthesis is never closed", "close it with )")
            return inside
        if self._next.kind == "text":
            return self._read_membership()
        return self._read_comparison()

    def _read_membership(self) -> Condition:
        """Read ``"members" in subscriber.lists``, which holds for those who are on that list."""
        name = self._read_text()
        negated = self._read_word("not")
        if not self._read_word("in"):
            raise self._wrong(_unexpected(self._next), 'write "members" in subscriber.lists')
        if self._next.kind != "name" or self._next.value != LISTS:
            raise self._wrong(_unexpected(self._next), "only subscriber.lists has parts; write == to compare")
        self._at += 1
        known = Known(list_field(name))
        return Not(known) if negated else known

    def _read_comparison(self) -> Condition:
        """Read a field: alone, compared with a text, or looked for in some texts."""
        field = self._read_field()
        if self._read_word("=="):
            return Is(field, (self._read_text(),))
        if self._read_word("!="):
            return Not(Is(field, (self._read_text(),)))
        if self._read_word("not"):
            if not self._read_word("in"):
                raise self._wrong(_unexpected(self._next), 'write … not in ["Nice", "Turin"]')
            return Not(Is(field, self._read_texts()))
        if self._read_word("in"):
            return Is(field, self._read_texts())
        return Known(field)

    def _read_field(self) -> str:
        token = self._next
        if token.kind != "name":
            raise self._wrong(_unexpected(token), _EXAMPLE)
        if token.value == LISTS:
            raise self._wrong("subscriber.lists cannot be compared", 'write "members" in subscriber.lists')
        if token.value not in self._fields:
            near = _near_field(token.value, self._fields)
            known = f"the fields are {', '.join(self._fields)}; your own are in newsletter.yaml under fields"
            mend = Mend(token.value, near) if near else None
            raise self._wrong(f"there is no field {token.value!r}", f"did you mean {near!r}?" if near else known, mend)
        self._at += 1
        return token.value

    def _read_text(self) -> str:
        token = self._next
        if token.kind != "text":
            hint = f'put it into quotes: "{token.value}"' if token.kind in ("name", "number") else _EXAMPLE
            raise self._wrong(_unexpected(token), hint)
        self._at += 1
        return token.value.strip()

    def _read_texts(self) -> tuple[str, ...]:
        hint = 'write … in ["Nice", "Turin"]'
        if not self._read_word("["):
            raise self._wrong(_unexpected(self._next), hint)
        texts = [self._read_text()]
        while self._read_word(","):
            texts.append(self._read_text())
        if not self._read_word("]"):
            raise self._wrong(_unexpected(self._next), hint)
        return tuple(texts)

    def read_end(self) -> None:
        """Refuse what is left behind the condition."""
        if self._next.kind != "end":
            raise self._wrong(_unexpected(self._next), _EXAMPLE)

    def _wrong(self, message: str, hint: str, mend: Mend | None = None) -> ConditionError:
        token = self._next
        if token.kind == "sign" and token.value in _INSTEAD:
            hint = f"write {_INSTEAD[token.value]}"
            # Of the others nobody knows whether a space stands around them, or what was to be compared.
            mend = Mend("=", "==") if token.value == "=" else None
            return ConditionError(token.start, f"there is no {token.value!r} here", hint, mend)
        return ConditionError(token.start, message, hint, mend)


def _unexpected(token: _Token) -> str:
    return "the condition ends too early" if token.kind == "end" else f"{token.value!r} cannot be read here"


def _near_field(name: str, known: Collection[str]) -> str:
    """Name the field that was meant; ``subscriber.`` is left out, because it makes all fields look alike."""
    by_last = {field.rpartition(".")[2]: field for field in (*known, LISTS)}
    near = get_close_matches(name.rpartition(".")[2].lower(), by_last, n=1)
    return by_last[near[0]] if near else ""
