"""``newsletter doctor``: all is well, or what to do about it."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from composer.cli.main import main
from composer.inbox.running import Inbox
from tests.support.databases import Cluster
from tests.support.projects import ProjectFolder


@pytest.fixture(autouse=True)
def _healthy(project_folder: ProjectFolder, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_folder.root)
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "k" * 43)
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", inbox.smtp_url)
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", f"sqlite:///{project_folder.root / 'newsletter.db'}")


def examine(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    with pytest.raises(SystemExit) as exit_:
        main(["doctor", "--json"])
    assert isinstance(exit_.value.code, int)
    return exit_.value.code, {one["subject"]: one for one in json.loads(capsys.readouterr().out)}


def test_all_is_well_when_everything_answers(capsys: pytest.CaptureFixture[str], inbox: Inbox) -> None:
    code, found = examine(capsys)
    assert {subject for subject, one in found.items() if not one["well"]} == set()
    assert code == 0
    assert "answers" in found["Relay"]["found"]
    assert len(inbox.store) == 0, "nothing was sent"


@pytest.mark.parametrize(
    ("setting", "value", "subject", "advice"),
    [
        ("SECRET_KEY", "", "Secret key", "secrets.token_urlsafe"),
        ("SECRET_KEY", "short", "Secret key", "secrets.token_urlsafe"),
        ("SITE_URL", "http://news.example.org", "Site address", "needs HTTPS"),
        ("SITE_URL", "news.example.org", "Site address", "Set NEWSLETTER_SITE_URL"),
        ("SMTP_URL", "http://mail.example.org", "Relay", "Correct this first"),
        ("DATABASE_URL", "mysql://localhost/x", "Database", "Correct this first"),
        ("ISSUES_DIR", "nowhere", "Project", "newsletter init"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    setting: str,
    value: str,
    subject: str,
    advice: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(f"NEWSLETTER_{setting}", value)
    code, found = examine(capsys)
    assert code == 1
    assert not found[subject]["well"]
    assert advice in found[subject]["advice"]


def test_a_relay_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        code, found = examine(capsys)
    assert code == 1
    assert "Check host and port" in found["Relay"]["advice"]


def test_a_password_is_never_shown(
    postgresql: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(
        "NEWSLETTER_DATABASE_URL", postgresql.create_migrated().replace("newsletter@", "newsletter:sesame@")
    )
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", "smtps://ana:sesame@127.0.0.1:1")
    code, found = examine(capsys)
    assert code == 1
    assert found["Database"]["well"]
    assert "sesame" not in str(found)


def test_people_read_it_as_a_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["doctor"])
    told = capsys.readouterr().out
    assert "✓  Relay" in told
    assert "All is well." in told
