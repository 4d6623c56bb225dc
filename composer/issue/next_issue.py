"""The next issue is begun as a copy of the last one: it has the same texts, a new date and the next number.

Enters: an Issue and a day. Leaves: the text of each of its files. Only what the Source points at is changed, so that
comments, order and ways of writing stay. The dates of events are left alone: those to come are still true, and the
checks name those that are over. The next number is one more than the highest of the project, those of the archive
among them: the latest issue need not have it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from composer.errors import Position
from composer.issue.files import find_issues, issue_file
from composer.issue.model import Issue

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d+")
_NUMBER_LINE = re.compile(
    r"^([\"']?)number\1[ \t]*:[ \t]+([\"']?)(?P<number>[1-9]\d{0,8})\2[ \t]*(?:#.*)?\r?$", re.MULTILINE
)
_HEAD_BYTES = 65_536

ARCHIVE = "archive"
"""The folder beside the issues in which those lie that were put away; they had their numbers."""


def begin_next_issue(issue: Issue, *, date: dt.date) -> Mapping[Path, str]:
    """Copy the issue's files, with ``date`` in them, and the next number of the project where they have one."""
    number = next_number(issue.folder.parent)
    changes: dict[Position, tuple[re.Pattern[str], str]] = {}
    for language, content in issue.contents.items():
        source = issue.sources[language]
        changes[source.position(("date",))] = (_DAY, date.isoformat())
        if content.number is not None:
            changes[source.position(("number",))] = (_NUMBER, str(number or content.number + 1))
    files = dict.fromkeys(source.file for source in issue.sources.values())
    return {file: _changed(file, changes) for file in files}


def latest_issue(issues: Iterator[Issue]) -> Issue | None:
    """Find the issue that has the latest day."""
    return max(issues, key=lambda issue: next(iter(issue.contents.values())).date, default=None)


def next_number(issues_dir: Path) -> int | None:
    """Give the number after the highest that is in use; None if no issue has one."""
    numbers = numbers_in_use(issues_dir).values()
    return max(numbers) + 1 if numbers else None


def numbers_in_use(issues_dir: Path) -> Mapping[Path, int]:
    """Read the numbers of the issues, and of those in the archive, by their folders, without loading them."""
    found = {}
    for folder in (*find_issues(issues_dir), *find_issues(issues_dir / ARCHIVE)):
        if (number := _number_in(issue_file(folder))) is not None:
            found[folder] = number
    return found


def _number_in(file: Path) -> int | None:
    """Read a number at the left edge of a file's head: there no block has a key."""
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    if file.suffix == ".md":
        head = re.split(r"^---\s*$", head, maxsplit=2, flags=re.MULTILINE)[1] if head.count("---") > 1 else ""
    match = _NUMBER_LINE.search(head)
    return int(match["number"]) if match else None


def _changed(file: Path, changes: Mapping[Position, tuple[re.Pattern[str], str]]) -> str:
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    for place, (pattern, value) in changes.items():
        if place.file == file:
            line, start = lines[place.line - 1], place.column - 1
            lines[place.line - 1] = line[:start] + pattern.sub(value, line[start:], count=1)
    return "\n".join(lines)
