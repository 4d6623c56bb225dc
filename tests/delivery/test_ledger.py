"""The ledger's promises, on every database that it runs on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, update

from composer.audience import find_suppressions, suppress, unsubscribe
from composer.database.schema import attempts, deliveries, mailings
from composer.delivery.lease import LEASE_S
from composer.delivery.ledger import LEFT_OPEN, Ledger, open_ledger
from composer.delivery.outcome import Outcome, Verdict
from composer.delivery.states import DeliveryEvent, MailingState
from composer.errors import LeaseLost, MailingError, StateError
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
        assert ledger.settle([replace(ACCEPTED, delivery=one)], [two], now=NOW + 2) == {two: Verdict.GO}
    known = row_of(engine, one)
    assert known["state"] == "accepted"
    assert (known["attempts"], known["relay"], known["phase"]) == (1, "relay:25", "dot")
    assert (known["code"], known["enhanced"], known["text"], known["took_ms"]) == (250, "2.0.0", "queued", 7)
    assert known["updated_at"] == NOW + 2


def test_no_delivery_is_offered_twice(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        (one,) = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
        assert ledger.settle([], [one], now=NOW) == {one: Verdict.TAKEN}
        ledger.settle([replace(ACCEPTED, delivery=one)], [], now=NOW)
        assert ledger.settle([], [one], now=NOW) == {one: Verdict.TAKEN}
    assert count_states(engine, mailing) == {"accepted": 1}


def test_an_outcome_without_an_offer_is_an_error_and_nothing_is_written(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    with opened(engine, mailing) as ledger:
        one, two = claim_ids(ledger)
        with pytest.raises(StateError):
            ledger.settle([replace(ACCEPTED, delivery=one)], [two], now=NOW)
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


def test_someone_who_left_before_the_claim_is_never_claimed(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    with engine.begin() as connection:
        suppress(connection, "reader0@example.org", reason="manual", source="operator", now=NOW)
    with opened(engine, mailing) as ledger:
        assert len(claim_ids(ledger)) == 1
    assert count_states(engine, mailing) == {"suppressed": 1, "pending": 1}


def test_a_deferred_delivery_comes_back_when_it_is_due_and_keeps_its_history(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        (one,) = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
        ledger.settle([replace(DEFERRED, delivery=one)], [], now=NOW + 5)
        assert ledger.next_retry_at() == NOW + 305
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
        ledger.settle([replace(DEFERRED, delivery=one, retry_in_s=None)], [], now=NOW)
        assert ledger.next_retry_at() is None
    assert count_states(engine, mailing) == {"expired": 1}


def test_a_dead_address_is_suppressed_in_the_same_transaction(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        (one,) = claim_ids(ledger)
        ledger.settle([], [one], now=NOW)
        refused = Outcome(
            one,
            DeliveryEvent.REFUSE,
            relay="relay:25",
            phase="rcpt",
            code=550,
            enhanced="5.1.1",
            text="no such user",
            dead_address=("reader0@example.org", "bounced"),
        )
        ledger.settle([refused], [], now=NOW)
    with engine.connect() as connection:
        (found,) = find_suppressions(connection)
    assert (found.email, found.reason, found.source) == (
        "reader0@example.org",
        "bounced",
        f"mailing {mailing}: no such user",
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


def test_a_second_sender_is_refused_while_the_first_one_lives(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with opened(engine, mailing) as ledger:
        ledger.settle([], claim_ids(ledger), now=NOW)
        refusal = f"mailing {mailing} is being sent by process {os.getpid()} on here"
        with pytest.raises(MailingError, match=refusal), opened(engine, mailing, word="second", now=NOW + LEASE_S - 1):
            pass
    assert count_states(engine, mailing) == {"offered": 1}


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
    with opened(engine, mailing, word="second", now=NOW + 1):
        pass


def test_a_sender_on_another_machine_is_waited_for(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with engine.connect() as connection:
        open_ledger(connection, mailing=mailing, holder="elsewhere:1:x", now=NOW)
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
            late = replace(ACCEPTED, delivery=one)
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
