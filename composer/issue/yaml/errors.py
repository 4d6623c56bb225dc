"""What the YAML parser complains about, in the words of someone who writes a newsletter.

The parser speaks of tokens and block mappings. Each row pairs a piece of its message with ours and with
what to do. The place is where the parser stopped, or where the unfinished thing began if that is known.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from yaml import MarkedYAMLError

from composer.errors import Mend, Position, Problem
from composer.issue.yaml.causes import Slip, find_slip

ALIAS = "a value that begins with * refers to another one, which is not possible here"
ANCHOR = "a value that begins with & names it for later, which is not possible here"
TAG = "a value that begins with ! has a type{}, which is not possible here"
QUOTE_WHOLE = "if it is meant as text, put the whole value in quotes"
BESIDE_BLOCK = ("nothing may follow | or > on its line", "begin the text on the next line")
BRACES_AS_KEY = (
    "braces or brackets stand where a key was expected",
    'put a text that begins with {{, { or [ in quotes: "{{ subscriber.first_name }}"',
)
TOO_MANY = "{} has more than {:,} keys and values, the last of them here"
PASTED = "are data pasted into it? Delete them, or make several issues of it"
_QUOTES = "put the whole text in quotes, or below the key after |"

# (piece of the parser's message, our words, what to do); the first that fits.
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("scanning an alias", ALIAS, QUOTE_WHOLE),
    ("scanning an anchor", ANCHOR, QUOTE_WHOLE),
    ("scanning a tag", TAG.format(""), QUOTE_WHOLE),
    ("parsing a tag", TAG.format(""), QUOTE_WHOLE),
    ("found character '\\t'", "a tab stands here", "indent with spaces; tabs are not allowed in YAML"),
    ("mapping values are not allowed", "a colon and a space begin a value, and one has begun before", _QUOTES),
    ("end of stream", "a quotation mark is opened here and never closed", "close it, with the same mark"),
    ("document separator", "a quotation mark is opened here and never closed", "close it, with the same mark"),
    ("could not find expected ':'", "this line has no colon after its key", 'write "key: value"'),
    ("unknown escape character", 'a backslash has a meaning of its own in "…"', "use '…' instead, or write \\\\"),
    ("expected escape sequence", 'a backslash has a meaning of its own in "…"', "use '…' instead, or write \\\\"),
    ("that cannot start any token", "a text cannot begin with this character", _QUOTES),
    ("expected <block end>", "this does not belong here", "check the indentation and the quotes above it"),
    ("expected ',' or", "a { or a [ is not closed before this", _QUOTES),
    ("expected the node content", "a value is missing here", _QUOTES),
    ("expected a comment or a line break", *BESIDE_BLOCK),
    ("expected chomping or indentation", *BESIDE_BLOCK),
    ("sequence entries are not allowed", "a list cannot begin here", "begin it on the next line, indented"),
    ("mapping keys are not allowed", "a text cannot begin with this character", _QUOTES),
    ("alphabetic or numeric", "a text cannot begin with this character", _QUOTES),
    (
        "expected '<document start>'",
        "this does not belong here",
        "check the indentation; if a line above is ..., which ends a file, delete it",
    ),
)
_BEGAN_EARLIER = (
    "end of stream",
    "document separator",
    "could not find expected ':'",
    "scanning an alias",
    "scanning an anchor",
    "scanning a tag",
    "parsing a tag",
)


def explain_syntax(error: MarkedYAMLError, *, file: Path, text: str = "", lines_before: int = 0) -> Problem:
    """Say where the author's mistake is in ``text``, counting ``lines_before`` more, what it is, and what to do."""
    said = f"{error.problem or ''} {error.context or ''}".strip()
    stopped = error.problem_mark or error.context_mark
    lines = text.split("\n")
    # What the parser was reading begins before where it stopped; of a whole mapping, that is too long ago to matter.
    marks = (error.context_mark if "while scanning" in said else None, stopped)
    for at in dict.fromkeys(mark.line for mark in marks if mark is not None):
        if (slip := _slip(lines, at, said)) is not None:
            place = Position(file, lines_before + slip.line + 1, slip.column + 1)
            return Problem(place, slip.message, slip.hint, _mend(lines[slip.line], slip.hint))
    if "expected ',' or" in said and error.context_mark is not None:
        return _unclosed_bracket(lines, error.context_mark, stopped, Position(file, lines_before + 1, 1))
    row = next((row for row in _WORDS if row[0] in said), None)
    mark = error.problem_mark or error.context_mark
    if row is not None and row[0] in _BEGAN_EARLIER and error.context_mark is not None:
        mark = error.context_mark
    line, column = (0, 0) if mark is None else (mark.line, mark.column)
    position = Position(file, lines_before + line + 1, column + 1)
    if row is None:
        return Problem(position, f"this is not YAML: {said}", "check the indentation and the quotes above it")
    return Problem(position, row[1], row[2])


def _slip(lines: list[str], at: int, said: str) -> Slip | None:
    is_told_already = any(words in said for words in ("'\\t'", "escape"))
    return None if is_told_already else find_slip(lines, at, said)


def _mend(line: str, hint: str) -> Mend | None:
    """Put the line that a hint says whole in the place of what stands there; None if it says less than a line."""
    right = hint.removeprefix("write ")
    if right == hint or not _WHOLE_LINE.fullmatch(right):
        return None
    wrong = line.strip() if right.startswith("- ") else re.sub(r"^\s*(?:- +)*", "", line).rstrip()
    return Mend(wrong, right) if wrong != right else None


_WHOLE_LINE = re.compile(r"(?:- +)?[\w.-]+:(?: .*)?|- \{.*\}")


def _unclosed_bracket(lines: list[str], began: Any, stopped: Any, start: Position) -> Problem:
    """Tell of a ``{`` or ``[`` whose end the parser did not find, on its line or below."""
    opened = lines[began.line][began.column : began.column + 1] or "{"
    closing = "]" if opened == "[" else "}"
    if stopped is not None and stopped.line == began.line:
        at = Position(start.file, start.line + stopped.line, stopped.column + 1)
        hint = f"write a comma between two parts, and {closing} at the end; a text with such signs goes into quotes"
        return Problem(at, f"a comma or a {closing} is missing before this", hint)
    at = Position(start.file, start.line + began.line, began.column + 1)
    entry = re.match(r"\s*(?:- +)*(?P<line>.*?)\s*$", lines[began.line])
    right = f"write {entry['line']}{closing}" if entry else f"write {closing} at its end"
    return Problem(at, f"a {opened} is opened here and never closed", right)
