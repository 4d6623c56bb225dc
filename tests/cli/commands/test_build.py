"""``newsletter build``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import run
from tests.support.projects import SLUG, ProjectFolder


@pytest.fixture(autouse=True)
def _in_the_project(project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_folder.root)


def test_one_issue_is_written_by_language(project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", SLUG, "--out", "web") == 0
    for language in ("en", "fr"):
        folder = project_folder.root / "web" / language
        assert {path.name for path in folder.iterdir()} == {
            "index.html",
            "message.html",
            "message.txt",
            "message.eml",
            "print.html",
            "assets",
        }
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines()[1:3]] == ["en", "fr"]
    assert "2 editions in web" in told
    assert all(len(line) <= 80 for line in told.splitlines())


def test_what_is_compiled_of_the_templates_is_there_at_the_next_start(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "composer", "build", SLUG]

    def compiled() -> tuple[Path, int]:
        subprocess.run(command, env=environment, check=True, capture_output=True)
        [file] = (tmp_path / "compiled").rglob("shipped_templates*")
        return file, file.stat().st_mtime_ns

    assert compiled() == compiled(), "the second one compiled something"


def test_dates_and_a_pdf_are_written_if_there_are_any(
    project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("weasyprint", reason="WeasyPrint is missing: no PDF was made")
    with project_folder.issue_file.open("a") as file:
        file.write("  - block: events\n    title: Dates\n    events:\n      - {date: 2026-12-05, title: Market}\n")
    assert run("build", SLUG, "--pdf") == 0
    folder = project_folder.root / "out" / "en"
    assert (folder / f"{SLUG}.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert (folder / "assets" / "calendar" / "2026-12-05-market.ics").is_file()
    assert (folder / "print.pdf").read_bytes().startswith(b"%PDF-")
    assert all(len(line) <= 80 for line in capsys.readouterr().out.splitlines())


def test_without_weasyprint_a_pdf_is_refused_in_words_before_anything_is_written(
    project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert run("build", SLUG, "--pdf") == 1
    assert "pip install 'newsletter-composer[pdf]'" in " ".join(capsys.readouterr().err.split())
    assert not (project_folder.root / "out").exists()


def test_all_issues_are_written_by_their_names(project_folder: ProjectFolder) -> None:
    assert run("build") == 0
    assert (project_folder.root / "out" / SLUG / "fr" / "index.html").is_file()


def test_a_mistake_is_told_with_its_place_and_nothing_is_written(
    project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    project_folder.edit("preheader:", "preheadr:")
    assert run("build", SLUG) == 1
    told = capsys.readouterr().err
    assert "issue.yaml:2:1: " in told
    assert "Nothing was written." in told
    assert not (project_folder.root / "out").exists()


def test_findings_that_would_stop_a_send_do_not_stop_a_build(
    project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(newsletter.read_text().replace("postal_address", "tagline"))
    assert run("build", SLUG) == 0
    assert "newsletter check tells which" in capsys.readouterr().out


def test_an_unknown_issue_is_told_with_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", "2026-12-harbor") == 1
    assert SLUG in capsys.readouterr().err


def test_without_issues_it_says_how_to_start_one(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty: Path = tmp_path_factory.mktemp("empty")
    monkeypatch.chdir(empty)
    assert run("build") == 1
    assert "newsletter new" in capsys.readouterr().err
