"""A new relay's daily number grows with the days that it was used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.limits.warmup import WarmUp, parse_warm_up
from composer.errors import SettingsError

DAY = 86_400
NOW = 1_790_000_000 // DAY * DAY + 3600


def curve(text: str = "200x1.5") -> WarmUp:
    return parse_warm_up(text, setting="NEWSLETTER_SMTP_URL")


def test_the_curve_grows_by_its_factor() -> None:
    assert [curve().most_on(nth) for nth in (1, 2, 3, 4)] == [200, 300, 450, 675]


def test_a_day_has_its_cap_and_the_next_one_more() -> None:
    warm_up = curve()
    assert warm_up.free(NOW) == 200
    warm_up = warm_up.reserve(200, NOW)
    assert warm_up.free(NOW + 3600) == 0
    assert warm_up.wait_s(NOW) == DAY - 3600
    assert warm_up.free(NOW + warm_up.wait_s(NOW)) == 300


def test_days_without_mail_warm_nothing_up() -> None:
    warm_up = curve().reserve(100, NOW)
    assert warm_up.free(NOW + 7 * DAY) == 300
    idle = curve().reserve(10, NOW).give_back(10, NOW)
    assert idle.free(NOW + DAY) == 200


def test_what_was_not_needed_is_free_again_on_the_same_day_only() -> None:
    warm_up = curve().reserve(200, NOW)
    assert warm_up.give_back(50, NOW).free(NOW) == 50
    tomorrow = warm_up.reserve(1, NOW + DAY)
    assert tomorrow.give_back(50, NOW) == tomorrow


def test_a_reservation_does_not_outlive_its_day() -> None:
    assert curve().usable_until(NOW) == NOW + 300
    assert curve().usable_until(NOW + DAY - 3600 - 10) == NOW + DAY - 3600


def test_a_clock_that_is_set_back_gives_no_second_day() -> None:
    assert curve().reserve(200, NOW).free(NOW - DAY) == 0


def test_a_clock_that_was_years_ahead_gives_back_the_day_that_it_took() -> None:
    ahead = curve().reserve(200, NOW + 3650 * DAY).without_future(NOW)
    assert ahead.free(NOW) == 0
    assert ahead.free(NOW + DAY) == 300


@given(st.lists(st.tuples(st.integers(0, 2 * DAY), st.integers(1, 400)), max_size=30))
def test_no_day_exceeds_its_cap_and_no_state_is_lost(steps: list[tuple[int, int]]) -> None:
    warm_up, now, sent = curve("20x2"), NOW, dict[int, int]()
    for pause, wanted in steps:
        now += pause
        granted = min(wanted, warm_up.free(now))
        if granted:
            warm_up = curve("20x2").restore(warm_up.reserve(granted, now).dump())
            sent[now // DAY] = sent.get(now // DAY, 0) + granted
        assert warm_up.free(now + warm_up.wait_s(now)) > 0
    for nth, count in enumerate(sent.values(), start=1):
        assert count <= 20 * 2 ** (nth - 1)


@pytest.mark.parametrize("text", ["", "200", "200x", "0x2", "200x0.5", "x1.5", "200 x 1.5", "200x-1"])
def test_a_curve_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="warmup="):
        curve(text)
