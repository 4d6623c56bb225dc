"""Issues are begun, copied, renamed, archived and deleted, and nothing is lost on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from composer import shipped
from composer.errors import FileRefused
from composer.issue import find_issues, load_issue
from composer.writing.drafts import last_issue
from composer.writing.files import read_folder
from composer.writing.folders.issue_folders import (
    archive_issue,
    archived_issues,
    begin_issue,
    delete_issue,
    deleted_issues,
    duplicate_issue,
    rename_issue,
    restore_issue,
)

FILES = {"issue.yaml": b"subject: S\n", "pictures/a.png": b"\x89PNG"}


@pytest.fixture
def issues(tmp_path: Path) -> Path:
    issues = tmp_path / "issues"
    begin_issue(issues, "spring", FILES)
    return issues


def names(issues: Path) -> list[str]:
    return [folder.name for folder in find_issues(issues)]


def test_a_copy_has_all_files_but_the_hidden_ones(issues: Path, tmp_path: Path) -> None:
    (issues / "spring" / ".issue.yaml.unsaved").write_text("{}")
    (tmp_path / ".env").write_text("KEY=1")
    (issues / "spring" / "out.txt").symlink_to(tmp_path / ".env")
    assert read_folder(duplicate_issue(issues, "spring", new_slug="summer")) == FILES
    assert names(issues) == ["spring", "summer"]


def test_a_renamed_issue_is_where_its_name_says(issues: Path) -> None:
    assert read_folder(rename_issue(issues, "spring", new_slug="summer")) == FILES
    assert names(issues) == ["summer"]


@pytest.mark.parametrize(("put", "listed"), [(archive_issue, archived_issues), (delete_issue, deleted_issues)])
def test_what_was_put_away_can_be_brought_back(
    issues: Path, put: Callable[[Path, str], Path], listed: Callable[[Path], tuple[str, ...]]
) -> None:
    assert read_folder(put(issues, "spring")) == FILES
    assert (names(issues), listed(issues)) == ([], ("spring",))
    begin_issue(issues, "spring", {"issue.md": b"another"})
    put(issues, "spring")
    assert listed(issues) == ("spring", "spring.2")
    assert restore_issue(issues, "spring.2") == issues / "spring"
    assert read_folder(issues / "spring") == {"issue.md": b"another"}
    assert restore_issue(issues, "spring") == issues / "spring-2"
    assert read_folder(issues / "spring-2") == FILES
    assert listed(issues) == ()


WRONG_NAMES = ["", ".", "..", "../spring", "Spring", "a b", "x" * 101, "spring", "archive", ".trash"]


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_name_that_cannot_be_is_refused(issues: Path, name: str) -> None:
    with pytest.raises(FileRefused):
        begin_issue(issues, name, FILES)
    with pytest.raises(FileRefused):
        duplicate_issue(issues, "spring", new_slug=name)
    with pytest.raises(FileRefused):
        rename_issue(issues, "spring", new_slug=name)
    if name != "spring":
        for act in (archive_issue, delete_issue, restore_issue):
            with pytest.raises(FileRefused, match="there is no"):
                act(issues, name)
    assert names(issues) == ["spring"]
    assert read_folder(issues / "spring") == FILES


def test_a_link_to_a_folder_elsewhere_is_no_issue(issues: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "issue.yaml").write_text("subject: S")
    (issues / "link").symlink_to(other)
    for act in (archive_issue, delete_issue):
        with pytest.raises(FileRefused):
            act(issues, "link")
    assert (other / "issue.yaml").is_file()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    issues = tmp_path / "project" / "issues"
    for file in shipped.SAMPLE_ISSUES.rglob("*"):
        if file.is_file():
            copy = issues / file.relative_to(shipped.SAMPLE_ISSUES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    return issues


@pytest.mark.parametrize("sample", ["2020-03-network-news", "2020-06-two-things-to-keep"])
def test_the_next_issue_has_nothing_of_the_old_letter(project: Path, sample: str) -> None:
    for other in find_issues(project):
        if other.name != sample:
            delete_issue(project, other.name)
    slug, draft = last_issue(project, today=dt.date(2020, 4, 15), own_blocks={}, empty_texts=True)
    assert slug == sample
    old, new = load_issue(project / sample), load_issue(begin_issue(project, "next", draft))
    assert new.languages == old.languages
    for language, content in new.contents.items():
        was = old.contents[language]
        assert content.subject.startswith("TODO")
        assert content.preheader.startswith("TODO")
        assert content.date == dt.date(2020, 4, 15)
        assert content.number == (was.number or 0) + 1
        assert [block.id for block in content.blocks] == [block.id for block in was.blocks]
        for block, before in zip(content.blocks, was.blocks, strict=True):
            if body := getattr(block, "body", None):
                assert "TODO" in body
                assert body != before.body
            assert getattr(block, "kicker", None) == getattr(before, "kicker", None)


def test_dates_that_are_to_come_stay_in_the_next_issue_and_a_greeting_by_name(project: Path) -> None:
    delete_issue(project, "2020-06-two-things-to-keep")
    _, draft = last_issue(project, today=dt.date(2020, 4, 20), own_blocks={}, empty_texts=True)
    new = load_issue(begin_issue(project, "next", draft))
    for content in new.contents.values():
        agenda = next(block for block in content.blocks if block.block == "agenda")
        assert [entry.date for entry in agenda.entries] == [dt.date(2020, 4, 22)]
        assert "TODO" not in agenda.entries[0].title
        events = next(block for block in content.blocks if block.block == "events")
        assert [event.date.month for event in events.events] == [4, 11]
        assert content.blocks[0].body.count("{{ subscriber.first_name") == 1
    _, later = last_issue(project, today=dt.date(2021, 1, 1), own_blocks={}, empty_texts=True)
    content = load_issue(begin_issue(project, "later", later)).contents["en"]
    events = next(block for block in content.blocks if block.block == "events")
    assert [event.title.startswith("TODO") for event in events.events] == [True]
