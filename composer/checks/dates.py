"""Checks that dates are not over, in order, and have the right weekday.

"Now" is the day of the issue; no clock is read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Text
from composer.clock_changes import HourKind, hour_kind
from composer.edition.language.locales import babel_locale, known_locale
from composer.issue.blocks import AgendaBlock, Days, EventsBlock
from composer.issue.partial import STAND_IN_DAY
from composer.issue.source import KeyPath
from composer.issue.traverse import traverse

_FAR = dt.timedelta(days=730)
_MAX_DAYS = 400
_HALF_A_YEAR = dt.timedelta(days=183)


def check_times(proof: Proof) -> Iterator[Finding]:
    """What is announced is still to come, and ends after it starts."""
    issue_date = proof.content.date
    for path, value in traverse(proof.content):
        if not isinstance(value, Days):
            continue
        place = proof.source.position((*path, "date"))
        if (value.until or value.date) < issue_date:
            words = f"{value.until or value.date} is over on the day of the issue ({issue_date})"
            yield find("date-past", place, words, "is the year right? Otherwise delete the entry")
        elif value.date > issue_date + _FAR:
            words = f"{value.date} is more than two years after the issue ({issue_date})"
            yield find("date-far", place, words, "is the year right?")
        if _ends_early(value):
            assert value.time
            assert value.end_time
            words = f"it ends at {value.end_time:%H:%M}, before it starts at {value.time:%H:%M}"
            place = proof.source.position((*path, "end_time"))
            yield find("time-order", place, words, "exchange them; past midnight, add until: with the next day")
        yield from _odd_hours(value, path, proof)


def _ends_early(entry: Days) -> bool:
    is_one_day = entry.until is None or entry.until == entry.date
    if not is_one_day or entry.time is None or entry.end_time is None:
        return False
    return entry.end_time <= entry.time and not entry.is_overnight


def _odd_hours(entry: Days, path: KeyPath, proof: Proof) -> Iterator[Finding]:
    """Find the hours that a change of the clocks leaves out, or brings twice."""
    zone = entry.timezone or proof.newsletter.timezone
    days = ((entry.until or entry.date) - entry.date).days
    last = entry.date + dt.timedelta(days=days)
    end_day = entry.date + dt.timedelta(days=1) if entry.is_overnight else last
    all_days = [entry.date + dt.timedelta(days=day) for day in range(min(days, _MAX_DAYS) + 1)]
    for key, clock, on in (
        ("time", entry.time, all_days if entry.is_daily else [entry.date]),
        ("end_time", entry.end_time, all_days if entry.is_daily else [end_day]),
    ):
        for day in on if clock else ():
            assert clock
            place, shown = proof.source.position((*path, key)), f"{clock:%H:%M} on {day}"
            match hour_kind(dt.datetime.combine(day, clock), ZoneInfo(zone)):
                case HourKind.MISSING:
                    words = f"there is no {shown} in {zone}: the clocks go forward over it"
                    yield find("time-missing", place, words, "write an hour before or after it")
                case HourKind.TWICE:
                    words = f"{shown} is there twice in {zone}: the clocks go back"
                    yield find("time-twice", place, words, "write another hour, or say in words which of the two")


def check_order(proof: Proof) -> Iterator[Finding]:
    """In a list of dates, none comes before the one above it."""
    for index, block in enumerate(proof.content.blocks):
        if isinstance(block, AgendaBlock):
            yield from _in_order(proof, block.entries, ("blocks", index, "entries"))
        elif isinstance(block, EventsBlock):
            yield from _in_order(proof, block.events, ("blocks", index, "events"))


def _in_order(proof: Proof, entries: tuple[Days, ...], path: KeyPath) -> Iterator[Finding]:
    # A day that could not be read has its own error, and no place in the order.
    read = [(place, entry) for place, entry in enumerate(entries) if entry.date != STAND_IN_DAY]
    for (_, before), (place, entry) in pairwise(read):
        if _moment(entry) < _moment(before):
            words = f"{entry.date} comes after {before.date} in the list, but before it in time"
            yield find("dates-unordered", proof.source.position((*path, place, "date")), words, "move the entry up")


def _moment(entry: Days) -> tuple[dt.date, dt.time]:
    return entry.date, entry.time or dt.time.min


def check_weekdays(proof: Proof) -> Iterator[Finding]:
    """ "Tuesday 25 November" is a Tuesday: in the year that is written, or else the one nearest to the issue."""
    pattern = _written_day(proof.language)
    if pattern is None:
        return
    for text in proof.prose:
        for match in pattern.finditer(text.value):
            yield from _judge(match, text, proof)


def _judge(match: re.Match[str], text: Text, proof: Proof) -> Iterator[Finding]:
    weekdays, months = _names(proof.language)
    day = int(match["day"] or match["day2"])
    month = months[(match["month"] or match["month2"]).casefold()]
    written = match["year"] or match["year2"]
    date = _nearest_day(day, month, int(written) if written else None, proof.content.date)
    if date is None:
        words = f"there is no day {match[0]!r}"
        yield find("weekday-wrong", text.position(match.start()), words, "look into a calendar")
    elif weekdays[match["weekday"].casefold()] != date.weekday():
        right = babel_locale(proof.language).days["format"]["wide"][date.weekday()]
        words = f"{match[0]!r}: in {date.year}, that day is a {right}"
        yield find("weekday-wrong", text.position(match.start()), words, "is it the day or the weekday that is wrong?")


def _nearest_day(day: int, month: int, year: int | None, issue_date: dt.date) -> dt.date | None:
    """Put a day into its year; without one, into the year that brings it nearest to the half year after the issue."""
    years = [year] if year else [issue_date.year - 1, issue_date.year, issue_date.year + 1]
    found = []
    for candidate in years:
        try:
            found.append(dt.date(candidate, month, day))
        except ValueError:
            continue
    return min(found, key=lambda date: abs(date - issue_date - _HALF_A_YEAR / 2), default=None)


@lru_cache(maxsize=32)
def _names(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Give the numbers of weekdays and months by their full names, in small letters."""
    locale = babel_locale(language)
    weekdays = {name.casefold(): number for number, name in locale.days["format"]["wide"].items()}
    months = {name.casefold(): number for number, name in locale.months["format"]["wide"].items()}
    return weekdays, months


@lru_cache(maxsize=32)
def _written_day(language: str) -> re.Pattern[str] | None:
    """Make a pattern of days with a weekday: "Tuesday, 3 March 2020", "mardi 1er mars", "Dienstag, den 3. März".

    None for a language whose names are not known.
    """
    if known_locale(language) is None:
        return None
    weekdays, months = ("|".join(map(re.escape, names)) for names in _names(language))
    year = r"(?:,?\s+(?:de\s+)?(?P<{0}>20\d\d))?"
    return re.compile(
        rf"\b(?P<weekday>{weekdays}),?\s+(?:"
        rf"(?:den\s+|the\s+|le\s+)?(?P<day>\d{{1,2}})(?:\.|er|st|nd|rd|th|º)?\s+(?:de\s+|of\s+)?(?P<month>{months})\b"
        rf"{year.format('year')}"
        rf"|(?P<month2>{months})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b{year.format('year2')})",
        re.IGNORECASE,
    )
