"""Commands as they are typed, in a folder with a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.cli.main import main


@pytest.fixture
def in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and a database that is named, so that a command makes it there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///newsletter.db")


def run(*words: str) -> int:
    """Run the program with these words; its exit code."""
    with pytest.raises(SystemExit) as exit_:
        main(words)
    code = exit_.value.code
    assert isinstance(code, int)
    return code
