"""Where every key, dash and value of a YAML text stands.

Enters: a text that ``issue/yaml/read.py`` reads without Problems. Leaves: a tree of Values, with the places (from 0, in
characters) between which each of them stands. Made from the parser's events, as the loader's tree is; the two agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from composer.errors import EditRefused
from composer.writing.text import with_blanks_for_old_breaks

_BLANK = re.compile(r"(?:[ \t\r\n]+|(?<![^ \t\r\n])#[^\r\n]*)*")


@dataclass(frozen=True, slots=True)
class Value:
    """A value stands in the text from ``start`` to ``end``: a text, nothing, or the parts of a mapping or a list.

    ``style`` is the mark of a text (``'``, ``"``, ``|``, ``>``, or "" for a plain one); of a mapping or a list in
    brackets it is ``{`` or ``[``, and "" of one on lines of its own. Where nothing is written, start and end are one.
    """

    start: int
    end: int
    content: str | tuple[ValuePart, ...] | None
    style: str = ""
    is_list: bool = False

    @property
    def parts(self) -> tuple[ValuePart, ...]:
        """Return the parts of a mapping or a list; a text has none."""
        return self.content if isinstance(self.content, tuple) else ()

    @property
    def is_collection(self) -> bool:
        """Tell whether this is a mapping or a list."""
        return isinstance(self.content, tuple)

    @property
    def in_brackets(self) -> bool:
        """Tell whether this is a mapping or a list in braces or brackets."""
        return self.is_collection and bool(self.style)

    def plain(self) -> Any:
        """Return the values alone: dict, list, str, None."""
        if not isinstance(self.content, tuple):
            return self.content
        if self.is_list:
            return [part.value.plain() for part in self.content]
        return {part.key: part.value.plain() for part in self.content}


@dataclass(frozen=True, slots=True)
class ValuePart:
    """A key with its value, or an entry of a list (``key`` is None).

    ``start`` is where the key or the dash stands, ``after`` where the colon or the dash ends.
    """

    key: str | None
    start: int
    after: int
    value: Value

    @property
    def end(self) -> int:
        """Tell where the part's last character ends."""
        return max(self.after, self.value.end)


@lru_cache(maxsize=16)
def lay_out(text: str) -> Value:
    """Find the places in a text. Raises EditRefused where it is written in a way that no splice is made for.

    Each text is laid out once: what one edit leaves is what the next one begins with, and nobody changes a Value.
    """
    readable = with_blanks_for_old_breaks(text)
    try:
        return _Layout(readable, yaml.parse(readable, Loader=loader_for(text))).root()
    except (yaml.YAMLError, ValueError) as error:
        raise EditRefused(f"this would be no YAML: {error}") from error


def loader_for(text: str) -> type[yaml.CSafeLoader | yaml.SafeLoader]:
    """Choose libyaml, in C, where it counts characters rightly: it does not behind a byte order mark in the midst."""
    return yaml.CSafeLoader if yaml.__with_libyaml__ and "\ufeff" not in text else yaml.SafeLoader


class _Layout:
    def __init__(self, text: str, events: Iterator[Any]) -> None:
        # Any: an event's type says which of its attributes there are, and is asked before them.
        self._text = text
        self._events = events

    def root(self) -> Value:
        for event in self._events:
            if isinstance(event, MappingStartEvent):
                return self._mapping(event)
        raise EditRefused("the text has no keys and values")

    def _value(self, event: Any, *, after: int) -> Value:
        """Read the value that stands somewhere behind ``after``; nothing stands there if the text is empty."""
        if isinstance(event, ScalarEvent):
            return self._scalar(event, after)
        return self._mapping(event) if isinstance(event, MappingStartEvent) else self._list(event)

    def _scalar(self, event: Any, after: int) -> Value:
        start, end = event.start_mark.index, event.end_mark.index
        style = event.style or ""
        if not style and event.value == "":
            return Value(after, after, None)
        if style in ("|", ">"):
            end = self._block_end(start, end)
        content = None if not style and event.value in ("~", "null") else event.value
        return Value(start, end, content, style)

    def _block_end(self, start: int, end: int) -> int:
        """Find the end of a literal text without the blank lines below it, unless ``+`` makes them part of it."""
        written = self._text[start:end]
        header, _, body = written.partition("\n")
        if not body.strip(" \t\r\n"):
            return start + len(header.rstrip())
        if "+" in header.partition("#")[0]:
            return start + len(re.sub(r"\r?\n\Z", "", written))
        # Blanks at the end of its last line are part of the text.
        last = max(found.end() for found in re.finditer(r"[^\r\n]*[^ \t\r\n][^\r\n]*", written))
        return start + last

    def _mapping(self, event: Any) -> Value:
        start, in_braces = event.start_mark.index, bool(event.flow_style)
        if in_braces and self._text[start] != "{":
            raise EditRefused(f"line {event.start_mark.line + 1} has a key without braces among brackets")
        parts: list[ValuePart] = []
        at = start + in_braces
        while not isinstance(key := self._event(), MappingEndEvent):
            first = self._next(at, skipped=",")
            if not isinstance(key, ScalarEvent) or self._text[first] == "?" or _place(key)[0] != first:
                raise EditRefused(f"there is a key that begins with a question mark, or none, before {_place(key)[1]}")
            name = key.value if key.style or key.value not in ("~", "null") else ""
            after = self._behind_colon(_place(key)[1])
            part = ValuePart(name, first, after, self._value(self._event(), after=after))
            parts.append(part)
            at = part.end
        end = _place(key)[1] if in_braces else max((part.end for part in parts), default=start)
        return Value(start, end, tuple(parts), "{" if in_braces else "")

    def _behind_colon(self, at: int) -> int:
        colon = self._next(at)
        return colon + 1 if self._text[colon : colon + 1] == ":" else at

    def _list(self, event: Any) -> Value:
        start, in_brackets = event.start_mark.index, bool(event.flow_style)
        parts: list[ValuePart] = []
        at = start + in_brackets
        while not isinstance(inner := self._event(), SequenceEndEvent):
            first = self._next(at, skipped=",")
            after = first if in_brackets else first + 1
            value = self._value(inner, after=after)
            part = ValuePart(None, value.start if in_brackets else first, after, value)
            parts.append(part)
            at = part.end
        end = _place(inner)[1] if in_brackets else max((part.end for part in parts), default=start)
        return Value(start, end, tuple(parts), "[" if in_brackets else "", is_list=True)

    def _event(self) -> Any:
        return next(self._events)

    def _next(self, at: int, skipped: str = "") -> int:
        """Find the first character behind ``at`` that is no blank, no comment and not ``skipped``."""
        found = _BLANK.match(self._text, at)
        at = found.end() if found else at
        return self._next(at + 1) if skipped and self._text[at : at + 1] == skipped else at


def _place(event: Any) -> tuple[int, int]:
    """Say where an event begins and ends; Any, for its marks could be missing in an event that is made by hand."""
    return event.start_mark.index, event.end_mark.index
