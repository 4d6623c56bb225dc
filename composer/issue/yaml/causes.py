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
_NO_GAP_BEHIND_DASH = re.compile(r"(?P<before>\s*)-(?P<rest>(?:[A-Za-z_]\w*:|\{[\w\"']).*?)\s*$")
_KIND_ALONE = re.compile(r"(?P<before>\s*)- (?P<kind>[a-z_]+)\s*$")
_OTHER_DASH = re.compile(r"(?P<before>\s*)[–—•·−*] ?(?P<rest>[A-Za-z_]\w*:.*?)\s*$")
_CONFLICT = re.compile(r"<{7}|={7}$|>{7}|\|{7}")
_ODD_GAP = re.compile(
    r"(?P<before>\s*(?:- +)?)(?P<key>[\w-]+) *:[\u00a0\u2000-\u200b\u202f\u3000\ufeff]+(?P<value>.*?)\s*$"
)
_WIDE_DASH = re.compile(r"(?P<before>\s*)-(?P<gap> {2,})(?P<rest>[\w-]+ *:.*?)\s*$")
_LINE = re.compile(r"(?P<indent> *)(?P<dash>(?:- +)*)(?P<key>[\w.-]+) *:(?:\s+(?P<value>\S.*?))?\s*$")
_TEXT_BEGINS = re.compile(r"[|>][-+0-9]*$")
_QUOTED_KEY = re.compile(r"(?P<before>\s*(?:- +)?)[\"'“](?P<key>[\w-]+): +(?P<value>[^\"'“”]*?)\s*$")
_ODD_BLANK = re.compile(r"[ \t]*[\u00a0\u2000-\u200b\u202f\u3000\ufeff]")
_TYPOGRAPHIC = re.compile(r"[“”„«»‘’‚「『]")
_NO_COLON = re.compile(r"(?P<before>\s*(?:- +)?)(?P<key>[a-z][a-z_]+)(?: *=)? +(?P<value>[^\s=].*?)\s*$")
_NEVER = ("end of stream", "document separator")
_FAR = 60
"""Lines above, among which a slip is looked for."""
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
    if (slip := _unclosed(lines, line, said)) is not None or any(words in said for words in _NEVER):
        return slip
    if "expected <block end>" in said:
        here = _ENTRY.match(lines[line])
        return (_value_slip(here, line) if here else None) or _too_far_left(lines, line)
    if "mapping values are not allowed" in said and (slip := _kind_alone(lines, line)) is not None:
        return slip
    if "could not find expected ':'" in said:
        return _outside_its_text(lines, line) or _without_colon(lines[line], line)
    here = _ENTRY.match(lines[line])
    if here is None:
        return _too_deep(lines, line) if "mapping values are not allowed" in said else None
    if "mapping values are not allowed" in said and not re.search(r":(\s|$)", here["value"]):
        above = _without_colon(lines[line - 1], line - 1) if line else None
        return above if above is not None and not _ENTRY.match(lines[line - 1]) else _too_deep(lines, line)
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
    if (found := _ODD_GAP.match(text)) and found["value"]:
        return Slip(
            number,
            found.end("key") + 1,
            "this blank is none of the keyboard's",
            f"write {found['key']}: {_quoted_if_needed(found['value'])}",
        )
    if found := _QUOTED_KEY.match(text):
        right = f"write {found['key']}: {_quoted_if_needed(found['value'])}"
        return Slip(number, found.end("before"), "a quotation mark stands before the key", right)
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


def _unclosed(lines: Sequence[str], line: int, said: str) -> Slip | None:
    """Find the quotation above that was not closed on its line, and ended at the next quotation mark there was."""
    is_last = any(words in said for words in _NEVER)
    if not is_last and not any(
        words in said for words in ("block end", "expected ':'", "expected ','", "mapping values")
    ):
        return None
    for number in range(line, line - 1 if is_last else max(line - _FAR, -1), -1):
        here = _ENTRY.match(lines[number])
        if here is None or here["value"][0] not in "\"'" or _closing(here["value"]):
            continue
        mark, value = here["value"][0], here["value"]
        below = next((each for each in range(number + 1, line + 1) if mark in lines[each]), None)
        if not is_last and (below is None or not any(_LINE.match(each) for each in lines[number + 1 : below + 1])):
            return None
        words = re.sub(r"\s*[”“’»„]$", "", value[1:]) if mark == '"' else value[1:]
        message = "a quotation mark is opened here and never closed"
        if number + 1 < len(lines) and _goes_on(lines[number + 1], here.start("key")):
            return Slip(number, here.start("value"), message, f"write {mark} where its text ends")
        return Slip(number, here.start("value"), message, f"write {here['key']}: {quoted(words)}")
    return None


def _goes_on(text: str, column: int) -> bool:
    """Whether a line goes on with the text of a key in ``column``: further in, and no key itself."""
    return bool(text.strip()) and len(text) - len(text.lstrip(" ")) > column and not _LINE.match(text)


def _too_far_left(lines: Sequence[str], line: int) -> Slip | None:
    """A line that begins further left than those it belongs to, and further right than those around them."""
    here = _LINE.match(_opened(lines[line]))
    if here is None:
        return None
    column = len(here["indent"])
    above = [(number, found) for number in range(line) if (found := _LINE.match(_opened(lines[number])))]
    dashes = [(number, found) for number, found in above if found["dash"]]
    if here["dash"]:
        before = above[-1][1] if above else None
        if before is not None and before.end("dash") == column and before["key"] != here["key"]:
            value = f" {here['value']}" if here["value"] else ""
            return Slip(line, column, "a key of an entry has no dash before it", f"write {here['key']}:{value}")
        same = [found for _, found in dashes if found["key"] == here["key"]] or [found for _, found in dashes]
        if not same or len(same[-1]["indent"]) == column:
            return None
        hint = f"begin it under the dash above, with {len(same[-1]['indent'])} spaces before it"
        return Slip(line, column, "this dash does not stand under those above it", hint)
    for number, entry in reversed(dashes):
        if (wide := _WIDE_DASH.match(lines[number])) and len(entry["indent"]) + 2 == column:
            return Slip(number, wide.end("before"), "one space belongs behind a dash", f"write - {wide['rest']}")
        if entry.end("dash") > column:
            hint = f"begin it under {entry['key']!r}, with {entry.end('dash')} spaces before it"
            return Slip(line, column, "this is further left than what it belongs to", hint)
    return None


def _outside_its_text(lines: Sequence[str], line: int) -> Slip | None:
    """A line of a longer text that is not further in than the key of that text."""
    column = len(lines[line]) - len(lines[line].lstrip(" "))
    for number in range(line - 1, max(line - _FAR, -1), -1):
        here = _LINE.match(lines[number])
        if here is None or here.end("dash") < column:
            continue
        key, inner = here["key"], here.end("dash") + 2
        if here["value"] and _TEXT_BEGINS.search(here["value"]):
            hint = f"begin it with {inner} spaces before it, as all lines of {key!r}"
            return Slip(line, column, f"this is no part of {key!r} above: it is not further in", hint)
        is_among_keys = any((each := _LINE.match(text)) and each.end("dash") == column for text in lines[: number + 1])
        if here["value"] and not (is_among_keys and re.match(r"[a-z_]+\b", lines[line].strip())):
            hint = f"write it behind {key!r} on one line; if it is a line of its own, begin with {key}: |"
            return Slip(line, column, f"this belongs to no key, and is not further in than {key!r}", hint)
        return None
    return None


def _without_colon(text: str, number: int) -> Slip | None:
    found = _NO_COLON.match(text)
    if found is None:
        return None
    right = f"write {found['key']}: {_quoted_if_needed(found['value'])}"
    return Slip(number, found.end("before"), "this line has no colon after its key", right)


def _opened(text: str) -> str:
    """Write an entry that stands on one line, ``- {date: …}``, as it would begin on several."""
    return re.sub(r"- \{\s*(?=\w+ *:)", "- ", text)


def _kind_alone(lines: Sequence[str], line: int) -> Slip | None:
    """Find ``- article`` where ``- block: article`` is meant, among the blocks."""
    found = _KIND_ALONE.match(lines[line - 1]) if line and _LINE.match(lines[line]) else None
    if found is None:
        return None
    above = (each for text in reversed(lines[: line - 1]) if (each := _LINE.match(text)) and not each["dash"])
    owner = next((each for each in above if len(each["indent"]) <= found.end("before")), None)
    if owner is None or owner["key"] != "blocks":
        return None
    return Slip(line - 1, found.end("before"), "a block does not say what it is", f"write - block: {found['kind']}")


def _too_deep(lines: Sequence[str], line: int) -> Slip | None:
    """A line further in than the one above, whose value had already begun, is read as a part of that value."""
    here, above = _LINE.match(_opened(lines[line])), _LINE.match(lines[line - 1]) if line else None
    if here is None or above is None or not above["value"] or here.end("indent") <= above.end("dash"):
        return None
    key, column = above["key"], above.end("dash")
    if here["dash"]:
        words = f"a list begins here, but {key!r} above it has a value already"
        hint = f"write the key of the list on a line above it; if that is {key!r}, delete its value"
        return Slip(line, here.end("indent"), words, hint)
    entry = f"{' ' * column}- {key}:"
    if not above["dash"] and here.end("indent") == column + 2 and any(each.startswith(entry) for each in lines[line:]):
        words = f"an entry of the list begins here, with {key!r}, and has no dash"
        return Slip(line - 1, column, words, f"write - {key}: {above['value']}")
    hint = f"begin it under {key!r}, with {column} spaces before it"
    return Slip(line, here.end("indent"), f"this is further in than {key!r} above it, and cannot be a part of it", hint)


def _value_slip(here: re.Match[str], line: int) -> Slip | None:
    key, value, at = here["key"], here["value"], here.start("value")
    right = f"write {key}: {quoted(value)}"
    if re.match(r"\d{4}-\d\d-\d\d, *\w+: ", value):
        return Slip(line, at, "two keys stand on one line", f"write {{{key}: {value}}}")
    if re.match(r"- +[\w-]+:(\s|$)", value):
        hint = f"begin it on the next line, with {here.start('key') + 2} spaces before it"
        return Slip(line, at, f"a list cannot begin behind {key!r}, on its line", hint)
    if value[0] in "\"'" and (end := _closing(value)) and value[end:].strip():
        if re.fullmatch(r"\s*[,;.]", value[end:]):
            right = f"write {key}: {value[:end]}"
        elif value.endswith(value[0]):
            right = f"write {key}: {quoted(value[1:-1])}"
        return Slip(line, at + end, "the text goes on behind its closing quotation mark", right)
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
    is_plain = value[:1] not in _NOT_FIRST and value[:2] not in ("- ", ": ") and ": " not in value and " #" not in value
    return value if is_plain or value[:1] in "\"'|>[{" else quoted(value)
