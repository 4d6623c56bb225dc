"""YAML is read as authors need it: every value is a text, with its place; nothing is clever, nothing is dangerous.

Enters: the bytes of one file. Leaves: a tree of Nodes and the Problems found on the way; never an exception.

Three decisions. Plain values stay texts as written: ``11:00``, ``no``, ``03`` and ``2020-03-31`` mean what an
author sees, and the model decides what they are. Aliases, anchors and tags are refused: nobody writing a
newsletter needs them, and they let a small file grow without end. Problems are collected, not raised, and the
tree that could be read is kept, so that one run tells everything.

PyYAML has two parsers, which give the same events. libyaml, in C, reads what has no mistake, some fifty times as
fast; where it stops, PyYAML's own parser in Python reads again and says why, in words that ``errors.py`` knows. Where
PyYAML was built without libyaml, the one in Python reads everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from composer.errors import Position, Problem
from composer.issue.tree import Entry, Node
from composer.issue.yaml.causes import quoted
from composer.issue.yaml.errors import (
    ALIAS,
    ANCHOR,
    BESIDE_BLOCK,
    BRACES_AS_KEY,
    PASTED,
    QUOTE_WHOLE,
    TAG,
    TOO_MANY,
    explain_syntax,
)
from composer.issue.yaml.excerpt import Excerpt
from composer.issue.yaml.spans import text_spans

MAX_SIZE_BYTES = 5_000_000
MAX_DEPTH = 20
MAX_VALUES = 20_000  # keys and values together; a long issue has a thousand, and each is judged again and again
# YAML 1.1 ends a line at these, which editors do not show, and layout programs leave in copied text.
_LINE_BREAKS_OF_OLD = ("\x85", "\u2028", "\u2029")
_SWALLOWED = re.compile(r"[ \t]*:[ \t]+#[\w{]")
_MARK = re.compile(r"(?P<word>[*&!][^\s,\[\]{}:]++)(?![ \t]*:)(?P<alone>(?=[ \t]*[,\]}]))?")
_MARKS = ("scanning an alias", "scanning an anchor", "scanning a tag", "parsing a tag", "parsing a node")
"""What the parser was doing when such a word stopped it."""
_MAX_STOPS = 10
"""So many are told in one run, for each takes a reading; one in a file that is longer than any newsletter."""
_LONG = 200_000
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*(?:[ \t].*)?(?:[\r\n]|$)")

_Loader = type[yaml.CSafeLoader | yaml.SafeLoader]


class _Stop(Exception):
    """Reading further would only produce noise."""


def read_yaml(data: bytes, *, file: Path) -> tuple[Node | None, list[Problem]]:
    """Read the tree of a file whose root is a mapping, if there is one, and tell all that is wrong in it."""
    tree, problems = _read_once(data, file)
    return tree, list(problems)


@lru_cache(maxsize=16)
def _read_once(data: bytes, file: Path) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read each content once: a preview asks for every file of an issue at each save, though only one has changed.

    The same tree may be given again, because nobody changes a tree.
    """
    problems: list[Problem] = []
    text = decode(data, file=file, problems=problems)
    tree = None if text is None else read_yaml_text(text, file=file, problems=problems)
    return tree, tuple(problems)


def read_yaml_text(
    text: str, *, file: Path, problems: list[Problem], lines_before: int = 0, where: str = "the file"
) -> Node | None:
    """Read the tree of a text that stands in ``file`` after ``lines_before`` lines; adds to ``problems``."""
    excerpt = Excerpt(file, lines_before, where)
    found: list[Problem] = []
    try:
        tree = _read_with(_loader_for(text), text, excerpt, found)
    except (yaml.YAMLError, ValueError):
        return _read_for_its_mistakes(text, excerpt, problems)
    problems.extend(found)
    return tree


def _loader_for(text: str) -> _Loader:
    # The two count differently behind a byte order mark in the midst of a text.
    return yaml.CSafeLoader if yaml.__with_libyaml__ and "\ufeff" not in text else yaml.SafeLoader


def _read_with(loader: _Loader, text: str, excerpt: Excerpt, problems: list[Problem]) -> Node | None:
    try:
        return _Reader(text, excerpt, problems, loader).document()
    except _Stop:
        return None


def _read_for_its_mistakes(text: str, excerpt: Excerpt, problems: list[Problem]) -> Node | None:
    """Read with the parser in Python, which says what stops it. Behind a ``*``, ``&`` or ``!`` it is made to go on."""
    stops: list[Problem] = []
    for _ in range(_MAX_STOPS if len(text) < _LONG else 1):
        found: list[Problem] = []
        tree, stop, text = _read_until_it_stops(text, excerpt, found)
        # A line with a refused * or & often stops the parser too; the first reason is the true one.
        if stop is not None and stop.position.line not in {told.position.line for told in (*found, *stops)}:
            stops.append(stop)
        if not text:
            break
    problems += (*found, *stops)
    return tree


def _read_until_it_stops(text: str, excerpt: Excerpt, found: list[Problem]) -> tuple[Node | None, Problem | None, str]:
    """Read the tree, or tell what stops the parser and, if it can go on, the text to go on with."""
    try:
        return _read_with(yaml.SafeLoader, text, excerpt, found), None, ""
    except yaml.MarkedYAMLError as error:
        stop = explain_syntax(error, file=excerpt.file, text=text, lines_before=excerpt.lines_before)
        return None, stop, _without_mark(text, error)
    except ReaderError as error:
        words = "a character that no text can hold (a control character)"
        return None, Problem(excerpt.after(text[: error.position]), words, "delete it"), ""
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The scanner decodes escapes such as \\UFFFFFFFF without checking their range.
        return None, Problem(excerpt.start, f"this is not YAML: {error}"), ""


def _without_mark(text: str, error: yaml.MarkedYAMLError) -> str:
    """Put nothing in the place of the ``*emphasis*``, ``&amp;`` or ``!tag`` that the parser cannot read.

    It has the same length. "" if that is not what is wrong.
    """
    begins = error.context_mark.index if error.context_mark is not None else len(text)
    mark = _MARK.match(text, begins) if (error.context or "").endswith(_MARKS) else None
    if mark is None:
        return ""
    nothing = ("~" if mark["alone"] is not None else "").ljust(len(mark["word"]))
    # The other halves of *emphasis* go too: alone, they would be told as a slip of Markdown.
    rest, line_break, below = text[mark.end("word") :].partition("\n")
    return text[:begins] + nothing + (rest.replace("*", " ") if mark["word"][0] == "*" else rest) + line_break + below


def decode(data: bytes, *, file: Path, problems: list[Problem]) -> str | None:
    """Decode the text of a file; None, and a Problem, if that cannot be."""
    if len(data) > MAX_SIZE_BYTES:
        words = f"the file has {len(data):,} bytes; at most {MAX_SIZE_BYTES:,} can be read"
        problems.append(Problem(Position(file, 1, 1), words, "are pictures or other data pasted into it?"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        problems.append(
            Problem(
                Excerpt(file).after(before),
                f"the file is not UTF-8 text (byte 0x{data[error.start]:02x})",
                "save it again in your editor with the encoding UTF-8",
            )
        )
        return None
    for line_break in _LINE_BREAKS_OF_OLD:
        text = text.replace(line_break, " ")
    return text


class _Reader:
    """Builds the tree from the parser's events; refuses as it goes, so that nothing grows."""

    def __init__(self, text: str, excerpt: Excerpt, problems: list[Problem], loader: _Loader) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._first_line = excerpt.lines_before + 1
        self._dashless: list[Node] = []  # entries of the list that is read, which begin without a dash
        self._excerpt = excerpt
        self._problems = problems
        # Any: an event's type says which of its attributes there are, and is asked before them.
        self._events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self._values_left = MAX_VALUES

    def document(self) -> Node | None:
        event = next(self._events, None)
        while event is not None and not isinstance(event, DocumentStartEvent):
            event = next(self._events, None)
        if event is None:
            self._problems.append(Problem(self._excerpt.start, f"{self._excerpt.name} is empty"))
            return None
        begins = self._place(event)
        root = self._node(next(self._events), depth=0)
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._refuse(event, "a second document begins here (---)", "one file is one document; delete the line")
                return None  # what is missing above may stand below
        if not isinstance(root.content, dict):
            self._problems.append(
                Problem(
                    begins if root.content is None else root.position,  # nothing may stand below the last line
                    f"{self._excerpt.name} must consist of keys and values",
                    'such as "subject: Spring news"',
                )
            )
            return None
        return root

    def _node(self, event: Any, *, depth: int) -> Node:
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
                items += self._dashless
                self._dashless = []
            return Node(position, items)
        if isinstance(event, MappingStartEvent):
            return Node(position, self._entries(depth))
        return Node(position, None)  # an alias, refused above

    def _entries(self, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        whole: dict[str, Entry] | None = None
        more: list[Node] = []
        while not isinstance(event := next(self._events), MappingEndEvent):
            name = self._key(event)
            value = self._value(next(self._events), after=event, depth=depth + 1)
            if name in entries and len(entries) > 1 and name == next(iter(entries)) and self._has_dash(entries[name]):
                shown = value.content if isinstance(value.content, str) else ""
                hint = f"write - {name}: {shown}".rstrip(": ") + ", with the dash under those above"
                self._refuse(event, f"a second {name!r} begins here: an entry of the list without its dash", hint)
                entries = {name: Entry(self._place(event), value)}
                more.append(Node(self._place(event), entries))
            elif name in entries:
                first = entries[name].position.line
                self._refuse(event, f"the key {name!r} is here a second time", f"the first one is in line {first}")
            else:
                entries[name] = Entry(self._place(event), value)
                whole = whole if whole is not None else entries
        self._dashless = more
        return entries if whole is None else whole

    def _has_dash(self, entry: Entry) -> bool:
        """Whether the key is the first of an entry of a list."""
        line = self._lines[entry.position.line - self._first_line]
        return line[: entry.position.column - 1].strip() == "-" or line.strip() == "-"

    def _key(self, event: Any) -> str:
        self._refuse_cleverness(event)
        if isinstance(event, ScalarEvent | AliasEvent):
            return "" if isinstance(event, AliasEvent) or _is_nothing(event) else event.value
        self._refuse(event, *BRACES_AS_KEY)
        raise _Stop

    def _value(self, event: Any, *, after: Any, depth: int) -> Node:
        """Read the value of the key ``after``. The parser places a value that is not there at whatever comes next."""
        if not (isinstance(event, ScalarEvent) and not event.style and event.value == ""):
            return self._node(event, depth=depth)
        self._refuse_cleverness(event)
        if _SWALLOWED.match(self._text, after.end_mark.index):
            line = self._lines[after.start_mark.line]
            words = quoted(line[line.index("#") :].strip())
            hint = f"write {after.value}: {words}"
            self._refuse(after, "what begins with # is a comment, so this is empty", hint)
        return Node(self._place(after), None)

    def _scalar(self, event: Any, position: Position) -> Node:
        if _is_nothing(event):
            return Node(position, None)
        written = self._text[event.start_mark.index : event.end_mark.index]
        if event.style in ("|", ">") and not _BLOCK_HEADER.match(written):
            self._refuse(event, *BESIDE_BLOCK)  # libyaml takes it for a comment: |# Title
        return Node(position, event.value, text_spans(event.value, written, style=event.style, start=position))

    def _refuse_cleverness(self, event: Any) -> None:
        self._values_left -= 1
        if self._values_left < 0:
            self._refuse(event, TOO_MANY.format(self._excerpt.name, MAX_VALUES), PASTED)
            raise _Stop
        if isinstance(event, AliasEvent):
            self._refuse(event, ALIAS, QUOTE_WHOLE)
        elif event.anchor is not None:
            self._refuse(event, ANCHOR, QUOTE_WHOLE)
        elif event.tag is not None:
            self._refuse(event, TAG.format(f" ({event.tag})"), QUOTE_WHOLE)

    def _refuse(self, event: Any, message: str, hint: str) -> None:
        self._problems.append(Problem(self._place(event), message, hint))

    def _place(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self._excerpt.file, mark.line + self._first_line, mark.column + 1)


def _is_nothing(event: ScalarEvent) -> bool:
    return not event.style and event.value in ("", "~", "null")
