"""What templates see of an issue is copied into plain values: records, tuples, texts, numbers, days and times.

Enters: models, dataclasses, namespaces and mappings. Leaves: values that hold nothing but their own names. A template
that goes from one to the next meets no class of ours, no path, no source and no function, wherever it begins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import MappingProxyType, SimpleNamespace
from typing import Any, Never

from markupsafe import Markup
from pydantic import BaseModel

_PLAIN = frozenset({str, int, float, bool, type(None), Markup, dt.date, dt.time, dt.datetime})


class Record:
    """Named values that never change, equal to those of the same kind with the same values.

    ``values_of`` reads it; it has no attribute of its own that a template could ask for.
    """

    __slots__ = ("_hash", "_kind", "_values")
    _hash: int | None
    _kind: str
    _values: Mapping[str, Any]

    def __init__(self, kind: str, values: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_values", MappingProxyType(dict(values)))
        object.__setattr__(self, "_hash", None)

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"{name} of a record never changes")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self is other or (self._kind == other._kind and self._values == other._values)

    def __hash__(self) -> int:
        if self._hash is None:
            known = hash((self._kind, tuple((name, _hashable(value)) for name, value in self._values.items())))
            object.__setattr__(self, "_hash", known)
            return known
        return self._hash

    def __repr__(self) -> str:
        return f"<{self._kind}>"


class RenderedBlock:
    """A block's finished text, and its values, which ``copied`` makes for a layout that asks. Printed, it is its text.

    Most layouts ask for none, and what was rendered before is shown without them.
    """

    __slots__ = ("_copied", "rendered")

    def __init__(self, copied: Callable[[], Record], rendered: str) -> None:
        self._copied = copied
        self.rendered = rendered

    @property
    def block(self) -> Record:
        """Return its values as templates see them."""
        return self._copied()

    def __html__(self) -> str:
        return self.rendered

    def __str__(self) -> str:
        return self.rendered


def with_values(record: Record, values: Mapping[str, Any]) -> Record:
    """Make a record of the same kind with other values, which must be plain ones."""
    return Record(record._kind, values)


def values_of(record: Record) -> Mapping[str, Any]:
    """Return the record's values by their names; they cannot be changed there."""
    return record._values


def described(value: Any) -> Any:
    """Put a value into what ``repr`` writes out whole: equal for equal records, different for different ones."""
    if isinstance(value, Record):
        return repr(value), {name: described(item) for name, item in values_of(value).items()}
    if isinstance(value, Mapping):
        return {name: described(item) for name, item in value.items()}
    return [described(item) for item in value] if isinstance(value, tuple) else value


def plain_value(value: Any) -> Any:
    """Copy a value and all that it holds into plain ones. TypeError for what templates are never to see."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, BaseModel):
        return _record_of_model(value)
    if kind in (tuple, list):
        return tuple([plain_value(item) for item in value])
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): plain_value(item) for key, item in value.items()})
    if isinstance(value, SimpleNamespace):
        return record(kind.__name__, vars(value))
    if is_dataclass(value):
        return record(kind.__name__, {part.name: getattr(value, part.name) for part in fields(value)})
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"a template is not to see a {kind.__name__}")


def record(kind: str, values: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Record:
    """Make a record of named values, each copied into a plain one."""
    return Record(kind, {name: plain_value(value) for name, value in dict(values).items()})


def _record_of_model(model: BaseModel) -> Record:
    kind = type(model)
    values = {name: plain_value(value) for name, value in model}  # those of extra keys too
    for name in _properties(kind):
        values[name] = plain_value(getattr(model, name))
    return Record(kind.__name__, values)


def part_of(model: BaseModel, name: str) -> object:
    """Return what a record of the model has under ``name``, before it is copied; the model's kind if it has nothing."""
    kind = type(model)
    is_there = name in kind.model_fields or name in (model.model_extra or ()) or name in _properties(kind)
    return getattr(model, name) if is_there else kind


@cache
def _properties(kind: type[BaseModel]) -> tuple[str, ...]:
    """Name what our own models work out from their values."""
    ours = [parent for parent in kind.__mro__ if parent.__module__.startswith("composer.")]
    return tuple(name for parent in ours for name, part in vars(parent).items() if isinstance(part, property))


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _hashable(item)) for name, item in value.items())
    if isinstance(value, tuple):
        return tuple(_hashable(item) for item in value)
    return value
