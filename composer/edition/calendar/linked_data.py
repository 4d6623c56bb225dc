"""Events as schema.org/Event in JSON-LD: what search engines and assistants read in a web page.

Only the web page has it. In a mail it would cost bytes of the 102 kB that Gmail shows, and Gmail reads it from
registered senders alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from composer.edition.event import CalendarEvent, Moment


def linked_data(events: Sequence[CalendarEvent], *, language: str, organisation: str, website: str) -> Markup:
    """Write a ``<script type="application/ld+json">`` with the events; nothing if there are none."""
    if not events:
        return Markup()
    organizer: dict[str, Any] = {"@type": "Organization", "name": organisation}
    if website:
        organizer["url"] = website
    graph = [_event(event, language=language, organizer=organizer) for event in events]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it may end the element, or begin a comment in it (HTML 4.12.1.3).
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(f'<script type="application/ld+json">{safe}</script>')  # noqa: S704  < > & are escaped


def _event(event: CalendarEvent, *, language: str, organizer: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "@type": "Event",
        "name": event.summary,
        "startDate": _moment(event.starts, event.zone),
        "eventStatus": "https://schema.org/" + ("EventCancelled" if event.cancelled else "EventScheduled"),
        "inLanguage": language,
        "organizer": organizer,
    }
    if event.days > 1:
        facts |= {"startDate": event.starts.strftime("%Y-%m-%d"), "endDate": event.last_day.isoformat()}
        facts["eventSchedule"] = _schedule(event)
    elif event.ends is not None:
        facts["endDate"] = _moment(_last(event.ends), event.zone)
    if event.location:
        facts["location"] = {"@type": "Place", "name": event.location, "address": event.location}
    if event.description:
        facts["description"] = event.description
    if event.url:
        facts["url"] = event.url
    return facts


def _schedule(event: CalendarEvent) -> dict[str, Any]:
    """Tell the hours of each day (schema.org/Schedule)."""
    hours = {"startTime": f"{event.starts:%H:%M:%S}"}
    if event.ends is not None:
        hours["endTime"] = f"{event.ends:%H:%M:%S}"
    return {
        "@type": "Schedule",
        "repeatFrequency": "P1D",
        "repeatCount": event.days,
        "startDate": event.starts.strftime("%Y-%m-%d"),
        "endDate": event.last_day.isoformat(),
        **hours,
        "scheduleTimezone": event.zone,
    }


def _last(ends: Moment) -> Moment:
    """Return the end as schema.org counts it: a whole day is the last one of the event, not the one after it."""
    return ends if isinstance(ends, dt.datetime) else ends - dt.timedelta(days=1)


def _moment(moment: Moment, zone: str) -> str:
    return moment.replace(tzinfo=ZoneInfo(zone)).isoformat() if isinstance(moment, dt.datetime) else moment.isoformat()
