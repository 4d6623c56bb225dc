"""Limits are kept in every window, wherever it begins, and nobody waits longer than that takes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.delivery.limits.quota import SECOND_NS, Quota, Rate, Spacing, Unit, parse_rates
from composer.errors import SettingsError
from tests.support.pacing import most_in_a_window

NOW = 1_790_000_000

PERIODS = st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.DAY])


@given(st.integers(1, 3000), st.lists(st.integers(0, SECOND_NS // 4), max_size=300))
def test_a_second_never_sees_more_than_its_limit(count: int, delays: list[int]) -> None:
    """Whoever asks comes at any time; then waits as told, or longer."""
    spacing, now, gone = Spacing(count), 0, []
    for delay in delays:
        now += delay // count
        now += spacing.wait_ns(now)
        gone.append(now)
        spacing = spacing.after_message(now)
    assert most_in_a_window(gone, SECOND_NS) <= count


@given(st.integers(1, 3000))
def test_who_is_always_ready_gets_nearly_the_whole_limit(count: int) -> None:
    spacing, now, gone = Spacing(count), 0, 0
    while now < 2 * SECOND_NS:
        wait = spacing.wait_ns(now)
        assert wait <= SECOND_NS
        now += wait
        assert spacing.wait_ns(now) == 0
        spacing = spacing.after_message(now)
        gone += 1
    assert gone >= 2 * count * 0.98


def test_spacing_does_not_drift() -> None:
    """76 a second divide no nanosecond evenly; a waiter is late by a part of one each time."""
    spacing, now = Spacing(77), 365 * 86_400 * SECOND_NS
    start = now
    for _ in range(10_000):
        now += spacing.wait_ns(now)
        spacing = spacing.after_message(now)
    assert spacing.due == start * 76 + 10_000 * SECOND_NS


def test_a_late_timer_may_be_made_up_for_by_a_fiftieth() -> None:
    spacing = Spacing(100)
    for now in (0, 0, 0):
        assert spacing.wait_ns(now) == 0
        spacing = spacing.after_message(now)
    assert 0 < spacing.wait_ns(0) <= SECOND_NS // 98 + 1


@settings(max_examples=200)
@given(
    PERIODS,
    st.integers(1, 200),
    st.lists(st.tuples(st.floats(0, 1.5), st.integers(1, 50), st.floats(0, 1), st.integers(0, 50)), max_size=60),
)
def test_a_quota_is_never_exceeded_in_any_window(
    unit: Unit, count: int, steps: list[tuple[float, int, float, int]]
) -> None:
    """Reservations at any time, used at any time until they run out, some of them given back."""
    quota, now, used = Quota(Rate(count, unit)), 1_790_000_000, []
    for pause, wanted, lateness, unneeded in steps:
        now += int(pause * unit.seconds / 3)
        granted = min(wanted, quota.free(now))
        quota = quota.reserve(granted, now)
        back = min(unneeded, granted)
        quota = quota.give_back(back, now)
        use = now + int(lateness * (quota.usable_until(now) - now))
        used += [use] * (granted - back)
    assert most_in_a_window(sorted(used), unit.seconds) <= count


@given(PERIODS, st.integers(1, 100), st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 100)), max_size=20))
def test_a_quota_never_starves(unit: Unit, count: int, steps: list[tuple[int, int]]) -> None:
    quota, now = Quota(Rate(count, unit)), 1_790_000_000
    for pause, wanted in steps:
        now += pause
        quota = quota.reserve(min(wanted, quota.free(now)), now)
        wait = quota.wait_s(now)
        assert wait <= unit.seconds + 2 * (quota.usable_until(now) - now)
        assert quota.free(now + wait) >= 1
        assert wait == 0 or quota.free(now + wait - 1) == 0


def test_a_quota_comes_back_as_late_as_it_says() -> None:
    for unit, late_s in ((Unit.MINUTE, 2), (Unit.HOUR, 60), (Unit.DAY, 600)):
        quota = Quota(Rate(10, unit)).reserve(10, 1_790_000_100 // 300 * 300)
        assert quota.wait_s(1_790_000_100 // 300 * 300) == unit.seconds + late_s


def test_a_quota_is_used_at_once_if_it_is_free() -> None:
    quota = Quota(Rate(50_000, Unit.DAY))
    assert quota.free(1_790_000_000) == 50_000
    assert quota.chunk == 500


def test_a_lower_limit_counts_what_was_sent_under_the_higher_one() -> None:
    sent = Quota(Rate(1000, Unit.HOUR)).reserve(600, 1_790_000_000)
    lowered = Quota(Rate(500, Unit.HOUR)).restore(sent.dump())
    assert lowered.free(1_790_000_000) == 0
    assert lowered.wait_s(1_790_000_000) > 3500
    assert Quota(Rate(700, Unit.HOUR)).restore(sent.dump()).free(1_790_000_000) == 100


def test_a_clock_that_is_set_back_gives_no_second_quota() -> None:
    quota = Quota(Rate(10, Unit.HOUR)).reserve(10, 1_790_000_000)
    assert quota.free(1_790_000_000 - 7200) == 0


@given(st.integers(-7, 10 * 365 * 86_400))
def test_a_clock_that_was_years_ahead_holds_up_nobody_for_longer_than_the_period(ahead: int) -> None:
    quota = Quota(Rate(10, Unit.HOUR)).reserve(10, NOW + ahead).without_future(NOW)
    assert quota.free(NOW) == 0
    assert quota.wait_s(NOW) <= 3600 + 60
    assert quota.free(NOW + 3660) == 10


@given(PERIODS, st.lists(st.integers(0, 100_000), max_size=10))
def test_what_is_kept_of_a_quota_is_all_of_it_and_small(unit: Unit, pauses: list[int]) -> None:
    quota, now = Quota(Rate(1000, unit)), 1_790_000_000
    for pause in pauses:
        now += pause
        quota = quota.reserve(1, now)
    assert Quota(quota.rate).restore(quota.dump()) == quota
    assert len(quota.dump()) <= 290


def test_limits_are_read_as_people_write_them() -> None:
    assert parse_rates(["20/second", "5000/hour"], setting="X") == (Rate(20, Unit.SECOND), Rate(5000, Unit.HOUR))
    assert parse_rates(["1/s", "2/min", "3/h", "4/d"], setting="X")[3] == Rate(4, Unit.DAY)
    assert str(Rate(5000, Unit.HOUR)) == "5000/hour"


@pytest.mark.parametrize("word", ["20", "20/fortnight", "/second", "-1/second", "0/day", "1.5/second", "²/day"])
def test_a_limit_that_is_none_is_named(word: str) -> None:
    with pytest.raises(SettingsError, match="NEWSLETTER_RATE has"):
        parse_rates([word], setting="NEWSLETTER_RATE")


def test_two_limits_for_one_unit_are_a_mistake() -> None:
    with pytest.raises(SettingsError, match="two limits"):
        parse_rates(["20/second", "30/s"], setting="NEWSLETTER_RATE")
