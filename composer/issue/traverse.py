"""Every value of a model, with its path: how pictures, links and texts are found wherever they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple, TypeGuard

from composer.issue.blocks import Model, TextKind
from composer.issue.source import Key, KeyPath


class FoundValue(NamedTuple):
    """A value of a model, its path, and what kind of text it is, or its texts are if it is a list."""

    path: KeyPath
    value: object
    kind: TextKind


class FoundText(NamedTuple):
    """A text of a model, its path, and what kind of text it is by the type of its field."""

    path: KeyPath
    value: str
    kind: TextKind


def traverse(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """Yield the value itself and everything in it, from the outside in, in the order of the model."""
    for inner_path, inner, _ in _traverse(value, path, TextKind.LINE):
        yield inner_path, inner


def values_of_model(model: Model) -> tuple[FoundValue, ...]:
    """List what ``traverse`` yields, with the kind of each text: for those who go through it several times."""
    return tuple(map(FoundValue._make, _traverse(model, (), TextKind.LINE)))


def models_in(value: Model) -> Iterator[tuple[KeyPath, Model]]:
    """Yield the model itself and every model in it, in order, and pass over texts and numbers."""
    waiting: list[tuple[KeyPath, object]] = [((), value)]
    while waiting:
        path, value_here = waiting.pop()
        inner: Iterable[tuple[Key, object]] = ()
        if _is_model(value_here):
            yield path, value_here
            inner = chain(vars(value_here).items(), (value_here.model_extra or {}).items())
        elif isinstance(value_here, tuple):
            inner = enumerate(value_here)
        found = [
            ((*path, key), part)
            for key, part in inner
            if type(part) not in _HOLDING_NOTHING and (isinstance(part, tuple) or _is_model(part))
        ]
        waiting.extend(reversed(found))


def texts_of(model: Model) -> Iterator[FoundText]:
    """Yield every text in a model, in the order of the model."""
    for path, value, kind in _traverse(model, (), TextKind.LINE):
        if isinstance(value, str):
            yield FoundText(path, value, kind)


def keyed_parts(model: Model) -> Iterator[tuple[str, object, TextKind]]:
    """Yield the key of each part of a model, the part, and the kind of the texts that stand right under this key."""
    values = vars(model)
    for key, kind in _keys(type(model)):
        yield key, values[key], kind
    for key, part in (model.model_extra or {}).items():
        yield key, part, model.text_kind(key)


@lru_cache(maxsize=512)
def _keys(model: type[Model]) -> tuple[tuple[str, TextKind], ...]:
    return tuple((key, model.text_kind(key)) for key in model.model_fields)


def _is_model(value: Any) -> TypeGuard[Model]:
    """Tell what ``isinstance`` does, which asks pydantic in Python for each value."""
    return issubclass(type(value), Model)


_HOLDING_NOTHING = frozenset({str, int, float, bool, type(None), dt.date, dt.time, dt.datetime})


def _traverse(value: object, path: KeyPath, kind: TextKind) -> Iterator[tuple[KeyPath, object, TextKind]]:
    """``kind`` is what the value is if it is a text, or a list of texts."""
    waiting = [(path, value, kind)]
    while waiting:
        found = waiting.pop()
        yield found
        path, value, kind = found
        # Most values are no models, and to ask pydantic whether one is takes longer than all the rest.
        if type(value) in _HOLDING_NOTHING:
            continue
        inner: list[tuple[KeyPath, object, TextKind]] = []
        if _is_model(value):
            inner = [((*path, key), part, of_key) for key, part, of_key in keyed_parts(value)]
        elif isinstance(value, tuple):
            inner = [((*path, index), item, kind) for index, item in enumerate(value)]
        waiting.extend(reversed(inner))
