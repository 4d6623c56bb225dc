"""Events become iCalendar files (RFC 5545), counted on from what was sent before.

Enters: an Edition's events, and those of the editions sent before. Leaves: ``<issue>.ics`` with all events that every
reader is told of, ``<issue>-cancelled.ics`` with those that are off, and one file per event. The same events give
the same bytes; the moment of writing (DTSTAMP) is the day of the issue. An issue without events does not wait for the
library that writes them: it is imported in the functions that do.

What a calendar does with an event that it knows (RFC 5546 2.1.4, 3.2.1)::

    same UID, same SEQUENCE        nothing
    same UID, higher SEQUENCE      replaces it
    … and STATUS:CANCELLED         strikes it out
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from composer.edition.event import CalendarEvent, Moment
from composer.edition.model import Asset, Edition

MEDIA_TYPE = "text/calendar"
_PRODUCT = "-//newsletter-composer//newsletter-composer//EN"
_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "UCT", "Zulu"})


class Published(NamedTuple):
    """An event as it was last sent, and in which issue."""

    issue: str
    event: CalendarEvent


def with_calendar(edition: Edition, events: Sequence[CalendarEvent]) -> Edition:
    """Return the edition with these events and their files, instead of those it had."""
    others = tuple(asset for asset in edition.assets if asset.media_type != MEDIA_TYPE)
    assets = sorted((*others, *_files(edition, events)), key=lambda asset: asset.name)
    return replace(edition, events=tuple(events), assets=tuple(assets))


def follow_published(edition: Edition, published: Mapping[str, Published]) -> Edition:
    """Return the edition, its events counted on from those that readers have: the last ones sent, by UID.

    An event that differs from what was sent has the next SEQUENCE. One of the same issue that is no longer there, and
    not over, is cancelled; unless exactly one new event begins at the same moment: then it was
    only reworded, and keeps its UID.
    """
    if edition.calendar == "none":
        return edition
    there = {event.uid for event in edition.events}
    gone = {uid: sent.event for uid, sent in published.items() if sent.issue == edition.issue and uid not in there}
    events = [_counted_on(_known_again(event, edition, gone, published), published) for event in edition.events]
    kept = {event.uid for event in events}
    cancelled = [
        event if event.cancelled else replace(event, cancelled=True, sequence=event.sequence + 1)
        for uid, event in gone.items()
        if uid not in kept and event.over_on > edition.date
    ]
    return with_calendar(edition, [*events, *cancelled])


def _known_again(
    event: CalendarEvent, edition: Edition, gone: Mapping[str, CalendarEvent], published: Mapping[str, Published]
) -> CalendarEvent:
    """Return the event under the UID it was sent with, if its words alone are new."""
    if event.uid in published:
        return event
    moment = (event.starts, event.zone)
    old = [sent.uid for sent in gone.values() if (sent.starts, sent.zone) == moment and not sent.cancelled]
    new = [one for one in edition.events if (one.starts, one.zone) == moment and one.uid not in published]
    return replace(event, uid=old[0]) if len(old) == len(new) == 1 else event


def _counted_on(event: CalendarEvent, published: Mapping[str, Published]) -> CalendarEvent:
    if event.uid not in published:
        return event
    sent = published[event.uid].event
    same = replace(event, sequence=sent.sequence, file=sent.file, for_all=sent.for_all) == sent
    return replace(event, sequence=sent.sequence + (not same))


def _files(edition: Edition, events: Sequence[CalendarEvent]) -> list[Asset]:
    if edition.calendar == "none":
        return []
    about = (edition.language, edition.date, edition.sender)
    written = {event.uid: _vevent(event, *about) for event in events}
    files = [
        Asset(event.file, MEDIA_TYPE, _vcalendar([event], written, edition)) for event in events if not event.cancelled
    ]
    shared = [event for event in events if event.for_all]
    cancelled = [event for event in shared if event.cancelled]
    for name, chosen in ((f"{edition.issue}.ics", shared), (f"{edition.issue}-cancelled.ics", cancelled)):
        if chosen:
            files.append(Asset(name, MEDIA_TYPE, _vcalendar(chosen, written, edition)))
    return files


def _vcalendar(events: Sequence[CalendarEvent], written: Mapping[str, bytes], edition: Edition) -> bytes:
    from composer.edition.calendar.timezones import vtimezone

    head, end = _frame(has_organiser=bool(edition.sender[1]))
    zones = sorted({event.zone for event in events if event.zone and event.zone not in _UTC_NAMES})
    years = [moment.year for event in events for moment in (event.starts, event.ends or event.starts, event.last_day)]
    parts = [vtimezone(zone, first_year=min(years), last_year=max(years)) for zone in zones]
    return b"".join([head, *parts, *(written[event.uid] for event in events), end])


@lru_cache(maxsize=2)
def _frame(*, has_organiser: bool) -> tuple[bytes, bytes]:
    """What stands before and behind the events of a file."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", _PRODUCT)
    # PUBLISH: for information; nobody is asked for an answer (RFC 5546 1.4). It needs an ORGANIZER.
    if has_organiser:
        calendar.add("METHOD", "PUBLISH")
    head, end, behind = calendar.to_ical().partition(b"END:VCALENDAR")
    return head, end + behind


@lru_cache(maxsize=256)
def _vevent(event: CalendarEvent, language_tag: str, written_on: dt.date, organiser: tuple[str, str]) -> bytes:
    import icalendar

    component = icalendar.Event()
    language = {"LANGUAGE": language_tag}
    component.add("UID", event.uid)
    component.add("DTSTAMP", dt.datetime.combine(written_on, dt.time(), dt.UTC))
    component.add("SEQUENCE", event.sequence)
    component.add("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    component.add("DTSTART", _moment(event.starts, event.zone))
    if event.ends is not None:
        component.add("DTEND", _moment(event.ends, event.zone))
    if event.days > 1:
        # The same hours on each day, not one stretch from the first morning to the last evening.
        component.add("RRULE", {"FREQ": "DAILY", "COUNT": event.days})
    component.add("SUMMARY", event.summary, parameters=language)
    for name, text in (("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if text:
            component.add(name, text, parameters=language)
    if event.url:
        component.add("URL", event.url)
    if event.is_all_day:
        component.add("TRANSP", "TRANSPARENT")  # a day to remember does not make its reader busy
    name, address = organiser
    if address:
        component.add("ORGANIZER", f"mailto:{address}", parameters={"CN": _quotable(name)} if name else {})
    return bytes(component.to_ical())


def _moment(moment: Moment, zone: str) -> Moment:
    if not isinstance(moment, dt.datetime):
        return moment
    return moment.replace(tzinfo=dt.UTC if zone in _UTC_NAMES else ZoneInfo(zone))


def _quotable(name: str) -> str:
    """Return a name as a parameter may hold it, which is without double quotes (RFC 5545 3.1)."""
    return name.replace('"', "'")
