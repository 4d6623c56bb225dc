"""A person's hand on a mailing, on every database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, update

from composer.database.schema import attempts, deliveries, mailings
from composer.delivery.ledger.approval import approve_mailing, current_digest
from composer.delivery.ledger.ledger import open_ledger, recover
from composer.delivery.ledger.sendable import SendTerms
from composer.delivery.mailing import find_mailing, mailings_with_work, set_send_time, whoever_has
from composer.delivery.operating.decisions import decide_mailing, retry_deliveries, settle_unknown
from composer.delivery.outcome import Outcome
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.states import DeliveryEvent, DeliveryState, MailingEvent, MailingState
from composer.errors import MailingError, Remedy, StateError
from tests.support.mailings import NOW, SITE, count_states, holder, make_edition, plan

REFUSED = Outcome(0, DeliveryEvent.REFUSE, relay="relay:25", phase="rcpt", code=550, enhanced="5.7.1", text="no")


def end_all(engine: Engine, mailing: int, outcome: Outcome | None) -> list[int]:
    """Every delivery offered, and ended so, or left open; their ids."""
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=mailing, holder=holder(), now=NOW)
        ids = [delivery.id for delivery in ledger.claim(in_hand=(), at_most=100, now=NOW)]
        ledger.settle([], ids, now=NOW)
        if outcome:
            ledger.settle([outcome._replace(delivery=one) for one in ids], [], now=NOW)
        ledger.close()
    with engine.begin() as connection:
        recover(connection, mailing, seen_from=holder(), now=NOW)
    return ids


def test_a_mailing_is_paused_and_resumed_and_cancelled(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with engine.begin() as connection:
        with pytest.raises(StateError, match="mailing 1 has not begun"):
            decide_mailing(connection, mailing, MailingEvent.PAUSE, now=NOW)
        connection.execute(update(mailings).values(state=MailingState.SENDING))
        assert decide_mailing(connection, mailing, MailingEvent.PAUSE, now=NOW) is MailingState.PAUSED
        assert decide_mailing(connection, mailing, MailingEvent.RESUME, now=NOW) is MailingState.SENDING
        assert decide_mailing(connection, mailing, MailingEvent.CANCEL, now=NOW) is MailingState.CANCELLED
        with pytest.raises(StateError, match="cancelled, for good"):
            decide_mailing(connection, mailing, MailingEvent.RESUME, now=NOW)
        with pytest.raises(MailingError, match="no mailing 9"):
            decide_mailing(connection, 9, MailingEvent.PAUSE, now=NOW)


def test_what_was_refused_is_tried_again_and_its_refusal_stays_in_the_history(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    ids = end_all(engine, mailing, REFUSED)
    with engine.begin() as connection:
        refused = DeliveryState.REFUSED
        assert retry_deliveries(connection, mailing, state=refused, note="ana: mended", now=NOW + 9) == 2
        assert retry_deliveries(connection, mailing, state=refused, note="ana: mended", now=NOW + 9) == 0
        kept = connection.execute(select(attempts).order_by(attempts.c.delivery_id)).all()
    assert [(one.delivery_id, one.number, one.outcome, one.code, one.note) for one in kept] == [
        (delivery, 1, "refused", 550, "ana: mended") for delivery in ids
    ]
    assert count_states(engine, mailing) == {"pending": 2}
    with engine.connect() as connection:
        again = open_ledger(connection, mailing=mailing, holder=holder(), now=NOW).claim(in_hand=(), at_most=9, now=NOW)
    assert [delivery.attempt for delivery in again] == [2, 2]


def test_what_is_accepted_is_never_tried_again(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    for state in (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.SUPPRESSED):
        with engine.begin() as connection, pytest.raises(StateError, match=f"what is {state} cannot be tried again"):
            retry_deliveries(connection, mailing, state=state, note="", now=NOW)


def test_an_unknown_is_settled_for_one_person_by_a_persons_word(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    end_all(engine, mailing, None)
    assert count_states(engine, mailing) == {"unknown": 3}
    sent, not_sent = DeliveryEvent.SETTLE_ACCEPTED, DeliveryEvent.SETTLE_NOT_ACCEPTED
    with engine.begin() as connection:
        with pytest.raises(MailingError, match=r"no delivery that is unknown to x@y\.test"):
            settle_unknown(connection, mailing, event=sent, to=["x@y.test"], note="", now=NOW)
        one = ["reader1@Example.org"]
        assert settle_unknown(connection, mailing, event=sent, to=one, note="ana: she has it", now=NOW) == 1
        assert settle_unknown(connection, mailing, event=not_sent, note="ana: lost", now=NOW) == 2
        notes = connection.execute(select(attempts.c.outcome, attempts.c.note).order_by(attempts.c.delivery_id)).all()
        accepted = connection.scalar(select(deliveries.c.text).where(deliveries.c.state == "accepted"))
    assert [tuple(note) for note in notes] == [
        ("unknown", "ana: lost"),
        ("unknown", "ana: she has it"),
        ("unknown", "ana: lost"),
    ]
    assert accepted == "ana: she has it"
    assert count_states(engine, mailing) == {"accepted": 1, "pending": 2}


def test_nothing_of_a_cancelled_mailing_is_sent_again_but_the_truth_may_be_recorded(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    end_all(engine, mailing, None)
    with engine.begin() as connection:
        decide_mailing(connection, mailing, MailingEvent.CANCEL, now=NOW)
        with pytest.raises(StateError, match="is cancelled"):
            settle_unknown(connection, mailing, event=DeliveryEvent.SETTLE_NOT_ACCEPTED, note="", now=NOW)
        assert settle_unknown(connection, mailing, event=DeliveryEvent.SETTLE_ACCEPTED, note="", now=NOW) == 1


def test_a_mailing_that_needs_approval_is_sent_only_as_it_was_approved(engine: Engine) -> None:
    planned = plan(engine, 3)
    terms = SendTerms(approved_for=SITE.url)

    def send() -> None:
        with engine.connect() as connection:
            open_ledger(connection, mailing=planned.mailing, holder=holder(), now=NOW, terms=terms).close()

    with pytest.raises(StateError, match="has not been approved") as raised:
        send()
    assert (raised.value.mailing, raised.value.remedy) == (planned.mailing, Remedy.APPROVE)
    with engine.begin() as connection:
        assert approve_mailing(connection, planned.mailing, name="ben", site_url=SITE.url, now=NOW) == planned.digest
    send()
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.email.like("reader1@%")).values(email="x@y.test"))
        assert current_digest(connection, planned.mailing, site_url=SITE.url) != planned.digest
    with pytest.raises(StateError, match="has changed since it was approved"):
        send()


def test_a_worker_takes_up_what_is_begun_and_what_is_due(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    with engine.begin() as connection:
        assert mailings_with_work(connection, now=NOW) == []
        set_send_time(connection, mailing, NOW + 60)
        assert find_mailing(connection, mailing).send_at == NOW + 60
        assert mailings_with_work(connection, now=NOW + 59) == []
        assert mailings_with_work(connection, now=NOW + 60) == [mailing]
    end_all(engine, mailing, REFUSED)
    with engine.begin() as connection:
        assert mailings_with_work(connection, now=NOW + 60) == []
        with pytest.raises(StateError, match="has not begun"):
            set_send_time(connection, mailing, NOW)
        connection.execute(update(deliveries).values(state="deferred", next_attempt_at=NOW + 70))
        assert mailings_with_work(connection, now=NOW + 69) == []
        assert mailings_with_work(connection, now=NOW + 70) == [mailing]


def test_nobody_is_tried_again_who_is_planned_in_another_mailing_of_the_issue(engine: Engine) -> None:
    first = plan(engine, 3).mailing
    end_all(engine, first, REFUSED)
    with engine.begin() as connection:
        lists = [connection.scalars(select(mailings.c.list_ids)).one()[0]]
    second = plan_mailing(
        engine, editions={"en": make_edition()}, lists=lists, site=SITE, now=NOW, only_missing=True
    ).mailing
    assert count_states(engine, second) == {"pending": 3}
    with engine.begin() as connection:
        refused = DeliveryState.REFUSED
        assert retry_deliveries(connection, first, state=refused, note="ana: mended", now=NOW) == 0
        decide_mailing(connection, second, MailingEvent.CANCEL, now=NOW)
        assert retry_deliveries(connection, first, state=refused, note="ana: mended", now=NOW) == 3


def test_a_refusal_in_doubt_is_no_refusal_for_a_new_plan_while_somebody_sends(engine: Engine) -> None:
    first = plan(engine, 1).mailing
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=first, holder=holder(), now=NOW)
        (one,) = ledger.claim(in_hand=(), at_most=1, now=NOW)
        ledger.settle([], [one.id], now=NOW)
        ledger.settle([REFUSED._replace(delivery=one.id)], [], now=NOW)
        connection.rollback()
        with engine.begin() as other:
            assert len(other.execute(whoever_has("2020-03-news")).all()) == 1
        ledger.close()
    with engine.begin() as connection:
        assert not connection.execute(whoever_has("2020-03-news")).all()
