"""Issues are begun, copied, renamed, archived and deleted, and nothing is lost on the way."""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from composer import shipped
from composer.errors import FileRefused
from composer.issue import find_issues, load_issue
from composer.issue.next_issue import next_number
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
    (issues / "spring" / "more" / ".cache").mkdir(parents=True)
    (issues / "spring" / "more" / ".DS_Store").write_bytes(b"x")
    (issues / "spring" / "more" / ".cache" / "a").write_bytes(b"x")
    assert read_folder(duplicate_issue(issues, "spring", new_slug="summer")) == FILES
    assert names(issues) == ["spring", "summer"]


@pytest.mark.skipif(sys.platform != "linux", reason="the names of open files are asked of /proc")
def test_each_file_and_each_folder_is_on_the_disk_before_the_issue_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed, flush, folder = [], os.fsync, tmp_path / "issues" / "spring"

    def note(descriptor: int) -> None:
        flushed.append((Path(os.readlink(f"/proc/self/fd/{descriptor}")), folder.exists()))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    begin_issue(folder.parent, "spring", {"issue.yaml": b"a", "pictures/old/b.png": b"b"})
    before = [path.parts[path.parts.index("spring") :] for path, is_there in flushed if not is_there]
    assert sorted(before) == [
        ("spring",),
        ("spring", "issue.yaml"),
        ("spring", "pictures"),
        ("spring", "pictures", "old"),
        ("spring", "pictures", "old", "b.png"),
    ]
    assert flushed[-1] == (folder.parent, True)


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


OLD_LETTER = """\
subject: The March letter
preheader: What March brings
date: 2026-03-02
number: 9
blocks:
  - block: masthead
    tagline: Notes for those who teach
    issue_line: March 2026
  - {block: button, label: Register for 12 March, url: https://example.com/register-march}
  - block: sponsor
    label: Presented by
    title: Lumen lamps
    body: Lamps for reading.
    link: {label: See the lamps, url: https://example.com/lumen}
  - block: statistics
    title: March in figures
    figures:
      - {figure: "1,204", label: readers}
      - {figure: 25–27 November, label: of the fair, note: in Nice}
  - block: callout
    kicker: Save the date
    figure: "17:30"
    body: The doors open.
  - {block: table, head: [Town, In 2025], rows: [[Nice, three]]}
  - block: agenda
    title: In April, from your desk
    entries:
      - {date: 2026-03-10, title: A talk, place: Room four, sessions: [{title: First, speaker: Ada Example}]}
  - block: events
    title: What you may see
    events: [{date: 2026-03-12, title: A tour, place: The old bridge}]
  - {block: footer, reason: You asked for it on 3 May.}
"""


def test_nothing_of_the_old_letter_is_left_in_a_button_a_box_a_figure_or_a_headline(tmp_path: Path) -> None:
    (tmp_path / "newsletter.yaml").write_text("name: N\norganisation: O\n")
    begin_issue(tmp_path, "march", {"issue.yaml": OLD_LETTER.encode()})
    _, draft = last_issue(tmp_path, today=dt.date(2026, 4, 1), own_blocks={}, empty_texts=True)
    text = draft["issue.yaml"].decode()
    stays = (
        "Notes for those who teach", "Presented by", "Save the date", "Town", "What you may see", "on 3 May",
    )  # fmt: skip
    assert [words for words in stays if words not in text] == []
    goes = (
        "March", "register", "Lumen", "Lamps", "lamps", "1,204", "November", "17:30", "2025", "April", "Nice",
        "Room four", "Ada", "bridge", "the fair",
    )  # fmt: skip
    assert [words for words in goes if words in text] == []
    load_issue(begin_issue(tmp_path, "april", draft))


def test_a_rubric_of_a_month_is_known_in_the_language_of_its_file(tmp_path: Path) -> None:
    issue = "subject: S\npreheader: P\ndate: 2026-03-02\nlanguage: en\n"
    (tmp_path / "newsletter.yaml").write_text("name: N\norganisation: O\nlanguages: [en, fr]\n")
    english = issue + "blocks: [{block: events, id: a, title: Coming up, events: [{date: 2026-03-09, title: A}]}]\n"
    french = "subject: S\nblocks: [{id: a, title: Le mois de mars, events: [{title: B}]}]\n"
    begin_issue(tmp_path, "march", {"issue.yaml": english.encode(), "issue.fr.yaml": french.encode()})
    _, draft = last_issue(tmp_path, today=dt.date(2026, 4, 1), own_blocks={}, empty_texts=True)
    assert "Coming up" in draft["issue.yaml"].decode()
    assert "mars" not in draft["issue.fr.yaml"].decode()


def test_the_next_number_is_after_the_highest_in_use_whichever_issue_is_the_latest(tmp_path: Path) -> None:
    (tmp_path / "newsletter.yaml").write_text("name: N\norganisation: O\n")
    issue = "subject: S\npreheader: P\ndate: {}\n{}blocks: [{{block: divider}}]\n"
    assert next_number(tmp_path) is None
    for name, date, number in (
        ("a", "2026-03-02", "number: 9\n"),
        ("b", "2026-04-02", "'number': \"7\"  # late\n"),
        ("c", "2026-02-02", ""),
    ):
        begin_issue(tmp_path, name, {"issue.yaml": issue.format(date, number).encode()})
    begin_issue(tmp_path, "d", {"issue.md": b"---\nnumber: 11\n---\n\n:::divider\nnumber: 50\n:::\n"})
    assert next_number(tmp_path) == 12
    archive_issue(tmp_path, "d")
    for is_empty in (True, False):
        name, draft = last_issue(tmp_path, today=dt.date(2026, 5, 1), own_blocks={}, empty_texts=is_empty)
        assert name == "b"
        assert re.search(r"number.*12", draft["issue.yaml"].decode())
    delete_issue(tmp_path, "b")
    begin_issue(tmp_path, "e", draft)
    assert next_number(tmp_path) == 13, "two that begin on one day have two numbers"
