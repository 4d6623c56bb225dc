"""An edit of a YAML text is made step by step, each step on the text that the one before has left.

Enters: a text, its shape, and what is to be different. Leaves: the text as it is then. Where a value stays the same, so
do its characters: a mapping is set key by key, a list entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from composer.issue.source import KeyPath
from composer.writing.edits import AddEntry, DuplicateEntry, FieldEdit, MoveEntry, RemoveField, SetField
from composer.writing.shape import Shape
from composer.writing.text import Splice, common_start, spliced
from composer.writing.values import JsonValue, as_read, at_path, has_path, replaced, same
from composer.writing.yaml.changes import YamlText
from composer.writing.yaml.new_values import Manner, ValueWriter

Order = Callable[[KeyPath], Sequence[str]]


class YamlEditing:
    """A text that is being edited. ``inside`` is the path of the file's root in the values that ``shape`` knows.

    ``around`` are those values, for the kinds of blocks: the keys in a Markdown file's fence are those of its block.
    """

    def __init__(self, text: str, shape: Shape, *, inside: KeyPath = (), around: JsonValue = None) -> None:
        self.text = text
        self._shape = shape
        self._inside = inside
        self._known = around  # values whose blocks say what they are: as they will be, or those around this text

    @property
    def values(self) -> JsonValue:
        """What the text says now."""
        return self._read().root.plain()

    def _read(self) -> YamlText:
        return YamlText(self.text, writer_for=self._writer)

    def _writer(self, manner: Manner) -> ValueWriter:
        return ValueWriter(manner, lambda path: self._shape.is_prose((*self._inside, *path), self._known))

    def _expect(self, values: JsonValue) -> None:
        if not self._inside:
            self._known = values

    def _step(self, splices: Sequence[Splice]) -> None:
        self.text = spliced(self.text, splices)

    def make(self, edit: FieldEdit) -> None:
        """Make the one step that an edit is, as far as a step can."""
        match edit:
            case SetField():
                self.set_value(edit.path, edit.value)
            case RemoveField():
                self.remove(edit.path)
            case AddEntry():
                self.insert(edit.path, edit.index, edit.value)
            case MoveEntry():
                self.move(edit.path, edit.to)
            case DuplicateEntry():
                self.duplicate(edit.path)

    def set_value(self, path: KeyPath, value: JsonValue) -> None:
        """Make the text say ``value`` at ``path``. None takes a key out."""
        values = self.values
        self._expect(replaced(values, path, as_read(value)) if path else as_read(value))
        if not has_path(values, path):
            self._set_new(path, value, values)
            return
        old = at_path(values, path)
        if isinstance(old, dict) and isinstance(value, Mapping):
            self._set_keys(path, old, value)
        elif isinstance(old, list) and isinstance(value, list | tuple):
            self._set_entries(path, old, list(value))
        elif value is None and path and isinstance(path[-1], str):
            self._step(self._read().remove(path))
        elif not same(old, as_read(value)):
            self._step(self._read().set_value(path, value))

    def _set_new(self, path: KeyPath, value: JsonValue, values: JsonValue) -> None:
        """Set what is not there, in the innermost mapping or list that is there."""
        if value is None:
            return
        depth = max(depth for depth in range(len(path)) if has_path(values, path[:depth]))
        there, key = path[:depth], path[depth]
        # What of the path is missing is made around the value.
        inner = replaced(None, path[depth + 1 :], value)
        around = at_path(values, there)
        if isinstance(around, list) and isinstance(key, int):
            self._step(self._read().insert_entry(there, key, inner))
        elif isinstance(around, dict):
            order = self._shape.keys((*self._inside, *there), self._known)
            self._step(self._read().add_key(there, str(key), inner, order=order))
        else:
            self._step(self._read().set_value(there, replaced(None, (key,), inner)))

    def _set_keys(self, path: KeyPath, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for key in [key for key in old if new.get(key) is None and not (key in new and old[key] is None)]:
            self._step(self._read().remove((*path, key)))
        for key, value in new.items():
            if value is not None:
                self.set_value((*path, key), value)

    def _set_entries(self, path: KeyPath, old: list[Any], new: list[Any]) -> None:
        read = as_read(new)
        head = common_start(old, read)
        tail = min(common_start(old[::-1], read[::-1]), len(old) - head, len(new) - head)
        both = min(len(old), len(new)) - tail
        for index in range(head, both):
            self.set_value((*path, index), new[index])
        for index in range(len(old) - tail - 1, both - 1, -1):
            self.remove((*path, index))
        for index in range(both, len(new) - tail):
            self.insert(path, index, new[index])

    def insert(self, path: KeyPath, index: int, value: JsonValue) -> None:
        """Put an entry into the list at ``path``, which is made if it is not there."""
        values = self.values
        if not isinstance(at_path(values, path), list):
            self.set_value(path, [value])
            return
        entries = at_path(values, path)
        self._expect(replaced(values, path, [*entries[:index], as_read(value), *entries[index:]]))
        self._step(self._read().insert_entry(path, index, value))

    def remove(self, path: KeyPath) -> None:
        """Take a key or an entry out."""
        self._step(self._read().remove(path))

    def move(self, path: KeyPath, to: int) -> None:
        """Move an entry to place ``to`` of its list."""
        self._step(self._read().move(path, to))

    def duplicate(self, path: KeyPath) -> None:
        """Put an entry in once more, right behind itself."""
        self._step(self._read().duplicate(path))
