"""Where a mailing stands, in numbers that add up and words that help."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, text, update

from composer.cli.terminal.report import say_report
from composer.database import reading, upgrade
from composer.database.schema import deliveries, leases, mailings
from composer.delivery.ledger.pace_reports import write_pace_report
from composer.delivery.limits.outlook import PaceReport
from composer.delivery.reporting.records import delivery_records
from composer.delivery.reporting.report import is_with_others, needs_a_person, report_mailing
from composer.delivery.reporting.status import GoverningLimit, LimitKind, Status, mailing_status
from composer.delivery.states import DeliveryState
from composer.errors import MailingError
from tests.support.databases import migrate_anew
from tests.support.mailings import NOW, plan


def set_states(engine: Engine, mailing: int, *states: str, **values: Any) -> None:
    """The first deliveries of the mailing get these states, the mailing has been begun."""
    with engine.begin() as connection:
        for number, state in enumerate(states, start=1):
            connection.execute(update(deliveries).where(deliveries.c.id == number).values(state=state, **values))
        connection.execute(update(mailings).values(state="sending"))


def status_of(engine: Engine, mailing: int, *, now: int = NOW) -> Status:
    with reading(engine) as connection:
        return mailing_status(connection, mailing, now=now)


def report_of(engine: Engine, mailing: int, *, now: int = NOW) -> str:
    with reading(engine) as connection:
        return say_report(report_mailing(connection, mailing_status(connection, mailing, now=now)))


def test_the_keys_that_programs_read(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    document = json.loads(json.dumps(status_of(engine, mailing).as_json()))
    fixed = ["mailing", "state", "planned", "deliveries", "finished", "limit", "expected_end"]
    assert list(document) == [
        *fixed,
        "stopped_relays",
        "stopped_providers",
        "refused_about_us",
        "send_at",
        "started",
        "ended",
        "last_progress",
        "packed_at",
        "silent_s",
        "segment",
        "relays",
    ]
    assert list(document["deliveries"]) == [str(state) for state in DeliveryState]
    assert sum(document["deliveries"].values()) == document["planned"] == 2
    assert (document["state"], document["finished"], document["limit"]) == ("planned", False, "not running")


def test_a_mailing_is_finished_when_nothing_waits(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    set_states(engine, mailing, "accepted", "refused", "suppressed")
    status = status_of(engine, mailing)
    assert (status.state, status.is_finished, status.limit) == ("finished", True, None)
    assert not needs_a_person(status)


@pytest.mark.parametrize("state", ["pending", "offered", "deferred"])
def test_a_mailing_with_something_to_do_is_not_finished(engine: Engine, state: str) -> None:
    mailing = plan(engine, 2).mailing
    set_states(engine, mailing, "accepted", state)
    status = status_of(engine, mailing)
    assert not status.is_finished
    assert status.state == "interrupted"
    assert needs_a_person(status)


def test_what_other_senders_go_on_with_needs_no_person(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    set_states(engine, mailing, "accepted", "deferred")
    begin_sending(engine, mailing, PaceReport())
    assert is_with_others(status_of(engine, mailing))
    assert not needs_a_person(status_of(engine, mailing))
    set_states(engine, mailing, "unknown", "deferred")
    assert needs_a_person(status_of(engine, mailing))


def test_a_mailing_with_someone_missing_is_never_finished(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    set_states(engine, mailing, "accepted", "accepted")
    with engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.id == 2))
    assert not status_of(engine, mailing).is_finished
    assert "the numbers differ" in report_of(engine, mailing)


def test_an_unknown_delivery_needs_a_person_although_nothing_waits(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    set_states(engine, mailing, "accepted", "unknown")
    status = status_of(engine, mailing)
    assert status.is_finished
    assert needs_a_person(status)
    assert "reader1@example.org" in report_of(engine, mailing).partition("Unknown")[2]


def begin_sending(engine: Engine, mailing: int, report: PaceReport, *, epoch: int = 1, until: int = NOW + 30) -> None:
    """A sender holds a lease and has said this of its pace."""
    with engine.begin() as connection:
        row = {"mailing_id": mailing, "epoch": epoch, "holder": "x:1:x", "expires_at": until}
        connection.execute(insert(leases).values(row))
        write_pace_report(connection, mailing, report, epoch=epoch, now=NOW)


def test_the_expected_end_comes_from_the_speed_of_late_of_all_senders(engine: Engine) -> None:
    mailing = plan(engine, 40).mailing
    set_states(engine, mailing, *["accepted"] * 10)
    begin_sending(engine, mailing, PaceReport(speed=2.0))
    status = status_of(engine, mailing, now=NOW + 2)
    assert (status.state, status.limit) == ("sending", GoverningLimit(LimitKind.CONNECTIONS))
    assert status.expected_end is not None
    assert status.expected_end.timestamp() == NOW + 2 + 15
    assert "The pace is governed by: connections; expected to be done on" in report_of(engine, mailing, now=NOW + 2)
    begin_sending(engine, mailing, PaceReport("7/second to gmail", speed=1.0), epoch=2)
    status = status_of(engine, mailing, now=NOW + 2)
    assert status.limit == GoverningLimit(LimitKind.SETTING, "7/second to gmail")
    assert status.expected_end is not None
    assert status.expected_end.timestamp() == NOW + 2 + 10
    assert status_of(engine, mailing, now=NOW + 31).expected_end is None, "nobody sends it"


def test_a_relay_that_answers_nothing_is_waited_for_and_no_end_is_expected(engine: Engine) -> None:
    mailing = plan(engine, 40).mailing
    set_states(engine, mailing, *["accepted"] * 10)
    begin_sending(engine, mailing, PaceReport(speed=2.0), until=NOW + 90)
    assert status_of(engine, mailing, now=NOW + 60).expected_end, "it has only just begun"
    with engine.begin() as connection:
        connection.execute(update(leases).values(progress_at=NOW))
    status = status_of(engine, mailing, now=NOW + 19)
    assert (status.silent_s, status.expected_end is None) == (0, False)
    status = status_of(engine, mailing, now=NOW + 45)
    assert (status.silent_s, status.expected_end) == (45, None)
    begin_sending(engine, mailing, PaceReport("7/second to gmail", speed=1.0), epoch=2)
    assert status_of(engine, mailing, now=NOW + 25).silent_s == 0, "a limit is waited for"


def test_what_a_dead_sender_said_is_not_repeated(engine: Engine) -> None:
    mailing = plan(engine, 40).mailing
    set_states(engine, mailing, "accepted")
    begin_sending(engine, mailing, PaceReport("slowed to 1/second", speed=1.0), until=NOW + 1)
    begin_sending(engine, mailing, PaceReport(speed=3.0), epoch=2)
    status = status_of(engine, mailing, now=NOW + 2)
    assert status.limit == GoverningLimit(LimitKind.CONNECTIONS)
    assert status.expected_end is not None
    assert status.expected_end.timestamp() == NOW + 2 + 13


def test_when_only_retries_are_left_the_last_of_them_is_the_expected_end(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    set_states(engine, mailing, "accepted", "deferred", next_attempt_at=NOW + 300)
    set_states(engine, mailing, "accepted", "accepted", "deferred", next_attempt_at=NOW + 900)
    begin_sending(engine, mailing, PaceReport(speed=100.0))
    status = status_of(engine, mailing)
    assert status.limit == GoverningLimit(LimitKind.RETRY)
    assert status.expected_end is not None
    assert status.expected_end.timestamp() == NOW + 900


def test_the_report_is_a_sum_that_can_be_checked_by_eye(engine: Engine) -> None:
    mailing = plan(engine, 4).mailing
    set_states(engine, mailing, "accepted", "accepted", "refused", code=550, enhanced="5.1.1", text="no such user")
    lines = report_of(engine, mailing).splitlines()
    assert lines[0] == f"Mailing {mailing}, 2020-03-news: interrupted"
    numbers = dict(line.split()[:2] for line in lines[2:8] if not line.startswith("  ─"))
    assert numbers == {"pending": "1", "accepted": "2", "refused": "1", "together": "4", "planned": "4"}
    assert "  reader2@example.org  550 5.1.1 no such user" in lines
    assert lines[-1] == f"Go on with: newsletter send {mailing}"


def test_the_report_names_the_time_of_the_next_try(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    set_states(engine, mailing, "deferred", next_attempt_at=NOW + 300)
    assert "The next try is due on" in report_of(engine, mailing)
    assert status_of(engine, mailing).limit == GoverningLimit(LimitKind.RETRY)


def test_a_long_list_of_people_is_cut_and_says_where_the_rest_is(engine: Engine) -> None:
    mailing = plan(engine, 12).mailing
    set_states(engine, mailing, *["refused"] * 12)
    assert f"and 2 more: newsletter deliveries {mailing} --state refused" in report_of(engine, mailing)


def test_records_are_given_in_order_and_by_state(engine: Engine) -> None:
    mailing = plan(engine, 5).mailing
    set_states(engine, mailing, "accepted", "refused", "accepted")
    with reading(engine) as connection:
        everyone = list(delivery_records(connection, mailing))
        refused = list(delivery_records(connection, mailing, state=DeliveryState.REFUSED))
    assert [record.email for record in everyone] == [f"reader{number}@example.org" for number in range(5)]
    assert [record.email for record in refused] == ["reader1@example.org"]


def test_there_is_no_status_of_a_mailing_that_is_not_there(engine: Engine) -> None:
    with pytest.raises(MailingError, match="there is no mailing 3"):
        status_of(engine, 3)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (GoverningLimit(LimitKind.SETTING, "slowed to 5.0/second"), "slowed to 5.0/second"),
        (GoverningLimit(LimitKind.CONNECTIONS), "connections"),
        (GoverningLimit(LimitKind.RETRY), "retry"),
        (GoverningLimit(LimitKind.NOT_RUNNING), "not running"),
        (GoverningLimit(LimitKind.WINNER), "winner"),
    ],
)
def test_programs_read_what_governs_the_pace_in_the_words_that_were_promised(limit: GoverningLimit, words: str) -> None:
    assert limit.words == words


def test_a_mailing_of_before_has_its_last_progress_from_its_deliveries(engine: Engine) -> None:
    migrate_anew(engine, "0006")
    own = {"id": 1, "created_at": NOW, "updated_at": NOW}
    with engine.begin() as connection:
        _insert(
            connection,
            "mailings",
            **own,
            issue="a",
            digest="d",
            state="sending",
            planned=3,
            epoch=1,
            sent_as=NOW,
            list_ids="[]",
            allowed="[]",
        )
        for number, (state, at) in enumerate((("accepted", 7), ("deferred", 7), ("pending", 99)), start=1):
            address = f"{number}@example.org"
            _insert(
                connection,
                "subscribers",
                **{**own, "id": number},
                email=address,
                email_key=address,
                first_name="",
                last_name="",
                attributes="{}",
            )
            _insert(
                connection,
                "deliveries",
                id=number,
                mailing_id=1,
                subscriber_id=number,
                email=address,
                language="en",
                fields="{}",
                state=state,
                attempts=0,
                epoch=1,
                updated_at=NOW + at,
            )
    assert upgrade(engine)
    mailing = 1
    last = status_of(engine, mailing).times.last_progress
    assert last is not None
    assert last.timestamp() == NOW + 7


def _insert(connection: Connection, table: str, **values: object) -> None:
    """Insert a row as an older program did, of whose tables nothing knows any more."""
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)
