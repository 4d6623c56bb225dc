"""What a file says, as JSON has it, and what it is to say after an edit.

A file says dict, list, str and None: the loader gives every value as a text (``issue/yaml/read.py``). An edit may give
numbers and truth values too; they are written without quotes, and read as their texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composer.errors import EditRefused
from composer.issue.source import Key, KeyPath

JsonValue = Any
"""dict, list, str, int, float, bool or None, as ``json.loads`` gives them."""

_MAX_DEPTH = 15
_MISSING = object()


def as_read(value: JsonValue, depth: int = 0) -> JsonValue:
    """Return the value as the loader will read it. Raises EditRefused for what no file of ours can hold."""
    if depth > _MAX_DEPTH:
        raise EditRefused(f"this is nested more than {_MAX_DEPTH} levels deep")
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return None
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise EditRefused("the text has half of a character in it (a lone surrogate); delete it")
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        # A key without a value is left out: a file that says "title:" says nothing.
        return {str(key): as_read(inner, depth + 1) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [as_read(inner, depth + 1) for inner in value]
    raise EditRefused(f"a {type(value).__name__} cannot stand in a file")


def same(first: JsonValue, second: JsonValue) -> bool:
    """Tell whether two values say the same: line breaks at the end of a text are the file's own affair."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(value, second[key]) for key, value in first.items())
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, str) and isinstance(second, str):
        return first.rstrip("\n") == second.rstrip("\n")
    return first is None and second is None


def at_path(values: JsonValue, path: KeyPath, default: JsonValue = None) -> JsonValue:
    """Return what stands at a path; ``default`` if nothing does."""
    found = values
    for key in path:
        found = _step(found, key)
        if found is _MISSING:
            return default
    return found


def has_path(values: JsonValue, path: KeyPath) -> bool:
    """Tell whether something stands at a path, be it nothing (None)."""
    return at_path(values, path, _MISSING) is not _MISSING


def _step(value: JsonValue, key: Key) -> JsonValue:
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key, _MISSING)
    if isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
        return value[key]
    return _MISSING


def replaced(values: JsonValue, path: KeyPath, new: JsonValue) -> JsonValue:
    """Return the values with ``new`` at a path; mappings and lists on the way are made where there are none."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(key, str):
        if not isinstance(values, dict | None) and values != "":
            raise EditRefused(f"{key!r} cannot be set: what is there has no keys")
        inside = dict(values or {})
        inside[key] = replaced(inside.get(key), rest, new)
        return inside
    entries = _list(values, path)
    assert isinstance(key, int)
    if not 0 <= key <= len(entries):
        raise EditRefused(f"there is no entry {key + 1}; the list has {len(entries)}")
    inner = replaced(entries[key] if key < len(entries) else None, rest, new)
    return [*entries[:key], inner, *entries[key + 1 :]]


def changed(values: JsonValue, path: KeyPath, change: Any) -> JsonValue:
    """Return the values with ``change(what is there)`` at a path. Raises EditRefused if nothing is there."""
    if not has_path(values, path):
        raise EditRefused(f"there is nothing at {named(path)}")
    return replaced(values, path, change(at_path(values, path)))


def without(values: JsonValue, path: KeyPath) -> JsonValue:
    """Return the values without a key or an entry."""
    *outer, key = path
    if not has_path(values, path):
        raise EditRefused(f"there is nothing at {named(path)}")

    def leave_out(around: JsonValue) -> JsonValue:
        if isinstance(around, dict):
            return {name: value for name, value in around.items() if name != key}
        return [inner for index, inner in enumerate(around) if index != key]

    return changed(values, tuple(outer), leave_out)


def with_entry(values: JsonValue, path: KeyPath, index: int, entry: JsonValue) -> JsonValue:
    """Return the values with one entry more in the list at ``path``, which is made if it is not there."""
    entries = _list(at_path(values, path), path)
    if not 0 <= index <= len(entries):
        raise EditRefused(f"there is no place {index} in {named(path)}; the list has {len(entries)} entries")
    return replaced(values, path, [*entries[:index], entry, *entries[index:]])


def moved(values: JsonValue, path: KeyPath, to: int) -> JsonValue:
    """Return the values with the entry at ``path`` at place ``to`` of its list."""
    *outer, index = path
    entries = _list(at_path(values, tuple(outer)), path)
    if not isinstance(index, int) or not (0 <= index < len(entries) and 0 <= to < len(entries)):
        raise EditRefused(f"{named(path)} cannot become entry {to + 1}: the list has {len(entries)} entries")
    order = [*entries[:index], *entries[index + 1 :]]
    return replaced(values, tuple(outer), [*order[:to], entries[index], *order[to:]])


def _list(value: JsonValue, path: KeyPath) -> list[JsonValue]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise EditRefused(f"{named(path)} is no list")
    return value


def named(path: KeyPath) -> str:
    """Name a path in a sentence: blocks, entry 4, picture."""
    return ", ".join(key if isinstance(key, str) else f"entry {key + 1}" for key in path) or "the file"
