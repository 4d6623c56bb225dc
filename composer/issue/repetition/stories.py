"""Finds stories that stood in an earlier issue: what is left of the old letter in one that was begun as its copy.

Enters: an issue, whose neighbours' folders are read, those of the archive too. Leaves: each block, or entry of a block,
that says in one language what one of an earlier day or folder said. What has fewer words than a sentence is none, nor
what ``standing.py`` names, nor what the last issues all have: it is a standing block by use.

Two texts are the same if their words are, in any order; and nearly, if nine of ten are, and all figures: who writes
new figures into an old sentence has been there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from composer.issue.model import Issue
from composer.issue.neighbours import IssueFiles
from composer.issue.own_blocks import OwnBlocks
from composer.issue.repetition.earlier import EarlierIssue, Story, earlier_issue, stories

LAST_ISSUES = 3
"""A story in as many issues one behind the other is meant to stand there: two may be an oversight and its copy."""

_NEARLY = 0.9
_MOST_WORDS_LACKING = 2  # of the eight longest: one or two may be those that were rewritten
_MOST_BYTES = 200_000  # a file beyond is no newsletter that anybody sent: Gmail cuts off half of that
_MOST_READ = 12  # of the issues that may have a story, the newest ones: words in use everywhere stand in all (docs)


@dataclass(frozen=True, slots=True)
class RepeatedStory:
    """A story of an issue, and the one that ``issue`` told before; ``is_same`` tells that it did so word for word."""

    language: str
    here: Story
    issue: str
    there: Story
    is_same: bool


def repeated_stories(issue: Issue, others: Sequence[IssueFiles], *, own_blocks: OwnBlocks) -> Iterator[RepeatedStory]:
    """Find the stories of an issue that an earlier one has; of a block that is repeated whole not each entry too."""
    before = _Before(issue, others, own_blocks)
    for language in issue.languages:
        told: set[tuple[object, ...]] = set()
        for story in stories(issue, language):
            if story.path[:2] in told:
                continue
            found = before.find(story, language)
            if found is not None:
                told.add(story.path)
                if not before.is_standing(story, language):
                    other, there = found
                    yield RepeatedStory(language, story, other.files.name, there, there.words == story.words)


class _Before:
    """The issues before one, the latest first; of its own day come last, for they are hardly sent yet."""

    def __init__(self, issue: Issue, others: Sequence[IssueFiles], own_blocks: OwnBlocks) -> None:
        day = next(iter(issue.contents.values())).date
        before = [one for one in others if one.order < (day, issue.slug) and one.size_bytes <= _MOST_BYTES]
        self._files = sorted(before, key=lambda one: (one.order[0] < day, *one.order), reverse=True)
        self._issues_dir, self._own_blocks = issue.folder.resolve().parent, own_blocks
        self._last = [one for one in self._files if one.order[0] < day]

    def find(self, story: Story, language: str) -> tuple[EarlierIssue, Story] | None:
        """Find the latest issue that has this story, word for word or nearly."""
        fewest = story.longest.bit_count() - _MOST_WORDS_LACKING
        may_have_it = [one for one in self._files if (one.words & story.longest).bit_count() >= fewest]
        for files in may_have_it[:_MOST_READ]:
            other = self._read(files)
            if other is not None and (there := _same(story, other, language)) is not None:
                return other, there
        return None

    def is_standing(self, story: Story, language: str) -> bool:
        """Tell whether each of the last issues in this language has it."""
        asked = 0
        for files in self._last[:_MOST_READ]:
            other = self._read(files)
            if other is None or language not in other.stories:
                continue
            if _same(story, other, language) is None:
                return False
            asked += 1
            if asked == LAST_ISSUES:
                return True
        return False

    def _read(self, files: IssueFiles) -> EarlierIssue | None:
        return earlier_issue(files, issues_dir=self._issues_dir, own_blocks=self._own_blocks)


def _same(story: Story, other: EarlierIssue, language: str) -> Story | None:
    found = [there for there in other.stories.get(language, ()) if _are_nearly_the_same(story.words, there.words)]
    return next((there for there in found if there.words == story.words), found[0] if found else None)


def _are_nearly_the_same(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    lengths = sum(one.values()), sum(other.values())
    if 2 * min(lengths) < _NEARLY * sum(lengths):
        return False
    common = sum(min(count, other.get(word, 0)) for word, count in one.items())
    return 2 * common >= _NEARLY * sum(lengths) and _figures(one) == _figures(other)


def _figures(words: Mapping[str, int]) -> dict[str, int]:
    return {word: count for word, count in words.items() if any(sign.isdigit() for sign in word)}
