"""Conditions over a subscriber: for whom a block is shown.

Enters: what an author wrote behind ``show_if``. Leaves: a Condition, or a ConditionError that knows the character.
The language is exactly::

    subscriber.language == "fr"              subscriber.city != "Nice"
    subscriber.city in ["Nice", "Turin"]     subscriber.city not in ["Nice"]
    "members" in subscriber.lists            "members" not in subscriber.lists
    subscriber.city                          (the field is not empty)
    … and …     … or …     not …     ( … )

Never: a call, arithmetic, a template, a list's name that is not written out. Texts are compared as they are, without
the blanks around them; a field that a subscriber does not have is empty.

Membership of a list is a field of its own, ``subscriber.lists.members``, which is ``yes`` or empty: so what a
condition reads is frozen with a delivery like every other value, and nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

LISTS = "subscriber.lists"
ON_LIST = "yes"

_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Is:
    """The field has one of the values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The field is not empty."""

    field: str


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the conditions hold; so it does if there are none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the conditions holds, or more."""

    conditions: tuple[Condition, ...]


Condition = Is | Known | Not | AllOf | AnyOf


class ConditionError(ValueError):
    """A condition that cannot be read; ``offset`` is the character (from 0) that it is about."""

    def __init__(self, offset: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.hint = hint


def holds(condition: Condition, values: Mapping[str, str]) -> bool:
    """Whether the condition holds for a reader's ``values``, by the names of slots ("subscriber.city")."""
    match condition:
        case Is(field, wanted):
            return values.get(field, "").strip() in wanted
        case Known(field):
            return bool(values.get(field, "").strip())
        case Not(inner):
            return not holds(inner, values)
        case AllOf(parts):
            return all(holds(part, values) for part in parts)
        case AnyOf(parts):
            return any(holds(part, values) for part in parts)


def fields_of(condition: Condition) -> frozenset[str]:
    """The fields that the condition reads ("subscriber.city", "subscriber.lists.members")."""
    match condition:
        case Is(field, _) | Known(field):
            return frozenset({field})
        case Not(inner):
            return fields_of(inner)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(fields_of(part) for part in parts))


def list_field(name: str) -> str:
    """The field that tells whether a subscriber is on the list of that name."""
    return f"{LISTS}.{name}"


def list_of(field: str) -> str | None:
    """The list's name, if the field (with or without its "subscriber.") tells who is on a list."""
    name = field.removeprefix("subscriber.")
    return name.removeprefix("lists.") if name.startswith("lists.") else None


# --- in JSON ------------------------------------------------------------------------------------------------


def dump_condition(condition: Condition) -> list[Any]:
    """The condition in lists and texts, for JSON."""
    match condition:
        case Is(field, values):
            return ["is", field, list(values)]
        case Known(field):
            return ["known", field]
        case Not(inner):
            return ["not", dump_condition(inner)]
        case AllOf(parts):
            return ["all", [dump_condition(part) for part in parts]]
        case AnyOf(parts):
            return ["any", [dump_condition(part) for part in parts]]


def restore_condition(form: Sequence[Any]) -> Condition:
    """The condition that ``dump_condition`` wrote."""
    match form:
        case ["is", field, values]:
            return Is(field, tuple(values))
        case ["known", field]:
            return Known(field)
        case ["not", inner]:
            return Not(restore_condition(inner))
        case ["all", parts]:
            return AllOf(tuple(restore_condition(part) for part in parts))
        case ["any", parts]:
            return AnyOf(tuple(restore_condition(part) for part in parts))
    raise ValueError(f"{form!r} is no condition")


# --- as an author writes it ---------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*'|“[^”]*”)|(?P<name>[^\W\d][\w.-]*)|(?P<number>\d[\d.]*)|(?P<sign>[=!]=|&&|\|\||.))"""
)
_WORDS = frozenset({"and", "or", "not", "in"})
_EXAMPLE = 'a condition looks like subscriber.language == "fr"'
_INSTEAD = {"=": "==", "&&": "and", "||": "or", "!": "not", "&": "and", "|": "or", "<": "==", ">": "=="}


class _Token(NamedTuple):
    kind: str  # text, name, word, number, sign, end
    value: str
    start: int


def parse_condition(text: str, *, fields: Collection[str]) -> Condition:
    """The condition that ``text`` says; ``fields`` are the subscriber's ("subscriber.city"). ConditionError."""
    parser = _Parser(_tokens(text), fields)
    condition = parser.either(0)
    parser.end()
    return condition


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    stripped = text.rstrip()
    end = 0
    while end < len(stripped):
        found = _TOKEN.match(stripped, end)
        assert found is not None, "a sign may be any character"
        kind = found.lastgroup or ""
        value = found[kind]
        if kind == "sign" and value in "\"'“”":
            raise ConditionError(found.start(kind), "the text is never closed", f"close it with {_closing(value)}")
        if kind == "text":
            value = value[1:-1]
        elif kind == "name" and value in _WORDS:
            kind = "word"
        tokens.append(_Token(kind, value, found.start(found.lastgroup or 0)))
        end = found.end()
    return [*tokens, _Token("end", "", len(stripped))]


def _closing(quote: str) -> str:
    return "”" if quote == "“" else quote


class _Parser:
    """Reads tokens from the left; each method takes what it names."""

    def __init__(self, tokens: Sequence[_Token], fields: Collection[str]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._at = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *values: str) -> bool:
        """Take the next token if it is one of these words or signs."""
        if self._next.kind in ("word", "sign") and self._next.value in values:
            self._at += 1
            return True
        return False

    def either(self, depth: int) -> Condition:
        parts = [self._all(depth)]
        while self._take("or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self, depth: int) -> Condition:
        parts = [self._not(depth)]
        while self._take("and"):
            parts.append(self._not(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _not(self, depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            raise ConditionError(self._next.start, "the condition is nested too deep", "write a simpler one")
        if self._take("not"):
            return Not(self._not(depth + 1))
        if self._take("("):
            inside = self.either(depth + 1)
            if not self._take(")"):
                raise self._wrong("a parenthesis is never closed", "close it with )")
            return inside
        if self._next.kind == "text":
            return self._membership()
        return self._comparison()

    def _membership(self) -> Condition:
        """``"members" in subscriber.lists``."""
        name = self._text()
        negated = self._take("not")
        if not self._take("in"):
            raise self._wrong(_unexpected(self._next), 'write "members" in subscriber.lists')
        if self._next.kind != "name" or self._next.value != LISTS:
            raise self._wrong(_unexpected(self._next), "only subscriber.lists has parts; write == to compare")
        self._at += 1
        known = Known(list_field(name))
        return Not(known) if negated else known

    def _comparison(self) -> Condition:
        """``subscriber.city`` alone, compared with a text, or looked for in some."""
        field = self._field()
        if self._take("=="):
            return Is(field, (self._text(),))
        if self._take("!="):
            return Not(Is(field, (self._text(),)))
        if self._take("not"):
            if not self._take("in"):
                raise self._wrong(_unexpected(self._next), 'write … not in ["Nice", "Turin"]')
            return Not(Is(field, self._texts()))
        if self._take("in"):
            return Is(field, self._texts())
        return Known(field)

    def _field(self) -> str:
        token = self._next
        if token.kind != "name":
            raise self._wrong(_unexpected(token), _EXAMPLE)
        if token.value == LISTS:
            raise self._wrong("subscriber.lists cannot be compared", 'write "members" in subscriber.lists')
        if token.value not in self._fields:
            raise self._wrong(f"there is no field {token.value!r}", _nearest_field(token.value, self._fields))
        self._at += 1
        return token.value

    def _text(self) -> str:
        token = self._next
        if token.kind != "text":
            hint = f'put it into quotes: "{token.value}"' if token.kind in ("name", "number") else _EXAMPLE
            raise self._wrong(_unexpected(token), hint)
        self._at += 1
        return token.value.strip()

    def _texts(self) -> tuple[str, ...]:
        hint = 'write … in ["Nice", "Turin"]'
        if not self._take("["):
            raise self._wrong(_unexpected(self._next), hint)
        texts = [self._text()]
        while self._take(","):
            texts.append(self._text())
        if not self._take("]"):
            raise self._wrong(_unexpected(self._next), hint)
        return tuple(texts)

    def end(self) -> None:
        """Nothing is left."""
        if self._next.kind != "end":
            raise self._wrong(_unexpected(self._next), _EXAMPLE)

    def _wrong(self, message: str, hint: str) -> ConditionError:
        token = self._next
        if token.kind == "sign" and token.value in _INSTEAD:
            return ConditionError(token.start, f"there is no {token.value!r} here", f"write {_INSTEAD[token.value]}")
        return ConditionError(token.start, message, hint)


def _unexpected(token: _Token) -> str:
    return "the condition ends too early" if token.kind == "end" else f"{token.value!r} cannot be read here"


def _nearest_field(name: str, known: Collection[str]) -> str:
    """Compared without ``subscriber.``, which makes all fields look alike."""
    by_last = {field.rpartition(".")[2]: field for field in (*known, LISTS)}
    near = get_close_matches(name.rpartition(".")[2].lower(), by_last, n=1)
    if near:
        return f"did you mean {by_last[near[0]]!r}?"
    return f"the fields are {', '.join(known)}; your own are in newsletter.yaml under fields"
