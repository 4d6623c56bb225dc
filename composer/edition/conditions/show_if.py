"""What an author writes behind ``show_if``, or as a segment, becomes a Condition.

Enters: a text. Leaves: a Condition, or a ConditionError that knows the character. The language is exactly::

    subscriber.language == "fr"              subscriber.city != "Nice"
    subscriber.city in ["Nice", "Turin"]     subscriber.city not in ["Nice"]
    subscriber.age < 18                      subscriber.renewed >= "2026-01-31"      (also <= and >)
    "members" in subscriber.lists            "members" not in subscriber.lists
    "@nice.example" in subscriber.email      (the text has it in it; also not in)
    subscriber.city                          (the field is not empty; of yes/no: it is yes)
    … and …     … or …     not …     ( … )

and in a segment besides::

    "vip" in subscriber.tags                 subscriber.renewed < "1 year ago"
    received("2026-12-winter")               joined_after("30 days ago")
    outcome("2026-12-winter") == "refused"   joined_before("2026-01-31", "members")

Never: arithmetic, a template, a list's name that is not written out.

It is a parser of our own. By ``ast.parse`` and a whitelist of nodes it was 43 lines longer, and five times as slow
(116 µs for a condition of three parts, here 24): fields may be named ``class`` or hold a hyphen, texts know no
backslash and may stand in typographic quotes, Python lets commas and parentheses pass that mean nothing here, and the
places that it gives for errors differ from release to release.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches

from composer.edition.conditions import condition as made
from composer.edition.conditions.asked import OUTCOMES, Askable, KnownNames, askable, near_name
from composer.edition.conditions.condition import (
    LISTS,
    TAGS,
    AllOf,
    AnyOf,
    Compared,
    Condition,
    Contains,
    Is,
    Known,
    Not,
    Sign,
    list_field,
)
from composer.edition.conditions.tokens import ConditionError, ConditionToken, read_tokens, unexpected
from composer.edition.conditions.written_values import read_written
from composer.errors import Mend

__all__ = ["ConditionError", "parse_condition"]

_MAX_DEPTH = 20
_EXAMPLE = 'a condition looks like subscriber.language == "fr"'
_INSTEAD = {"=": "==", "&&": "and", "||": "or", "!": "not", "&": "and", "|": "or", "<": "==", ">": "=="}
_ORDERS: dict[str, Sign] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CALLS = ("received", "outcome", "joined_after", "joined_before")


def parse_condition(
    text: str, *, fields: Collection[str], is_segment: bool = False, names: KnownNames | None = None
) -> Condition:
    """Read the condition that ``text`` says.

    ``fields`` are the subscriber's ("subscriber.city"), with their types or all texts. ``is_segment`` tells it from one
    behind ``show_if``; ``names`` are those of lists, tags and issues, for who has looked. ConditionError at the first
    character that is wrong.
    """
    parser = _Parser(read_tokens(text), askable(fields, is_segment=is_segment, names=names))
    condition = parser.read_either(0)
    parser.read_end()
    return condition


class _Parser:
    """Reads a condition from its tokens, from the left; each method reads the part that it is named after."""

    def __init__(self, tokens: Sequence[ConditionToken], asked: Askable) -> None:
        self._tokens = tokens
        self._asked = asked
        self._at = 0

    @property
    def _next(self) -> ConditionToken:
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
        if self._next.value in _CALLS and self._tokens[self._at + 1][:2] == ("sign", "("):
            return self._read_call()
        return self._read_comparison()

    def _read_membership(self) -> Condition:
        """Read ``"members" in subscriber.lists``, ``"vip" in subscriber.tags`` or ``"Nice" in subscriber.city``."""
        what = self._next
        text = self._read_text()
        negated = self._read_word("not")
        if not self._read_word("in"):
            raise self._wrong(unexpected(self._next), 'write "members" in subscriber.lists')
        if self._next.kind == "name" and self._next.value in (LISTS, TAGS):
            is_list = self._next.value == LISTS
            self._only_in_segments(is_list, "tags are asked")
            self._at += 1
            known = self._asked.names.lists if is_list else self._asked.names.tags
            _check_name(what, known, "list" if is_list else "tag")
            held: Condition = Known(list_field(text) if is_list else f"{TAGS}.{text}")
        else:
            held = self._read_part(what, text)
        return Not(held) if negated else held

    def _read_part(self, what: ConditionToken, text: str) -> Condition:
        token = self._next
        field = self._read_field()
        kind = self._asked.type_of(field)
        if kind != "text":
            hint = f'write {field} == "{text}"'
            raise ConditionError(token.start, f"{field} is {_a(kind)}, of which nothing is a part", hint)
        if not text:
            raise ConditionError(what.start, "the text is empty", f"write not {field} if it is to be empty")
        return Contains(field, text)

    def _read_call(self) -> Condition:
        """Read ``received("…")``, ``outcome("…") == "…"``, ``joined_after("…")`` or ``joined_before("…", "…")``."""
        name = self._next.value
        self._only_in_segments(False, f"{name}(…) is asked")
        self._at += 2
        if name in ("received", "outcome"):
            issue = self._next
            slug = self._read_text(f'write {name}("2026-12-winter")')
            _check_name(issue, self._asked.names.issues, "issue")
            self._read_closing()
            if name == "received":
                return Known(f"{made.RECEIVED}.{slug}")
            return self._read_compared_texts(f"{made.OUTCOME}.{slug}", _read_outcome)
        sign: Sign = ">" if name == "joined_after" else "<"
        day = self._read_value("date", ())
        field = made.JOINED
        if self._read_word(","):
            which = self._next
            field += f".{self._read_text()}"
            _check_name(which, self._asked.names.lists, "list")
        self._read_closing()
        return Compared(field, "date", sign, (day,))

    def _read_closing(self) -> None:
        if not self._read_word(")"):
            raise self._wrong(unexpected(self._next), "close it with )")

    def _only_in_segments(self, is_for_all: bool, what: str) -> None:
        if not (is_for_all or self._asked.is_segment):
            message = f"{what} by segments alone, not behind show_if"
            raise ConditionError(self._next.start, message, "write a segment in newsletter.yaml, and send to it")

    def _read_comparison(self) -> Condition:
        """Read a field: alone, compared with a value, or looked for in some."""
        field = self._read_field()
        kind, known = self._asked.type_of(field), self._asked.values_of(field)
        if self._next.value in _ORDERS and self._next.kind == "sign":
            return self._read_order(field, kind)
        if kind == "yes/no" and not self._is_compared():
            return Is(field, ("yes",))
        if kind not in ("number", "date"):
            return self._read_compared_texts(field, lambda token: read_written(token, kind, known))
        compared = self._read_values(lambda: self._read_value(kind, known))
        if compared is None:
            return Known(field)
        negated, values = compared
        same = Compared(field, "number" if kind == "number" else "date", "==", values)
        return Not(same) if negated else same

    def _is_compared(self) -> bool:
        after = self._tokens[self._at + 1] if self._next.kind != "end" else self._next
        return self._next.value in ("==", "!=", "in", "=") or (self._next.value == "not" and after.value == "in")

    def _read_order(self, field: str, kind: str) -> Condition:
        if kind not in ("number", "date"):
            known = self._asked.values_of(field)
            declare = field.removeprefix("subscriber.")
            hint = f"write ==, or declare its type: fields: {{{declare}: {{meaning: …, type: number}}}}"
            message = f"{field} is {_a(kind)}; numbers and dates are compared with {self._next.value}"
            raise ConditionError(self._next.start, message, "write ==" if known else hint)
        sign = _ORDERS[self._next.value]
        self._at += 1
        value = self._read_value(kind, ())
        return Compared(field, "number" if kind == "number" else "date", sign, (value,))

    def _read_compared_texts(self, field: str, read: Callable[[ConditionToken], str]) -> Condition:
        """Read what stands behind a field whose values are compared as they are."""
        compared = self._read_values(lambda: self._read_one(read))
        if compared is None:
            return Known(field)
        negated, values = compared
        return Not(Is(field, values)) if negated else Is(field, values)

    def _read_values(self, read: Callable[[], str]) -> tuple[bool, tuple[str, ...]] | None:
        """Read ``== …``, ``!= …``, ``in […]`` or ``not in […]``: whether it is negated, and the values; else None."""
        if self._read_word("=="):
            return False, (read(),)
        if self._read_word("!="):
            return True, (read(),)
        negated = self._read_word("not")
        if self._read_word("in"):
            return negated, self._read_listed(read)
        if negated:
            raise self._wrong(unexpected(self._next), 'write … not in ["Nice", "Turin"]')
        return None

    def _read_listed(self, read: Callable[[], str]) -> tuple[str, ...]:
        hint = 'write … in ["Nice", "Turin"]'
        if not self._read_word("["):
            raise self._wrong(unexpected(self._next), hint)
        values = [read()]
        while self._read_word(","):
            values.append(read())
        if not self._read_word("]"):
            raise self._wrong(unexpected(self._next), hint)
        return tuple(values)

    def _read_field(self) -> str:
        token, fields = self._next, self._asked.fields
        if token.kind != "name":
            raise self._wrong(unexpected(token), _EXAMPLE)
        if token.value in (LISTS, TAGS):
            one = "members" if token.value == LISTS else "vip"
            raise self._wrong(f"{token.value} cannot be compared", f'write "{one}" in {token.value}')
        if token.value in _CALLS:
            raise self._wrong(f"{token.value} says nothing alone", f'write {token.value}("…")')
        if token.value not in fields:
            near = _near_field(token.value, fields)
            known = f"the fields are {', '.join(fields)}; your own are in newsletter.yaml under fields"
            mend = Mend(token.value, near) if near else None
            raise self._wrong(f"there is no field {token.value!r}", f"did you mean {near!r}?" if near else known, mend)
        self._at += 1
        return token.value

    def _read_text(self, hint: str = _EXAMPLE) -> str:
        return self._read_one(lambda token: read_written(token, "text", ()), hint)

    def _read_value(self, kind: str, known: Collection[str]) -> str:
        return self._read_one(lambda token: read_written(token, kind, known, is_segment=self._asked.is_segment))

    def _read_one(self, read: Callable[[ConditionToken], str], hint: str = _EXAMPLE) -> str:
        token = self._next
        if token.kind not in ("text", "name", "number"):
            raise self._wrong(unexpected(token), hint)
        value = read(token)
        self._at += 1
        return value

    def read_end(self) -> None:
        """Refuse what is left behind the condition."""
        if self._next.kind != "end":
            raise self._wrong(unexpected(self._next), _EXAMPLE)

    def _wrong(self, message: str, hint: str, mend: Mend | None = None) -> ConditionError:
        token = self._next
        if token.kind == "sign" and token.value in _INSTEAD:
            hint = f"write {_INSTEAD[token.value]}"
            # Of the others nobody knows whether a space stands around them, or what was to be compared.
            mend = Mend("=", "==") if token.value == "=" else None
            return ConditionError(token.start, f"there is no {token.value!r} here", hint, mend)
        return ConditionError(token.start, message, hint, mend)


def _read_outcome(token: ConditionToken) -> str:
    return read_written(token, "outcome", OUTCOMES)


def _check_name(token: ConditionToken, known: Collection[str] | None, what: str) -> None:
    name = token.value.strip()
    if known is None or name in known:
        return
    near = near_name(name, known)
    shown = f"there are {', '.join(sorted(known)[:20])}" if known else f"there is no {what} at all"
    mend = Mend(name, near) if near else None
    message = f"nobody has the tag “{name}”" if what == "tag" else f"there is no {what} “{name}”"
    raise ConditionError(token.start, message, f"did you mean “{near}”?" if near else shown, mend)


def _a(kind: str) -> str:
    return f"a {kind}"


def _near_field(name: str, known: Collection[str]) -> str:
    """Name the field that was meant; ``subscriber.`` is left out, because it makes all fields look alike."""
    by_last = {field.rpartition(".")[2]: field for field in (*known, LISTS, TAGS)}
    near = get_close_matches(name.rpartition(".")[2].lower(), by_last, n=1)
    return by_last[near[0]] if near else ""
