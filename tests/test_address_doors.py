"""One list of addresses, and one verdict on each at every door through which one comes in or goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from composer import shipped
from composer.address import parse_address
from composer.audience import add_subscriber, ensure_list, import_subscribers
from composer.audience.imports.csv_file import csv_line
from composer.checks.run import check_editions
from composer.cli.exits import exit_code
from composer.cli.main import build_app
from composer.compose import check_folder
from composer.delivery.smtp.envelope import build_envelope, read_capabilities
from composer.errors import AddressError
from composer.issue import load_issue
from composer.message.compile import compile_message
from composer.message.recipient import Recipient
from tests.support.authoring import NEWSLETTER, write_issue
from tests.support.mailings import NOW, SITE, make_edition
from tests.support.truth_sink import Sink

TAKEN = [
    "ana@example.org",
    "Ana.Silva@Example.ORG",
    "o'brien+news@example.org",
    "=cmd@example.org",
    "a_b{c}|d~e@example.org",
    "zoë@example.org",
    "ana@bücher.example",
    "ana@straße.example",
    "ana@xn--mnchen-3ya.example",
    "ana@例え。テスト",
    "संपर्क@डाटामेल.भारत",
    "📮@example.org",
    "①@example.org",
    "ana@mail-2.3m.example",
    "ana@network.local",
    "a" * 64 + "@example.org",
    "ana@" + "b" * 63 + ".org",
    "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".exa.le",
]
REFUSED = [
    "ana",
    "@example.org",
    "ana@",
    "ana@example",
    "ana@1.2",
    "ana@192.0.2.1",
    "ana@[192.0.2.1]",
    "news@my_host.acme.eu",
    "ana@-example.org",
    "ana@example-.org",
    "ana@example..org",
    "ana@example.org.",
    "ana@ab--cd.example",
    "ana@xn--zz.example",
    "ana silva@example.org",
    "ana@exam\u00a0ple.org",
    "ana.@example.org",
    ".ana@example.org",
    "ana..silva@example.org",
    "ana@bob@example.org",
    "ana,bob@example.org",
    "ana;bob@example.org",
    "ana(work)@example.org",
    '"ana"@example.org',
    "o’brien@example.org",
    "\u0301ana@example.org",
    "\ufffdna\ue000@example.org",
    "a" * 65 + "@example.org",
    "é" * 33 + "@example.org",
    "ana@" + "b" * 64 + ".org",
    "a" * 64 + "@" + ".".join(["b" * 60] * 4) + ".org",
]
INVISIBLE = ["ana\u200b@example.org", "ana@exam\u2060ple.org", "\u202eana@example.org", "an\u00ada@example.org"]
"""What comes along with copied text. An import takes it out, as of every value in a file; nobody else guesses."""

ALL = [*TAKEN, *REFUSED, *INVISIBLE]

_DATE = dt.datetime(2020, 3, 31, tzinfo=dt.UTC)
_MESSAGE = compile_message(make_edition(), site=SITE, mailing=1, date=_DATE)
_CAPABILITIES = read_capabilities({"smtputf8": "", "8bitmime": ""})


def refused_by(read: Callable[[str], object]) -> set[str]:
    """The addresses that a door does not take; all doors say so by the one kind of error."""

    def is_refused(address: str) -> bool:
        try:
            read(address)
        except AddressError:
            return True
        return False

    return {address for address in ALL if is_refused(address)}


def test_the_list_is_judged_as_it_says() -> None:
    assert refused_by(parse_address) == {*REFUSED, *INVISIBLE}


def test_an_import_takes_them_and_rejects_the_others_by_their_line(engine: Engine) -> None:
    file = "".join([csv_line(["email"]), *(csv_line([address]) for address in ALL)])
    with engine.begin() as connection:
        report = import_subscribers(
            connection, file.encode(), list_name="members", source="a.csv", now=NOW, new_list=True
        )
    assert {row.cells[0] for row in report.rejected} == set(REFUSED)
    assert report.added.total() + len(report.skipped) == len(TAKEN) + len(INVISIBLE)
    assert [row.line for row in report.rejected] == [2 + ALL.index(address) for address in REFUSED]


def test_adding_one_person_takes_them(engine: Engine) -> None:
    with engine.begin() as connection:
        list_id = ensure_list(connection, "members", now=NOW)
        refused = refused_by(lambda email: add_subscriber(connection, email, list_id=list_id, source="hand", now=NOW))
    assert refused == {*REFUSED, *INVISIBLE}


def test_a_message_and_its_envelope_take_them() -> None:
    data = b"Subject: News\r\n\r\nNews\r\n"
    doors: list[Callable[[str], object]] = [
        lambda email: _MESSAGE.values(Recipient(email, 1, 1, {})),
        lambda email: compile_message(make_edition(sender=("News", email)), site=SITE, mailing=1, date=_DATE),
        lambda email: compile_message(make_edition(reply_to=email), site=SITE, mailing=1, date=_DATE),
        lambda email: build_envelope(
            _CAPABILITIES, sender="n@example.org", recipient=email, data=data, envelope_id=None, tell_success=False
        ),
        lambda email: build_envelope(
            _CAPABILITIES, sender=email, recipient="n@example.org", data=data, envelope_id=None, tell_success=False
        ),
    ]
    for door in doors:
        assert refused_by(door) == {*REFUSED, *INVISIBLE}


def test_the_checks_say_of_a_sender_what_a_build_would(tmp_path: Path) -> None:
    issue = load_issue(write_issue(tmp_path))
    for address in ALL:
        sender = issue.newsletter.sender
        assert sender is not None
        changes = {"sender": sender.model_copy(update={"email": address}), "reply_to": address}
        changed = replace(issue, newsletter=issue.newsletter.model_copy(update=changes))
        found = [one for one in check_editions(changed, {}) if one.code == "sender-invalid"]
        assert len(found) == (0 if address in TAKEN else 2), address


@pytest.mark.parametrize(
    ("written", "line", "code"),
    [
        ("sender: {name: News, email: news@my_host.acme.eu}", 4, "sender-invalid"),
        ("sender: {name: News, email: news@localhost}", 4, "sender-invalid"),
        ("sender: {name: News, email: news@example.org}\nreply_to: office@1.2", 5, "sender-invalid"),
        ("sender: {name: News, email: news@example.org}\nlist_id: my_list.example.org", 5, "list-id-invalid"),
    ],
)
def test_what_would_fail_in_a_build_is_told_by_the_checks_at_its_line(
    written: str, line: int, code: str, tmp_path: Path
) -> None:
    newsletter = NEWSLETTER.replace("sender:\n  name: The Network\n  email: news@network.example.org\n", f"{written}\n")
    checked = check_folder(write_issue(tmp_path, newsletter=newsletter), templates=(shipped.TEMPLATES,))
    told = {(one.position.file.name, one.position.line, one.code) for one in checked.findings}
    assert ("newsletter.yaml", line, code) in told


@pytest.mark.parametrize("name", ["News", "A very long name of a newsletter, told in full, " * 8])
@pytest.mark.parametrize("domain", ["example.org", "bücher.example", ".".join(["b" * 60] * 3) + ".example"])
def test_a_newsletter_without_a_list_id_can_always_be_sent(name: str, domain: str, tmp_path: Path) -> None:
    newsletter = NEWSLETTER.replace("news@network.example.org", f"n@{domain}").replace("Network news", name.strip())
    checked = check_folder(write_issue(tmp_path, newsletter=newsletter), templates=(shipped.TEMPLATES,))
    message = compile_message(checked.editions["en"], site=SITE, mailing=1, date=_DATE)
    assert b"\r\nList-Id: " in message.render(Recipient("ana@example.org", 1, 1, {})).data


@pytest.fixture
def test_send(
    tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], int]:
    """``test-send spring --to ADDRESS`` as a person types it: its exit code."""
    write_issue(tmp_path / "issues")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "a key for tests, 32 characters or more")
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}")

    def run(address: str) -> int:
        words = ("test-send", "spring", "--to", address)
        code = exit_code(lambda: build_app(words)(words, standalone_mode=False))
        capsys.readouterr()
        return code

    return run


def test_a_test_message_goes_to_them_and_to_no_others(test_send: Callable[[str], int], sink: Sink) -> None:
    assert {address for address in ALL if test_send(address) != 0} == {*REFUSED, *INVISIBLE}
    assert len(sink.messages) == len(TAKEN)
