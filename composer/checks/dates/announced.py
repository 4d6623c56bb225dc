"""Checks that what is announced is still to come, in order, ends after it starts, and has an hour that there is.

"Now" is the day of the issue; no clock is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof
from composer.clock_changes import HourKind, hour_kind
from composer.errors import Position
from composer.issue.blocks import AgendaBlock, AgendaEntry, Days, EventsBlock, Session
from composer.issue.partial import STAND_IN_DAY
from composer.issue.source import KeyPath
from composer.issue.traverse import models_in

_FAR = dt.timedelta(days=730)
_MAX_DAYS = 400


def check_times(proof: Proof) -> Iterator[Finding]:
    """What is announced is still to come, and ends after it starts."""
    issue_date = proof.content.date
    for path, value in models_in(proof.content):
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
            yield from _odd_hour(dt.datetime.combine(day, clock), zone, proof.source.position((*path, key)))
    if isinstance(entry, AgendaEntry) and not days:
        yield from _odd_sessions(entry.sessions, (*path, "sessions"), entry, proof)


def _odd_sessions(sessions: Sequence[Session], path: KeyPath, entry: AgendaEntry, proof: Proof) -> Iterator[Finding]:
    """Look at the hours of a programme of one day; after midnight, it is the next day's."""
    for number, session in enumerate(sessions):
        if session.time:
            is_night = entry.is_overnight and entry.time is not None and session.time < entry.time
            moment = dt.datetime.combine(entry.date + dt.timedelta(days=is_night), session.time)
            place = proof.source.position((*path, number, "time"))
            yield from _odd_hour(moment, entry.timezone or proof.newsletter.timezone, place)
        yield from _odd_sessions(session.sessions, (*path, number, "sessions"), entry, proof)


def _odd_hour(moment: dt.datetime, zone: str, place: Position) -> Iterator[Finding]:
    shown = f"{moment:%H:%M} on {moment:%Y-%m-%d}"
    match hour_kind(moment, ZoneInfo(zone)):
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
        if _is_before(entry, before, proof.newsletter.timezone):
            earlier, later = _shown(entry, beside=before), _shown(before, beside=entry)
            words = f"{earlier} comes after {later} in the list, but before it in time"
            yield find("dates-unordered", proof.source.position((*path, place, "date")), words, "move the entry up")


def _is_before(one: Days, other: Days, zone: str) -> bool:
    """Tell whether one begins before the other; of the same day, a whole day (or a time not understood) does not.

    Of two places with clocks of their own, the one is before the other if it is so by their clocks and by the sun.
    """
    zones = [ZoneInfo(entry.timezone or zone) for entry in (one, other)]
    if one.time and other.time and zones[0] != zones[1]:
        begins = [
            dt.datetime.combine(each.date, each.time or dt.time(), at)
            for each, at in zip((one, other), zones, strict=True)
        ]
        if begins[0] >= begins[1]:
            return False
    if one.date == other.date and one.time and other.time:
        return one.time < other.time
    return one.date < other.date


def _shown(entry: Days, *, beside: Days) -> str:
    return f"{entry.date} {entry.time:%H:%M}" if entry.time and entry.date == beside.date else f"{entry.date}"
