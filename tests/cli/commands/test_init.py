"""``newsletter init``: a project that works at once, and never takes anything away."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from composer import shipped
from composer.cli.main import main
from composer.compose import check_folder
from composer.issue import find_issues, load_newsletter
from composer.issue.tree import plain
from composer.issue.yaml.read import read_yaml
from composer.project import Project
from composer.settings import SiteSettings, load_settings
from composer.workflow.starting import env_example


def init(directory: str, *options: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(["init", directory, *options])
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
    assert "newsletter studio" in told


def test_every_setting_is_explained() -> None:
    text = env_example()
    for name in ("ISSUES_DIR", "DATABASE_URL", "SITE_URL", "SECRET_KEY", "SMTP_URL", "CONNECTIONS"):
        assert f"\n#NEWSLETTER_{name}=" in text


OWN = ("--name", "Le Phare: nouvelles", "--sender", "lettre@example.org", "--sender-name", "Le Phare")


def test_a_publication_of_ones_own_has_what_was_said_and_a_first_issue(here: Path) -> None:
    options = (*OWN, "--address", "1 quai du Port, Nice", "--language", "fr", "--language", "en", "--theme", "poster")
    assert init("phare", *options) == 0
    newsletter, _ = load_newsletter(here / "phare" / "issues")
    assert newsletter.name == "Le Phare: nouvelles"
    assert newsletter.organisation == "Le Phare"
    assert newsletter.sender is not None
    assert (newsletter.sender.name, newsletter.sender.email) == ("Le Phare", "lettre@example.org")
    assert newsletter.postal_address == "1 quai du Port, Nice"
    assert newsletter.languages == ("fr", "en")
    assert newsletter.theme == {"name": "poster"}
    (folder,) = find_issues(here / "phare" / "issues")
    assert folder.name.endswith("-first-letter")
    checked = check_folder(folder, templates=Project.at(folder.parent, here / "phare" / "templates").templates)
    assert checked.editions
    assert {found.code for found in checked.findings if found.severity == "error"} == {"text-todo"}


def test_what_is_yet_to_be_filled_in_is_told_by_init_and_new(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english, links = "The issue is in English: its words are there in en and fr, not yet in ja.", "three links to"
    for name, options, told in (
        ("ja", ("--language", "ja", "--sender", "a@verein.de"), (True, True)),
        ("fr", ("--language", "fr", "--sender", "a@verein.de"), (False, True)),
        ("own", ("--language", "fr", "--sender", "a@verein.example"), (False, False)),
    ):
        assert init(name, "--name", "N", "--yes", *options) == 0
        said = capsys.readouterr().out
        assert ((english in said), (links in said)) == told
        assert "Yet to be filled in: its words" in said
        with contextlib.chdir(name), pytest.raises(SystemExit):
            main(["new", "2027-01-next"])
        said = capsys.readouterr().out
        assert ((english in said), (links in said)) == told
        for folder in find_issues(here / name / "issues"):
            codes = [finding.code for finding in check_folder(folder, templates=(shipped.TEMPLATES,)).findings]
            assert codes.count("link-placeholder") == (3 if told[1] else 0)
            assert codes.count("text-todo") == 7


def test_what_was_not_said_is_left_for_later(here: Path) -> None:
    assert init("the-harbour", "--language", "de", "--yes") == 0
    newsletter, _ = load_newsletter(here / "the-harbour" / "issues")
    assert (newsletter.name, newsletter.languages, newsletter.sender) == ("The harbour", ("de",), None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--sender", "nobody"), "has no @"),
        (("--language", "English"), "is not a language code"),
        (("--theme", "postre"), "did you mean 'poster'?"),
        (("--name", "two\nlines"), "write one line of text"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_before_anything_is_written(
    here: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert init("demo", *options) == 1
    assert words in capsys.readouterr().err
    assert not (here / "demo").exists()


def test_a_publication_that_is_there_is_not_mixed_with_samples(here: Path) -> None:
    init("demo", "--name", "Mine")
    before = sorted((here / "demo" / "issues").rglob("*"))
    assert init("demo", "--name", "Other") == 0
    assert sorted((here / "demo" / "issues").rglob("*")) == before
    assert load_newsletter(here / "demo" / "issues")[0].name == "Mine"


def test_on_a_terminal_it_asks_and_asks_again(here: Path) -> None:
    answers = "The Harbour Letter\nnobody\nletter@example.org\n\n1 Quay Street\nen fr\nbulletin\n"
    told = in_a_terminal([sys.executable, "-m", "composer", "init", "harbour"], answers, cwd=here)
    assert "has no @" in told
    newsletter, _ = load_newsletter(here / "harbour" / "issues")
    assert newsletter.name == "The Harbour Letter"
    assert newsletter.sender is not None
    assert (newsletter.sender.email, newsletter.sender.name) == ("letter@example.org", "The Harbour Letter")
    assert (newsletter.languages, newsletter.theme) == (("en", "fr"), {"name": "bulletin"})


def in_a_terminal(command: list[str], answers: str, *, cwd: Path) -> str:
    """What a program says on a terminal on which these answers are typed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        os.write(ours, answers.encode())
        said = b""
        # Reading fails once the program has closed its side.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                said += piece
    os.close(ours)
    assert process.returncode == 0, said.decode()
    return said.decode()


def test_vs_code_finds_the_schema_of_every_file(here: Path) -> None:
    init("demo")
    root = here / "demo"
    schemas = json.loads((root / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    found = {file.relative_to(root).as_posix() for pattern in schemas.values() for file in root.glob(pattern)}
    assert "issues/newsletter.yaml" in found
    assert {"issues/2020-03-network-news/issue.yaml", "issues/2020-03-network-news/issue.fr.yaml"} <= found
    for name, pattern in schemas.items():
        editor = Draft202012Validator(json.loads((root / name).read_text(encoding="utf-8")))
        for file in root.glob(pattern):
            tree, _ = read_yaml(file.read_bytes(), file=file)
            assert tree is not None
            assert editor.is_valid(plain(tree)), file
