"""A file that an author writes, as text and as values: an issue, a translation, a newsletter or a theme.

Enters: the bytes of a file, its name and its shape. Leaves: a Document, which never changes: an edit makes another one
(``editing.py``). A file with a mistake in how it is written has its Problems and its text, and no values.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from composer.errors import EditRefused, Problem
from composer.issue.markdown.read import read_markdown
from composer.issue.source import KeyPath
from composer.issue.tree import plain
from composer.issue.yaml.read import read_yaml
from composer.writing.places import Located, locate
from composer.writing.shape import Shape
from composer.writing.text import FileText, Utf16Offsets, version_of
from composer.writing.values import JsonValue, at_path


@dataclass(frozen=True)
class Document:
    """One file as it is: its text, what it says, and what is wrong with how it is written.

    ``version`` names its bytes; ``values`` is None where it cannot be read.
    """

    name: str
    file: FileText
    shape: Shape
    values: JsonValue
    problems: tuple[Problem, ...]

    @property
    def is_markdown(self) -> bool:
        """Tell whether the file is an ``issue.md``."""
        return self.name.endswith(".md")

    @property
    def text(self) -> str:
        """The text without a byte order mark, its line breaks as they are."""
        return self.file.text

    @cached_property
    def version(self) -> str:
        """Name this content: the same bytes have the same version."""
        return version_of(self.file.encoded())

    @property
    def can_be_edited(self) -> bool:
        """Tell whether its values can be edited one by one; its text always can."""
        return self.values is not None and not self.problems

    def with_text(self, text: str) -> Document:
        """Read another text as this file."""
        return _read(self.name, self.file.with_text(text), self.shape)

    @cached_property
    def places(self) -> dict[KeyPath, Located]:
        """Where each value stands; empty where the file cannot be edited value by value."""
        if not self.can_be_edited:
            return {}
        try:
            return locate(self.text, self.shape.kinds, is_markdown=self.is_markdown)
        except EditRefused:
            return {}

    def as_json(self) -> dict[str, Any]:
        """Make what the browser gets of the file: see ``composer/writing/__init__.py``."""
        places, offset = self.places, Utf16Offsets(self.text)
        line_of = _Lines(self.text)
        fields = [
            {
                "path": list(path),
                "span": [offset(place.start), offset(place.end)],
                "lines": [line_of(place.start), line_of(place.end)],
            }
            for path, place in places.items()
        ]
        return {
            "name": self.name,
            "format": "markdown" if self.is_markdown else "yaml",
            "version": self.version,
            "text": self.text,
            "can_be_edited": self.can_be_edited,
            "problems": [problem_as_json(problem) for problem in self.problems],
            "values": self.values,
            "blocks": self._blocks(offset, line_of),
            "fields": fields,
        }

    def _blocks(self, offset: Utf16Offsets, line_of: _Lines) -> list[dict[str, Any]]:
        blocks = at_path(self.values, ("blocks",))
        listed: list[dict[str, Any]] = []
        for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
            place = self.places.get(("blocks", index))
            said = block if isinstance(block, dict) else {}
            listed.append(
                {
                    "index": index,
                    "kind": said.get("block"),
                    "id": said.get("id"),
                    "values": said,
                    "span": [offset(place.start), offset(place.end)] if place else None,
                    "lines": [line_of(place.start), line_of(place.end)] if place else None,
                }
            )
        return listed


class _Lines:
    """Tells the line (from 1) of a place in a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]

    def __call__(self, at: int) -> int:
        return bisect.bisect_right(self._starts, at)


def read_document(name: str, data: bytes, *, shape: Shape) -> Document:
    """Read a file. Raises EditRefused only if it is not UTF-8; all else that is wrong is among its Problems."""
    return _read(name, FileText.of(data), shape)


def _read(name: str, file: FileText, shape: Shape) -> Document:
    data = file.encoded()
    found: Sequence[Problem]
    if name.endswith(".md"):
        tree, found = read_markdown(data, file=Path(name), kinds=shape.kinds)
    else:
        tree, found = read_yaml(data, file=Path(name))
    return Document(name, file, shape, None if tree is None else plain(tree), tuple(found))


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """Make JSON of a Problem: its line and column count from 1."""
    place = problem.position
    return {"line": place.line, "column": place.column, "message": problem.message, "hint": problem.hint}
