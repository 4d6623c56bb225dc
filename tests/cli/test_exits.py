"""What stands in the way of a command is told in words, with the exit code that says whose fault it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from composer.cli.exits import exit_code
from composer.cli.main import build_app


def _run(*words: str) -> int:
    return exit_code(lambda: build_app(words)(list(words), standalone_mode=False))


@pytest.mark.parametrize("command", [("init",), ("build", "--out")], ids=["init", "build"])
def test_a_folder_that_cannot_be_made_is_told_by_name_and_is_no_bug(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run("init", "--yes") == 0
    Path("taken").write_text("a file")

    assert _run(*command, "taken/inside") == 1
    told = capsys.readouterr().err
    assert "taken" in told
    assert "bug" not in told


def test_a_full_disk_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        assert exit_code(lambda: os.write(full, b"x")) == 1
    finally:
        os.close(full)
    assert "No space left on device" in capsys.readouterr().err


def _shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = line.replace("newsletter", f"{sys.executable} -m composer")
    known = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code", "errors"),
    [
        ("newsletter status | false", 0, ""),
        ("newsletter gallery --help | head -c 1", 0, ""),
        ("newsletter status >&-", 0, ""),
        ("newsletter status > /dev/full", 1, "No space left on device; make room and try again\n"),
    ],
)
def test_a_reader_who_leaves_and_a_full_disk_are_no_bugs(line: str, code: int, errors: str, tmp_path: Path) -> None:
    environment = {"NEWSLETTER_DATABASE_URL": "sqlite:///people.db"}
    done = _shell(f"{line}; exit ${{PIPESTATUS[0]}}", tmp_path, **environment)
    assert (done.returncode, done.stderr) == (code, errors)


def test_a_terminal_of_few_letters_is_no_reason_to_fail(tmp_path: Path) -> None:
    done = _shell("newsletter doctor", tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "?  Database" in done.stdout


def test_an_error_of_the_system_that_names_no_file_stays_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(lambda: os.close(-1)) == 3
    assert "This is a bug" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [("status", str(10**20)), ("send", str(10**20), "--yes"), ("deliveries", str(10**20))]
)
def test_a_number_that_no_database_holds_is_an_expected_failure(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///people.db")

    assert _run(*words) == 1
    assert "too large" in capsys.readouterr().err


def test_the_report_of_a_bug_has_no_people_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise RuntimeError(
            'new row violates check "c"\nDETAIL:  Failing row contains (7, ana@example.org, Ana, Paris).\n'
            "[SQL: INSERT INTO subscribers (email, name) VALUES ('ben@example.org', 'Ben')]\n"
            "[parameters: {'email': 'cy@example.org', 'first_name': 'Cy'}]\nsmtp://ana:s3/cret@mail.example.org"
        )

    assert exit_code(fail) == 3
    told = capsys.readouterr().err
    report = Path(told.split("The details are in ")[1].split(";")[0]).read_text()
    for text in (told, report.partition("RuntimeError: new row")[2]):
        assert "new row violates check" in text or "DETAIL" in text
        assert not [word for word in ("ana@", "ben@", "Ana", "Ben", "Cy", "Paris", "s3") if word in text], text
