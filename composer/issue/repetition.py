"""Finds an issue that says word for word what an earlier one said: begun as its copy, and not rewritten.

Compared are the blocks as they would be read, language by language: a new subject over the old letter makes no new
letter. The day, the number, links' addresses and white space are not compared. Enters: an issue, whose neighbours'
folders are read. Only those are loaded that are about as long and in whose files the longest words of a language
stand: one monstrous file in a project would slow the checks of all its issues otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from composer.errors import IssueError
from composer.issue.files import find_issues, issue_file, translation_files
from composer.issue.load import load_issue
from composer.issue.model import Content, Issue
from composer.issue.own_blocks import OwnBlocks
from composer.issue.traverse import FoundText, models_in, texts_of
from composer.issue.yaml.read import MAX_SIZE_BYTES

_ABOUT_AS_LONG = 4  # times; a copy differs in its addresses, and in how its YAML is written
_SHORT_BYTES = 20_000  # a file that costs nothing to load, whatever its neighbour's length
_WORDS_TO_LOOK_FOR = 8


def repeated_issues(issue: Issue, *, own_blocks: OwnBlocks) -> Mapping[str, str]:
    """Find the languages in which the issue has the texts of another one: language → its name."""
    others = [other for other in _neighbours(issue, own_blocks) if not _is_later(other, issue)]
    found: dict[str, str] = {}
    for language, content in issue.contents.items():
        words = _words(content)
        same = [one.slug for one in others if language in one.contents and _words(one.contents[language]) == words]
        if same:
            found[language] = max(same)
    return found


def has_words(content: Content) -> bool:
    """Whether anything is written in the blocks, and not only in the subject."""
    return bool(_longest_words(texts_of(content)))


def _neighbours(issue: Issue, own_blocks: OwnBlocks) -> Iterator[Issue]:
    words = [_longest_words(_written(content)) for content in issue.contents.values()]
    longest = max(_SHORT_BYTES, _ABOUT_AS_LONG * _size(issue.folder))
    for folder in find_issues(issue.folder.parent):
        if folder.resolve() == issue.folder.resolve() or _size(folder) > longest or not _has_words(folder, words):
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


def _written(content: Content) -> Iterator[FoundText]:
    """The texts that stand in a file, without what a field that is not written says by itself."""
    unwritten = {
        (*path, key)
        for path, model in models_in(content)
        for key in type(model).model_fields.keys() - model.model_fields_set
    }
    for text in texts_of(content):
        if not any(text.path[:depth] in unwritten for depth in range(1, len(text.path) + 1)):
            yield text


def _longest_words(texts: Iterable[FoundText]) -> tuple[str, ...]:
    """Find words whose letters no way of writing YAML changes: apostrophes are doubled there, accents escaped."""
    read = (text.value for text in texts if text.kind.is_for_people and text.path[0] == "blocks")
    words = {word for text in read for word in re.findall("[A-Za-z0-9]+", text)}
    return tuple(sorted(words, key=lambda word: (-len(word), word))[:_WORDS_TO_LOOK_FOR])


def _has_words(folder: Path, of_languages: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether the words of a language stand in the issue, or in what another file of it says in this language."""
    said = "\n".join(_said(file) for file in (issue_file(folder), *translation_files(folder).values()))
    return any(all(word in said for word in words) for words in of_languages)


def _said(file: Path) -> str:
    try:
        is_read = file.stat().st_size <= MAX_SIZE_BYTES  # else it is no issue either
        return file.read_text("utf-8", errors="replace") if is_read else ""
    except OSError:
        return ""


def _is_later(other: Issue, issue: Issue) -> bool:
    """Whether the other one is surely the copy: its day and its folder's name come later."""
    days = [next(iter(one.contents.values())).date for one in (other, issue)]
    return days[0] >= days[1] and other.slug > issue.slug


def _words(content: Content) -> Any:
    # Where nothing is written but what has no words, as a dividing line, the subject is all that there is of a letter.
    said = {"blocks"} if has_words(content) else {"blocks", "subject", "preheader", "title"}
    return _read(content.model_dump(include=said))


def _read(value: Any) -> Any:
    """The value without what nobody reads."""
    if isinstance(value, dict):
        return {key: _read(one) for key, one in value.items() if key != "url"}
    if isinstance(value, list | tuple):
        return [_read(one) for one in value]
    return " ".join(value.split()) if isinstance(value, str) else value
