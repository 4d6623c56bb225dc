"""Where the program looks for its project and its settings: here, or where ``-C`` and ``--env-file`` say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from composer.cli.exits import exit_code
from composer.cli.main import build_app


def newsletter(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    known = {"NEWSLETTER_SECRET_KEY": "k" * 32} | {
        name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")
    }
    command = [sys.executable, "-m", "composer", *words]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "club" / "issues").mkdir(parents=True)
    (tmp_path / "club" / "issues" / "newsletter.yaml").write_text("name: Club\n")
    return tmp_path / "club"


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("subscribers", "list"),
        ("subscribers", "import", "people.csv", "--list", "news"),
        ("lists", "list"),
        ("suppressions", "list"),
        ("deliveries", "1"),
        ("db", "upgrade"),
        ("serve", "--port", "0"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_where_there_is_no_project_nothing_is_made(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "k" * 32)
    (tmp_path / "people.csv").write_text("email\nada@example.org\n")
    assert exit_code(lambda: build_app(command)(list(command), standalone_mode=False)) == 1
    told = capsys.readouterr()
    assert "no newsletter project" in " ".join((told.out + told.err).split())
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_a_database_that_is_named_needs_no_project(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("NEWSLETTER_DATABASE_URL=sqlite:///people.db\n")
    assert newsletter("status", folder=tmp_path).returncode == 0
    assert (tmp_path / "people.db").exists()


def test_a_command_runs_in_another_folder(project: Path, tmp_path: Path) -> None:
    done = newsletter(
        "-C", "club", "subscribers", "add", "ada@example.org", "--list", "news", "--new-list", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert (project / "newsletter.db").exists()
    assert not (tmp_path / "newsletter.db").exists()


def test_settings_come_from_the_file_that_is_named_and_from_no_other(project: Path, tmp_path: Path) -> None:
    (project / ".env").write_text("NEWSLETTER_DATABASE_URL=sqlite:///usual.db\n")
    (project / "other.env").write_text("NEWSLETTER_DATABASE_URL=sqlite:///other.db\n")
    # As with git and make, -C comes first: the file is named as seen from there.
    done = newsletter("-C", "club", "--env-file=other.env", "status", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in project.glob("*.db")) == ["other.db"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--env-file", "none.env", "status"), 1, "none.env cannot be read: No such file or directory"),
        (("-C", "nowhere", "status"), 2, "'nowhere' does not exist"),
        (("-C",), 2, "requires an argument"),
        (("--env-file", "wrong.env", "status"), 1, "NEWSLETTER_RAET in "),
    ],
)
def test_what_is_not_there_is_told(words: tuple[str, ...], code: int, told: str, project: Path) -> None:
    (project / "wrong.env").write_text("NEWSLETTER_RAET=1\n")
    done = newsletter(*words, folder=project)
    assert done.returncode == code
    assert told in done.stderr
    assert not (project / "newsletter.db").exists()
