"""One value as a condition writes it, by the type of what it is compared with.

Enters: a token. Leaves: the value as it is kept, or a ConditionError that says what of this type can stand there.
"""

from __future__ import annotations

from collections.abc import Collection

from composer.edition.conditions.asked import near_name
from composer.edition.conditions.days import HOW, NoDay, is_relative, read_written_day
from composer.edition.conditions.tokens import ConditionError, ConditionToken, unexpected
from composer.edition.conditions.values import MOST_DIGITS, read_number, spell_number
from composer.errors import Mend

_NEAR = 0.7
"""Among few short words, what is further away is another word."""
_EXAMPLE = 'a condition looks like subscriber.language == "fr"'


def read_written(token: ConditionToken, kind: str, known: Collection[str], *, is_segment: bool = False) -> str:
    """Read a value of this type; ``known`` are the only ones of a choice. Raises ConditionError at the token."""
    if kind == "number":
        return _number(token)
    if token.kind != "text":
        quoted = f'put it into quotes: "{token.value}"' if token.kind in ("name", "number") else _EXAMPLE
        raise ConditionError(token.start, unexpected(token), quoted)
    if kind == "date":
        return _day(token, is_segment=is_segment)
    text = token.value.strip()
    if known and text not in known:
        near = near_name(text, known, cutoff=_NEAR)
        hint = f"did you mean “{near}”?" if near else f"write {', '.join(f'“{one}”' for one in known)}"
        mend = Mend(text, near) if near and text else None
        raise ConditionError(token.start, f"“{text}” is no {_NOUNS.get(kind, kind)}", hint, mend)
    return text


_NOUNS = {"yes/no": "yes or no", "choice": "choice of this field"}


def _number(token: ConditionToken) -> str:
    text = token.value.strip()
    number = read_number(text) if token.kind in ("number", "text") else None
    if number is None:
        digits = sum(map(str.isdigit, text))
        if digits > MOST_DIGITS and text.lstrip("-").replace(".", "", 1).isdigit():
            raise ConditionError(token.start, f"{text} has {digits} digits", f"at most {MOST_DIGITS} are compared")
        right = text.replace(",", ".").replace(" ", "").replace("'", "")
        right = right.lstrip("0") or "0" if right.replace(".", "", 1).isdigit() else right
        better = read_number(right)
        hint = f"write {spell_number(better)}" if better is not None else "write a number, as 18 or 12.5"
        raise ConditionError(token.start, f"{text!r} is no number", hint)
    return spell_number(number)


def _day(token: ConditionToken, *, is_segment: bool) -> str:
    try:
        day = read_written_day(token.value)
    except NoDay as error:
        raise ConditionError(token.start, str(error), error.hint or HOW) from None
    if is_relative(day) and not is_segment:
        message = f"“{token.value}” is another day from day to day, and a mail is made once"
        raise ConditionError(token.start, message, "write the day itself, as 2026-01-31; segments know relative ones")
    return day
