"""Finds an issue that says word for word what an earlier one said: begun as its copy, and not rewritten.

Compared is what would be read, language by language; the day, the number, links' addresses and white space are not.
Enters: an issue, whose neighbours' folders are read. Only those are loaded that are about as long and in whose file a
word of the subject stands: one monstrous file in a project would slow the checks of all its issues otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from composer.errors import IssueError
from composer.issue.files import find_issues, issue_file
from composer.issue.load import load_issue
from composer.issue.model import Content, Issue
from composer.issue.own_blocks import OwnBlocks

_ABOUT_AS_LONG = 4  # times; a copy differs in its addresses, and in how its YAML is written
_SHORT_BYTES = 20_000  # a file that costs nothing to load, whatever its neighbour's length
_NOT_READ = frozenset({"date", "number", "lists", "subject_test", "language"})


def repeated_issues(issue: Issue, *, own_blocks: OwnBlocks) -> Mapping[str, str]:
    """Find the languages in which the issue has the subject and the texts of another one: language → its name."""
    others = [other for other in _neighbours(issue, own_blocks) if not _is_later(other, issue)]
    found: dict[str, str] = {}
    for language, content in issue.contents.items():
        words = _words(content)
        same = [one.slug for one in others if language in one.contents and _words(one.contents[language]) == words]
        if same:
            found[language] = max(same)
    return found


def _neighbours(issue: Issue, own_blocks: OwnBlocks) -> Iterator[Issue]:
    subject = next(iter(issue.contents.values())).subject
    # Letters that no way of writing YAML changes: apostrophes are doubled there, accents escaped.
    word = max(re.findall("[A-Za-z0-9]+", subject), key=len, default="")
    longest = max(_SHORT_BYTES, _ABOUT_AS_LONG * _size(issue.folder))
    for folder in find_issues(issue.folder.parent):
        if folder.resolve() == issue.folder.resolve() or _size(folder) > longest or not _has_word(folder, word):
            continue
        try:
            yield load_issue(folder, own_blocks=own_blocks)
        except (IssueError, OSError):
            continue  # It was not sent as it is.


def _size(folder: Path) -> int:
    try:
        return issue_file(folder).stat().st_size
    except OSError:
        return 0


def _has_word(folder: Path, word: str) -> bool:
    try:
        return word in issue_file(folder).read_text("utf-8", errors="replace")
    except (IssueError, OSError):
        return False


def _is_later(other: Issue, issue: Issue) -> bool:
    """Whether the other one is surely the copy: its day and its folder's name come later."""
    days = [next(iter(one.contents.values())).date for one in (other, issue)]
    return days[0] >= days[1] and other.slug > issue.slug


def _words(content: Content) -> Any:
    return _read(content.model_dump(exclude=set(_NOT_READ)))


def _read(value: Any) -> Any:
    """The value without what nobody reads."""
    if isinstance(value, dict):
        return {key: _read(one) for key, one in value.items() if key != "url"}
    if isinstance(value, list | tuple):
        return [_read(one) for one in value]
    return " ".join(value.split()) if isinstance(value, str) else value
