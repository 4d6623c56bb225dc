"""Half the speed when a receiver asks for less, and back in minutes; one mailbox's trouble slows nobody else."""

from __future__ import annotations

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
        (Reply(450, "4.7.1", "greylisted"), True),
        (Reply(451, "4.7.650", "slow down"), True),
        (Reply(452, "4.2.2", "mailbox full"), False),
        (Reply(451, None, "local error"), False),
        (Reply(550, "5.7.1", "no"), False),
        (Reply(250, "2.0.0", "ok"), False),
    ],
)
def test_what_asks_for_less(reply: Reply, expected: bool) -> None:
    assert asks_for_less(reply) is expected
