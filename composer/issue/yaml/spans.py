"""Which characters of a YAML text stand where in the file.

Enters: a text's value and the piece of the file that it was written as. Leaves: its Spans. YAML folds lines,
drops indentation and decodes escapes; this walks both sides together and starts a new Span wherever they part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.errors import Position
from composer.issue.source import Span

_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}


def text_spans(value: str, written: str, *, style: str | None, start: Position) -> tuple[Span, ...]:
    """Find where each piece of ``value`` was written, in order.

    ``written`` is the file's text from ``start`` to the value's end; ``style`` is the mark that YAML has for the way of
    writing: ``|``, ``>``, a quote, or nothing for a plain text.
    """
    quote = style or ""
    if value and written == f"{quote}{value}{quote}":
        return (Span(0, Position(start.file, start.line, start.column + len(quote))),)
    if style in ("|", ">"):
        return tuple(_block_spans(value, written, start))
    return tuple(_flow_spans(value, written, quote, start))


def _block_spans(value: str, written: str, start: Position) -> Iterator[Span]:
    """A text after ``|`` or ``>``: every written line, less its indentation, is found again in the value."""
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


def _flow_spans(value: str, written: str, quote: str, start: Position) -> Iterator[Span]:
    """A plain or quoted text: unit by unit (a character or an escape), skipping the blanks that YAML folds."""
    at, line, column = 0, start.line, start.column + len(quote)
    drift: tuple[int, int] | None = None
    for unit in _units(written[len(quote) : len(written) - len(quote)], quote):
        if _LINE_BREAK.search(unit):
            line, column = line + 1, 1
            continue
        if not unit.isspace():
            # Folding makes fewer blanks of line breaks and indentation; the value catches up at the next word.
            while at < len(value) and value[at].isspace() and not unit.startswith("\\"):
                at += 1
        if at < len(value) and (len(unit) > 1 or unit == value[at]):
            if drift != (line, column - at):
                drift = (line, column - at)
                yield Span(at, Position(start.file, line, column))
            at += 1
        column += len(unit)


def _units(written: str, quote: str) -> Iterator[str]:
    """The text in pieces that stand for one character, a line break, or an escaped line break."""
    index = 0
    while index < len(written):
        size = 1
        if written.startswith("\r\n", index) or (quote == "'" and written.startswith("''", index)):
            size = 2
        elif quote == '"' and written[index] == "\\":
            size = 2 + _ESCAPE_DIGITS.get(written[index + 1 : index + 2], 0) + written.startswith("\r\n", index + 1)
        yield written[index : index + size]
        index += size
