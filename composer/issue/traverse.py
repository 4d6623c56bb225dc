"""Every value of a model, with its path: how pictures, links and texts are found wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from composer.issue.source import KeyPath


def walk(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """The value itself and everything in it, from the outside in, in the order of the model."""
    yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), (*path, name))
        for name, more in (value.model_extra or {}).items():
            yield from walk(more, (*path, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index))
