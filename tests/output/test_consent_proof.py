"""A proof of consent: on the terminal, as JSON, and as a page that needs nothing beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, update

from composer.audience import find_subscriber
from composer.audience.consent.event import ConsentEvent, Evidence
from composer.audience.consent.proof import ConsentProof, prove
from composer.audience.consent.record import record_consent
from composer.database.schema import consent_events
from composer.output.consent_proof import EVENTS, proof_html
from tests.support.command_line import run
from tests.support.planted import ADDRESS, FORMER, plant

TEXT = "Yes, <b>write</b> to me & mine.\n\nEach month."
SHOWN = Evidence(
    "join-3", TEXT, "en", "https://harbour.example/join?a=1&b=2", "203.0.113.9", "<script>alert(1)</script>"
)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def proved(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    """A person with a history, and a form of which every part is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    person = plant(engine)
    with engine.begin() as connection:
        record_consent(connection, [(person, 1, ConsentEvent.CONFIRMED)], source="the form", now=0, evidence=SHOWN)
    return engine


def _proof(engine: Engine) -> ConsentProof:
    with engine.connect() as connection:
        person = find_subscriber(connection, ADDRESS)
        return prove(connection, (person, person + 1), now=1_800_000_000)


def test_a_proof_has_every_entry_with_all_that_was_shown(proved: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("subscribers", "proof", FORMER[0], "--json") == 0
    proof = json.loads(capsys.readouterr().out)
    assert (proof["email"], proof["is_whole"]) == (ADDRESS, True)
    assert [one["email"] for one in proof["former"]] == list(FORMER)
    first = proof["entries"][0]
    known = {"wording": TEXT, "form": "join-3", "language": "en", "ip": "203.0.113.9", "email": FORMER[0]}
    assert {name: first[name] for name in known} == {**known, "email": ADDRESS}
    assert {one["event"] for one in proof["entries"]} >= {"imported", "merged", "address changed"}
    assert run("subscribers", "proof", ADDRESS) == 0
    assert "are as they were written" in capsys.readouterr().out
    assert run("subscribers", "verify", "--head", proof["head"]) == 0
    assert run("subscribers", "verify", "--head", "ab" * 32) == 1
    assert "does not go back to that hash" in capsys.readouterr().err
    for odd in ("xyz", "ab"):
        assert run("subscribers", "verify", "--head", odd) == 2
    assert run("subscribers", "proof", "nobody@example.org") == 1


def test_the_page_holds_what_people_wrote_as_text_and_asks_for_nothing(proved: Engine) -> None:
    page = proof_html(_proof(proved), newsletter="A & B", zone=PARIS)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Yes, &lt;b&gt;write&lt;/b&gt; to me &amp; mine.\n\nEach month." in page
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!data:,)|url\(|@import', page)
    assert "1 January 1970, 00:00:00 UTC" in page
    assert "1 January 1970, 01:00:00 CET (Europe/Paris)" in page
    assert "The record is as it was written" in page
    assert set(EVENTS) == set(ConsentEvent)


def test_a_record_that_was_changed_is_said_to_be_so(proved: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    with proved.begin() as connection:
        connection.execute(update(consent_events).where(consent_events.c.at == 0).values(at=1))
    page = proof_html(_proof(proved), newsletter="", zone=PARIS)
    assert "The record is not as it was written" in page
    assert "was changed" in page
    assert run("subscribers", "proof", ADDRESS, "--html", "proof.html") == 1
    assert Path("proof.html").stat().st_mode & 0o777 == 0o600
    assert run("subscribers", "verify", "--json") == 1
    assert run("subscribers", "verify") == 1
    assert "was changed" in capsys.readouterr().err
