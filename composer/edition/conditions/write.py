"""A Condition as it stands in a file: ``show_if.py`` reads what this writes as the same condition."""

from __future__ import annotations

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
    joined_of,
    list_of,
    outcome_of,
    received_of,
    tag_of,
)

_QUOTES = (('"', '"'), ("'", "'"), ("“", "”"))


def quoted(value: str) -> str:
    """Put a value into quotation marks that it does not hold. ValueError if it holds them all."""
    for opening, closing in _QUOTES:
        if closing not in value:
            return f"{opening}{value}{closing}"
    raise ValueError(f"a condition cannot hold every kind of quotation mark at once: {value}")


def write_condition(condition: Condition) -> str:
    """Write the condition. ValueError if a text in it holds every kind of quotation mark."""
    match condition:
        case Is(field, values):
            return f"{_field(field)} {_among('==', values, is_bare=False)}"
        case Not(Is(field, values)):
            return f"{_field(field)} {_among('!=', values, is_bare=False)}"
        case Compared(field, _, sign, (day,)) if (joined := joined_of(field)) is not None:
            of_list = f", {quoted(joined)}" if joined else ""
            return f"{'joined_after' if sign == '>' else 'joined_before'}({quoted(day)}{of_list})"
        case Compared(field, kind, sign, values):
            return f"{field} {_among(sign, values, is_bare=kind == 'number')}"
        case Not(Compared(field, kind, "==", values)):
            return f"{field} {_among('!=', values, is_bare=kind == 'number')}"
        case Contains(field, text):
            return f"{quoted(text)} in {field}"
        case Known(field):
            return _known(field)
        case Not(inner):
            return f"not {_part(inner)}"
        case AllOf(parts):
            return " and ".join(map(_part, parts))
        case AnyOf(parts):
            return " or ".join(map(_part, parts))


def _part(condition: Condition) -> str:
    written = write_condition(condition)
    return f"({written})" if isinstance(condition, AllOf | AnyOf) else written


def _among(sign: str, values: tuple[str, ...], *, is_bare: bool) -> str:
    written = list(values) if is_bare else [quoted(value) for value in values]
    if len(written) == 1:
        return f"{sign} {written[0]}"
    return f"{'in' if sign == '==' else 'not in'} [{', '.join(written)}]"


def _known(field: str) -> str:
    if (name := list_of(field)) is not None:
        return f"{quoted(name)} in {LISTS}"
    if (name := tag_of(field)) is not None:
        return f"{quoted(name)} in {TAGS}"
    if (name := received_of(field)) is not None:
        return f"received({quoted(name)})"
    return _field(field)


def _field(field: str) -> str:
    name = outcome_of(field)
    return field if name is None else f"outcome({quoted(name)})"
