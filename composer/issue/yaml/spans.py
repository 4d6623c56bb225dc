"""It is found out which characters of a YAML text stand where in the file.

Enters: a text's value and the piece of the file that it was written as. Leaves: its Spans. YAML folds lines,
drops indentation and decodes escapes; a new Span begins wherever that moves one side against the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.errors import Position
from composer.issue.source import Span

_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
# What stands for one character of the value, or, a backslash at a line's end, for none.
_ESCAPES = {
    "": re.compile(r"(?!)"),
    "'": re.compile(r"''"),
    '"': re.compile(r"\\(?:x.{2}|u.{4}|U.{8}|.|$)"),
}


def text_spans(value: str, written: str, *, style: str | None, start: Position) -> tuple[Span, ...]:
    """Find where each piece of ``value`` was written, in order.

    ``written`` is the file's text from ``start`` to the value's end; ``style`` is the mark that YAML has for the way of
    writing: ``|``, ``>``, a quote, or nothing for a plain text.
    """
    quote = style or ""
    if value == written:
        return (Span(0, start),)
    if value and written == f"{quote}{value}{quote}":
        return (Span(0, Position(start.file, start.line, start.column + len(quote))),)
    if style in ("|", ">"):
        return tuple(_block_spans(value, written, start))
    return tuple(_flow_spans(written, quote, start))


def _block_spans(value: str, written: str, start: Position) -> Iterator[Span]:
    """Find the spans of a text after ``|`` or ``>``: each line, less its indentation, stands in the value as well."""
    _, *lines = _LINE_BREAK.split(written)
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    if not indents:
        return
    explicit = re.match(r"[|>][+-]?[1-9]", written)
    indent = min(indents) if explicit else indents[0]
    at = 0
    for number, line in enumerate(lines, start.line + 1):
        content = line[indent:]
        if not content:
            continue
        found = value.find(content, at)
        if found < 0:
            continue
        yield Span(found, Position(start.file, number, indent + 1))
        at = found + len(content)


def _flow_spans(written: str, quote: str, start: Position) -> Iterator[Span]:
    """Find the spans of a plain or quoted text, line by line.

    One line break is folded into a blank, n of them into n - 1 line breaks.
    """
    lines = _LINE_BREAK.split(written[len(quote) : len(written) - len(quote)])
    at, empty, goes_on = 0, 0, False
    drift: tuple[int, int] | None = None
    for number, text in enumerate(lines):
        first = len(text) - len(text.lstrip(" \t")) if number else 0
        after = _end_of_words(text, quote) if number < len(lines) - 1 else len(text)
        if first >= after:
            empty += number > 0
            continue
        if number:
            at += empty if goes_on or empty else 1
        empty, goes_on = 0, False
        left = 1 if number else start.column + len(quote)
        for begin, size in _stretches(text, first, after, _ESCAPES[quote]):
            goes_on = size == 0
            if size and drift != (number, left + begin - at):
                drift = (number, left + begin - at)
                yield Span(at, Position(start.file, start.line + number, left + begin))
            at += size


def _end_of_words(text: str, quote: str) -> int:
    """Find where a line ends that goes on below: its blanks are dropped, but for one behind a backslash."""
    words = text.rstrip(" \t")
    is_escaped = quote == '"' and (len(words) - len(words.rstrip("\\"))) % 2 == 1
    return min(len(words) + is_escaped, len(text))


def _stretches(text: str, first: int, after: int, escapes: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Find where each stretch of the line begins, and how many characters of the value it makes."""
    for escape in escapes.finditer(text, first, after):
        if escape.start() > first:
            yield first, escape.start() - first
        yield escape.start(), len(escape[0]) > 1
        first = escape.end()
    if after > first:
        yield first, after - first
