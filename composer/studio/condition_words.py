"""A condition in words: "Only readers whose language is French".

Enters: a Condition. Leaves: one English sentence without its full stop. Parts that are joined differently stand in
parentheses, so that it can be read in one way only.
"""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale

from composer.edition.condition import AllOf, AnyOf, Condition, Is, Known, Not, list_of

_LANGUAGE = "subscriber.language"
_ENGLISH = Locale("en")


def say_condition(condition: Condition) -> str:
    """Say for whom the condition holds."""
    return f"Only readers {_clause(condition)}"


def language_in_words(code: str) -> str:
    """Name a language in English; the code itself if it has no name."""
    tag = code.replace("-", "_")
    base, _, region = tag.partition("_")
    name: str | None = _ENGLISH.languages.get(tag)
    if name is None and (base_name := _ENGLISH.languages.get(base)):
        place = _ENGLISH.territories.get(region) or _ENGLISH.scripts.get(region)
        name = base_name if not region else f"{base_name} ({place})" if place else None
    return name or code


def _clause(condition: Condition) -> str:
    match condition:
        case Known(field) | Not(Is(field, ("",))):
            return _known(field, is_known=True)
        case Is(field, ("",)) | Not(Known(field)):
            return _known(field, is_known=False)
        case Is(field, values):
            return f"whose {_name(field)} is {_either(field, values, 'or')}"
        case Not(Is(field, (value,))):
            return f"whose {_name(field)} is not {_value(field, value)}"
        case Not(Is(field, values)):
            return f"whose {_name(field)} is neither {_either(field, values, 'nor')}"
        case Not(Not(inner)):
            return _clause(inner)
        case Not(inner):
            return f"of whom this is not so: {_part(inner)}"
        case AllOf(parts):
            return " and ".join(map(_part, parts))
        case AnyOf(parts):
            return " or ".join(map(_part, parts))


def _part(condition: Condition) -> str:
    while isinstance(condition, Not) and isinstance(condition.condition, Not):
        condition = condition.condition.condition
    compound = isinstance(condition, AllOf | AnyOf)
    negated = isinstance(condition, Not) and isinstance(condition.condition, AllOf | AnyOf)
    return f"({_clause(condition)})" if compound or negated else _clause(condition)


def _known(field: str, *, is_known: bool) -> str:
    name, negation = list_of(field), "" if is_known else "not "
    return f"whose {_name(field)} is {negation}known" if name is None else f"who are {negation}on the list “{name}”"


def _name(field: str) -> str:
    return field.removeprefix("subscriber.").replace("_", " ")


def _either(field: str, values: Sequence[str], word: str) -> str:
    said = [_value(field, value) for value in values]
    if word == "nor" or len(said) < 3:
        return f" {word} ".join(said)
    return f"{', '.join(said[:-1])} {word} {said[-1]}"


def _value(field: str, value: str) -> str:
    if not value:
        return "empty"
    name = language_in_words(value) if field == _LANGUAGE else value
    return name if name != value else f"“{value}”"
