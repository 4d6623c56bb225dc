"""An open breaker rests, then lets one message ask; an answer closes it, a failure makes the rest longer."""

from __future__ import annotations

from composer.delivery.judgement import is_about_us
from composer.delivery.reply import Phase, Reply
from composer.delivery.smtp.breaker import Breaker

REFUSED = Reply(550, "5.7.1", "we do not like you")
ACCEPTED = Reply(250, "2.0.0", "ok")


def opened() -> Breaker:
    breaker = Breaker()
    for _ in range(20):
        breaker.answered(REFUSED, Phase.DOT)
    assert breaker.reason
    return breaker


def test_messages_that_nobody_answers_for_open_it_too() -> None:
    breaker = Breaker()
    for _ in range(10):
        breaker.answered(REFUSED, Phase.DOT)
        breaker.lost("the relay closed the connection")
    assert breaker.reason == "20 messages in a row were not answered for, the last one: the relay closed the connection"
    breaker.try_again()
    breaker.lost("no answer within 600 s")
    assert breaker.reason == "it still does not say whether it has a message: no answer within 600 s"


def test_it_rests_half_a_minute_first() -> None:
    breaker = opened()
    assert [breaker.rest_s(now) for now in (100, 110, 130, 140)] == [30, 20, 0, 0]


def test_half_open_it_has_no_reason_and_one_acceptance_closes_it() -> None:
    breaker = opened()
    breaker.try_again()
    assert (breaker.reason, breaker.is_half_open) == (None, True)
    breaker.answered(ACCEPTED, Phase.DOT)
    assert (breaker.reason, breaker.is_half_open) == (None, False)
    for _ in range(19):
        breaker.answered(REFUSED, Phase.DOT)
    assert breaker.reason is None, "counting begins anew"


def test_an_answer_about_the_recipient_closes_it_too() -> None:
    breaker = opened()
    breaker.try_again()
    breaker.answered(Reply(550, "5.1.1", "no such user"), Phase.RCPT)
    assert not breaker.is_half_open


def test_each_failure_makes_the_rest_twice_as_long_up_to_ten_minutes() -> None:
    breaker, rests = opened(), []
    for now in range(0, 80_000, 10_000):
        rests.append(breaker.rest_s(now))
        breaker.try_again()
        if now % 20_000:
            breaker.answered(REFUSED, Phase.DOT)
        else:
            breaker.connection_failed("no route")
        assert breaker.reason
    assert rests == [30, 60, 120, 240, 480, 600, 600, 600]


def test_after_a_success_the_rest_is_short_again() -> None:
    breaker = opened()
    breaker.try_again()
    breaker.answered(REFUSED, Phase.DOT)
    breaker.try_again()
    breaker.answered(ACCEPTED, Phase.DOT)
    for _ in range(6):
        breaker.connection_failed("no route")
    assert breaker.rest_s(0) == 30


def test_answers_to_what_was_on_its_way_do_not_close_an_open_one() -> None:
    breaker = opened()
    breaker.answered(ACCEPTED, Phase.DOT)
    assert breaker.reason


def test_a_refused_login_is_not_tried_again() -> None:
    breaker = Breaker()
    breaker.connection_failed("535 no", is_final=True)
    assert breaker.rest_s(0) == float("inf")


def test_which_replies_turn_us_away() -> None:
    assert is_about_us(REFUSED, Phase.DOT)
    assert is_about_us(Reply(553, None, "not your address"), Phase.MAIL)
    assert not is_about_us(ACCEPTED, Phase.MAIL)
    assert not is_about_us(Reply(550, "5.1.1", "no such user"), Phase.RCPT)
