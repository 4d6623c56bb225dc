"""The events of an issue as calendars and search engines are told of them.

Enters: an issue's announcements (``announcements.py``), and what puts a description into words. Leaves:
``CalendarEvent``s. The template ``calendar/description.txt.j2`` is a designer's: it speaks the edition's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from composer.edition.calendar.announcements import Announcement, CalendarEntry, days_in_a_row, start_and_end
from composer.edition.draft import EditionDraft
from composer.edition.event import CalendarEvent
from composer.edition.prose.plain_text import tidy
from composer.edition.slots.public import public_address, public_line, public_text
from composer.issue.blocks import AgendaEntry

DESCRIPTION = "calendar/description.txt.j2"


Describe = Callable[[CalendarEntry, str], str]
"""It puts an entry of the kind "agenda" or "events" into words."""


def calendar_events(
    draft: EditionDraft, found: Iterable[Announcement], describe: Describe
) -> tuple[CalendarEvent, ...]:
    """Put the facts of each announcement together, in order."""
    return tuple(_event(draft, announcement, describe) for announcement in found)


def _event(draft: EditionDraft, announcement: Announcement, describe: Describe) -> CalendarEvent:
    marks, entry = draft.marks, announcement.entry
    kind = "agenda" if isinstance(entry, AgendaEntry) else "events"
    starts, ends = start_and_end(entry)
    zone = entry.timezone or draft.newsletter.timezone
    return CalendarEvent(
        uid=announcement.uid,
        starts=starts,
        ends=ends,
        zone=str(zone) if hasattr(starts, "hour") else "",
        summary=public_line(" – ".join(filter(None, (entry.kicker, entry.title))), marks),
        description=public_text(tidy(describe(entry, kind)), marks).strip("\n"),
        location=public_line(entry.place or "", marks),
        url=public_address(entry.link.url, marks) if entry.link else "",
        file=announcement.file,
        for_all=announcement.for_all,
        days=days_in_a_row(entry),
    )
