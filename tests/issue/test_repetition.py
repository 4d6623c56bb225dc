"""A letter is held against its neighbours, and costs what it costs itself."""

from __future__ import annotations

from pathlib import Path

from composer.issue.load import load_issue
from composer.issue.own_blocks import NO_OWN_BLOCKS
from composer.issue.repetition import repeated_issues
from tests.support.authoring import issue_of, write_issue
from tests.support.counting import steps_of

LETTER = issue_of("- block: text\n  body: The same words.\n")


def test_a_copy_is_found_beside_a_neighbour_of_any_length_whose_length_costs_nothing(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, LETTER)
    copy = tmp_path / "a-copy"
    copy.mkdir()
    (copy / "issue.yaml").write_text(LETTER)
    issue = load_issue(folder)
    assert set(repeated_issues(issue, own_blocks=NO_OWN_BLOCKS).values()) == {"a-copy"}
    alone = steps_of(lambda: repeated_issues(issue, own_blocks=NO_OWN_BLOCKS))
    monster = tmp_path / "a-monster"
    monster.mkdir()
    (monster / "issue.yaml").write_text(LETTER + "  - block: text\n    body: Words.\n" * 6000)
    beside = steps_of(lambda: repeated_issues(issue, own_blocks=NO_OWN_BLOCKS))
    assert beside < alone + 500, "6,000 blocks take tens of thousands of steps to be read"
