"""``newsletter new``: an issue that loads, builds, and is the author's from then on."""

from __future__ import annotations

import datetime as dt

import pytest

from composer.checks import check_folder
from composer.cli.main import main
from composer.issue import load_issue
from tests.support.projects import SLUG, ProjectFolder


def new(slug: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(["new", slug])
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
