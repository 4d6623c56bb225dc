"""When a deferred delivery is tried again, and when the run gives the relay up."""

from __future__ import annotations

import pytest

from composer.delivery.reply import Phase, Reply
from composer.delivery.sending.retry import LIFETIME_S, retry_delay_s
from composer.delivery.smtp.breaker import Breaker, pause_s

BUSY = Reply(451, "4.3.0", "try later")
GREYLISTED = Reply(450, "4.2.0", "greylisted")
ENOUGH = Reply(452, "4.5.3", "Too many messages sent")
CLOSING = Reply(421, None, "closing")
ACCEPTED = Reply(250, "2.0.0", "ok")


@pytest.mark.parametrize(
    ("attempt", "reply", "delay_s"),
    [
        (1, GREYLISTED, 300),
        (2, GREYLISTED, 600),
        (6, GREYLISTED, 9600),
        (7, GREYLISTED, 14400),
        (13, GREYLISTED, 14400),
        (14, GREYLISTED, None),
        (1, None, 1),
        (2, CLOSING, 10),
        (3, None, 60),
        (1, ENOUGH, 1),
        (4, None, 2400),
        (14, None, None),
    ],
)
def test_a_deferred_delivery_is_retried_after_its_delay(attempt: int, reply: Reply | None, delay_s: int | None) -> None:
    assert retry_delay_s(attempt, reply) == delay_s


def test_a_newsletter_is_given_up_after_one_to_two_days() -> None:
    assert 24 <= LIFETIME_S / 3600 <= 48


def test_the_pauses_between_connections_grow_to_a_limit() -> None:
    assert [pause_s(failures) for failures in (1, 2, 3, 6, 100)] == [0.25, 0.5, 1.0, 4.0, 4.0]


def test_a_relay_that_stays_away_opens_the_breaker_with_its_reason() -> None:
    breaker = Breaker()
    for _ in range(5):
        breaker.connection_failed("refused")
    assert breaker.reason is None
    breaker.connection_failed("refused")
    assert breaker.reason == "refused"


def test_an_answer_between_failures_keeps_the_breaker_closed() -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.connection_failed("cut")
        breaker.answered(ACCEPTED, Phase.DOT)
    assert breaker.reason is None


@pytest.mark.parametrize(
    ("reply", "phase", "opens"),
    [
        (Reply(550, "5.7.1", "we do not like you"), Phase.DOT, True),
        (Reply(421, "4.7.28", "slow down"), Phase.DOT, True),
        (BUSY, Phase.RCPT, True),
        (Reply(553, None, "not your address"), Phase.MAIL, True),
        (Reply(550, "5.1.1", "no such user"), Phase.RCPT, False),
        (Reply(552, "5.2.2", "full"), Phase.DOT, False),
        (GREYLISTED, Phase.RCPT, False),
        (ACCEPTED, Phase.DOT, False),
    ],
)
def test_a_streak_of_refusals_that_are_ours_opens_the_breaker(reply: Reply, phase: Phase, opens: bool) -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.answered(reply, phase)
    assert bool(breaker.reason) is opens


def test_a_relay_that_hangs_up_every_time_opens_the_breaker() -> None:
    breaker = Breaker()
    for _ in range(6):
        assert breaker.reason is None
        breaker.answered(CLOSING, Phase.MAIL)
    assert breaker.reason == "421 closing"


def test_a_refused_login_opens_the_breaker_at_once() -> None:
    breaker = Breaker()
    breaker.connection_failed("535 wrong password", is_final=True)
    assert breaker.reason == "535 wrong password"


def test_one_acceptance_ends_a_streak() -> None:
    breaker = Breaker()
    for number in range(60):
        breaker.answered(ACCEPTED if number % 19 == 0 else Reply(550, "5.7.1", "no"), Phase.DOT)
    assert breaker.reason is None
