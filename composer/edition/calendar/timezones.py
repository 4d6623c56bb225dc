"""IANA time zones are written as VTIMEZONE (RFC 5545 3.6.5).

Enters: a zone's name and the years that matter. Leaves: every change of its clocks in those years, and what held before
the first. Never: a rule for ever (RRULE): governments change them, and an event lies within a few years.

icalendar can derive these too, but gives the start of summer time in the new time instead of the old one
(3.6.5 wants the local time *before* the change), which puts it an hour late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


@lru_cache(maxsize=64)
def vtimezone(name: str, *, first_year: int, last_year: int) -> bytes:
    """Write the VTIMEZONE of the zone ``name``; it is right for all days of ``first_year`` to ``last_year``."""
    zone = ZoneInfo(name)
    component = Timezone()
    component.add("TZID", name)
    start = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC)
    local = start.astimezone(zone)
    component.add_component(_observance(start.replace(tzinfo=None), local, _offset(local)))
    for before, after in _changes(zone, start, dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC)):
        onset = (after.astimezone(dt.UTC) + _offset(before)).replace(tzinfo=None)
        component.add_component(_observance(onset, after, _offset(before)))
    return bytes(component.to_ical())


def _changes(zone: ZoneInfo, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Find the last second before and the first second after each change of the clocks."""
    days = [start + _DAY * number for number in range((end - start).days + 1)]
    for early, late in pairwise(days):
        if _offset(early.astimezone(zone)) == _offset(late.astimezone(zone)):
            continue
        while late - early > _SECOND:
            middle = early + (late - early) // 2 // _SECOND * _SECOND
            same = _offset(middle.astimezone(zone)) == _offset(early.astimezone(zone))
            early, late = (middle, late) if same else (early, middle)
        yield early.astimezone(zone), late.astimezone(zone)


def _observance(onset: dt.datetime, local: dt.datetime, before: dt.timedelta) -> TimezoneStandard | TimezoneDaylight:
    component = TimezoneDaylight() if local.dst() else TimezoneStandard()
    component.add("DTSTART", onset)
    component.add("TZOFFSETFROM", before)
    component.add("TZOFFSETTO", _offset(local))
    component.add("TZNAME", local.tzname())
    return component


def _offset(local: dt.datetime) -> dt.timedelta:
    offset = local.utcoffset()
    assert offset is not None
    return offset
