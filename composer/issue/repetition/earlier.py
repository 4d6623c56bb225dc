"""What the other issues of a project say: it is kept until their files change, since each save of a letter asks.

Enters: what is known of an issue's files. Leaves: what it says in each language, without where it is written but for
the places of its stories. An issue whose files cannot be read whole was not sent as it is: its stories count, its
letter does not. Its pictures are not looked at: it may have lost them since, and what is kept would not know of their
return.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from composer.emphasis import WITHOUT_BLANKS
from composer.errors import Position
from composer.issue.blocks import Item, Model, Picture, TextKind
from composer.issue.load import read_issue
from composer.issue.model import Content, Issue
from composer.issue.neighbours import IssueFiles, Version, WordSet, long_words
from composer.issue.own_blocks import OwnBlocks
from composer.issue.source import KeyPath
from composer.issue.standing import BOOKED, FRAME, is_rubric
from composer.issue.traverse import FoundText, models_in, texts_of

_KEPT_ISSUES = 128
_FEWEST_WORDS = 10
"""A sentence: below are buttons, captions, a line before a list, which are the same in many issues."""

_NOT_READ = re.compile(
    r"\{\{.{0,500}?\}\}|\]\([^)\s]{0,2000}\)|<[^<>]{1,2000}>|(?:https?://|mailto:)\S+", re.DOTALL
)  # merge fields, where a link leads, HTML
_WORD = re.compile(rf"[{WITHOUT_BLANKS}]|[^\W_{WITHOUT_BLANKS}]+")
_SIGN = re.compile(rf"[{WITHOUT_BLANKS}]")


@dataclass(frozen=True, slots=True)
class Story:
    """What a block, or an entry of one, tells: its words in any order, and the longest of them to look for.

    ``path`` leads to it in the issue; ``place`` is where it is written.
    """

    path: KeyPath
    place: Position
    words: Mapping[str, int]
    longest: WordSet = field(repr=False)


@dataclass(frozen=True, slots=True)
class EarlierIssue:
    """What an issue says, by language: its letter as a whole, if nothing is wrong in its files, and its stories."""

    files: IssueFiles
    letters: Mapping[str, Any]
    stories: Mapping[str, tuple[Story, ...]]


def earlier_issue(files: IssueFiles, *, issues_dir: Path, own_blocks: OwnBlocks) -> EarlierIssue | None:
    """Read what an issue says, which may lie in another folder than the newsletter's; None if nothing can be read."""
    letters, stories = _said(files.folder, files.version, issues_dir, _version(issues_dir), tuple(own_blocks.items()))
    return EarlierIssue(files, letters, stories) if stories or letters else None


def _version(issues_dir: Path) -> tuple[int, int]:
    try:
        found = (issues_dir / "newsletter.yaml").stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=_KEPT_ISSUES)
def _said(
    folder: Path,
    _files: Version,
    issues_dir: Path,
    _newsletter: tuple[int, int],
    own: tuple[tuple[str, type[Item]], ...],
) -> tuple[Mapping[str, Any], Mapping[str, tuple[Story, ...]]]:
    issue, problems = read_issue(folder, own_blocks=dict(own), issues_dir=issues_dir, looks_at_pictures=False)
    if issue is None:
        return {}, {}
    is_whole = not any(problem.position.file.is_relative_to(folder) for problem in problems)
    letters = {language: letter(content) for language, content in issue.contents.items()} if is_whole else {}
    return letters, {language: stories(issue, language) for language in issue.languages}


def letter(content: Content) -> Any:
    """Give what an issue says in one language, to be compared with another one as a whole."""
    # Where nothing is written but what has no words, as a dividing line, the subject is all that there is of a letter.
    said = {"blocks"} if has_words(content) else {"blocks", "subject", "preheader", "title"}
    return _read(content.model_dump(include=said))


def has_words(content: Content) -> bool:
    """Whether anything is written in the blocks, and not only in the subject."""
    return bool(letter_words(texts_of(content)))


def letter_words(texts: Iterable[FoundText]) -> WordSet:
    """Find the longest words of what readers see of the blocks."""
    read = "\n".join(text.value for text in texts if text.kind.is_for_people and text.path[0] == "blocks")
    return long_words(read)


def written(content: Content) -> Iterator[FoundText]:
    """The texts that stand in a file, without what a field that is not written says by itself."""
    unwritten = {
        (*path, key)
        for path, model in models_in(content)
        for key in type(model).model_fields.keys() - model.model_fields_set
    }
    for text in texts_of(content):
        if not any(text.path[:depth] in unwritten for depth in range(1, len(text.path) + 1)):
            yield text


def stories(issue: Issue, language: str) -> tuple[Story, ...]:
    """List what the blocks of an issue tell in one language, and the entries of each behind it, in order.

    Left out are the frame of the issue, its rubrics, what is booked, what is said of pictures, what has fewer words
    than a sentence, and what is on a certain day: it is told until that day is over.
    """
    content, source = issue.contents[language], issue.sources[language]
    passed_over = tuple(path for path, model in models_in(content) if path and _is_shown_again(model))
    told: dict[KeyPath, list[str]] = {}
    for path, value, kind in written(content):
        if path[0] != "blocks" or kind not in (TextKind.LINE, TextKind.MARKDOWN):
            continue
        block = content.blocks[int(path[1])].block
        if (
            block in FRAME | BOOKED
            or is_rubric(block, path)
            or any(path[: len(model)] == model for model in passed_over)
        ):
            continue
        told.setdefault(path[:2], []).append(value)
        if len(path) > _DEPTH_OF_ENTRIES and isinstance(path[3], int):
            told.setdefault(path[:4], []).append(value)
    found = ((path, "\n".join(texts)) for path, texts in told.items())
    return tuple(
        Story(path, source.position(path), words, long_words(text)) for path, text in found if (words := _words(text))
    )


def _is_shown_again(model: Model) -> bool:
    """Whether it is a picture, which may be shown with another story, or tells of a day."""
    return isinstance(model, Picture) or isinstance(getattr(model, "date", None), dt.date)


_DEPTH_OF_ENTRIES = 4  # ("blocks", 2, "cards", 0, "title") is of an entry; a cell ("blocks", 2, "rows", 0, 1) of a row


def _words(text: str) -> Mapping[str, int]:
    """Count each word of a text as it is heard, in small letters; nothing if they are fewer than a sentence has.

    A sign of a script without blanks is half a word.
    """
    words = _WORD.findall(_NOT_READ.sub(" ", text).casefold())
    signs = sum(1 for word in words if _SIGN.match(word))
    return Counter(words) if len(words) - signs // 2 >= _FEWEST_WORDS else {}


def _read(value: Any) -> Any:
    """The value without what nobody reads."""
    if isinstance(value, dict):
        return {key: _read(one) for key, one in value.items() if key != "url"}
    if isinstance(value, list | tuple):
        return [_read(one) for one in value]
    return " ".join(value.split()) if isinstance(value, str) else value
