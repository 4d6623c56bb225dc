"""When mail may leave: days and hours in a time zone, as a setting writes them. Pure.

::

    Mon-Fri 08:00-18:00 Europe/Paris
    Mon-Thu 08:00-18:00, Fri 08:00-12:00 Europe/Paris
    Sun-Thu 22:00-02:00 Asia/Dubai                       until two hours after midnight

Hours are those of the wall clock there, so an opening at 08:00 stays at 08:00 when summer time begins or ends. An hour
that the clock skips or shows twice is taken once, the first time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from composer.errors import SettingsError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<opens>\d\d?:\d\d)-(?P<closes>\d\d?:\d\d)", re.IGNORECASE
)
_DAY_MIN = 24 * 60
_EXAMPLE = "Mon-Fri 08:00-18:00 Europe/Paris"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours of some days of the week (0 is Monday), in minutes since midnight; ``closes`` may lie on the next day."""

    days: frozenset[int]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class SendingHours:
    """Days and hours in which mail may leave: some of every week. Moments that enter and leave are Unix seconds."""

    spans: tuple[WeeklyHours, ...]
    zone: ZoneInfo

    def opening(self, now: float) -> float:
        """The first moment from now on at which mail may leave: ``now``, if it may."""
        return next(max(now, opens) for opens, closes in self._open_times(now) if closes > now)

    def is_open(self, now: float) -> bool:
        """Whether mail may leave at this moment."""
        return self.opening(now) == now

    def closing(self, now: float) -> float:
        """When the hours that are open, or open next, end. If they never close, it gives a moment in a week or more."""
        return next(closes for _, closes in self._open_times(now) if closes > now)

    def after(self, now: float, open_s: float) -> float:
        """When so many seconds of open time will have passed: exact for a year, and beyond it at the same pace."""
        left = open_s
        for opens, closes in self._open_times(now, days=366):
            length = max(0.0, closes - max(now, opens))
            if length >= left and length > 0:
                return max(now, opens) + left
            left -= length
        year_s = 366 * 86_400.0
        return now + year_s * open_s / max(1.0, open_s - left)

    def in_zone(self, moment: float) -> dt.datetime:
        """The moment as the wall clock of the time zone shows it."""
        return dt.datetime.fromtimestamp(moment, self.zone)

    def _open_times(self, now: float, *, days: int = 9) -> Iterator[tuple[float, float]]:
        """Pairs of (opens, closes) from yesterday on, in order, joined where one ends when the next begins."""
        today = self.in_zone(now).date()
        times = sorted(
            (self._moment(day, span.opens), self._moment(day, span.closes))
            for day in (today + dt.timedelta(days=ahead) for ahead in range(-1, days))
            for span in self.spans
            if day.weekday() in span.days
        )
        opens, closes = times[0]
        for next_opens, next_closes in times[1:]:
            if next_opens <= closes:
                closes = max(closes, next_closes)
            else:
                yield opens, closes
                opens, closes = next_opens, next_closes
        yield opens, closes

    def _moment(self, day: dt.date, minute: int) -> float:
        days, minute = divmod(minute, _DAY_MIN)
        clock = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(*divmod(minute, 60)), tzinfo=self.zone)
        return clock.timestamp()


def parse_sending_hours(text: str, *, setting: str) -> SendingHours:
    """Read a text as at the top of this module. Raises SettingsError, which says what is wrong with which part."""
    hours, _, zone = text.strip().rpartition(" ")
    if not hours:
        raise SettingsError(f"{setting} is {text!r}; it needs days, hours and a time zone: {_EXAMPLE}")
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"{setting} ends with {zone!r}, which is no time zone; as in: {_EXAMPLE}") from None
    return SendingHours(tuple(_span(part.strip(), setting) for part in hours.split(",")), known)


def _span(text: str, setting: str) -> WeeklyHours:
    found = _SPAN.fullmatch(" ".join(text.split()))
    if found is None:
        raise SettingsError(f"{setting} has {text!r}; days and hours are written like Mon-Fri 08:00-18:00")
    first = _day(found["first"], setting)
    last = _day(found["last"], setting) if found["last"] else first
    opens, closes = _minutes(found["opens"], setting), _minutes(found["closes"], setting)
    if opens in (closes, _DAY_MIN):
        raise SettingsError(f"{setting} has {text!r}, which is never open; a whole day is 00:00-24:00")
    days = frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))
    return WeeklyHours(days, opens, closes if closes > opens else closes + _DAY_MIN)


def _day(name: str, setting: str) -> int:
    if name.lower() not in _DAYS:
        raise SettingsError(f"{setting} has the day {name!r}; days are Mon Tue Wed Thu Fri Sat Sun")
    return _DAYS.index(name.lower())


def _minutes(clock: str, setting: str) -> int:
    hour, minute = map(int, clock.split(":"))
    if minute > 59 or hour * 60 + minute > _DAY_MIN:
        raise SettingsError(f"{setting} has {clock!r}, which is no time of day; as in 08:00")
    return hour * 60 + minute
