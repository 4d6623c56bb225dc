"""When everything will have been sent, by each kind of limit."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from composer.delivery.ledger.pace_reports import read_pace_reports, write_pace_report
from composer.delivery.limits.outlook import LimitForecast, PaceReport, expected_end
from composer.delivery.limits.quota import Quota, Rate, Refill, Unit
from composer.delivery.limits.sending_hours import parse_sending_hours
from composer.delivery.limits.warmup import parse_warm_up
from tests.support.mailings import NOW

PER_SECOND = Refill(20, 1)
HOURLY = Quota(Rate(1000, Unit.HOUR)).refill
DAY_S = 86_400


def end(left: int, *reports: PaceReport, window: str = "", now: float = NOW) -> float | None:
    """Seconds from now."""
    hours = parse_sending_hours(window, setting="X") if window else None
    found = expected_end(reports, left, now=now, hours=hours)
    return None if found is None else found - now


def test_without_anything_known_there_is_no_expectation() -> None:
    assert end(100) is None
    assert end(100, PaceReport()) is None


@pytest.mark.parametrize(
    ("left", "report", "expected"),
    [
        (100, PaceReport(speed=10.0), 10),
        (100, PaceReport(forecasts=(LimitForecast(PER_SECOND),)), 4),  # the first 20 at once
        (100, PaceReport(speed=10.0, forecasts=(LimitForecast(PER_SECOND),)), 10),  # the relay is slower than the limit
        (900, PaceReport(speed=90.0, forecasts=(LimitForecast(HOURLY, free=1000),)), 10),  # this hour is enough
        (2900, PaceReport(speed=290.0, forecasts=(LimitForecast(HOURLY, free=1000, first=NOW + 600),)), 600 + 3660),
        (1000, PaceReport("1000/hour", NOW + 50, 500.0, (LimitForecast(HOURLY, first=NOW + 50),)), 52),
        (2001, PaceReport("1000/hour", forecasts=(LimitForecast(HOURLY, first=NOW + 50),)), 50 + 2 * 3660),
        (
            100,
            PaceReport("1000/hour", forecasts=(LimitForecast(HOURLY, first=NOW - 50),)),
            0,
        ),  # it has come back meanwhile
    ],
)
def test_the_end_is_what_limits_and_speed_allow(left: int, report: PaceReport, expected: float) -> None:
    assert end(left, report) == expected


def test_a_warm_up_lets_more_go_every_day() -> None:
    first_day = parse_warm_up("200x1.5", setting="X").reserve(200, NOW)
    tomorrow = LimitForecast(first_day.refill, first=NOW + 1000.0)
    assert [end(left, PaceReport(forecasts=(tomorrow,))) for left in (300, 301, 750, 751)] == [
        1000,
        1000 + DAY_S,
        1000 + DAY_S,
        1000 + 2 * DAY_S,
    ]


def test_only_the_hours_in_which_mail_may_leave_count() -> None:
    friday = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC).timestamp()
    hours = "Mon-Fri 08:00-18:00 UTC"
    assert end(7200, PaceReport(speed=1.0), window=hours, now=friday) == 3600 + 62 * 3600 + 3600
    assert (
        end(1500, PaceReport(forecasts=(LimitForecast(HOURLY, free=0, first=friday),)), window=hours, now=friday)
        == 63 * 3600
    )


def test_while_nothing_goes_the_speed_counts_from_the_moment_when_it_does() -> None:
    assert end(100, PaceReport("5/hour to gmail", NOW + 500, speed=10.0)) == 510


def test_each_sender_says_its_own_and_the_last_one_is_remembered(engine: Engine) -> None:
    with engine.begin() as connection:
        assert read_pace_reports(connection, 3, now=NOW) == []
        write_pace_report(
            connection,
            3,
            PaceReport("20/second to gmail", speed=20.0, forecasts=(LimitForecast(HOURLY, 5),)),
            epoch=1,
            now=NOW,
        )
        write_pace_report(connection, 3, PaceReport("sending window", NOW + 0.5), epoch=2, now=NOW)
        write_pace_report(connection, 4, PaceReport("7/day"), epoch=1, now=NOW)
        assert read_pace_reports(connection, 3, now=NOW) == [PaceReport("sending window", NOW + 0.5)]
