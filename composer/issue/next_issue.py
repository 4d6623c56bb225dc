"""The next issue is begun as a copy of the last one: it has the same texts, a new date and the next number.

Enters: an Issue and a day. Leaves: the text of each of its files. Only what the Source points at is changed, so
that comments, order and ways of writing stay. The dates of events are left alone: those to come are still true,
and the checks name those that are over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from composer.errors import Position
from composer.issue.model import Issue

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d+")


def begin_next_issue(issue: Issue, *, date: dt.date) -> Mapping[Path, str]:
    """Copy the issue's files, with ``date`` in them, and a number that is one higher."""
    changes: dict[Position, tuple[re.Pattern[str], str]] = {}
    for language, content in issue.contents.items():
        source = issue.sources[language]
        changes[source.position(("date",))] = (_DAY, date.isoformat())
        if content.number is not None:
            changes[source.position(("number",))] = (_NUMBER, str(content.number + 1))
    files = dict.fromkeys(source.file for source in issue.sources.values())
    return {file: _changed(file, changes) for file in files}


def latest_issue(issues: Iterator[Issue]) -> Issue | None:
    """Find the issue that has the latest day."""
    return max(issues, key=lambda issue: next(iter(issue.contents.values())).date, default=None)


def _changed(file: Path, changes: Mapping[Position, tuple[re.Pattern[str], str]]) -> str:
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    for place, (pattern, value) in changes.items():
        if place.file == file:
            line, start = lines[place.line - 1], place.column - 1
            lines[place.line - 1] = line[:start] + pattern.sub(value, line[start:], count=1)
    return "\n".join(lines)
