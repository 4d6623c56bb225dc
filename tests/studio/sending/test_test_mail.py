"""Test mails from the studio: several addresses, any reader, any language, and what the relay says of each."""

from __future__ import annotations

import email
import email.policy

import pytest

from tests.support.projects import SLUG
from tests.support.studio_author import Author
from tests.support.truth_sink import Sink

TEST = f"/api/sending/issues/{SLUG}/test"


def subjects(sink: Sink) -> list[str]:
    """Of every message taken over, in order."""
    return [str(email.message_from_bytes(data, policy=email.policy.default)["subject"]) for data in sink.messages]


def test_each_language_goes_to_each_address_and_the_relay_is_heard(author: Author, sink: Sink) -> None:
    sink.script("rcpt@3=550 5.1.1 no such user")
    answers = author.post(TEST, to=["ana@example.org", "ben@example.org", "ana@example.org"])["answers"]
    assert [(one["to"], one["language"], one["is_accepted"]) for one in answers] == [
        ("ana@example.org", "en", True),
        ("ana@example.org", "fr", True),
        ("ben@example.org", "en", False),
        ("ben@example.org", "fr", True),
    ]
    assert (answers[2]["phase"], answers[2]["words"]) == ("rcpt", "550 5.1.1 no such user")
    assert subjects(sink) == ["[Test] News for Ana", "[Test] Des nouvelles", "[Test] Des nouvelles"]


@pytest.mark.parametrize(
    ("reader", "subject"),
    [
        ({"kind": "sample", "key": "nameless"}, "[Test] News for you"),
        ({"kind": "typed", "values": {"first_name": "Zoë"}}, "[Test] News for Zoë"),
        ({"kind": "subscriber", "email": "reader7@example.org"}, "[Test] News for Ana 7"),
    ],
)
def test_it_is_as_any_reader_gets_it(author: Author, sink: Sink, reader: dict[str, object], subject: str) -> None:
    author.import_people()
    author.post(TEST, to=["me@example.org"], languages=["en"], reader=reader)
    assert subjects(sink) == [subject]
    assert sink.taken()[0]["recipient"] == "me@example.org"


def test_a_relay_that_is_away_and_an_address_that_is_none_are_told(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert author.ask(TEST, to=["ana@"]).status_code == 422
    assert author.ask(TEST, to=[]).status_code == 422
    assert author.ask("/api/sending/issues/2020-01-none/test", to=["a@example.org"]).status_code == 404
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", "smtp://127.0.0.1:9?tls=none")
    refused = author.ask(TEST, to=["ana@example.org"])
    assert (refused.status_code, "127.0.0.1:9" in refused.json()["detail"]) == (409, True)
    monkeypatch.delenv("NEWSLETTER_SECRET_KEY")
    assert "NEWSLETTER_SECRET_KEY is not set" in author.ask(TEST, to=["ana@example.org"]).json()["detail"]
