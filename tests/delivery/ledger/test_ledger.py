"""The ledger's promises, on every database that it runs on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, select, update

from composer.audience import find_suppressions, suppress, unsubscribe
from composer.database import open_database, reading
from composer.database.identity import database_identity
from composer.database.schema import attempts, deliveries, leases, mailings
from composer.delivery.ledger.claim import LEFT_OPEN
from composer.delivery.ledger.lease import LEASE_S, end_dead_leases
from composer.delivery.ledger.ledger import Ledger, open_ledger
from composer.delivery.ledger.sendable import STALE_S, SendTerms
from composer.delivery.operating.decisions import settle_unknown
from composer.delivery.outcome import Outcome, Verdict
from composer.delivery.reporting.records import delivery_records
from composer.delivery.reporting.status import mailing_status
from composer.delivery.states import DeliveryEvent, DeliveryState, MailingState
from composer.errors import DatabaseError, LeaseLost, MailingError, Remedy, StateError
from tests.support.databases import Cluster
from tests.support.mailings import NOW, count_states, holder, plan

ACCEPTED = Outcome(
    0, DeliveryEvent.ACCEPT, relay="relay:25", phase="dot", code=250, enhanced="2.0.0", text="queued", took_ms=7
)
DEFERRED = Outcome(0, DeliveryEvent.DEFER, relay="relay:25", phase="rcpt", code=451, text="later", retry_in_s=300)


@contextmanager
def opened(engine: Engine, mailing: int, *, word: str = "test", now: int = NOW) -> Iterator[Ledger]:
    with engine.connect() as connection:
        yield open_ledger(connection, mailing=mailing, holder=holder(word), now=now)


def claim_ids(ledger: Ledger, *, now: int = NOW, at_most: int = 100) -> list[int]:
    return [delivery.id for delivery in ledger.claim(in_hand=(), at_most=at_most, now=now)]


def row_of(engine: Engine, delivery: int) -> dict[str, object]:
    with engine.connect() as connection:
        return dict(connection.execute(select(deliveries).where(deliveries.c.id == delivery)).one()._mapping)


def test_a_database_that_refuses_an_intent_is_said_in_words_and_nothing_of_it_is_written(engine: Engine) -> None:
    def take_no_more(connection: Connection) -> None:
        is_sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA query_only = ON" if is_sqlite else "SET TRANSACTION READ ONLY")

    mailing = plan(engine, 2).mailing
    with opened(engine, mailing) as ledger:
        first, _ = claim_ids(ledger)
        event.listen(engine, "begin", take_no_more)
        with pytest.raises(DatabaseError, match="cannot be used"):
            ledger.settle([], [first], now=NOW)
    assert count_states(engine, mailing) == {"pending": 2}


def test_a_claim_gives_the_pending_ones_in_order_and_not_those_in_hand(engine: Engine) -> None:
    mailing = plan(engine, 5).mailing
    with opened(engine, mailing) as ledger:
        first = ledger.claim(in_hand=(), at_most=2, now=NOW)
        rest = ledger.claim(in_hand={delivery.id for delivery in first}, at_most=10, now=NOW)
    assert [delivery.email for delivery in (*first, *rest)] == [f"reader{number}@example.org" for number in range(5)]
    assert dict(first[0].fields) == {"first_name": "Ana 0", "city": "Nice"}
    assert first[0].attempt == 1


def test_an_intent_is_offered_durably_and_its_outcome_recorded(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    with opened(engine, mailing) as ledger:
        one, two = claim_ids(ledger)
        assert ledger.settle([], [one], now=NOW + 1) == {one: Verdict.GO}
        assert count_states(engine, mailing) == {"offered": 1, "pending": 1}
        assert ledger.settle([ACCEPTED._replace(delivery=one)], [two], now=NOW + 2) == {two: Verdict.GO}
    known = row_of(engine, one)
    assert known["state"] == "accepted"
    assert (known["attempts"], known["relay"], known["phase"]) == (1, "relay:25", "dot")
    assert (known["code"], known["enhanced"], known["text"], known["took_ms"]) == (250, "2.0.0", "queued", 7)
    assert known["updated_at"] == NOW + 2


def test_the_last_progress_is_kept_and_costs_no_look_at_the_deliveries(engine: Engine) -> None:
    mailing = plan(engine, 4).mailing
    assert progress_of(engine, mailing) is None
    with opened(engine, mailing) as ledger:
        one, two, three, four = claim_ids(ledger)
        ledger.settle([], [one, two], now=NOW + 1)
        assert progress_of(engine, mailing) is None, "nothing has come of it yet"
        ledger.settle([ACCEPTED._replace(delivery=one)], [], now=NOW + 5)
        ledger.renew(now=NOW + 9)
        with engine.begin() as connection:
            connection.execute(update(deliveries).values(updated_at=NOW + 999))
        assert progress_of(engine, mailing) == NOW + 5
        ledger.settle([ACCEPTED._replace(delivery=two)], [three], now=NOW + 20)
        ledger.close()
    assert progress_of(engine, mailing) == NOW + 20
    with opened(engine, mailing, word="dead", now=NOW + 30) as ledger:
        ledger.settle([], [four], now=NOW + 31)
    with opened(engine, mailing, word="next", now=NOW + 32 + LEASE_S):
        assert progress_of(engine, mailing) == NOW + 32 + LEASE_S, "what the dead one left open has become unknown"


def test_what_a_person_settles_and_who_has_left_is_progress_too(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as ledger:
        claimed = ledger.claim(in_hand=(), at_most=10, now=NOW)
        for number, one in enumerate(claimed[:2], start=1):
            with engine.begin() as connection:
                unsubscribe(connection, subscriber=one.subscriber, lists=None, source="one-click", now=NOW)
            if number == 1:
                ledger.settle([], [one.id], now=NOW + number)
            else:
                ledger.claim(in_hand=(), at_most=10, now=NOW + number)
            assert progress_of(engine, mailing) == NOW + number
        ledger.settle([], [claimed[2].id], now=NOW + 2)
    with opened(engine, mailing, now=NOW + 3 + LEASE_S) as ledger:
        ledger.close()
    with engine.begin() as connection:
        settle_unknown(connection, mailing, event=DeliveryEvent.SETTLE_ACCEPTED, note="a log", now=NOW + 99)
    assert progress_of(engine, mailing) == NOW + 99


def progress_of(engine: Engine, mailing: int) -> int | None:
    with reading(engine) as connection:
        moment = mailing_status(connection, mailing, now=NOW).times.last_progress
        return int(moment.timestamp()) if moment else None


def test_no_delivery_is_offered_twice(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        (one,) = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
        assert ledger.settle([], [one], now=NOW) == {one: Verdict.TAKEN}
        ledger.settle([ACCEPTED._replace(delivery=one)], [], now=NOW)
        assert ledger.settle([], [one], now=NOW) == {one: Verdict.TAKEN}
    assert count_states(engine, mailing) == {"accepted": 1}


def test_an_outcome_without_an_offer_is_an_error_and_nothing_is_written(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    with opened(engine, mailing) as ledger:
        one, two = claim_ids(ledger)
        with pytest.raises(StateError):
            ledger.settle([ACCEPTED._replace(delivery=one)], [two], now=NOW)
    assert count_states(engine, mailing) == {"pending": 2}


def test_someone_who_left_after_the_claim_is_suppressed_instead_of_offered(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as ledger:
        claimed = ledger.claim(in_hand=(), at_most=10, now=NOW)
        with engine.begin() as connection:
            unsubscribe(connection, subscriber=claimed[0].subscriber, lists=None, source="one-click", now=NOW)
            suppress(connection, claimed[1].email, reason="manual", source="operator", now=NOW)
        verdicts = ledger.settle([], [delivery.id for delivery in claimed], now=NOW)
    assert list(verdicts.values()).count(Verdict.SUPPRESSED) == 2
    assert verdicts[claimed[2].id] is Verdict.GO
    assert count_states(engine, mailing) == {"suppressed": 2, "offered": 1}
    with engine.connect() as connection:
        told = [record.reply for record in delivery_records(connection, mailing, state=DeliveryState.SUPPRESSED)]
    assert told == ["has left the lists since the plan", "the address has been suppressed since the plan"]


def test_someone_who_left_before_the_claim_is_never_claimed(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    with engine.begin() as connection:
        suppress(connection, "reader0@example.org", reason="manual", source="operator", now=NOW)
    with opened(engine, mailing) as ledger:
        assert len(claim_ids(ledger)) == 1
    assert count_states(engine, mailing) == {"suppressed": 1, "pending": 1}
    with engine.connect() as connection:
        told = [record.reply for record in delivery_records(connection, mailing, state=DeliveryState.SUPPRESSED)]
    assert told == ["the address has been suppressed since the plan"]


def test_a_deferred_delivery_comes_back_when_it_is_due_and_keeps_its_history(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        (one,) = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
        ledger.settle([DEFERRED._replace(delivery=one)], [], now=NOW + 5)
        assert ledger.next_retry_at(now=NOW) == NOW + 305
        assert claim_ids(ledger, now=NOW + 304) == []
        (again,) = ledger.claim(in_hand=(), at_most=10, now=NOW + 305)
        assert (again.id, again.attempt) == (one, 2)
        assert ledger.settle([], [one], now=NOW + 306) == {one: Verdict.GO}
    assert row_of(engine, one)["next_attempt_at"] is None
    with engine.connect() as connection:
        (kept,) = connection.execute(select(attempts))
    assert (kept.delivery_id, kept.number, kept.outcome, kept.code, kept.text) == (one, 1, "deferred", 451, "later")
    assert kept.at == NOW + 5


def test_a_delivery_that_was_deferred_too_often_expires(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        (one,) = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
        ledger.settle([DEFERRED._replace(delivery=one, retry_in_s=None)], [], now=NOW)
        assert ledger.next_retry_at(now=NOW) is None
    assert count_states(engine, mailing) == {"expired": 1}


def test_a_dead_address_is_suppressed_with_the_next_message_that_the_relay_takes(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as ledger:
        one, two, three = claim_ids(ledger)
        ledger.settle([], [one, two, three], now=NOW)
        refused = Outcome(
            one,
            DeliveryEvent.REFUSE,
            relay="relay:25",
            phase="rcpt",
            code=550,
            enhanced="5.1.1",
            text="no such user",
            dead_address=("reader0@example.org", "bounced"),
            began_at=NOW + 1,
            ended_at=NOW + 2,
            email="reader0@example.org",
        )
        taken = ACCEPTED._replace(email="reader1@example.org")
        ledger.settle([refused], [], now=NOW)
        # It was on its way before the refusal came, so it proves nothing.
        ledger.settle([taken._replace(delivery=two, began_at=NOW + 1, ended_at=NOW + 3)], [], now=NOW)
        with engine.connect() as connection:
            assert find_suppressions(connection) == []
        ledger.settle([taken._replace(delivery=three, began_at=NOW + 3, ended_at=NOW + 4)], [], now=NOW)
    with engine.connect() as connection:
        (found,) = find_suppressions(connection)
    assert (found.email, found.reason, found.source) == (
        "reader0@example.org",
        "bounced",
        f"mailing {mailing}: 550 5.1.1 no such user",
    )


def test_what_a_dead_sender_left_open_becomes_unknown_and_is_not_sent_again(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as ledger:
        one, *_ = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
    with opened(engine, mailing, word="next", now=NOW + LEASE_S) as ledger:
        assert ledger.left_unknown == 1
        assert one not in claim_ids(ledger, now=NOW + LEASE_S)
    assert row_of(engine, one)["text"] == LEFT_OPEN
    assert count_states(engine, mailing) == {"unknown": 1, "pending": 2}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_sqlite_a_second_sender_is_refused_while_the_first_one_lives(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        ledger.settle([], claim_ids(ledger), now=NOW)
        refusal = f"mailing {mailing} is being sent by process {os.getpid()} on here"
        with pytest.raises(MailingError, match=refusal), opened(engine, mailing, word="second", now=NOW + LEASE_S - 1):
            pass
    assert count_states(engine, mailing) == {"offered": 1}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_two_senders_share_a_mailing_and_nothing_is_claimed_by_both(engine: Engine) -> None:
    mailing = plan(engine, 6).mailing
    with opened(engine, mailing, word="first") as first, opened(engine, mailing, word="second") as second:
        mine = claim_ids(first, at_most=2)
        first.settle([], mine[:1], now=NOW)
        theirs = claim_ids(second, at_most=3)
        assert not set(mine) & set(theirs)
        assert second.settle([], theirs, now=NOW) == dict.fromkeys(theirs, Verdict.GO)
        (last,) = claim_ids(first, at_most=9, now=NOW)[1:]
        first.settle([ACCEPTED._replace(delivery=mine[0])], [mine[1], last], now=NOW)
    assert count_states(engine, mailing) == {"accepted": 1, "offered": 5}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_a_dead_senders_share_passes_to_the_others_and_its_open_ones_become_unknown(
    engine: Engine,
) -> None:
    mailing = plan(engine, 4).mailing
    with opened(engine, mailing, word="living") as living, opened(engine, mailing, word="dead") as dead:
        open_, *_ = claim_ids(dead, at_most=3)
        dead.settle([], [open_], now=NOW)
        (mine,) = claim_ids(living, now=NOW + 20)
        living.settle([], [mine], now=NOW + 20)
        assert claim_ids(living, now=NOW + LEASE_S - 1) == []
        assert claim_ids(living, now=NOW + LEASE_S) == []  # sees that the other one has died
        assert len(claim_ids(living, now=NOW + LEASE_S)) == 2
        with pytest.raises(LeaseLost):
            dead.renew(now=NOW + LEASE_S)
    assert count_states(engine, mailing) == {"unknown": 1, "offered": 1, "pending": 2}
    assert row_of(engine, open_)["text"] == LEFT_OPEN


@pytest.mark.parametrize("decided", [MailingState.PAUSED, MailingState.CANCELLED])
def test_a_running_sender_offers_nothing_more_of_a_mailing_that_is_halted_but_records(
    engine: Engine, decided: MailingState
) -> None:
    mailing = plan(engine, 2).mailing
    with opened(engine, mailing) as ledger:
        one, two = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
        with engine.begin() as connection:
            connection.execute(update(mailings).values(state=decided))
        assert ledger.settle([ACCEPTED._replace(delivery=one)], [two], now=NOW) == {two: Verdict.TAKEN}
        assert ledger.decided is decided
        assert claim_ids(ledger) == []
    assert count_states(engine, mailing) == {"accepted": 1, "pending": 1}


def test_a_mailing_that_was_planned_long_ago_waits_for_a_persons_word(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    later = int(time.time()) + STALE_S + 60
    with (
        pytest.raises(StateError, match="was planned 7 days ago") as raised,
        opened(engine, mailing, now=later),
    ):
        pass
    assert (raised.value.mailing, raised.value.remedy) == (mailing, Remedy.CONFIRM_STILL_RIGHT)
    for now in (later, later + STALE_S):  # the word holds for as long as a new plan would
        with engine.connect() as connection:
            open_ledger(
                connection, mailing=mailing, holder=holder(), now=now, terms=SendTerms(confirmed=now == later)
            ).close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copied_database_waits_for_a_persons_word(engine: Engine, tmp_path: Path) -> None:
    mailing = plan(engine, 1).mailing
    engine.dispose()
    shutil.copy(str(engine.url.database), tmp_path / "copy.db")
    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    with pytest.raises(StateError, match="this one is a copy"), opened(copy, mailing):
        pass
    with copy.connect() as connection:
        open_ledger(connection, mailing=mailing, holder=holder(), now=NOW, terms=SendTerms(confirmed=True)).close()
    with opened(copy, mailing):
        copy.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restored_dump_of_postgresql_is_another_database(engine: Engine, postgresql: Cluster) -> None:
    with engine.connect() as connection:
        here = database_identity(connection)
    engine.dispose()
    url = postgresql.create(template=str(engine.url.database))
    copy = open_database(url)
    with copy.connect() as connection:
        assert database_identity(connection) != here
    copy.dispose()
    postgresql.drop(url)


def test_a_sender_that_ended_in_order_leaves_the_mailing_free(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        ledger.close()
    with opened(engine, mailing, word="second") as ledger:
        assert ledger.left_unknown == 0


def test_a_mailing_is_free_at_once_when_its_senders_process_is_gone(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with engine.connect() as connection:
        open_ledger(connection, mailing=mailing, holder=f"here:{gone.pid}:dead", now=NOW)
    forget_sessions(engine)
    with opened(engine, mailing, word="second", now=NOW + 1):
        pass


def forget_sessions(engine: Engine) -> None:
    """As behind a pooler, or where the system has no such locks."""
    with engine.begin() as connection:
        connection.execute(update(leases).values(session=None))


_SENDER = """
import sys
from composer.database import open_database
from composer.delivery.ledger.ledger import open_ledger
with open_database(sys.argv[1]).connect() as connection:
    ledger = open_ledger(connection, mailing=int(sys.argv[2]), holder=sys.argv[3], now=int(sys.argv[4]))
    print("sends", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("host", ["elsewhere", "here"])
def test_a_sender_of_another_container_lives_as_long_as_its_process_and_no_longer(engine: Engine, host: str) -> None:
    mailing = plan(engine, 1).mailing
    gone = subprocess.Popen([sys.executable, "-c", ""])  # a number that is not there, as those of other containers
    gone.wait()
    name = f"{host}:{gone.pid}:x"

    def living() -> list[str]:
        with engine.begin() as connection:
            found = end_dead_leases(connection, mailing=mailing, seen_from=holder(), now=NOW + 1)
        return [one for one, _ in found]

    words = [sys.executable, "-c", _SENDER, str(engine.url), str(mailing), name, str(NOW)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "sends\n"
        assert living() == [name]
        sender.kill()
    while living():
        time.sleep(0.05)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("session", ["another-kernel {file}", "{kernel} another-file"])
def test_a_lock_that_somebody_else_may_hold_says_nothing(engine: Engine, session: str) -> None:
    mailing = plan(engine, 1).mailing
    with engine.connect() as connection:
        open_ledger(connection, mailing=mailing, holder="elsewhere:1:x", now=NOW)
    with engine.begin() as connection:
        kernel, file = str(connection.scalars(select(leases.c.session)).one()).split()
        connection.execute(update(leases).values(session=session.format(kernel=kernel, file=file)))
    with pytest.raises(MailingError, match="try again in 29 s"), opened(engine, mailing, now=NOW + 1):
        pass


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sender_on_another_machine_is_waited_for(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with engine.connect() as connection:
        open_ledger(connection, mailing=mailing, holder="elsewhere:1:x", now=NOW)
    forget_sessions(engine)
    refusal = "on elsewhere; if that has died, try again in 29 s"
    with pytest.raises(MailingError, match=refusal), opened(engine, mailing, now=NOW + 1):
        pass
    with opened(engine, mailing, now=NOW + LEASE_S):
        pass


def test_a_sender_whose_lease_was_taken_offers_and_records_nothing_more(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as suspended:
        one, two, _ = claim_ids(suspended)
        suspended.settle([], [one], now=NOW)
        with opened(engine, mailing, word="next", now=NOW + LEASE_S) as ledger:
            late = ACCEPTED._replace(delivery=one)
            for act in (
                lambda: suspended.settle([], [two], now=NOW),
                lambda: suspended.settle([late], [], now=NOW),
                lambda: suspended.claim(in_hand=(), at_most=1, now=NOW),
                lambda: suspended.renew(now=NOW),
            ):
                with pytest.raises(LeaseLost):
                    act()
            suspended.close()
            assert ledger.settle([], [two], now=NOW) == {two: Verdict.GO}
    assert count_states(engine, mailing) == {"unknown": 1, "offered": 1, "pending": 1}


def test_the_date_of_the_messages_is_fixed_when_sending_begins(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    for now in (NOW + 1000, NOW + 2000):
        with opened(engine, mailing, now=now) as ledger:
            ledger.close()
    with engine.connect() as connection:
        assert connection.scalar(select(mailings.c.sent_as)) == NOW + 1000


@pytest.mark.parametrize("state", [MailingState.PAUSED, MailingState.CANCELLED])
def test_a_mailing_that_was_paused_or_cancelled_is_not_sent(engine: Engine, state: MailingState) -> None:
    mailing = plan(engine, 1).mailing
    with engine.begin() as connection:
        connection.execute(update(mailings).values(state=state))
    with pytest.raises(StateError, match=f"mailing {mailing} is {state}"), opened(engine, mailing):
        pass


def test_there_is_no_sending_of_a_mailing_that_is_not_there(engine: Engine) -> None:
    with pytest.raises(MailingError, match="there is no mailing 7"), opened(engine, 7):
        pass
