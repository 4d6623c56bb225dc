"""What a try comes to, by what came back: for the delivery, and for the relay's breaker."""

from __future__ import annotations

import pytest

from composer.delivery.outcome import Delivery
from composer.delivery.reply import Phase, Reply
from composer.delivery.sending.attempt import outcome_of, tell_breaker
from composer.delivery.smtp.breaker import Breaker
from composer.delivery.smtp.relay import parse_relay
from composer.delivery.smtp.transaction import Transaction
from composer.delivery.states import DeliveryState

RELAY = parse_relay("smtp://ana:secret@a.example:587")
DELIVERY = Delivery(7, 3, "ana@example.org", "en", {}, 1)


def answered(phase: Phase, code: int, enhanced: str | None = None) -> Transaction:
    return Transaction(phase, Reply(code, enhanced, "words"), None, reusable=True)


def lost(phase: Phase) -> Transaction:
    return Transaction(phase, None, "the relay closed the connection", reusable=False)


TRIES = {
    "accepted": (answered(Phase.DOT, 250, "2.0.0"), DeliveryState.ACCEPTED, None, None),
    "hung up on": (answered(Phase.MAIL, 421, "4.3.2"), DeliveryState.DEFERRED, 1, None),
    "not now": (answered(Phase.RCPT, 451, "4.7.1"), DeliveryState.DEFERRED, 300, None),
    "no such user": (answered(Phase.RCPT, 550, "5.1.1"), DeliveryState.REFUSED, None, "bounced"),
    "policy": (answered(Phase.DOT, 550, "5.7.1"), DeliveryState.REFUSED, None, None),
    "lost before the dot": (lost(Phase.BODY), DeliveryState.DEFERRED, 1, None),
    "lost after the dot": (lost(Phase.DOT), DeliveryState.UNKNOWN, None, None),
    "not offered": (
        Transaction(Phase.MAIL, None, None, reusable=True, unsupported="needs SMTPUTF8"),
        DeliveryState.REFUSED,
        None,
        None,
    ),
}


@pytest.mark.parametrize(("transaction", "state", "retry_in_s", "suppressed_as"), TRIES.values(), ids=TRIES)
def test_what_becomes_of_the_delivery(
    transaction: Transaction, state: DeliveryState, retry_in_s: int | None, suppressed_as: str | None
) -> None:
    outcome = outcome_of(DELIVERY, transaction, relay=RELAY, is_probe=False, took_ms=12)
    assert (outcome.delivery, outcome.relay, outcome.took_ms) == (7, "a.example:587", 12)
    assert outcome.account == "ana@a.example:587"
    assert (outcome.state, outcome.retry_in_s) == (state, retry_in_s)
    assert outcome.dead_address == (("ana@example.org", suppressed_as) if suppressed_as else None)
    assert outcome.text == (transaction.reply.text if transaction.reply else transaction.lost or "needs SMTPUTF8")


def test_a_probe_that_is_turned_away_for_our_sake_is_deferred_and_any_other_refused() -> None:
    about_us, about_her = answered(Phase.DOT, 550, "5.7.1"), answered(Phase.RCPT, 550, "5.1.1")
    outcomes = [outcome_of(DELIVERY, one, relay=RELAY, is_probe=True, took_ms=12) for one in (about_us, about_her)]
    assert [outcome.state for outcome in outcomes] == [DeliveryState.DEFERRED, DeliveryState.REFUSED]
    assert [outcome.code for outcome in outcomes] == [550, 550]


@pytest.mark.parametrize(
    ("transaction", "opens_after"),
    [
        (answered(Phase.MAIL, 421), 6),
        (lost(Phase.BODY), 6),
        (answered(Phase.DOT, 450, "4.7.1"), 20),
        (answered(Phase.DOT, 550, "5.7.1"), None),  # the ledger rules on refusals, by provider too
        (lost(Phase.DOT), 20),
        (answered(Phase.RCPT, 550, "5.1.1"), None),
        (answered(Phase.DOT, 250), None),
        (Transaction(Phase.MAIL, None, None, reusable=True, unsupported="needs SMTPUTF8"), None),
    ],
)
def test_what_the_breaker_hears(transaction: Transaction, opens_after: int | None) -> None:
    breaker = Breaker()
    opened = []
    for number in range(1, 31):
        tell_breaker(breaker, transaction, is_greylisting=False)
        if breaker.reason:
            opened.append(number)
    assert opened[:1] == ([opens_after] if opens_after else [])


def test_what_is_put_off_for_our_sake_is_never_given_up_and_its_tries_are_not_counted() -> None:
    old = Delivery(7, 3, "ana@example.org", "en", {}, attempt=30, uncounted=29)
    limit, busy = Reply(451, None, "rate limit exceeded"), Reply(450, "4.2.0", "mailbox busy")
    of_ours, of_hers = (
        outcome_of(old, Transaction(Phase.RCPT, reply, None, reusable=True), relay=RELAY, is_probe=False, took_ms=12)
        for reply in (limit, busy)
    )
    assert (of_ours.state, of_ours.is_uncounted, of_ours.retry_in_s) == (DeliveryState.DEFERRED, True, 2400)
    assert (of_hers.state, of_hers.is_uncounted, of_hers.retry_in_s) == (DeliveryState.DEFERRED, False, 300)
