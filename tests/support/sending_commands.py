"""``plan``, ``send`` and the like as they are typed, in a project with an issue, twelve people and a relay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from composer.cli.exits import exit_code
from composer.cli.main import build_app
from composer.database import open_database
from tests.support.authoring import ISSUE, write_issue
from tests.support.mailings import add_people
from tests.support.truth_sink import Sink

PEOPLE = 12

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """``say("send", "spring")`` in a project with an issue and twelve people: exit code, output, errors."""
    write_issue(tmp_path / "issues", ISSUE.replace("Dear reader", "Dear {{ subscriber.first_name }}"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", f"sqlite:///{tmp_path / 'newsletter.db'}")
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "a key for tests, 32 characters or more")
    monkeypatch.setenv("NEWSLETTER_SITE_URL", "https://news.example.org")
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}")
    monkeypatch.setenv("NEWSLETTER_CONNECTIONS", "2")
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    with engine.begin() as connection:
        add_people(connection, PEOPLE)
    engine.dispose()

    def run(*words: str) -> tuple[int, str, str]:
        code = exit_code(lambda: build_app(words)(words, standalone_mode=False))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
