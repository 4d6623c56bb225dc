"""``newsletter new``: an issue that loads, builds, and is the author's from then on."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from composer.cli.main import main
from composer.compose import check_folder
from composer.issue import load_issue
from tests.support.projects import SLUG, ProjectFolder


def new(slug: str, *options: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(["new", slug, *options])
    code = exit_.value.code
    assert isinstance(code, int)
    return code


@pytest.fixture(autouse=True)
def _in_the_project(project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_folder.root)


def test_the_new_issue_loads_and_builds(project_folder: ProjectFolder) -> None:
    assert new("2027-01-winter-news") == 0
    folder = project_folder.issues / "2027-01-winter-news"
    content = load_issue(folder).contents["en"]
    assert content.subject == "Winter news"
    assert abs((content.date - dt.date.today()).days) <= 1  # noqa: DTZ011  (midnight may pass between the two)
    assert check_folder(folder, templates=project_folder.project.templates).editions


def test_an_issue_that_exists_is_left_alone(project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    before = project_folder.issue_file.read_bytes()
    assert new(SLUG) == 1
    assert "already there" in capsys.readouterr().err
    assert project_folder.issue_file.read_bytes() == before


def test_a_name_that_no_folder_can_have_is_refused(
    project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new("a" * 300) == 1
    assert "has 300 letters, and an issue's name at most 100" in capsys.readouterr().err


def test_what_a_link_leads_to_is_no_part_of_the_next_issue(project_folder: ProjectFolder) -> None:
    (project_folder.root / ".env").write_text("NEWSLETTER_SECRET_KEY=k3y")
    (project_folder.issues / SLUG / "notes.txt").symlink_to(project_folder.root / ".env")
    assert new("2027-01-winter-news", "--from-last") == 0
    copied = [
        file.read_bytes() for file in (project_folder.issues / "2027-01-winter-news").rglob("*") if file.is_file()
    ]
    assert copied
    assert not any(b"k3y" in content for content in copied)


@pytest.mark.parametrize("slug", ["../outside", "Winter", "a b", ".hidden", "a--b", "é"])
def test_a_name_that_is_no_folders_name_is_refused(
    project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str], slug: str
) -> None:
    assert new(slug) == 1
    assert "cannot name an issue" in capsys.readouterr().err
    assert [path.name for path in project_folder.issues.iterdir() if path.is_dir()] == [SLUG]


def test_without_a_project_it_says_how_to_start_one(
    project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (project_folder.issues / "newsletter.yaml").unlink()
    assert new("2027-01-winter-news") == 1
    assert "newsletter init" in capsys.readouterr().err


def test_it_may_be_written_in_markdown(project_folder: ProjectFolder) -> None:
    assert new("2027-01-winter-news", "--markdown") == 0
    folder = project_folder.issues / "2027-01-winter-news"
    assert [file.name for file in folder.iterdir()] == ["issue.md"]
    checked = check_folder(folder, templates=project_folder.project.templates)
    assert checked.issue is not None
    assert [block.block for block in checked.issue.contents["en"].blocks] == ["text", "article", "events"]


@pytest.mark.parametrize("options", [("--sample",), ("--sample", "--markdown")])
@pytest.mark.parametrize("languages", ["[en, fr]", "[en]", "[fr, en]", "[de]"])
def test_it_may_begin_with_the_sample_in_the_newsletters_languages(
    project_folder: ProjectFolder, options: tuple[str, ...], languages: str
) -> None:
    file = project_folder.issues / "newsletter.yaml"
    file.write_text(file.read_text().replace("[en, fr]", languages))
    assert new("2027-01-winter-news", *options) == 0
    issue = load_issue(project_folder.issues / "2027-01-winter-news")
    assert len(issue.languages) == (1 if "," not in languages else 2)
    assert issue.languages[0] == ("de" if languages == "[de]" else "en")


def test_it_may_begin_with_the_last_issue_whose_date_and_number_move_on(project_folder: ProjectFolder) -> None:
    older = project_folder.issues / "2020-01-old"
    older.mkdir()
    (older / "issue.yaml").write_text("subject: Old\npreheader: O\ndate: 2020-01-01\nblocks: [{block: divider}]\n")
    (project_folder.issues / "2028-01-broken").mkdir()
    (project_folder.issues / "2028-01-broken" / "issue.yaml").write_text("subject: [")
    project_folder.edit("date: 2026-12-01", 'number: "41"  # of this letter\ndate:   "2026-12-01" # a day')
    assert new("2027-01-winter-news", "--from-last") == 0
    folder = project_folder.issues / "2027-01-winter-news"
    before, issue = load_issue(project_folder.issues / SLUG), load_issue(folder)
    assert issue.languages == ("en", "fr")
    assert issue.contents["en"].number == 42
    assert abs((issue.contents["fr"].date - dt.date.today()).days) <= 1  # noqa: DTZ011
    assert issue.contents["fr"].blocks == before.contents["fr"].blocks
    assert (folder / "bridge.png").read_bytes() == (project_folder.issues / SLUG / "bridge.png").read_bytes()
    assert 'number: "42"  # of this letter\ndate:   "' in (folder / "issue.yaml").read_text()


def test_a_copy_of_the_last_issue_is_not_sent_before_it_is_rewritten(project_folder: ProjectFolder) -> None:
    assert new("2027-01-winter-news", "--from-last") == 0
    folder, templates = project_folder.issues / "2027-01-winter-news", project_folder.project.templates

    def repeated() -> list[str]:
        found = check_folder(folder, templates=templates).findings
        return [str(one) for one in found if one.code == "issue-repeated" and one.severity == "error"]

    english, french = repeated()
    assert "issue.yaml:1:10" in english
    assert f"the texts are those of {SLUG}" in english
    assert "issue.fr.yaml" in french
    for file in (folder / "issue.yaml", folder / "issue.fr.yaml"):
        file.write_text("# white space and comments are not read\n" + file.read_text())
    assert len(repeated()) == 2
    for file in (folder / "issue.yaml", folder / "issue.fr.yaml"):
        file.write_text(file.read_text().replace("subject: ", "subject: New ", 1))
    assert len(repeated()) == 2, "a new subject makes no new letter of the old one"
    text = (folder / "issue.yaml").read_text().replace("the bridge opens.", "the bridge is closed again.")
    (folder / "issue.yaml").write_text(text)
    (still,) = repeated()
    assert "issue.fr.yaml" in still, "each language is a letter of its own"


@pytest.mark.parametrize(
    "subject", ["'L''assemblée d''été'", '"\\u00e9t\\u00e9 des \\u00e9lues"', "春の便り", "C'est l'été"]
)
def test_a_copy_is_known_however_its_subject_is_written(subject: str, project_folder: ProjectFolder) -> None:
    text = project_folder.issue_file.read_text()
    project_folder.issue_file.write_text(re.sub("^subject: .*$", lambda _: f"subject: {subject}", text, flags=re.M))
    assert new("2027-01-winter-news", "--from-last") == 0
    folder, templates = project_folder.issues / "2027-01-winter-news", project_folder.project.templates
    assert "issue-repeated" in {one.code for one in check_folder(folder, templates=templates).findings}


def test_without_a_last_issue_it_says_so(project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    project_folder.issue_file.unlink()
    assert new("2027-01-winter-news", "--from-last") == 1
    assert "leave out --from-last" in capsys.readouterr().err
    assert new("2027-01-winter-news", "--from-last", "--sample") == 1
