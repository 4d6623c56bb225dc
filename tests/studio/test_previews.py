"""An issue in the studio: always as the files are now, with the last good version kept."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from composer.compose import CheckedIssue, check_folder
from composer.edition import fill
from composer.errors import NewsletterError
from composer.studio import previews as previews_module
from composer.studio.previews import IssuePreviews
from tests.support.fonts import block_font
from tests.support.hanging import HANGS_S
from tests.support.projects import SLUG, ProjectFolder, png


def test_a_view_is_built_once_until_a_file_changes(project_folder: ProjectFolder) -> None:
    previews = IssuePreviews(project_folder.project)
    first = previews.preview(SLUG)
    assert previews.preview(SLUG) is first
    project_folder.edit("The bridge opens", "The bridge is open")
    assert previews.preview(SLUG).editions["en"].title == "The bridge is open"


def test_the_publication_pictures_and_own_templates_count_as_files_of_the_issue(project_folder: ProjectFolder) -> None:
    previews = IssuePreviews(project_folder.project)
    seen = [previews.preview(SLUG)]
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(newsletter.read_text().replace("Harbour Letter", "Quay Letter"))
    seen.append(previews.preview(SLUG))
    (project_folder.templates / "css").mkdir()
    (project_folder.templates / "css" / "print.css").write_text("p { color: red }")
    seen.append(previews.preview(SLUG))
    assert len(set(map(id, seen))) == 3


def test_fonts_and_the_logo_count_as_files_of_the_issue_in_folders_of_their_own_too(
    project_folder: ProjectFolder,
) -> None:
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(
        f"{newsletter.read_text('utf-8')}theme: {{font_title: 'Block Letters, Georgia, serif'}}\n"
        "fonts:\n  - {family: Block Letters, file: fonts/own.woff2}\nlogo: {file: art/logo.png, alt: A buoy}\n",
        "utf-8",
    )
    previews = IssuePreviews(project_folder.project)
    assert not previews.preview(SLUG).editions
    for name, content in (("fonts/own.woff2", block_font()), ("art/logo.png", png(80, 80))):
        (project_folder.issues / name).parent.mkdir()
        (project_folder.issues / name).write_bytes(content)
    names = {asset.name for asset in previews.preview(SLUG).editions["en"].assets}
    assert names >= {"fonts/own.woff2", "art/logo.png"}
    seen = previews.preview(SLUG)
    assert previews.preview(SLUG) is seen
    (project_folder.issues / "fonts/own.woff2").write_bytes(block_font(width=700))
    assert previews.preview(SLUG) is not seen


def test_a_mistake_keeps_the_last_version_that_worked(project_folder: ProjectFolder) -> None:
    previews = IssuePreviews(project_folder.project)
    good = previews.preview(SLUG)
    assert not good.stale
    project_folder.edit("subject:", "subjct:")
    broken = previews.preview(SLUG)
    assert broken.checked.issue is None
    assert broken.stale == {"en", "fr"}
    assert broken.editions == good.editions
    project_folder.edit("subjct:", "subject:")
    assert not previews.preview(SLUG).stale


def test_a_language_that_was_taken_away_is_gone(project_folder: ProjectFolder) -> None:
    previews = IssuePreviews(project_folder.project)
    assert set(previews.preview(SLUG).editions) == {"en", "fr"}
    (project_folder.issue_file.parent / "issue.fr.yaml").unlink()
    assert set(previews.preview(SLUG).editions) == {"en"}


def test_an_issue_that_never_built_has_findings_and_no_edition(project_folder: ProjectFolder) -> None:
    project_folder.edit("blocks:", "bloks:")
    preview = IssuePreviews(project_folder.project).preview(SLUG)
    assert not preview.editions
    assert preview.checked.findings
    assert preview.newsletter is not None


def test_the_list_reads_titles_without_loading_the_issues(project_folder: ProjectFolder) -> None:
    broken = project_folder.issues / "2027-01-broken"
    broken.mkdir()
    (broken / "issue.yaml").write_text("subject: 'Quoted: yes'\ndate: 2027-01-05\nblocks: [[[\n")
    newest, older = IssuePreviews(project_folder.project).summaries()
    assert (newest.slug, newest.title, newest.date, newest.languages) == (
        "2027-01-broken",
        "Quoted: yes",
        "2027-01-05",
        ("en",),
    )
    assert (older.title, older.languages) == ("The bridge opens", ("en", "fr"))


@pytest.mark.parametrize(
    ("below", "title"), [("# A headline {#top}\n\n", "A headline"), ("", "The subject"), ("# Two\r\n", "Two")]
)
def test_what_a_block_of_markdown_says_is_no_title_of_the_issue(
    project_folder: ProjectFolder, below: str, title: str
) -> None:
    folder = project_folder.issues / "2027-02-markdown"
    folder.mkdir()
    head = "---\nsubject: The subject\ndate: 2027-02-05\n---\n\n"
    (folder / "issue.md").write_text(
        f"{head}{below}:::agenda\ntitle: For your diary\ndate: 2027-02-09\n:::\n", newline=""
    )
    newest = IssuePreviews(project_folder.project).summaries()[0]
    assert (newest.slug, newest.title, newest.date) == ("2027-02-markdown", title, "2027-02-05")


def test_an_issue_in_a_language_of_its_own_is_listed_in_it(project_folder: ProjectFolder) -> None:
    folder = project_folder.issues / "2020-05-abc"
    folder.mkdir()
    (folder / "issue.yaml").write_text("subject: S\npreheader: P\ndate: 2020-05-01\nlanguage: ar\n")
    listed = {summary.slug: summary.languages for summary in IssuePreviews(project_folder.project).summaries()}
    assert listed["2020-05-abc"] == ("ar",)


def test_500_issues_are_listed_and_none_is_built(project_folder: ProjectFolder) -> None:
    for number in range(500):
        shutil.copytree(project_folder.issue_file.parent, project_folder.issues / f"copy-{number}")
    assert len(IssuePreviews(project_folder.project).summaries()) == 501


def test_a_project_that_was_not_started_has_no_issues(project_folder: ProjectFolder) -> None:
    shutil.rmtree(project_folder.issues)
    previews = IssuePreviews(project_folder.project)
    assert previews.summaries() == ()
    assert previews.newsletter() is None


def test_an_unknown_issue_is_told_with_the_nearest_name(project_folder: ProjectFolder) -> None:
    with pytest.raises(NewsletterError, match=SLUG):
        IssuePreviews(project_folder.project).preview("2026-12-harbor")


def test_one_file_saved_shows_in_the_subject(project_folder: ProjectFolder) -> None:
    previews = IssuePreviews(project_folder.project)
    assert fill(previews.preview(SLUG).editions["en"].subject, {}) == "News for you"


def test_while_one_issue_is_built_another_is_answered(
    project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(project_folder.issue_file.parent, project_folder.issues / "2026-13-slow")
    begun, let_go = threading.Event(), threading.Event()

    def held_up(folder: Path, *, templates: Sequence[Path]) -> CheckedIssue:
        if folder.name == "2026-13-slow":
            begun.set()
            assert let_go.wait(HANGS_S)
        return check_folder(folder, templates=templates)

    monkeypatch.setattr(previews_module, "check_folder", held_up)
    previews = IssuePreviews(project_folder.project)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(previews.preview, "2026-13-slow")
        assert begun.wait(HANGS_S)
        other = pool.submit(previews.preview, SLUG)
        try:
            assert other.result(HANGS_S).editions
            assert not slow.done()
        finally:
            let_go.set()
        assert slow.result(HANGS_S).slug == "2026-13-slow"


def test_an_issue_that_two_ask_for_is_built_once(
    project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []

    def counted(folder: Path, *, templates: Sequence[Path]) -> CheckedIssue:
        built.append(folder.name)
        return check_folder(folder, templates=templates)

    monkeypatch.setattr(previews_module, "check_folder", counted)
    previews = IssuePreviews(project_folder.project)
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(previews.preview, [SLUG] * 4))
    assert built == [SLUG]
    assert len(set(map(id, seen))) == 1


def test_links_in_circles_hold_nothing_up(project_folder: ProjectFolder) -> None:
    for name in ("a", "b", "c"):
        (project_folder.templates / name).symlink_to(project_folder.templates, target_is_directory=True)
    assert IssuePreviews(project_folder.project).preview(SLUG).editions


def test_the_language_on_the_screen_is_there_before_anything_is_checked(project_folder: ProjectFolder) -> None:
    """It is the edition that the checked preview has; findings and other languages are those of before until then."""
    previews = IssuePreviews(project_folder.project)
    before = previews.preview(SLUG)
    assert not before.is_checking
    project_folder.edit("The bridge opens", "Lorem ipsum dolor sit amet")
    soon = previews.unchecked(SLUG, "en")
    assert soon.is_checking
    assert previews.unchecked(SLUG, "en") is soon
    assert soon.editions["en"].title == "Lorem ipsum dolor sit amet"
    assert (soon.editions["fr"], soon.checked.findings) == (before.editions["fr"], before.checked.findings)
    checked = previews.preview(SLUG)
    assert checked.editions["en"].digest == soon.editions["en"].digest
    assert checked.checked.findings != before.checked.findings
    assert previews.unchecked(SLUG, "en") is checked


def test_what_cannot_be_built_alone_is_checked_at_once(project_folder: ProjectFolder) -> None:
    previews = IssuePreviews(project_folder.project)
    good = previews.unchecked(SLUG, "en")
    assert previews.unchecked(SLUG, "de").editions.keys() == {"en", "fr"}
    project_folder.edit("subject:", "subjct:")
    broken = previews.unchecked(SLUG, "en")
    assert broken.checked.issue is None
    assert not broken.is_checking
    assert broken.stale == {"en", "fr"}
    assert broken.editions["en"].digest == good.editions["en"].digest


def test_the_mail_does_not_wait_for_its_checks(project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def held_up(folder: Path, *, templates: Sequence[Path]) -> CheckedIssue:
        begun.set()
        assert let_go.wait(HANGS_S)
        return check_folder(folder, templates=templates)

    monkeypatch.setattr(previews_module, "check_folder", held_up)
    previews = IssuePreviews(project_folder.project)
    with ThreadPoolExecutor() as pool:
        checking = pool.submit(previews.preview, SLUG)
        assert begun.wait(HANGS_S)
        project_folder.edit("The bridge opens", "The bridge is open")
        try:
            soon = pool.submit(previews.unchecked, SLUG, "en").result(HANGS_S)
            assert soon.editions["en"].title == "The bridge is open"
            assert not checking.done()
        finally:
            let_go.set()
        checking.result(HANGS_S)
    # What was checked is older than what is shown, which stays.
    assert previews.unchecked(SLUG, "en") is soon
    assert previews.unchecked(SLUG, "") is soon


def test_the_last_editions_are_remembered_and_not_all(project_folder: ProjectFolder) -> None:
    previews = IssuePreviews(project_folder.project)
    first = previews.unchecked(SLUG, "en").editions["en"]
    assert previews.edition_of(SLUG, first.digest) is first
    for number in range(40):
        project_folder.edit("bridge opens." if not number else f"bridge opens {number - 1}.", f"bridge opens {number}.")
        last = previews.unchecked(SLUG, "en").editions["en"]
    assert previews.edition_of(SLUG, last.digest) is last
    assert previews.edition_of(SLUG, first.digest) is None
