"""A letter is held against its neighbours, and costs what it costs itself."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from composer.issue.load import load_issue
from composer.issue.neighbours import issues_beside
from composer.issue.own_blocks import NO_OWN_BLOCKS, own_blocks
from composer.issue.repetition.letters import repeated_issues
from tests.support.authoring import issue_of, write_issue
from tests.support.counting import steps_of

LETTER = issue_of("- block: text\n  body: The same words.\n")


def test_a_copy_is_found_beside_a_neighbour_of_any_length_whose_length_costs_nothing(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, LETTER)
    copy = tmp_path / "a-copy"
    copy.mkdir()
    (copy / "issue.yaml").write_text(LETTER)
    issue = load_issue(folder)
    assert set(repeated_issues(issue, issues_beside(issue), own_blocks=NO_OWN_BLOCKS).values()) == {"a-copy"}
    alone = steps_of(lambda: repeated_issues(issue, issues_beside(issue), own_blocks=NO_OWN_BLOCKS))
    monster = tmp_path / "a-monster"
    monster.mkdir()
    (monster / "issue.yaml").write_text(LETTER + "  - block: text\n    body: Words.\n" * 6000)
    beside = steps_of(lambda: repeated_issues(issue, issues_beside(issue), own_blocks=NO_OWN_BLOCKS))
    assert beside < alone + 500, "6,000 blocks take tens of thousands of steps to be read"


def test_of_a_neighbour_only_the_files_of_its_languages_are_read(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, LETTER)
    copy = tmp_path / "a-copy"
    (copy / "issue.files").mkdir(parents=True)
    (copy / "issue.yaml").write_text(LETTER)
    with (copy / "issue-3-film.mp4").open("wb") as film:
        film.truncate(30_000_000)
    issue = load_issue(folder)
    repeated_issues(issue, issues_beside(issue), own_blocks=NO_OWN_BLOCKS)
    tracemalloc.start()
    try:
        assert set(repeated_issues(issue, issues_beside(issue), own_blocks=NO_OWN_BLOCKS).values()) == {"a-copy"}
        assert tracemalloc.get_traced_memory()[1] < 15_000_000, "the film alone has 30 MB"
    finally:
        tracemalloc.stop()


def test_what_a_field_says_that_nobody_wrote_is_looked_for_in_no_file(tmp_path: Path) -> None:
    walk = tmp_path / "templates" / "blocks" / "walk"
    walk.mkdir(parents=True)
    (walk / "fields.yaml").write_text("words: markdown\nnote: {type: line, default: Remarkably}\n")
    for name in ("block.mjml.j2", "block.html.j2", "block.txt.j2"):
        (walk / name).write_text("")
    own = own_blocks((tmp_path / "templates",))
    letter = issue_of("- block: walk\n  words: Go out into the country.\n")
    folder = write_issue(tmp_path / "issues", letter)
    (folder.parent / "a-copy").mkdir()
    (folder.parent / "a-copy" / "issue.yaml").write_text(letter)
    issue = load_issue(folder, own_blocks=own)
    assert set(repeated_issues(issue, issues_beside(issue), own_blocks=own).values()) == {"a-copy"}
