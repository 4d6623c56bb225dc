"""``newsletter init``: a project that works at once, and never takes anything away."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from composer.checks import check_folder
from composer.cli.init import env_example
from composer.cli.main import main
from composer.issue import find_issues
from composer.settings import SiteSettings, load_settings
from composer.studio.workbench import Project


def init(directory: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(["init", directory])
    code = exit_.value.code
    assert isinstance(code, int)
    return code


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_new_project_builds_and_would_pass_the_gate(here: Path) -> None:
    assert init("demo") == 0
    folders = find_issues(here / "demo" / "issues")
    project = Project.at(here / "demo" / "issues", here / "demo" / "templates")
    assert len(folders) == 2
    for folder in folders:
        checked = check_folder(folder, templates=project.templates)
        assert not checked.has_errors
        assert checked.editions


def test_the_key_is_fresh_long_and_private(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = set()
    for name in ("one", "two"):
        init(name)
        assert stat.S_IMODE((here / name / ".env").stat().st_mode) == 0o600
        monkeypatch.chdir(here / name)
        keys.add(load_settings(SiteSettings).secret_key.get_secret_value())
        monkeypatch.chdir(here)
    assert len(keys) == 2
    assert min(map(len, keys)) >= 32


def test_git_is_told_to_leave_the_key_out(here: Path) -> None:
    init("demo")
    assert ".env" in (here / "demo" / ".gitignore").read_text().splitlines()


def test_nothing_that_exists_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init("demo")
    env = (here / "demo" / ".env").read_bytes()
    newsletter = here / "demo" / "issues" / "newsletter.yaml"
    newsletter.write_text("mine")
    (here / "demo" / ".gitignore").unlink()
    capsys.readouterr()
    assert init("demo") == 0
    assert (here / "demo" / ".env").read_bytes() == env
    assert newsletter.read_text() == "mine"
    told = capsys.readouterr().out
    assert "+ .gitignore" in told
    assert "= .env (left as it is)" in told


def test_it_says_what_to_do_next(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init("demo")
    told = capsys.readouterr().out
    assert "cd demo" in told
    assert "newsletter preview" in told


def test_every_setting_is_explained() -> None:
    text = env_example()
    for name in ("ISSUES_DIR", "DATABASE_URL", "SITE_URL", "SECRET_KEY", "SMTP_URL", "CONNECTIONS"):
        assert f"\n#NEWSLETTER_{name}=" in text
