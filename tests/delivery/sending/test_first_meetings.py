"""What a reply without a reason means follows from who else is taken meanwhile."""

from __future__ import annotations

import random

import pytest

from composer.delivery.sending.first_meetings import FirstMeetings


def after(*, taken: int, attempt: int = 1) -> FirstMeetings:
    meetings = FirstMeetings()
    for _ in range(taken):
        meetings.note_taken(attempt=attempt)
    return meetings


def test_whoever_is_put_off_before_anybody_is_taken_may_be_met_for_the_first_time_but_not_twice() -> None:
    meetings = FirstMeetings()
    assert all(meetings.explain(attempt=1) for _ in range(1000))
    assert not meetings.explain(attempt=2)


def test_a_relay_that_took_the_first_one_at_the_second_try_greylists_whoever_is_new() -> None:
    meetings = after(taken=1, attempt=2)
    assert all(meetings.explain(attempt=1) for _ in range(1000))


def test_a_relay_that_took_everybody_has_had_enough_after_twenty_in_a_row() -> None:
    meetings = after(taken=100)
    assert [meetings.explain(attempt=1) for _ in range(22)] == [True] * 20 + [False] * 2


def test_a_limit_that_is_met_again_and_again_never_looks_like_chance() -> None:
    meetings = FirstMeetings()
    for _ in range(50):
        for _ in range(30):
            meetings.note_taken(attempt=1)
        assert [meetings.explain(attempt=1) for _ in range(25)].count(False) == 5


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.05])
@pytest.mark.parametrize("attempt", [1, 2])
def test_a_relay_that_takes_some_and_puts_off_others_has_hardly_ever_had_enough(share: float, attempt: int) -> None:
    dice, meetings, wrong = random.Random(1), after(taken=1), 0
    for _ in range(20_000):
        if dice.random() < share:
            meetings.note_taken(attempt=1)
        else:
            wrong += not meetings.explain(attempt=attempt)
    assert wrong <= 60
