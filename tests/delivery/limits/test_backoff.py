"""Half the speed when a receiver asks for less, and back in minutes; one mailbox's trouble slows nobody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.limits.backoff import Backoff, asks_for_less
from composer.delivery.reply import Reply


def test_the_speed_is_halved_at_the_first_time() -> None:
    assert Backoff.begin(100.0, now=0).speed_at(0) == 50


def test_what_is_said_about_what_was_on_its_way_counts_once() -> None:
    slow = Backoff.begin(100.0, now=0)
    for now in (0.1, 1.0, 4.9):
        slow = slow.slower(now)
    assert slow.speed_at(4.9) == pytest.approx(50, rel=0.05)
    assert slow.slower(10).speed_at(10) == pytest.approx(25, rel=0.05)


def test_speed_comes_back_in_a_straight_line() -> None:
    slow = Backoff.begin(100.0, now=0)
    assert [round(slow.speed_at(now)) for now in (0, 60, 120, 300, 900)] == [50, 60, 70, 100, 100]
    assert not slow.is_over(299)
    assert slow.is_over(300)


def test_a_4_7_in_the_first_moments_does_not_fix_their_speed_for_long() -> None:
    slow = Backoff.begin(2.0, now=0)
    assert slow.speed_at(0) == 1
    assert slow.speed_at(300) == pytest.approx(6)
    assert slow.slower(300).speed_at(300) == pytest.approx(3)
    assert slow.is_over(600)


def test_it_never_comes_to_a_standstill() -> None:
    slow = Backoff.begin(0.0, now=0)
    for now in range(0, 6000, 6):
        slow = slow.slower(now)
    assert slow.speed_at(6000) >= 0.1
    assert slow.wait_s(6000) <= 10


@given(st.floats(0, 5000), st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=50))
def test_the_speed_stays_between_its_bounds_and_is_kept(start: float, steps: list[tuple[float, bool]]) -> None:
    slow, now = Backoff.begin(start, now=0), 0.0
    for pause, complains in steps:
        now += pause
        before = slow.speed_at(now)
        if complains:
            slow = slow.slower(now)
        assert 0.1 <= slow.speed_at(now) <= max(before, 0.1)
        gone_at = now + slow.wait_s(now)
        slow = slow.after_message(gone_at)
        assert slow.wait_s(gone_at) >= 0.99 / slow.full
        now = gone_at


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(421, "4.7.28", "unusual rate"), True),
        (Reply(421, None, "closing"), True),
        (Reply(450, "4.7.1", "greylisted"), False),
        (Reply(450, "4.7.1", "try later"), True),
        (Reply(451, "4.7.650", "slow down"), True),
        (Reply(452, "4.2.2", "mailbox full"), False),
        (Reply(451, None, "local error"), False),
        (Reply(550, "5.7.1", "no"), False),
        (Reply(250, "2.0.0", "ok"), False),
    ],
)
def test_what_asks_for_less(reply: Reply, expected: bool) -> None:
    assert asks_for_less(reply) is expected


def drive(per_period: int, period_s: float, *, begin: Backoff, seconds: float) -> tuple[int, int]:
    """A relay that takes so many in each period, and a sender that asks whenever it may: how many it took, and not."""
    slow, now, refused = begin, begin.since, 0
    taken: Counter[int] = Counter()
    while (now := now + slow.wait_s(now) + 0.001) < seconds:
        slow = slow.after_message(now)
        period = int(now // period_s)
        if taken[period] < per_period:
            taken[period] += 1
            slow = slow.took(now)
        else:
            refused += 1
            slow = slow.shut(now)
    return taken.total(), refused


@pytest.mark.parametrize(("per_period", "period_s"), [(60, 60.0), (600, 60.0), (20, 5.0), (1000, 3600.0)])
def test_the_rate_of_a_relay_is_found_and_nearly_used(per_period: int, period_s: float) -> None:
    begin = replace(Backoff.begin(200.0, now=1.0), taken=per_period, opened_at=0.5).shut(1.0)
    taken, refused = drive(per_period, period_s, begin=begin, seconds=20 * period_s)
    assert taken > 0.75 * per_period * 19, "near the relay's rate"
    assert refused < 0.4 * taken + 20 * period_s / 20


def test_a_short_refusal_is_no_rate() -> None:
    slow = replace(Backoff.begin(100.0, now=0), taken=5, opened_at=-1.0).shut(0)
    assert slow.wait_s(0) == 0.25
    assert slow.shut(0.1) == slow, "it was on its way"
    assert slow.took(0.1).pause_s, "so was this one"
    opened = slow.after_message(0.25).took(0.3)
    assert opened.speed_at(0.3) == pytest.approx(50, rel=0.1)


def test_while_it_is_shut_one_message_asks_in_a_while() -> None:
    slow = Backoff.begin(100.0, now=0).shut(0)
    now, waits = 0.0, []
    for _ in range(10):
        waits.append(slow.wait_s(now))
        now += waits[-1]
        slow = slow.after_message(now).shut(now)
    assert waits == [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert not slow.is_over(now + 10_000)
