"""approve, pause, cancel, retry, reconcile and send --at, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from composer.audience import find_subscriber, unsubscribe
from composer.database import open_database, reading
from composer.database.schema import attempts, deliveries, mailings
from composer.delivery.mailing import set_send_time
from composer.errors import NewsletterError
from composer.workflow.times import parse_time
from tests.support.hanging import HANGS_S
from tests.support.sending_commands import PEOPLE, Say
from tests.support.truth_sink import Sink


def test_what_was_refused_is_sent_again_with_the_same_message_id(say: Say, sink: Sink) -> None:
    sink.script("dot@1=550 5.7.1 not today")
    assert say("send", "spring", "--list", "members", "--yes")[0] == 0
    assert say("retry", "1", "--state", "accepted")[0] == 2
    code, output, _ = say("retry", "1", "--state", "refused", "--by", "ana", "--why", "the relay is mended")
    assert (code, output) == (0, "Pending again: 1. Go on with: newsletter send 1\n")
    planned = {row.split(",")[8] for row in say("deliveries", "1", "--csv")[1].splitlines()[1:]}
    sink.script()
    assert say("send", "1", "--yes")[0] == 0
    assert {entry["message_id"] for entry in sink.taken()} == planned
    assert "Nothing of mailing 1 is refused" in say("retry", "1", "--state", "refused")[1]


def test_a_mailing_waits_for_a_second_person(say: Say, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_APPROVAL", "required")
    code, _, errors = say("send", "spring", "--list", "members", "--yes")
    assert (code, "newsletter approve 1" in errors) == (1, True)
    assert sink.taken() == []
    assert "is approved by ben" in say("approve", "1", "--by", "ben")[1]
    assert say("send", "1", "--yes")[0] == 0
    assert len(sink.taken()) == PEOPLE


def test_a_cancelled_mailing_is_not_sent(say: Say, sink: Sink) -> None:
    say("plan", "spring", "--list", "members")
    assert "mailing 1 has not begun" in say("pause", "1")[2]
    assert "mailing 1 is not paused" in say("resume", "1")[2]
    assert say("cancel", "1")[0] == 0
    assert "cancelled, for good" in say("cancel", "1")[2]
    code, _, errors = say("send", "1")
    assert (code, errors) == (1, "mailing 1 is cancelled, so it cannot be sent\n"), "nobody is asked first"
    assert sink.taken() == []


def test_a_paused_mailing_says_how_it_goes_on(say: Say, sink: Sink) -> None:
    sink.script("dot@2+=451 4.2.0 later")
    say("send", "spring", "--list", "members", "--yes")
    assert say("pause", "1")[0] == 0
    assert "newsletter resume 1" in say("send", "1")[2]
    assert say("status", "1")[1].endswith("It is paused; let it go on with: newsletter resume 1\n")


def test_what_is_finished_can_be_neither_paused_nor_cancelled(say: Say, sink: Sink) -> None:
    say("send", "spring", "--list", "members", "--yes")
    for word in ("pause", "cancel"):
        code, _, errors = say(word, "1")
        assert (code, errors) == (1, f"mailing 1 is finished, so there is nothing to {word}\n")
    assert "newsletter reconcile 1" in say("retry", "1", "--state", "unknown")[2]


def test_an_issue_that_some_people_have_is_not_sent_to_them_again_unsaid(say: Say, sink: Sink) -> None:
    sink.script("dot@2+=451 4.2.0 later")
    say("send", "spring", "--list", "members", "--yes")
    assert say("cancel", "1")[0] == 0
    code, _, errors = say("plan", "spring", "--list", "members")
    assert (code, "sent to some people, as mailing 1, and then cancelled" in errors) == (1, True)
    assert say("plan", "spring", "--list", "members", "--again")[0] == 0


def test_the_end_report_is_there_for_programs(say: Say, sink: Sink) -> None:
    code, output, _ = say("send", "spring", "--list", "members", "--yes", "--json")
    told = json.loads(output)
    assert (code, told["exit"], told["finished"], told["run"]["ended"]) == (0, 0, True, "done")
    assert told["run"]["outcomes"] == {"accepted": PEOPLE}
    assert len(sink.taken()) == PEOPLE


def test_a_send_waits_for_its_time(say: Say, sink: Sink) -> None:
    for ahead_s in (2, 8, 32):  # on a busy machine, the first time may have come before the plan is made
        taken = len(sink.taken())
        soon = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(time.time() + ahead_s))
        code, _, errors = say("send", "spring", "--list", "members", "--yes", "--again", "--at", soon)
        if "Waiting until" in errors:
            break
    assert code == 0
    assert "Waiting until" in errors
    assert len(sink.taken()) - taken == PEOPLE
    with reading(open_database(f"sqlite:///{Path.cwd() / 'newsletter.db'}")) as connection:
        row = connection.execute(select(mailings).order_by(mailings.c.id.desc())).first()
    assert row is not None
    assert row.sent_as >= row.send_at


@contextmanager
def waiting_send() -> Iterator[subprocess.Popen[str]]:
    """A process of its own that waits for a time that does not come; left when it has ended by itself."""
    command = [sys.executable, "-m", "composer", "send", "1", "--yes", "--at", "2999-12-01 09:00"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        assert any("Waiting until" in line for line in process.stderr)
        try:
            yield process
            process.wait(HANGS_S)
        finally:
            process.kill()


def test_a_send_that_waits_hears_of_a_cancel(say: Say, sink: Sink) -> None:
    say("plan", "spring", "--list", "members")
    with waiting_send() as process:
        assert say("cancel", "1")[0] == 0
        assert process.stderr is not None
        assert "cancelled" in process.stderr.read()
    assert process.returncode == 1
    assert sink.taken() == []


def test_a_send_that_waits_hears_of_another_time(say: Say, sink: Sink) -> None:
    say("plan", "spring", "--list", "members")
    with waiting_send() as process, open_database(f"sqlite:///{Path.cwd() / 'newsletter.db'}").begin() as connection:
        set_send_time(connection, 1, int(time.time()))
    assert process.returncode == 0
    assert len(sink.taken()) == PEOPLE


def test_times_are_of_today_tomorrow_or_a_date() -> None:
    noon = time.mktime((2026, 11, 22, 12, 0, 0, 0, 0, -1))
    assert parse_time("12:30", now=noon) == noon + 1800
    assert parse_time("09:00", now=noon) == time.mktime((2026, 11, 23, 9, 0, 0, 0, 0, -1))
    assert parse_time("2026-12-01 09:00", now=noon) == time.mktime((2026, 12, 1, 9, 0, 0, 0, 0, -1))
    assert parse_time("2026-12-01T09:00+00:00", now=noon) == 1_796_115_600
    assert parse_time("now", now=noon) == noon
    with pytest.raises(NewsletterError, match="'soon' is not a time"):
        parse_time("soon", now=noon)
    with pytest.raises(NewsletterError, match="2025-12-01 09:00 is past"):
        parse_time("2025-12-01 09:00", now=noon)


@pytest.fixture
def paris() -> Iterator[None]:
    """This machine's clock is that of Paris."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("paris")
def test_an_hour_that_the_clocks_leave_out_or_bring_twice_is_told() -> None:
    noon = 1_764_500_000.0
    with pytest.raises(NewsletterError, match="there is no 02:30 on 2027-03-28 here"):
        parse_time("2027-03-28 02:30", now=noon)
    with pytest.raises(NewsletterError, match=r"02:30 is there twice on 2026-10-25 here.*2026-10-25T02:30.02:00"):
        parse_time("2026-10-25 02:30", now=noon)
    first = parse_time("2026-10-25T02:30+02:00", now=noon)
    assert parse_time("2026-10-25T02:30+01:00", now=noon) == first + 3600
    assert parse_time("2026-10-25 03:30", now=noon) == first + 7200
    with pytest.raises(NewsletterError, match="there is no such time"):
        parse_time("2026-02-30 09:00", now=noon)
    with pytest.raises(NewsletterError, match="no year that is meant"):
        parse_time("9999-12-31 23:59", now=noon)
    night = 1_774_742_400.0  # 2026-03-29 01:00, an hour before the clocks go forward
    with pytest.raises(NewsletterError, match="there is no 02:30"):
        parse_time("02:30", now=night)


def test_what_would_stop_a_send_at_its_time_is_told_when_the_time_is_set(
    say: Say,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say("plan", "spring", "--list", "members")
    monkeypatch.setenv("NEWSLETTER_APPROVAL", "required")
    code, _, errors = say("send", "1", "--yes", "--at", "2999-12-01 09:00")
    assert (code, "newsletter approve 1" in errors) == (1, True)
    assert "Begin with: newsletter send 1" in say("status", "1")[1], "the time was not kept either"
    with open_database(f"sqlite:///{Path.cwd() / 'newsletter.db'}").begin() as connection:
        connection.execute(update(mailings).values(send_at=32_500_000_000))
    assert "at once with --at now" in say("status", "1")[1]
    monkeypatch.delenv("NEWSLETTER_APPROVAL")
    assert say("send", "1", "--yes", "--at", "now")[0] == 0
    assert len(sink.taken()) == PEOPLE


def test_somebody_who_has_seen_something_else_approves_nothing(say: Say) -> None:
    digest = json.loads(say("plan", "spring", "--list", "members", "--json")[1])["digest"]
    code, _, errors = say("approve", "1", "--by", "ben", "--digest", "0123")
    assert (code, f"its digest is {digest}; nothing is approved" in errors) == (1, True)
    assert say("approve", "1", "--by", "ben", "--digest", digest[:8].upper())[0] == 0
    say("cancel", "1")
    assert "nothing to approve" in say("approve", "1", "--by", "ben")[2]


LOG = """\
Nov 22 10:00:00 mx postfix/cleanup[11]: {queued}: message-id={first}
Nov 22 10:00:00 mx postfix/qmgr[12]: {queued}: from=<news@example.org>, size=812, nrcpt=1 (queue active)
Nov 22 10:00:00 mx postfix/cleanup[11]: {cut}: message-id={second}
Nov 22 10:00:01 mx postfix/cleanup[11]: {cut}: message-id=<of.somebody@else>
Nov 22 10:00:01 mx postfix/qmgr[12]: {cut}: from=<x@example.org>, size=812, nrcpt=1 (queue active)
"""


def test_what_is_unknown_is_settled_by_the_relays_log_and_by_a_persons_word(
    say: Say,
    sink: Sink,
    tmp_path: Path,
) -> None:
    sink.script("taken@1=drop", "dot@2=drop")
    assert say("send", "spring", "--list", "members", "--yes")[0] == 1
    unknown = [row.split(",") for row in say("deliveries", "1", "--csv", "--state", "unknown")[1].splitlines()[1:]]
    assert len(unknown) == 2
    (taken,) = {row[8] for row in unknown} & {entry["message_id"] for entry in sink.taken()}
    (lost,) = {row[8] for row in unknown} - {taken}
    assert "Settle them with: newsletter reconcile 1\n" in say("status", "1")[1]
    log = tmp_path / "mail.log"
    log.write_text(LOG.format(queued="4bQ", cut="9A", first=taken, second=lost))
    code, output, _ = say("reconcile", "1", "--log", str(log), "--by", "ana")
    assert (code, "1 of 2 settled" in output, "1 of mailing 1 is unknown" in output) == (1, True, True)
    code, output, _ = say("reconcile", "1", "--resend", "--by", "ana", "--why", "not in the log")
    assert (code, "Pending again: 1. Go on with: newsletter send 1\n" in output) == (0, True)
    assert say("send", "1", "--yes")[0] == 0
    assert len({entry["message_id"] for entry in sink.taken()}) == len(sink.taken()) == PEOPLE
    with open_database(f"sqlite:///{tmp_path / 'newsletter.db'}").connect() as connection:
        notes = set(connection.scalars(select(attempts.c.note)))
    assert notes == {"ana: queued by the relay as 4bQ", "ana: send again (not in the log)"}


def test_a_persons_word_is_one_word(say: Say) -> None:
    say("plan", "spring", "--list", "members")
    assert "exclude each other" in say("reconcile", "1", "--resend", "--count-as-sent")[2]
    assert say("reconcile", "1")[:2] == (0, "Nothing of mailing 1 is unknown.\n")
    assert "give --resend or --count-as-sent" in say("reconcile", "1", "--to", "ana@example.org")[2]
    assert (say("reconcile", "9")[0], "no mailing 9" in say("reconcile", "9")[2]) == (1, True)


def test_whoever_has_used_a_link_of_the_mail_has_it(say: Say, sink: Sink, tmp_path: Path) -> None:
    sink.script("taken@1=drop", "taken@2=drop")
    say("send", "spring", "--list", "members", "--yes")
    rows = say("deliveries", "1", "--csv", "--state", "unknown")[1].splitlines()[1:]
    one, other = (row.split(",")[0] for row in rows)
    with open_database(f"sqlite:///{tmp_path / 'newsletter.db'}").begin() as connection:
        for email, source in ((one, "one-click, mailing 1"), (other, "one-click, mailing 11")):
            unsubscribe(
                connection,
                subscriber=find_subscriber(connection, email),
                lists=None,
                source=source,
                now=int(time.time()),
            )
    output = say("reconcile", "1")[1]
    assert "has used a link of it (one-click, mailing 1)" in output
    assert say("deliveries", "1", "--state", "unknown")[1].split()[1] == other


def test_an_old_plan_is_sent_only_with_confirm(say: Say, sink: Sink, tmp_path: Path) -> None:
    say("plan", "spring", "--list", "members")
    with open_database(f"sqlite:///{tmp_path / 'newsletter.db'}").begin() as connection:
        connection.execute(update(mailings).values(created_at=1_700_000_000))
        connection.execute(update(deliveries).values(updated_at=1_700_000_000))
    code, _, errors = say("send", "1", "--yes")
    assert (code, "--confirm" in errors) == (1, True)
    assert say("send", "1", "--yes", "--confirm")[0] == 0
    assert len(sink.taken()) == PEOPLE


def test_a_worker_needs_postgresql(say: Say) -> None:
    assert "a worker needs PostgreSQL" in say("worker", "--once")[2]


def test_a_finished_mailing_is_followed_to_its_report(say: Say) -> None:
    say("send", "spring", "--list", "members", "--yes")
    code, output, _ = say("status", "1", "--follow")
    assert (code, output.splitlines()[0]) == (0, f"{PEOPLE} of {PEOPLE}, finished, {PEOPLE} accepted")
    assert "nobody is missing" in output
    assert "--follow needs" in say("status", "--follow")[2]
