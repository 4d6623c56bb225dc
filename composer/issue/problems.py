"""From pydantic's errors to Problems that an author can act on.

Enters: a ValidationError, and the Source of the values. Leaves: one Problem per mistake, at the value (an
unknown key: at the key; a missing one: at the block that lacks it), saying what is wrong with the offending
value, what is allowed, and the nearest allowed word.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from composer.errors import Mend, Position, Problem
from composer.issue import blocks
from composer.issue.nearest import advice, near, nearest_mend
from composer.issue.source import KeyPath, Source
from composer.link_address import LinkError

_PATTERNS = {
    blocks.LINE_PATTERN: ("must be one line", "delete the line break"),
    blocks.LANGUAGE_PATTERN: ("is not a language code", "write en, fr or pt-BR"),
    blocks.ID_PATTERN: ("cannot be an id", "use small letters, digits and hyphens, beginning with a letter"),
    blocks.FOCUS_PATTERN: ("is no point of a picture", 'write across and down, as "50% 20%", or top left'),
    blocks.SEGMENT_PATTERN: ("cannot be a segment's name", "use letters, digits, blanks, - and _"),
    blocks.FIELD_PATTERN: ("cannot be a field's name", "use small letters, digits and _, beginning with a letter"),
}


def explain_invalid(error: ValidationError, *, model: type[BaseModel], source: Source) -> list[Problem]:
    """Make one Problem of each mistake that pydantic found in the values of one file."""
    problems: dict[tuple[Position, str], Problem] = {}
    mistakes = error.errors(include_url=False)
    misspelt = {(*path[:-1], meant(path, model)) for path in _unknown_paths(mistakes)}
    instead = _one_for_another(mistakes, misspelt)
    misspelt |= {(*path[:-1], missing) for path, missing in instead.items()}
    for details in mistakes:
        if details["type"] == "missing" and details["loc"] in misspelt:
            continue  # told as "unknown key 'titel'; did you mean 'title'?"
        # Pydantic counts only the valid entries of a list; the invalid ones have their own errors.
        if not (details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]):
            problem = _explain(details, model, source, instead=instead.get(details["loc"], ""))
            # A value that may be of several types has an error for each; the first is enough. Missing keys share
            # the place of their block, and differ.
            key = (problem.position, problem.message if details["type"] == "missing" else "")
            problems.setdefault(key, problem)
    return list(problems.values())


def _one_for_another(
    mistakes: Sequence[ErrorDetails], misspelt: Collection[tuple[int | str, ...]]
) -> dict[tuple[int | str, ...], str]:
    """Pair the one unknown key of a part with the one key that it lacks: ``text:`` for ``body:``, one slip."""
    unknown: dict[tuple[int | str, ...], list[tuple[int | str, ...]]] = {}
    missing: dict[tuple[int | str, ...], list[str]] = {}
    for details in mistakes:
        path = details["loc"]
        if details["type"] == "extra_forbidden":
            unknown.setdefault(path[:-1], []).append(path)
        elif details["type"] == "missing" and path not in misspelt:
            missing.setdefault(path[:-1], []).append(str(path[-1]))
    return {
        paths[0]: missing[part][0]
        for part, paths in unknown.items()
        if len(paths) == 1 and len(missing.get(part, ())) == 1 and not _wasnear(paths[0], misspelt, missing[part][0])
    }


def _wasnear(path: tuple[int | str, ...], misspelt: Collection[tuple[int | str, ...]], missing: str) -> bool:
    """Whether an unknown key is a slip of another one than the missing one."""
    return any(each[:-1] == path[:-1] and each[-1] not in ("", missing) for each in misspelt)


def _unknown_paths(mistakes: Iterable[ErrorDetails]) -> list[tuple[int | str, ...]]:
    return [details["loc"] for details in mistakes if details["type"] == "extra_forbidden"]


def meant(location: tuple[int | str, ...], model: type[BaseModel]) -> str:
    return near(str(location[-1]), model_around(model, location).model_fields)


def _explain(details: ErrorDetails, model: type[BaseModel], source: Source, *, instead: str) -> Problem:
    path = written_path(details["loc"])
    around = model_around(model, details["loc"])
    kind = details["type"]
    if kind == "missing":
        message, hint = _missing(path, around)
        return Problem(source.position(path[:-1]), message, hint)
    if kind == "extra_forbidden":
        message, hint = _unknown_key(path, around)
        glued = ""
        if instead:
            glued = str(path[-1]).removeprefix(f"{instead}:") if str(path[-1]).startswith(f"{instead}:") else ""
            hint = f"write {instead}: {glued}" if glued else f"did you mean {instead!r}? It is missing. {hint}"
        mend = Mend(str(path[-1]), instead) if instead else nearest_mend(str(path[-1]), around.model_fields)
        return Problem(source.key_position(path), message, hint, None if glued else mend)
    while path and path not in source.values:
        path = path[:-1]  # a type of a union that did not fit
    position = source.key_position(path) if details["loc"][-1:] == ("[key]",) else source.position(path)
    wrong = _Wrong(path, details, around)
    message, hint = _WORDS.get(kind, _otherwise)(wrong)
    return Problem(position, message, hint, _mend(kind, wrong))


def _mend(kind: str, wrong: _Wrong) -> Mend | None:
    """Put the nearest choice in the place of a value that is none."""
    if kind == "literal_error" and isinstance(wrong.value, str):
        return nearest_mend(wrong.value, wrong.choices)
    if kind == "union_tag_invalid":
        return nearest_mend(str(wrong.context.get("tag", "")), _kinds(wrong.around))
    if kind == "value_error" and isinstance(wrong.value, str):
        meant = re.fullmatch(r"write (\d{4}-\d\d-\d\d|\d{1,2}:\d\d)", _value_error(wrong)[1])
        return Mend(wrong.value.strip(), meant[1]) if meant else None
    return None


def written_path(location: tuple[int | str, ...]) -> KeyPath:
    """Take out of pydantic's path what is not in the file: the block's kind after its index, and its mark for keys."""
    path = tuple(key for key in location if key != "[key]")
    if len(path) > 2 and path[0] == "blocks" and isinstance(path[1], int):
        return (*path[:2], *path[3:])
    return path


def model_around(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """Find the model that the last key of ``location`` belongs to."""
    kinds = _kinds(model)
    for before, key in zip((None, *location), location[:-1], strict=False):
        if isinstance(key, int):
            continue
        # A block's kind stands behind its number; a subscriber's field may be called "table" too.
        if isinstance(before, int) and key in kinds and not issubclass(model, blocks.Item):
            model = kinds[key]
        elif key in model.model_fields:
            model = next(_models_in(model.model_fields[key].annotation), model)
    return model


def _models_in(annotation: Any) -> typing.Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for part in typing.get_args(annotation):
        # A block's own model is found by its kind, which follows in the path.
        if not any(getattr(note, "discriminator", None) for note in getattr(part, "__metadata__", ())):
            yield from _models_in(part)


def _kinds(model: type[BaseModel]) -> Mapping[str, type[blocks.Item]]:
    """Return the blocks that an issue of this model may have."""
    kinds: Mapping[str, type[blocks.Item]] = getattr(model, "kinds", blocks.BLOCKS)
    return kinds


def _missing(path: KeyPath, around: type[BaseModel]) -> tuple[str, str]:
    key = str(path[-1])
    field = around.model_fields.get(key)
    return f"{_name(around)} has no {key!r}", f"add {key!r}: {field.description if field else ''}".rstrip(": ")


def _unknown_key(path: KeyPath, around: type[BaseModel]) -> tuple[str, str]:
    key, allowed = str(path[-1]), list(around.model_fields)
    choices = f"{_name(around)} has the keys {', '.join(allowed)}"
    return f"unknown key {key!r}", advice(key, allowed, choices)


def _name(model: type[BaseModel]) -> str:
    """Call the model what an author calls it: "an article", "a link"."""
    words = {"Content": "the issue", "Newsletter": "newsletter.yaml", "DigestEntry": "an entry of a digest"}
    words |= {"AgendaEntry": "an entry of an agenda", "Event": "an event", "Days": "an event"}
    words |= {
        "SubjectTest": "a test of subjects",
        "SubscriberField": "a field",
        "ColumnsBlock": "columns",
        "EventsBlock": "a list of events",
        "StatisticsBlock": "statistics",
        "MjmlBlock": "a block of MJML",
    }
    kind = next(_literals(model.model_fields["block"].annotation), "") if "block" in model.model_fields else ""
    noun = kind or model.__name__.lower()
    return words.get(model.__name__, ("an " if noun[0] in "aeiou" else "a ") + noun)


class _Wrong:
    """A mistake that pydantic found, with what is needed to put it into words."""

    def __init__(self, path: KeyPath, details: ErrorDetails, around: type[BaseModel]) -> None:
        self.around = around
        self.value: Any = details["input"]
        self.context: Mapping[str, Any] = details.get("ctx", {})
        self.said = details["msg"]
        self.key = next((str(key) for key in reversed(path) if isinstance(key, str)), "the file")
        in_list = bool(path) and isinstance(path[-1], int)
        self.subject = f"entry {int(path[-1]) + 1} of {self.key!r}" if in_list else repr(self.key)
        field = around.model_fields.get(self.key)
        self.description = (field.description or "") if field else ""
        self._annotation = field.annotation if field else None

    @property
    def choices(self) -> Sequence[str]:
        """What may be chosen, which only some mistakes ask for: a list of blocks has to be gone through for it."""
        return [str(part) for part in _literals(self._annotation)]

    @property
    def shown(self) -> str:
        """The value in a form that can stand in a sentence."""
        if isinstance(self.value, dict):
            return "a mapping (keys and values)"
        if isinstance(self.value, list):
            return "a list"
        text = str(self.value).strip()
        return repr(text if len(text) <= 60 else text[:59] + "…")

    def is_not(self, wanted: str, hint: str = "") -> tuple[str, str]:
        """Say "'number' must be a whole number, not 'three'", and what to do."""
        if self.value is None:
            return f"{self.subject} is empty", f"give it a value, or delete the line: {self.description}".rstrip(": ")
        return f"{self.subject} must be {wanted}, not {self.shown}", hint or self.description


def _literals(annotation: Any) -> typing.Iterator[Any]:
    if typing.get_origin(annotation) is typing.Literal:
        yield from typing.get_args(annotation)
    for part in typing.get_args(annotation):
        yield from _literals(part)


def _choice(wrong: _Wrong) -> tuple[str, str]:
    if wrong.value is None:
        return wrong.is_not("")
    allowed = "allowed: " + ", ".join(wrong.choices)
    return f"{wrong.subject} cannot be {wrong.shown}", advice(str(wrong.value), wrong.choices, allowed)


def _unknown_block(wrong: _Wrong) -> tuple[str, str]:
    kinds = _kinds(wrong.around)
    kind, allowed = str(wrong.context.get("tag", "")), "blocks are " + ", ".join(kinds)
    return f"unknown block {kind!r}", advice(kind, kinds, allowed)


def _nameless_block(wrong: _Wrong) -> tuple[str, str]:
    kinds = ", ".join(_kinds(wrong.around))
    return "this block does not say what it is", f'begin it with "- block: text"; blocks are {kinds}'


def _pattern(wrong: _Wrong) -> tuple[str, str]:
    if wrong.value == "":
        return f"{wrong.subject} is empty", wrong.description
    words, hint = _PATTERNS.get(wrong.context.get("pattern", ""), ("is not written as it must be", wrong.description))
    return f"{wrong.subject}: {wrong.shown} {words}", hint


def _mapping(wrong: _Wrong) -> tuple[str, str]:
    if isinstance(wrong.value, list):
        return wrong.is_not("keys and values, indented below it", "delete the dashes before its keys")
    if wrong.key == "link":
        return wrong.is_not(
            "keys and values, indented below it", f"such as: link: {{label: Read on, url: {wrong.value}}}"
        )
    if wrong.key in ("picture", "logo"):
        file = wrong.value if isinstance(wrong.value, str) and wrong.value.strip() else "photo.jpg"
        return wrong.is_not(
            "keys and values, indented below it", f"such as: {wrong.key}: {{file: {file}, alt: What it shows}}"
        )
    return wrong.is_not("keys and values, indented below it")


def _value_error(wrong: _Wrong) -> tuple[str, str]:
    error = wrong.context.get("error")
    if isinstance(error, LinkError):
        return f"{wrong.subject}: {error}", error.hint
    message, _, hint = wrong.said.removeprefix("Value error, ").partition("; ")
    return f"{wrong.subject}: {message}", hint


def _otherwise(wrong: _Wrong) -> tuple[str, str]:
    return f"{wrong.subject}: {wrong.said}", wrong.description


_COUNTS = {1: "one is", 2: "two are"}

_WORDS: dict[str, Callable[[_Wrong], tuple[str, str]]] = {
    "string_type": lambda wrong: wrong.is_not("text"),
    "string_too_short": lambda wrong: (f"{wrong.subject} is empty", wrong.description),
    "string_too_long": lambda wrong: (
        f"{wrong.subject} is {len(str(wrong.value))} characters long",
        f"at most {wrong.context['max_length']} are possible",
    ),
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "union_tag_invalid": _unknown_block,
    "union_tag_not_found": _nameless_block,
    "int_parsing": lambda wrong: wrong.is_not("a whole number"),
    "int_type": lambda wrong: wrong.is_not("a whole number"),
    "int_parsing_size": lambda wrong: wrong.is_not("a smaller number"),
    "int_from_float": lambda wrong: wrong.is_not("a whole number"),
    "greater_than_equal": lambda wrong: wrong.is_not(f"{wrong.context['ge']} or more"),
    "bool_parsing": lambda wrong: wrong.is_not("true or false"),
    "bool_type": lambda wrong: wrong.is_not("true or false"),
    "date_type": lambda wrong: wrong.is_not("a day", "write year-month-day, such as 2020-03-31"),
    "time_type": lambda wrong: wrong.is_not("a time", "write hours:minutes, such as 11:00"),
    "too_short": lambda wrong: (
        f"{wrong.subject} is empty" if not wrong.value else f"{wrong.subject} has only {len(wrong.value)}",
        f"at least {_COUNTS.get(wrong.context['min_length'], 'one')} needed: {wrong.description}",
    ),
    "too_long": lambda wrong: (
        f"{wrong.subject} has {wrong.context['actual_length']}",
        f"at most {wrong.context['max_length']} are possible: {wrong.description}",
    ),
    "less_than_equal": lambda wrong: wrong.is_not(f"{wrong.context['le']} or less"),
    "tuple_type": lambda wrong: wrong.is_not(
        'a list, each entry on a line that begins with "- "',
        'write "- " before the first key of each entry' if isinstance(wrong.value, dict) else f"write [{wrong.value}]",
    ),
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "mapping_type": _mapping,
    "dict_type": _mapping,
    "value_error": _value_error,
}
