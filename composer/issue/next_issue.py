"""The next issue is begun as a copy of the last one: it has the same texts, a new date and the next number.

Enters: an Issue and a day. Leaves: the text of each of its files. Only what the Source points at is changed, so that
comments, order and ways of writing stay. The dates of events are left alone: those to come are still true, and the
checks name those that are over. The next number is one more than the highest of the project, those of the archive
among them: the latest issue need not have it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from composer.errors import Position
from composer.issue.model import Issue
from composer.issue.neighbours import IssueFiles, files_of_issues

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d+")


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
    """Give the number after the highest that is in use, in the archive too; None if no issue has one."""
    numbers = [one.number for one in files_of_issues(issues_dir) if one.number is not None]
    return max(numbers) + 1 if numbers else None


def issues_of_the_same_number(issue: Issue, others: Sequence[IssueFiles]) -> tuple[str, ...]:
    """Name those of the other issues that had the number of this one before it.

    Of two of one number the older has it, by its day, and of one day by the name of its folder.
    """
    content = next(iter(issue.contents.values()))
    here = content.date, issue.slug
    return tuple(one.name for one in others if one.number == content.number is not None and one.order < here)


def _changed(file: Path, changes: Mapping[Position, tuple[re.Pattern[str], str]]) -> str:
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    for place, (pattern, value) in changes.items():
        if place.file == file:
            line, start = lines[place.line - 1], place.column - 1
            lines[place.line - 1] = line[:start] + pattern.sub(value, line[start:], count=1)
    return "\n".join(lines)
