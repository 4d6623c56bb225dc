"""Every value of a model, with its path: how pictures, links and texts are found wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from composer.issue.blocks import Model, TextKind
from composer.issue.source import KeyPath


class FoundText(NamedTuple):
    """A text of a model, its path, and what kind of text it is by the type of its field."""

    path: KeyPath
    value: str
    kind: TextKind


def walk(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """The value itself and everything in it, from the outside in, in the order of the model."""
    for inner_path, inner, _ in _walk(value, path, TextKind.LINE):
        yield inner_path, inner


def texts_of(model: Model) -> Iterator[FoundText]:
    """Every text in a model, in the order of the model."""
    for path, value, kind in _walk(model, (), TextKind.LINE):
        if isinstance(value, str):
            yield FoundText(path, value, kind)


def keyed_parts(model: Model) -> Iterator[tuple[str, object, TextKind]]:
    """The key of each part of a model, the part, and the kind of the texts that stand right under this key."""
    for key in type(model).model_fields:
        yield key, getattr(model, key), model.text_kind(key)
    for key, part in (model.model_extra or {}).items():
        yield key, part, model.text_kind(key)


def _walk(value: object, path: KeyPath, kind: TextKind) -> Iterator[tuple[KeyPath, object, TextKind]]:
    """``kind`` is what the value is if it is a text, or a list of texts."""
    yield path, value, kind
    if isinstance(value, Model):
        for key, part, of_key in keyed_parts(value):
            yield from _walk(part, (*path, key), of_key)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index), kind)
