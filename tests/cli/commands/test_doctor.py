"""``newsletter doctor``: all is well, or what to do about it."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from composer.audience import ensure_list
from composer.cli.examinations.stored import judge_room
from composer.cli.main import main
from composer.database import open_database
from composer.inbox.running import Inbox
from composer.message.links import Site
from composer.site.app import create_site
from tests.support.databases import Cluster
from tests.support.projects import ProjectFolder
from tests.support.truth_sink import Certificate, Sink
from tests.support.web import in_thread, serve_in_thread


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


def test_a_copy_that_the_shipped_template_has_left_behind_is_told(
    project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["templates", "copy", "article"])
    capsys.readouterr()
    record = project_folder.templates / "copied.json"
    known = json.loads(record.read_text(encoding="utf-8"))
    known["blocks/article/block.txt.j2"] |= {"sha256": "that of an earlier one", "version": "0.9"}
    (project_folder.templates / "blocks/article/block.txt.j2").write_text("{{ block.title }}", encoding="utf-8")
    record.write_text(json.dumps(known), encoding="utf-8")
    code, found = examine(capsys)
    assert code == 1
    assert "version 0.9" in found["Templates"]["found"]
    assert found["Templates"]["found"].endswith("templates/blocks/article/block.txt.j2")
    assert "newsletter templates copy blocks/article/block.txt.j2" in found["Templates"]["advice"]


@pytest.mark.parametrize(
    ("setting", "value", "subject", "advice"),
    [
        ("SECRET_KEY", "", "Secret key", "secrets.token_urlsafe"),
        ("SECRET_KEY", "short", "Secret key", "secrets.token_urlsafe"),
        ("SITE_URL", "http://news.example.org", "Site address", "needs HTTPS"),
        ("SITE_URL", "news.example.org", "Site address", "Set NEWSLETTER_SITE_URL"),
        ("SITE_URL", "http://[", "Site address", "Set NEWSLETTER_SITE_URL"),
        ("SITE_URL", "https://news.example.org:x", "Site address", "Set NEWSLETTER_SITE_URL"),
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


def test_every_relay_is_looked_at(
    inbox: Inbox, sink: Sink, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sink.script("auth=535 5.7.8 no: sesame")
    monkeypatch.setenv(
        "NEWSLETTER_SMTP_URL", f"{inbox.smtp_url} smtp://127.0.0.1:1 smtp://ana:sesame@127.0.0.1:{sink.port}?tls=none"
    )
    code, found = examine(capsys)
    assert code == 1
    assert [found[f"Relay {number}"]["well"] for number in (1, 2, 3)] == [True, False, False]
    assert "Check host and port" in found["Relay 2"]["advice"]
    assert "Check user name and password" in found["Relay 3"]["advice"]
    assert "sesame" not in str(found)


def test_a_relay_that_takes_less_than_the_newest_issue_is_told(
    sink: Sink, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}")
    sink.extensions = ("SIZE 5000", "8BITMIME")
    code, found = examine(capsys)
    assert code == 1
    assert "5,000 bytes" in found["Relay"]["found"]
    assert "The newest issue (2026-12-harbour) is " in found["Relay"]["advice"]
    sink.extensions = ("SIZE 0", "8BITMIME")
    code, found = examine(capsys)
    assert (code, found["Relay"]["advice"]) == (0, "")


def test_a_certificate_that_ends_soon_is_told(
    sink: Sink, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sink.tls = certificate.server_context()
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}?tls=required&ca={certificate.file}")
    _, found = examine(capsys)
    assert "certificate until 20" in found["Relay"]["found"]
    assert "ends within 14 days" in found["Relay"]["advice"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_secrets_that_others_can_read_are_told_with_what_to_type(
    mode: int, project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = project_folder.root / "my dkim.pem"
    secret.write_text("-----BEGIN PRIVATE KEY-----\n")
    (project_folder.root / "public.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    (project_folder.root / ".env.example").write_text("NEWSLETTER_RATE=\n")
    for path in (project_folder.root / ".env", secret):
        path.touch()
        path.chmod(mode)
    code, found = examine(capsys)
    assert (code, found["Files"]["advice"]) == (1, "Type: chmod 600 .env 'my dkim.pem'")
    (project_folder.root / "newsletter.db").chmod(mode)
    code, found = examine(capsys)
    assert found["Files"]["advice"] == "Type: chmod 600 .env 'my dkim.pem' newsletter.db"
    for path in (project_folder.root / ".env", secret, project_folder.root / "newsletter.db"):
        path.chmod(0o600)
    code, found = examine(capsys)
    assert (code, found["Files"]["well"]) == (0, True)


def test_the_site_must_be_ours_and_over_this_database(
    project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(engine_name: str, key: str) -> dict[str, Any]:
        engine = open_database(f"sqlite:///{project_folder.root / engine_name}")
        with in_thread(serve_in_thread(create_site(engine, site=Site("http://127.0.0.1", key.encode())))) as url:
            monkeypatch.setenv("NEWSLETTER_SITE_URL", url)
            found = examine(capsys)[1]["Site"]
        engine.dispose()
        return found

    other = open_database(f"sqlite:///{project_folder.root / 'other.db'}")
    with other.begin() as connection:
        ensure_list(connection, "somebody else's", now=1)
    other.dispose()
    assert told("newsletter.db", "k" * 43)["well"]
    assert "another database" in told("other.db", "k" * 43)["found"]
    assert "SECRET_KEY" in told("newsletter.db", "x" * 43)["advice"]
    with in_thread(serve_in_thread(FastAPI())) as url:
        monkeypatch.setenv("NEWSLETTER_SITE_URL", url)
        assert "reverse proxy" in examine(capsys)[1]["Site"]["advice"]


def test_what_a_commit_is_worth_is_told(
    postgresql: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert examine(capsys)[1]["Durability"]["found"] == "journal wal, synchronous=full"
    url = postgresql.create_migrated()
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", url)
    found = examine(capsys)[1]["Durability"]
    assert found["found"].startswith("synchronous_commit=on")
    assert ("fsync=off" in found["found"]) == ("fsync is off" in found["advice"])


def test_room_is_judged_by_how_many_people_there_are() -> None:
    assert judge_room(200 * 2**20, 50_000, place="here")[1] == ""
    assert "Make room" in judge_room(200 * 2**20, 100_000, place="here")[1]
    assert "1,000,000 people" in judge_room(2**40, 1_000_000, place="here")[0]
