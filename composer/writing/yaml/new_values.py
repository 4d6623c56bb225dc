"""New keys and entries are written as the rest of the file is: with its indentation, its dashes and its line breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from composer.issue.source import KeyPath
from composer.writing.yaml.layout import Value
from composer.writing.yaml.scalars import Place, new_plain, new_scalar


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is written: how far a key stands right of the one above, and a dash right of its list's key."""

    step: int = 2
    dash: int = 2
    line_break: str = "\n"

    @classmethod
    def of(cls, text: str, root: Value, line_break: str) -> Manner:
        """Find out how a file is written by the first places that show it."""
        steps: list[tuple[int, int]] = []
        dashes: list[tuple[int, int]] = []
        waiting = [root]
        while waiting:
            value = waiting.pop()
            for part in value.parts if not value.in_brackets else ():
                inner = part.value
                waiting.append(inner)
                if part.key is None or not inner.parts or inner.in_brackets:
                    continue
                right = column(text, inner.parts[0].start) - column(text, part.start)
                (dashes if inner.is_list else steps).append((inner.start, right))
        step = min(steps, default=(0, 2))[1]
        return cls(step if step > 0 else 2, min(dashes, default=(0, 2))[1], line_break)


def column(text: str, at: int) -> int:
    """Count the characters that stand left of this place on its line."""
    return at - (text.rfind("\n", 0, at) + 1)


@dataclass(frozen=True, slots=True)
class ValueWriter:
    """Writes values that were not there. ``is_prose`` tells of a path whether its texts are Markdown."""

    manner: Manner
    is_prose: Callable[[KeyPath], bool]

    def behind_key(self, value: Any, path: KeyPath, *, indent: int) -> str:
        """Write what follows the colon of a key that stands ``indent`` characters from the left."""
        if isinstance(value, Mapping) and value:
            inner = indent + self.manner.step
            return self._lines_of(self.entries(value, path, indent=inner), inner)
        if isinstance(value, list | tuple) and value:
            if all(not isinstance(item, Mapping | list | tuple) for item in value):
                return " " + self.in_brackets(value)
            inner = indent + self.manner.dash
            items = [f"- {self.behind_dash(item, (*path, number), indent=inner)}" for number, item in enumerate(value)]
            return self._lines_of(items, inner)
        return " " + self._scalar(value, path, indent + self.manner.step)

    def _lines_of(self, parts: Sequence[str], indent: int) -> str:
        return "".join(f"{self.manner.line_break}{' ' * indent}{part}" for part in parts)

    def behind_dash(self, value: Any, path: KeyPath, *, indent: int) -> str:
        """Write what follows a dash and a blank; the dash stands ``indent`` characters from the left."""
        if isinstance(value, Mapping) and value:
            inner = indent + 2
            return f"{self.manner.line_break}{' ' * inner}".join(self.entries(value, path, indent=inner))
        if isinstance(value, list | tuple):
            return self.in_brackets(value)
        return self._scalar(value, path, indent + 2)

    def entries(self, value: Mapping[str, Any], path: KeyPath, *, indent: int) -> list[str]:
        """Write keys with their values. The first line of each is not indented yet."""
        return [self.entry(key, inner, path, indent=indent) for key, inner in value.items()]

    def entry(self, key: str, value: Any, path: KeyPath, *, indent: int) -> str:
        """Write one key with its value; all lines but the first are indented by ``indent`` and more."""
        name = new_scalar(key, Place(0, in_brackets=True))
        return f"{name}:{self.behind_key(value, (*path, key), indent=indent)}".rstrip(" ")

    def in_brackets(self, value: Any) -> str:
        """Write a value on one line."""
        if isinstance(value, Mapping):
            inner = (f"{self.in_brackets(key)}: {self.in_brackets(one)}" for key, one in value.items())
            return "{" + ", ".join(inner) + "}"
        if isinstance(value, list | tuple):
            return "[" + ", ".join(map(self.in_brackets, value)) + "]"
        return self._scalar(value, (), 0, in_brackets=True) or "null"

    def _scalar(self, value: Any, path: KeyPath, indent: int, *, in_brackets: bool = False) -> str:
        place = Place(indent, in_brackets, self.manner.line_break)
        if value is None:
            return ""
        if isinstance(value, Mapping | list | tuple):
            return self.in_brackets(value)  # an empty one
        if isinstance(value, bool | int | float):
            return new_plain(as_text(value), place)
        return new_scalar(value, place, is_prose=bool(path) and self.is_prose(path))


def as_text(value: bool | int | float) -> str:
    """Spell a number, or yes and no, as a file has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
