"""A condition in words: "Only readers whose language is French".

Enters: a Condition. Leaves: one English sentence without its full stop. Parts that are joined differently stand in
parentheses, so that it can be read in one way only. Days are named as people name them; a relative one with the day
that it is, for who says which day today is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from babel import Locale
from babel.dates import format_date

from composer.edition.conditions.condition import (
    AllOf,
    AnyOf,
    Compared,
    Condition,
    Contains,
    Is,
    Known,
    Not,
    Sign,
    joined_of,
    list_of,
    outcome_of,
    received_of,
    tag_of,
)
from composer.edition.conditions.days import day_on, is_relative

_LANGUAGE = "subscriber.language"
_ENGLISH = Locale("en")
_ORDERS: Mapping[str, Mapping[Sign, str]] = {
    "number": {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "==": ""},
    "date": {"<": "before", "<=": "not after", ">": "after", ">=": "not before", "==": ""},
}


def say_condition(condition: Condition, *, today: dt.date | None = None) -> str:
    """Say for whom the condition holds; with ``today``, which days its relative ones are."""
    return f"Only readers {_Words(today).clause(condition)}"


def say_missing(condition: Condition) -> str:
    """Say whom a reader of the condition may not think of: those who have no value count as "not"; "" if it is so."""
    fields = list(dict.fromkeys(_names_not_had(condition, negated=False)))
    if not fields:
        return ""
    shown = " or ".join(fields) if len(fields) < 3 else f"{', '.join(fields[:-1])} or {fields[-1]}"
    return f"“Not” is true also of those whose {shown} is not known"


def _names_not_had(condition: Condition, *, negated: bool) -> Sequence[str]:
    """Name the fields that are no further known of those for whom a "not" holds."""
    match condition:
        case Is(field, values) if negated and "" not in values and outcome_of(field) is None:
            return () if field == _LANGUAGE else (_name(field),)
        case Contains(field) | Compared(field) if negated:
            return (_name(field),)
        case Not(inner):
            return _names_not_had(inner, negated=not negated)
        case AllOf(parts) | AnyOf(parts):
            return [name for part in parts for name in _names_not_had(part, negated=negated)]
    return ()


def language_in_words(code: str) -> str:
    """Name a language in English; the code itself if it has no name."""
    tag = code.replace("-", "_")
    base, _, region = tag.partition("_")
    name: str | None = _ENGLISH.languages.get(tag)
    if name is None and (base_name := _ENGLISH.languages.get(base)):
        place = _ENGLISH.territories.get(region) or _ENGLISH.scripts.get(region)
        name = base_name if not region else f"{base_name} ({place})" if place else None
    return name or code


class _Words:
    """Says the parts of a condition, on the day ``today``, or on any."""

    def __init__(self, today: dt.date | None) -> None:
        self._today = today

    def clause(self, condition: Condition) -> str:
        match condition:
            case Known(field) | Not(Is(field, ("",))):
                return _known(field, is_known=True)
            case Is(field, ("",)) | Not(Known(field)):
                return _known(field, is_known=False)
            case Is() | Contains() | Compared():
                return self._compared(condition)
            case Not((Is() | Contains()) as inner):
                return self._compared(inner, is_so=False)
            case Not(Compared(sign="==") as inner):
                return self._compared(inner, is_so=False)
            case Not(Not(inner)):
                return self.clause(inner)
            case Not(inner):
                return f"of whom this is not so: {self._part(inner)}"
            case AllOf(parts):
                return " and ".join(map(self._part, parts))
            case AnyOf(parts):
                return " or ".join(map(self._part, parts))

    def _part(self, condition: Condition) -> str:
        while isinstance(condition, Not) and isinstance(condition.condition, Not):
            condition = condition.condition.condition
        compound = isinstance(condition, AllOf | AnyOf)
        negated = isinstance(condition, Not) and isinstance(condition.condition, AllOf | AnyOf)
        return f"({self.clause(condition)})" if compound or negated else self.clause(condition)

    def _compared(self, condition: Is | Contains | Compared, *, is_so: bool = True) -> str:
        """Say a comparison, or that it is not so."""
        match condition:
            case Contains(field, text):
                return f"whose {_name(field)} {'contains' if is_so else 'does not contain'} “{text}”"
            case Compared(field, "date", sign, (day,)) if (joined := joined_of(field)) is not None:
                which = f"the list “{joined}”" if joined else "the first of their lists"
                return f"who came onto {which} {_ORDERS['date'][sign]} {self._day(day)}"
            case Compared(field, kind, "==", values):
                said = [self._day(one) if kind == "date" else one for one in values]
                return f"whose {_name(field)} {_one_of(said, is_so=is_so)}"
            case Compared(field, kind, sign, (value,)):
                said_value = self._day(value) if kind == "date" else value
                return f"whose {_name(field)} is {_ORDERS[kind][sign]} {said_value}"
            case Is(field, values) if (issue := outcome_of(field)) is not None:
                return f"of whose message of “{issue}” the outcome {_one_of(values, is_so=is_so)}"
            case Is(field, values):
                return f"whose {_name(field)} {_one_of([_value(field, one) for one in values], is_so=is_so)}"
        raise ValueError(f"{condition!r} compares with nothing")

    def _day(self, day: str) -> str:
        if is_relative(day):
            return day if self._today is None else f"{_day_in_words(day_on(day, self._today))} ({day})"
        return _day_in_words(day)


def _day_in_words(day: str) -> str:
    return format_date(dt.date.fromisoformat(day), "d MMMM y", locale=_ENGLISH)


def _one_of(said: Sequence[str], *, is_so: bool) -> str:
    if len(said) == 1:
        return f"is {said[0]}" if is_so else f"is not {said[0]}"
    return f"is {_either(said, 'or')}" if is_so else f"is neither {_either(said, 'nor')}"


def _known(field: str, *, is_known: bool) -> str:
    negation = "" if is_known else "not "
    if (name := list_of(field)) is not None:
        return f"who are {negation}on the list “{name}”"
    if (tag := tag_of(field)) is not None:
        return f"who have the tag “{tag}”" if is_known else f"who do not have the tag “{tag}”"
    if (issue := received_of(field)) is not None:
        return f"who received “{issue}”" if is_known else f"who did not receive “{issue}”"
    if (issue := outcome_of(field)) is not None:
        return f"of whose message of “{issue}” the outcome is {negation}known"
    return f"whose {_name(field)} is {negation}known"


def _name(field: str) -> str:
    return field.removeprefix("subscriber.").replace("_", " ")


def _either(said: Sequence[str], word: str) -> str:
    if word == "nor" or len(said) < 3:
        return f" {word} ".join(said)
    return f"{', '.join(said[:-1])} {word} {said[-1]}"


def _value(field: str, value: str) -> str:
    if not value:
        return "empty"
    name = language_in_words(value) if field == _LANGUAGE else value
    return name if name != value else f"“{value}”"
