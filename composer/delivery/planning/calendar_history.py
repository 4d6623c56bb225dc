"""What readers' calendars already have from us, so that a new edition changes or cancels those events.

Enters: new editions, and the stored editions of earlier mailings. Leaves: the new editions with the SEQUENCE number of
each changed event raised, and with a cancellation of every event that an issue no longer announces
(``edition/calendar/ics.py`` decides which). An event whose author gave it a ``uid`` continues one of any earlier issue;
all others continue only events of earlier mailings of the same issue.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from sqlalchemy import Connection, select

from composer.database.schema import editions as stored_editions
from composer.database.schema import mailing_editions, mailings
from composer.delivery.states import MailingState
from composer.edition.calendar.ics import Published, follow_published
from composer.edition.event import CalendarEvent
from composer.edition.model import Edition, dumped_events


def follow_sent(connection: Connection, editions: Mapping[str, Edition]) -> Mapping[str, Edition]:
    """Give each edition the SEQUENCE numbers and cancellations that follow from what was sent in its language."""
    return {
        language: edition
        if edition.calendar == "none"
        else follow_published(edition, published_events(connection, language=language))
        for language, edition in editions.items()
    }


def count_dates(connection: Connection, editions: Mapping[str, Edition]) -> Mapping[str, int]:
    """Count the events that are "new", "changed" or "cancelled" for readers' calendars.

    ``editions`` come from ``follow_sent``. An event that stands in several languages counts once.
    """
    kinds: dict[str, set[str]] = {"new": set(), "changed": set(), "cancelled": set()}
    for language, edition in editions.items():
        known = published_events(connection, language=language) if edition.events else {}
        for event in edition.events:
            if event.uid not in known:
                kinds["new"].add(event.uid)
            elif event.sequence > known[event.uid].event.sequence:
                kinds["cancelled" if event.cancelled else "changed"].add(event.uid)
    return {kind: len(uids) for kind, uids in kinds.items()}


def published_events(connection: Connection, *, language: str) -> Mapping[str, Published]:
    """Every event as its last mailing told it to readers of ``language``, by UID."""
    rows = connection.execute(
        select(stored_editions.c.issue, stored_editions.c.content)
        .join(mailing_editions, mailing_editions.c.edition_digest == stored_editions.c.digest)
        .join(mailings, mailings.c.id == mailing_editions.c.mailing_id)
        .where(
            # A mailing that was cancelled after it had begun is in some people's calendars.
            mailings.c.state != MailingState.PLANNED,
            (mailings.c.state != MailingState.CANCELLED) | (mailings.c.epoch > 0),
            mailing_editions.c.language == language,
        )
        .order_by(mailings.c.id)
    )
    published: dict[str, Published] = {}
    for issue, content in rows:
        told: tuple[CalendarEvent, ...] = dumped_events(zlib.decompress(content))
        # A later mailing of the same issue has all of its events, also those that it cancels.
        published = {uid: sent for uid, sent in published.items() if sent.issue != issue}
        published |= {event.uid: Published(issue, event) for event in told}
    return published
