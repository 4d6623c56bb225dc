"""What other programs write above a newsletter's words: YAML between ---, TOML between +++, JSON, or lines key: value.

Enters: a file's lines. Leaves: the values by key, in small letters, and the lines below. Jekyll, Eleventy and Hugo
write the first three, Pelican and MultiMarkdown the last.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from composer.errors import Position, Problem
from composer.issue.tree import plain
from composer.issue.yaml.read import read_yaml_text

Head = Mapping[str, str]

_KEY_LINE = re.compile(r"([A-Za-z][\w -]{0,40}):(?:\s+(.*)|$)")
_KNOWN = frozenset(
    """title subject headline date modified category categories tags slug author authors summary description status
    number lang template layout keywords preview excerpt""".split()  # noqa: SIM905
)


def read_front_matter(lines: Sequence[str], *, file: Path, problems: list[Problem]) -> tuple[Head, Sequence[str]]:
    """Read the values above the words, and give the lines of the words. ``problems`` collects what is wrong there."""
    first = lines[0].rstrip() if lines else ""
    for mark, read in (("---", _yaml), ("+++", _toml)):
        ends = [number for number, line in enumerate(lines) if number and line.rstrip() in (mark, "...")]
        if first == mark and ends:
            return _texts(read("\n".join(lines[1 : ends[0]]) + "\n", file, problems)), lines[ends[0] + 1 :]
    if first == "{" and (found := _json(lines)):
        return found
    if first.replace(" ", "") == "---json" and (found := _json(lines[1:])):  # Eleventy's; a line --- ends it
        head, rest = found
        end = next((number for number, line in enumerate(rest) if line.rstrip() == "---"), -1)
        return head, rest[end + 1 :]
    return _key_lines(lines)


def _yaml(text: str, file: Path, problems: list[Problem]) -> Any:
    root = read_yaml_text(text, file=file, problems=problems)
    return plain(root) if root is not None else {}


def _toml(text: str, file: Path, problems: list[Problem]) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(Position(file, 1, 1), str(error)))
        return {}


def _json(lines: Sequence[str]) -> tuple[Head, Sequence[str]] | None:
    text = "\n".join(lines)
    try:
        values, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None
    return _texts(values), text[end:].split("\n")


def _key_lines(lines: Sequence[str]) -> tuple[Head, Sequence[str]]:
    """Read Pelican's head: lines ``Key: value`` up to the first empty one, of which one at least has a known key."""
    head: dict[str, str] = {}
    key, at = "", 0
    for at, line in enumerate(lines):  # noqa: B007  the line after the head
        found = _KEY_LINE.fullmatch(line.rstrip())
        if found is not None:
            key = found[1].strip().lower()
            head[key] = found[2] or ""
        elif line[:1] in " \t" and line.strip() and key:
            head[key] = f"{head[key]} {line.strip()}".strip()
        else:
            break
    known = head.keys() & _KNOWN
    says_so = bool(known & {"title", "subject", "headline"}) or len(known) > 1
    is_head = says_so and next(iter(head)) in _KNOWN and not lines[at].strip()
    return (head, lines[at:]) if is_head else ({}, lines)


def _texts(values: Any) -> Head:
    if not isinstance(values, dict):
        return {}
    return {str(key).lower(): text for key, value in values.items() if (text := _text(value))}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    return "" if value is None or isinstance(value, dict) else str(value)
