"""Finds an issue that says word for word what an earlier one said: begun as its copy, and not rewritten.

Compared are the blocks as they would be read, language by language: a new subject over the old letter makes no new
letter. The day, the number, links' addresses and white space are not compared. Enters: an issue, whose neighbours'
folders are read. Only those are loaded that are about as long and in whose files the longest words of a language
stand: one monstrous file in a project would slow the checks of all its issues otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from composer.issue.files import issue_file
from composer.issue.model import Issue
from composer.issue.neighbours import IssueFiles
from composer.issue.own_blocks import OwnBlocks
from composer.issue.repetition.earlier import EarlierIssue, earlier_issue, letter, letter_words, written

_ABOUT_AS_LONG = 4  # times; a copy differs in its addresses, and in how its YAML is written
_SHORT_BYTES = 20_000  # a file that costs nothing to load, whatever its neighbour's length


def repeated_issues(issue: Issue, others: Sequence[IssueFiles], *, own_blocks: OwnBlocks) -> Mapping[str, str]:
    """Find the languages in which the issue has the texts of one of the others: language → its name."""
    may_be_earlier = [other for other in others if not _is_later(other, issue)]
    earlier = list(_about_alike(issue, may_be_earlier, own_blocks))
    found: dict[str, str] = {}
    for language, content in issue.contents.items():
        said = letter(content)
        same = [one.files.name for one in earlier if one.letters.get(language) == said]
        if same:
            found[language] = max(same)
    return found


def _about_alike(issue: Issue, others: Sequence[IssueFiles], own_blocks: OwnBlocks) -> Iterator[EarlierIssue]:
    of_languages = [letter_words(written(content)) for content in issue.contents.values()]
    longest = max(_SHORT_BYTES, _ABOUT_AS_LONG * issue_file(issue.folder).stat().st_size)
    for files in others:
        may_say_it = any(files.words & words == words for words in of_languages)
        if files.size_bytes <= longest and may_say_it:
            other = earlier_issue(files, issues_dir=issue.folder.resolve().parent, own_blocks=own_blocks)
            if other is not None:
                yield other


def _is_later(other: IssueFiles, issue: Issue) -> bool:
    """Whether the other one is surely the copy: its day and its folder's name come later."""
    content = next(iter(issue.contents.values()))
    day, name = other.order
    return day >= content.date and name > issue.slug
