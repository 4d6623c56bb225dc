"""What stands in the way of a command is told in words, with the exit code that says whose fault it is."""

from __future__ import annotations

import os
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

    assert _run(*words) == 1
    assert "too large" in capsys.readouterr().err
