"""YAML as authors need it: every value a text, with its place; nothing clever, nothing dangerous.

Enters: the bytes of one file. Leaves: a tree of Nodes and the Problems found on the way; never an exception.

Three decisions. Plain values stay texts as written: ``11:00``, ``no``, ``03`` and ``2020-03-31`` mean what an
author sees, and the model decides what they are. Aliases, anchors and tags are refused: nobody writing a
newsletter needs them, and they let a small file grow without end. Problems are collected, not raised, and the
tree that could be read is kept, so that one run tells everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from composer.errors import Position, Problem
from composer.issue.tree import Entry, Node
from composer.issue.yaml.errors import explain_syntax
from composer.issue.yaml.rereading import Reading, read_edited
from composer.issue.yaml.spans import text_spans

MAX_SIZE_BYTES = 5_000_000
MAX_DEPTH = 20
# YAML 1.1 ends a line at these, which editors do not show, and layout programs leave in copied text.
_LINE_BREAKS_OF_OLD = str.maketrans(dict.fromkeys("\x85\u2028\u2029", " "))
_SWALLOWED = re.compile(r"[ \t]*:[ \t]+#[\w{]")


class _Stop(Exception):
    """Reading further would only produce noise."""


def read_yaml(data: bytes, *, file: Path) -> tuple[Node | None, list[Problem]]:
    """The tree of a file whose root is a mapping, if there is one, and everything wrong with how it is written."""
    tree, problems = _read_once(data, file)
    return tree, list(problems)


@lru_cache(maxsize=16)
def _read_once(data: bytes, file: Path) -> tuple[Node | None, tuple[Problem, ...]]:
    """A preview reads every file of an issue at each save, though only one has changed. Trees are never changed."""
    problems: list[Problem] = []
    text = decode(data, file=file, problems=problems)
    if text is None:
        return None, tuple(problems)

    def parse(piece: str, lines_before: int) -> Node | None:
        wrong: list[Problem] = []
        tree = read_yaml_text(piece, file=file, problems=wrong, lines_before=lines_before)
        return None if wrong else tree

    last = _last_of(file)
    tree = read_edited(last.reading, text, parse=parse) if last.reading else None
    if tree is None:
        tree = read_yaml_text(text, file=file, problems=problems)
    if tree is not None and not problems:
        last.reading = Reading(text, tree)
    return tree, tuple(problems)


@dataclass(slots=True)
class _Last:
    """The last reading of a file that had no mistake."""

    reading: Reading | None = None


@lru_cache(maxsize=16)
def _last_of(_: Path) -> _Last:
    """Of one file: what its next save is compared with."""
    return _Last()


def read_yaml_text(
    text: str, *, file: Path, problems: list[Problem], lines_before: int = 0, where: str = "the file"
) -> Node | None:
    """The tree of a text that stands in ``file`` after ``lines_before`` lines; adds to ``problems``."""
    piece = _Piece(file, lines_before, where)
    reader = _Reader(text, piece, problems)
    try:
        return reader.document()
    except _Stop:
        return None
    except MarkedYAMLError as error:
        problem = explain_syntax(error, file=file, lines_before=lines_before)
        # A line with a refused * or & often stops the parser too; the first reason is the true one.
        if problem.position.line not in {told.position.line for told in problems}:
            problems.append(problem)
        return None
    except ReaderError as error:
        position = piece.after(text[: error.position])
        problems.append(Problem(position, "a character that no text can hold (a control character)", "delete it"))
        return None
    except (YAMLError, ValueError, OverflowError) as error:
        # The scanner decodes escapes such as \\UFFFFFFFF without checking their range.
        problems.append(Problem(piece.start, f"this is not YAML: {error}"))
        return None


def decode(data: bytes, *, file: Path, problems: list[Problem]) -> str | None:
    """The text of a file, or None and a problem."""
    if len(data) > MAX_SIZE_BYTES:
        words = f"the file has {len(data):,} bytes; at most {MAX_SIZE_BYTES:,} can be read"
        problems.append(Problem(Position(file, 1, 1), words, "are pictures or other data pasted into it?"))
        return None
    try:
        return data.decode("utf-8-sig").translate(_LINE_BREAKS_OF_OLD)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        problems.append(
            Problem(
                _Piece(file).after(before),
                f"the file is not UTF-8 text (byte 0x{data[error.start]:02x})",
                "save it again in your editor with the encoding UTF-8",
            )
        )
        return None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where a text stands: in which file, after how many lines, and what it is called in a sentence."""

    file: Path
    lines_before: int = 0
    name: str = "the file"

    @property
    def start(self) -> Position:
        return Position(self.file, self.lines_before + 1, 1)

    def at(self, line: int, column: int) -> Position:
        """A place by the parser's count, which begins with 0."""
        return Position(self.file, self.lines_before + line + 1, column + 1)

    def after(self, before: str) -> Position:
        """The place that follows the piece's first characters."""
        return self.at(before.count("\n"), len(before) - before.rfind("\n") - 1)


class _Reader:
    """Builds the tree from the parser's events; refuses as it goes, so that nothing grows."""

    def __init__(self, text: str, piece: _Piece, problems: list[Problem]) -> None:
        self._text = text
        self._piece = piece
        self._problems = problems
        # An explicit width of the type: the parser's stubs know only that it is an iterator.
        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)

    def document(self) -> Node | None:
        event = next(self._events, None)
        while event is not None and not isinstance(event, DocumentStartEvent):
            event = next(self._events, None)
        if event is None:
            self._problems.append(Problem(self._piece.start, f"{self._piece.name} is empty"))
            return None
        root = self._node(next(self._events), depth=0)
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._refuse(event, "a second document begins here (---)", "one file is one document; delete the line")
                break
        if not isinstance(root.content, dict):
            self._problems.append(
                Problem(
                    root.position,
                    f"{self._piece.name} must consist of keys and values",
                    'such as "subject: Spring news"',
                )
            )
            return None
        return root

    def _node(self, event: Event, *, depth: int) -> Node:
        self._refuse_cleverness(event)
        position = self._place(event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, position)
        if depth >= MAX_DEPTH:
            self._refuse(event, f"this is nested more than {MAX_DEPTH} levels deep", "use fewer levels of indentation")
            raise _Stop
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(event := next(self._events), SequenceEndEvent):
                items.append(self._node(event, depth=depth + 1))
            return Node(position, items)
        if isinstance(event, MappingStartEvent):
            return Node(position, self._entries(depth))
        return Node(position, None)  # an alias, refused above

    def _entries(self, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            position = self._place(event)
            key = self._node(event, depth=depth + 1)
            value = self._value(next(self._events), after=event, depth=depth + 1)
            if not isinstance(key.content, str | None):
                self._refuse(
                    event,
                    "braces or brackets stand where a key was expected",
                    'put a text that begins with {{, { or [ in quotes: "{{ subscriber.first_name }}"',
                )
                raise _Stop
            name = key.content or ""
            if name in entries:
                first = entries[name].position.line
                self._refuse(event, f"the key {name!r} is here a second time", f"the first one is in line {first}")
            else:
                entries[name] = Entry(position, value)
        return entries

    def _value(self, event: Event, *, after: Event, depth: int) -> Node:
        """The value of the key ``after``. The parser places a value that is not there at whatever comes next."""
        if not (isinstance(event, ScalarEvent) and event.style is None and event.value == ""):
            return self._node(event, depth=depth)
        self._refuse_cleverness(event)
        if _SWALLOWED.match(self._text, after.end_mark.index):
            self._refuse(after, "what begins with # is a comment, so this is empty", 'put it in quotes: "#0b5fff"')
        return Node(self._place(after), None)

    def _scalar(self, event: ScalarEvent, position: Position) -> Node:
        if event.style is None and event.value in ("", "~", "null"):
            return Node(position, None)
        written = self._text[event.start_mark.index : event.end_mark.index]
        return Node(position, event.value, text_spans(event.value, written, style=event.style, start=position))

    def _refuse_cleverness(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._refuse(event, "a value that begins with * refers to another one, which is not possible here", _QUOTE)
        elif getattr(event, "anchor", None) is not None:
            self._refuse(event, "a value that begins with & names it for later, which is not possible here", _QUOTE)
        elif (tag := getattr(event, "tag", None)) is not None:
            self._refuse(event, f"a value that begins with ! has a type ({tag}), which is not possible here", _QUOTE)

    def _refuse(self, event: Event, message: str, hint: str) -> None:
        self._problems.append(Problem(self._place(event), message, hint))

    def _place(self, event: Event) -> Position:
        return self._piece.at(event.start_mark.line, event.start_mark.column)


_QUOTE = "if it is meant as text, put the whole value in quotes"
