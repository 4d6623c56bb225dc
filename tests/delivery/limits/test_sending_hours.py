"""Sending hours are those of the wall clock, through nights, weekends and changes of the clock."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.limits.sending_hours import SendingHours, parse_sending_hours
from composer.errors import SettingsError

WEEKDAYS = "Mon-Fri 08:00-18:00 Europe/Paris"


def parsed(text: str) -> SendingHours:
    return parse_sending_hours(text, setting="NEWSLETTER_SENDING_WINDOW")


def at(text: str) -> float:
    """Of "2026-11-23 08:00+01:00"."""
    return dt.datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        (WEEKDAYS, "2026-11-23 12:00+01:00", "2026-11-23 12:00+01:00"),  # a Monday, at work
        (WEEKDAYS, "2026-11-23 07:59+01:00", "2026-11-23 08:00+01:00"),
        (WEEKDAYS, "2026-11-23 08:00+01:00", "2026-11-23 08:00+01:00"),
        (WEEKDAYS, "2026-11-23 18:00+01:00", "2026-11-24 08:00+01:00"),  # the end does not belong to it
        (WEEKDAYS, "2026-11-27 18:30+01:00", "2026-11-30 08:00+01:00"),  # a Friday evening
        (WEEKDAYS, "2026-03-27 18:30+01:00", "2026-03-30 08:00+02:00"),  # summer time begins on that Sunday
        (WEEKDAYS, "2026-10-23 18:30+02:00", "2026-10-26 08:00+01:00"),  # and ends
        ("Sun-Thu 22:00-02:00 Asia/Dubai", "2026-11-23 01:00+04:00", "2026-11-23 01:00+04:00"),
        ("Sun-Thu 22:00-02:00 Asia/Dubai", "2026-11-27 01:59+04:00", "2026-11-27 01:59+04:00"),  # Thursday's night
        ("Sun-Thu 22:00-02:00 Asia/Dubai", "2026-11-27 02:00+04:00", "2026-11-29 22:00+04:00"),
        ("Sun 02:30-05:00 Europe/Paris", "2026-03-29 01:00+01:00", "2026-03-29 03:30+02:00"),  # 02:30 is skipped
        ("Sun 02:30-05:00 Europe/Paris", "2026-10-25 01:00+02:00", "2026-10-25 02:30+02:00"),  # 02:30 comes twice
        ("Sat-Mon 10:00-11:00 UTC", "2026-11-24 00:00+00:00", "2026-11-28 10:00+00:00"),
        ("Mon 08:00-12:00, Mon 14:00-18:00 UTC", "2026-11-23 12:00+00:00", "2026-11-23 14:00+00:00"),
        ("Mon 8:00-9:00 UTC", "2026-11-23 09:00+00:00", "2026-11-30 08:00+00:00"),  # a week later
    ],
)
def test_the_next_opening(hours: str, now: str, opens: str) -> None:
    assert parsed(hours).opening(at(now)) == at(opens)
    assert parsed(hours).is_open(at(now)) is (now == opens)


@pytest.mark.parametrize(
    ("hours", "now", "closes"),
    [
        (WEEKDAYS, "2026-11-23 12:00+01:00", "2026-11-23 18:00+01:00"),
        (WEEKDAYS, "2026-11-28 12:00+01:00", "2026-11-30 18:00+01:00"),
        ("Mon 08:00-12:00, Mon 12:00-18:00 UTC", "2026-11-23 09:00+00:00", "2026-11-23 18:00+00:00"),
        ("Mon-Tue 00:00-24:00 UTC", "2026-11-23 09:00+00:00", "2026-11-25 00:00+00:00"),
    ],
)
def test_the_next_closing(hours: str, now: str, closes: str) -> None:
    assert parsed(hours).closing(at(now)) == at(closes)


def test_a_window_of_all_week_does_not_close_within_it() -> None:
    always = parsed("Mon-Sun 00:00-24:00 UTC")
    assert always.closing(at("2026-11-23 12:00+00:00")) > at("2026-11-30 12:00+00:00")


def test_work_goes_on_in_open_time_only() -> None:
    weekdays = parsed(WEEKDAYS)
    assert weekdays.after(at("2026-11-27 17:00+01:00"), 2 * 3600) == at("2026-11-30 09:00+01:00")
    assert weekdays.after(at("2026-11-28 12:00+01:00"), 0) == at("2026-11-30 08:00+01:00")
    assert weekdays.after(at("2026-11-23 08:00+01:00"), 50 * 3600) == at("2026-11-27 18:00+01:00")


def test_an_end_beyond_years_is_estimated() -> None:
    weekly = parsed("Mon 08:00-09:00 UTC")
    assert weekly.after(at("2026-11-23 08:00+00:00"), 200 * 3600) > at("2029-01-01 00:00+00:00")


MINUTES = st.integers(0, 2 * 366 * 24 * 60)
HOURS = st.sampled_from(
    [WEEKDAYS, "Sun-Thu 22:00-02:00 Asia/Dubai", "Sun 01:30-03:30 America/New_York", "Sat 00:00-24:00 Asia/Kolkata"]
)


@given(HOURS, MINUTES)
def test_an_opening_is_open_and_the_moment_before_is_not(hours: str, minute: int) -> None:
    calendar = parsed(hours)
    now = at("2026-01-01 00:00+00:00") + minute * 60
    opening = calendar.opening(now)
    assert now <= opening < now + 8 * 86_400
    assert calendar.is_open(opening)
    assert opening == now or not calendar.is_open(opening - 1)
    closing = calendar.closing(now)
    assert opening < closing
    assert not calendar.is_open(closing)
    assert calendar.is_open(closing - 1)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Mon-Fri 08:00-18:00", "no time zone"),
        ("Europe/Paris", "needs days"),
        ("", "needs days"),
        ("Mon-Fri 08:00-18:00 Europe/Pariss", "Pariss"),
        ("Mon-Fry 08:00-18:00 Europe/Paris", "Fry"),
        ("Mon-Fri 08:00-25:00 Europe/Paris", "25:00"),
        ("Mon-Fri 08:75-18:00 Europe/Paris", "08:75"),
        ("Mon-Fri 08:00-08:00 Europe/Paris", "never open"),
        ("Mon-Fri Europe/Paris", "'Mon-Fri'"),
        ("Mon-Fri 08:00-18:00 ../../etc/passwd", "no time zone"),
    ],
)
def test_a_calendar_that_is_none_is_named(text: str, word: str) -> None:
    with pytest.raises(SettingsError, match="NEWSLETTER_SENDING_WINDOW") as raised:
        parsed(text)
    assert word in str(raised.value)
