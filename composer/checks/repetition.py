"""Checks an issue beside the earlier ones: its letter, its stories and its number are its own.

What the database knows of letters whose folders are gone is asked where one is sent (``workflow/wiring.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from composer.checks.finding import Finding, find
from composer.checks.languages import block_name
from composer.checks.stand_ins import stand_ins
from composer.errors import Mend
from composer.issue import Issue
from composer.issue.neighbours import IssueFiles, issues_beside
from composer.issue.next_issue import issues_of_the_same_number, next_number
from composer.issue.own_blocks import OwnBlocks
from composer.issue.repetition.letters import repeated_issues
from composer.issue.repetition.stories import LAST_ISSUES, RepeatedStory, repeated_stories
from composer.issue.traverse import texts_of

_DEPTH_OF_BLOCK = 2


def check_beside_others(issue: Issue, own_blocks: OwnBlocks) -> Iterator[Finding]:
    """An issue says nothing that an earlier one said, and has a number of its own."""
    others = issues_beside(issue)
    yield from _repeated(issue, others, own_blocks)
    same = issues_of_the_same_number(issue, others)
    if same:
        language = issue.languages[0]
        number, free = issue.contents[language].number, next_number(issue.folder.resolve().parent)
        words = f"the number {number} is that of {' and '.join(same)} already"
        place = issue.sources[language].position(("number",))
        yield find("number-repeated", place, words, f"the next one is {free}", Mend(str(number), str(free)))


def _repeated(issue: Issue, others: Sequence[IssueFiles], own_blocks: OwnBlocks) -> Iterator[Finding]:
    """A language that is a copy as a whole is told once, and not each of its stories."""
    copies = repeated_issues(issue, others, own_blocks=own_blocks)
    for language, slug in copies.items():
        words, hint = f"the texts are those of {slug}", "write this issue's own"
        yield find("issue-repeated", issue.sources[language].position(("subject",)), words, hint)
    if len(copies) < len(issue.languages):
        for repeated in repeated_stories(issue, others, own_blocks=own_blocks):
            if repeated.language not in copies and not _is_begun(repeated, issue):
                yield _told(repeated, issue)


def _is_begun(repeated: RepeatedStory, issue: Issue) -> bool:
    """Whether a text of it is still to be written: that is told by itself, and other drafts begin with the same."""
    path = repeated.here.path
    texts = (text for text in texts_of(issue.contents[repeated.language]) if text.path[: len(path)] == path)
    return any(one.is_begun for text in texts for one in stand_ins(text.value))


def _told(repeated: RepeatedStory, issue: Issue) -> Finding:
    here, there = repeated.here.path, repeated.there
    block = block_name(issue.contents[repeated.language], int(here[1]))
    what = block if len(here) == _DEPTH_OF_BLOCK else f"an entry of {block}"
    how = "word for word" if repeated.is_same else "nearly word for word"
    where = f"in the block {int(there.path[1]) + 1} of {repeated.issue} ({there.place.file.name}:{there.place.line})"
    hint = f"write this issue's own, or delete it; what the last {LAST_ISSUES} issues all have is not told"
    return find("story-repeated", repeated.here.place, f"{what} stood {where}, {how}", hint)
