"""Finds the slip behind what a YAML parser complains about: the parser stops where it is lost, often a line later.

Enters: the lines of a text and the place where the parser stopped. Leaves: the place of the slip, what it is, and the
line as it would be right, so that the hint can be followed letter by letter; None if it is no slip known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_ENTRY = re.compile(r"(?P<before>\s*(?:- +)?)(?P<key>[\w.-]+) *:(?P<gap> +)(?P<value>\S.*?)\s*$")
_NO_GAP = re.compile(r"(?P<before>\s*(?:- +)?)(?P<key>[A-Za-z_]\w*):(?P<value>(?!//)\S.*?)\s*$")
_WIDE_COLON = re.compile(r"(?P<before>\s*(?:- +)?)(?P<key>[\w-]+) ?： ?(?P<value>.*?)\s*$")
_NO_GAP_BEHIND_DASH = re.compile(r"(?P<before>\s*)-(?P<rest>[A-Za-z_]\w*:.*?)\s*$")
_OTHER_DASH = re.compile(r"(?P<before>\s*)[–—•·−*] ?(?P<rest>[A-Za-z_]\w*:.*?)\s*$")
_CONFLICT = re.compile(r"<{7}|={7}$|>{7}|\|{7}")
_ODD_BLANK = re.compile(r"[ \t]*[\u00a0\u2000-\u200b\u202f\u3000\ufeff]")
_TYPOGRAPHIC = re.compile(r"[“”„«»‘’‚「『]")
_NOT_FIRST = "@`%*&!|>{[?,]}#\"'"


class Slip(NamedTuple):
    """What somebody mistyped: its line and column (from 0), what it is, and what to write."""

    line: int
    column: int
    message: str
    hint: str


def find_slip(lines: Sequence[str], line: int, said: str) -> Slip | None:
    """Find the slip that made the parser stop in ``line`` (from 0) with the words ``said``."""
    for number in (line, line - 1):
        if 0 <= number < len(lines) and (slip := _slip_of_signs(lines[number], number)) is not None:
            return slip
    if not 0 <= line < len(lines):
        return None
    here = _ENTRY.match(lines[line])
    if here is None:
        return None
    before = lines[line - 1] if line else ""
    if "mapping values are not allowed" in said and not re.search(r":(\s|$)", here["value"]):
        return _too_deep(here, before, line)
    return _value_slip(here, line)


def _slip_of_signs(text: str, number: int) -> Slip | None:
    """Find signs that only look like those of YAML."""
    if _CONFLICT.match(text):
        return Slip(
            number,
            0,
            "two versions of the file were merged here, and nobody chose",
            "delete this line and the version that is not wanted",
        )
    if found := _ODD_BLANK.match(text):
        return Slip(number, found.end() - 1, "this blank is none of the keyboard's", "delete it and type a space")
    if found := _NO_GAP_BEHIND_DASH.match(text):
        return Slip(number, found.end("before"), "the dash has no space behind it", f"write - {found['rest']}")
    if found := _OTHER_DASH.match(text):
        return Slip(
            number,
            found.end("before"),
            "an entry of a list begins with the sign - and a space",
            f"write - {found['rest']}",
        )
    if found := _WIDE_COLON.match(text):
        return Slip(
            number,
            found.end("key"),
            "this colon is a wide one",
            f"write {found['key']}: {_quoted_if_needed(found['value'])}",
        )
    if found := _NO_GAP.match(text):
        return Slip(
            number,
            found.end("key"),
            "the colon has no space behind it",
            f"write {found['key']}: {_quoted_if_needed(found['value'])}",
        )
    return None


def _too_deep(here: re.Match[str], before: str, line: int) -> Slip | None:
    """A line further in than the one above, whose value had already begun, is read as a part of that value."""
    above = _ENTRY.match(before)
    if above is None or here.end("before") <= above.end("before"):
        return None
    key, column = above["key"], above.end("before")
    hint = f"begin it under {key!r}, with {column} spaces before it"
    return Slip(line, here.end("before"), f"this is further in than {key!r} above it, and cannot be a part of it", hint)


def _value_slip(here: re.Match[str], line: int) -> Slip | None:
    key, value, at = here["key"], here["value"], here.start("value")
    right = f"write {key}: {quoted(value)}"
    if value[0] in "\"'" and (end := _closing(value)) and value[end:].strip():
        words = value.replace(value[0], "")
        inner = value[1:-1] if value.endswith(value[0]) else words
        return Slip(
            line, at + end, "the text goes on behind its closing quotation mark", f"write {key}: {quoted(inner)}"
        )
    if value[0] in "[{" and not value.startswith("{{") and value[-1] not in "]}":
        return Slip(line, at, f"a text cannot begin with {value[0]}", right)
    if value.startswith(("@", "`", "%")):
        return Slip(line, at, "a text cannot begin with this character", right)
    colon = re.search(r":(\s|$)", value)
    if colon and value[0] not in "\"'[{|>":
        if _TYPOGRAPHIC.match(value):
            return Slip(line, at, f"{value[0]} begins no quotation in YAML, so the colon begins a value", right)
        words = "a colon and a space begin a value, and one has begun before"
        return Slip(line, at + colon.start(), words, right)
    return None


def _closing(value: str) -> int:
    """Find where the quotation that begins a value ends; 0 if it does not."""
    pattern = r'"(?:[^"\\]|\\.)*"' if value[0] == '"' else r"'(?:[^']|'')*'"
    found = re.match(pattern, value)
    return found.end() if found else 0


def quoted(text: str) -> str:
    """Write a text in quotes that hold it."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _quoted_if_needed(value: str) -> str:
    is_plain = value[:1] not in _NOT_FIRST and ": " not in value and " #" not in value
    return value if is_plain or value[:1] in "\"'|>[{" else quoted(value)
