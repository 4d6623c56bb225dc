"""A text is written in YAML, in the style that it had if it can be, else in the simplest that can hold it.

Enters: a text, and how the one before was written. Leaves: the characters for the file. Of a text on several lines,
the lines stay that are the same in both, so that a new word makes a difference of one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml
from yaml.events import ScalarEvent

from composer.writing.text import common_start
from composer.writing.yaml.layout import loader_for

_WIDTH = 120
"""Where folded lines end if those above are shorter; the house's own files do so."""

# What begins with one of these is something else than a text, or wants a second look from whoever reads it.
_STARTS_OTHERWISE = re.compile(r"""[-?:,\[\]{}#&*!|>'"%@`=<~\s]""")
_ENDS_OTHERWISE = re.compile(r"(?::(?:\s|$)|\s#|\s$|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff])")
# Programs with YAML 1.1 read these as numbers, times, yes and no; for our own loader they are texts.
_NO_TEXT_ELSEWHERE = re.compile(
    r"(?i)(?:y|yes|n|no|on|off|true|false|null|[-+]?[\d_.,]+(?:e[-+]?\d+)?|0x[\da-f_]+|0o?[0-7_]+|\.inf|\.nan"
    r"|\d+(?::[0-5]?\d)+(?:\.\d*)?)"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNPRINTABLE = re.compile('[\x00-\x1f\x7f-\x9f"\\\\\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", '"': '\\"', "\\": "\\\\"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text will stand: how far its further lines are indented, whether in brackets, and how lines end."""

    indent: int
    in_brackets: bool = False
    line_break: str = "\n"


def written_scalar(value: str, place: Place, *, old: str = "", style: str = "", had: str = "") -> str:
    """Write ``value`` as it was written before: ``old``, in ``style``, which said ``had``.

    In the next best style if it cannot be. Without ``old`` this is a new text.
    """
    if "\n" not in (line := value.rstrip("\n")):
        value = line
    if style in ("|", ">") and not place.in_brackets:
        written = _block_again(value, place, old=old, style=style, had=had)
        if written is not None:
            return written
    if old and style in ("", "'", '"'):
        if "\n" in old and "\n" not in value and (again := _folded_again(value, place, old, style)) is not None:
            return again
        if "\n" not in value and (again := _in_style(value, style, place)) is not None:
            return again
    return new_scalar(value, place)


def new_scalar(value: str, place: Place, *, is_prose: bool = False) -> str:
    """Write a text that was not there before. ``is_prose`` says that a long one is better read on a line of its own."""
    stripped = value.rstrip("\n")
    if not place.in_brackets and ("\n" in stripped or (is_prose and len(value) > 80)):
        block = _literal(stripped, place, header="|")
        if _reads_as(block, stripped, place):
            return block
    value = stripped if "\n" not in stripped else value
    if not (_NO_TEXT_ELSEWHERE.fullmatch(value) and not _DAY.fullmatch(value)):
        plain = _in_style(value, "", place)
        if plain is not None:
            return plain
    if ('"' in value or "\\" in value) and (single := _in_style(value, "'", place)) is not None:
        return single
    return _double_quoted(value)


def new_plain(value: str, place: Place) -> str:
    """Write a number, ``true`` or ``false``: without quotes."""
    return _in_style(value, "", place) or _double_quoted(value)


def _in_style(value: str, style: str, place: Place) -> str | None:
    """Write a text on one line in this style; None if the style cannot hold it."""
    if style == '"':
        return _double_quoted(value)
    if "\n" in value or "\r" in value:
        return None
    written = value if style == "" else "'" + value.replace("'", "''") + "'"
    if style == "" and not is_plain(value, in_brackets=place.in_brackets):
        return None
    return written if _reads_as(written, value, place) else None


def is_plain(value: str, *, in_brackets: bool) -> bool:
    """Tell whether a text can stand without quotes and is read as a text by a person, too."""
    if not value or _STARTS_OTHERWISE.match(value) or _ENDS_OTHERWISE.search(value) or value in ("~", "null"):
        return False
    return not (in_brackets and re.search(r"[,\[\]{}:]", value))


def _double_quoted(value: str) -> str:
    return '"' + _UNPRINTABLE.sub(_escaped, value) + '"'


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    number = ord(character)
    return _ESCAPES.get(character) or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")


def _literal(value: str, place: Place, *, header: str) -> str:
    indent = " " * place.indent
    lines = [indent + line if line else "" for line in value.split("\n")]
    return place.line_break.join((header, *lines))


def _block_again(value: str, place: Place, *, old: str, style: str, had: str) -> str | None:
    """Write a text after ``|`` or ``>`` again: its lines that are the same stay as they are."""
    header, *old_lines = re.split(r"\r?\n", old)
    indents = [len(line) - len(line.lstrip(" ")) for line in old_lines if line.strip()]
    if re.search(r"[|>][-+]?[1-9]", header) or not indents:
        place_lines, old_lines = place.indent, []
    else:
        place_lines = indents[0]
    inner = Place(place_lines, line_break=place.line_break)
    stripped, before = value.rstrip("\n"), had.rstrip("\n")
    if not stripped or stripped.startswith((" ", "\n", "\t")) or "\r" in stripped:
        return None
    # How it ends is said by the header, which stays; but what ends in blank lines is no longer so.
    mark = re.match(r"[|>]([-+]?)", header)
    head = re.sub(r"^[|>][-+0-9]*", style + (mark[1].replace("+", "") if mark else ""), header)
    if style == "|":
        lines = _kept_lines(before.split("\n"), stripped.split("\n"), old_lines, inner)
    else:
        lines = _folded_lines(before, stripped, old_lines, inner)
    written = place.line_break.join((head, *lines))
    return written if _reads_as(written, stripped, inner) else None


def _kept_lines(before: list[str], after: list[str], old: list[str], place: Place) -> list[str]:
    """Write lines, of which those at the start and at the end that are the same stay as they were typed."""
    indent = " " * place.indent
    fresh = [indent + line if line else "" for line in after]
    if len(before) != len(old):
        return fresh
    head = common_start(before, after)
    tail = min(common_start(before[::-1], after[::-1]), len(before) - head, len(after) - head)
    return [*old[:head], *fresh[head : len(after) - tail], *old[len(old) - tail :]]


def _folded_lines(before: str, after: str, old: list[str], place: Place) -> list[str]:
    """Write a folded text: paragraphs that are the same keep their lines, and of one that changed, what it can."""
    paragraphs, old_groups = after.split("\n"), _groups(old)
    old_paragraphs = before.split("\n")
    if len(old_groups) != len(old_paragraphs):
        old_groups, old_paragraphs = [], []
    head = common_start(old_paragraphs, paragraphs)
    tail = min(common_start(old_paragraphs[::-1], paragraphs[::-1]), min(len(paragraphs), len(old_paragraphs)) - head)
    lines: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        same = number if number < head else number - len(paragraphs) + len(old_paragraphs)
        if number < head or number >= len(paragraphs) - tail:
            group = old_groups[same]
        else:
            group = _wrapped(paragraph, old_groups[number] if number < len(old_groups) else [], place)
        # An empty paragraph is an empty line already; one with words needs one in front of the next.
        lines += [*([""] if number and paragraphs[number - 1] and paragraph else []), *group]
    return lines


def _groups(lines: list[str]) -> list[list[str]]:
    """Sort the lines of a folded text by paragraph: one blank line parts two, each further one is one of its own."""
    groups: list[list[str]] = [[]]
    blanks = 0
    for line in lines:
        if not line.strip():
            blanks += 1
            continue
        if blanks:
            groups += [[""] for _ in range(blanks - 1)] + [[]]
            blanks = 0
        groups[-1].append(line)
    return groups


def _wrapped(paragraph: str, old: list[str], place: Place) -> list[str]:
    """Fold a paragraph. Lines at its start and at its end that say the same stay as they are."""
    indent = " " * place.indent
    texts = [line[place.indent :].rstrip() for line in old]
    head, at = 0, 0
    while head < len(texts) and paragraph.startswith(texts[head] + " ", at):
        at += len(texts[head]) + 1
        head += 1
    tail, end = 0, len(paragraph)
    while (
        tail < len(texts) - head
        and end - at > len(texts[-1 - tail])
        and paragraph.endswith(" " + texts[-1 - tail], at, end)
    ):
        end -= len(texts[-1 - tail]) + 1
        tail += 1
    width = max([_WIDTH, *(len(line) for line in old)])
    lines: list[str] = []
    for word in paragraph[at:end].split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(indent + word)
    return [*old[:head], *lines, *(old[-tail:] if tail else [])]


def _folded_again(value: str, place: Place, old: str, style: str) -> str | None:
    """Write a plain or quoted text again that went over several lines."""
    quote = style
    first, *rest = re.split(r"\r?\n", old[len(quote) : len(old) - len(quote)])
    if not value or any(not line.strip() for line in rest):
        return None
    indents = {len(line) - len(line.lstrip(" ")) for line in rest}
    inner = Place(min(indents), place.in_brackets, place.line_break)
    spelt = {"'": value.replace("'", "''"), '"': _UNPRINTABLE.sub(_escaped, value)}.get(style, value)
    pad = " " * inner.indent
    lines = _wrapped(spelt, [pad + first.strip(), *(pad + line.strip() for line in rest)], inner)
    written = quote + place.line_break.join((lines[0].lstrip(" "), *lines[1:])) + quote
    if style == "" and not is_plain(value, in_brackets=place.in_brackets):
        return None
    return written if _reads_as(written, value, inner) else None


def _reads_as(written: str, value: str, place: Place) -> bool:
    """Tell whether the parser reads this text where it is to stand, but for line breaks at its end."""
    outer = " " * max(place.indent - 1, 0)
    text = f"[{written}]" if place.in_brackets else f"{outer}k: {written}\n"
    try:
        texts = [event for event in yaml.parse(text, loader_for(text)) if isinstance(event, ScalarEvent)]
    except (yaml.YAMLError, ValueError):
        return False
    if len(texts) != (1 if place.in_brackets else 2):
        return False
    return bool(texts[-1].value.rstrip("\n") == value.rstrip("\n"))
