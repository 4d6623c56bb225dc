"""Keeps who is on which list, and by what consent.

::

    (nothing) ── subscribe ──▶ pending ── confirm ──▶ confirmed
        │                         │                      │
        └── import, add ──────────┼────▶ confirmed       │
                                  └── unsubscribe ───────┴──▶ unsubscribed ── return ──▶ confirmed

Every change writes a consent event, in the same transaction; events are never changed or deleted. Nobody who
has unsubscribed comes back by an import: that takes an act of their own, such as taking it back at once (return).
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from composer.audience.consent.event import ConsentEvent
from composer.audience.consent.record import record_consent
from composer.audience.identities import numbers_of
from composer.database.schema import consent_events, subscribers, subscriptions, suppressions


class SubscriptionStatus(enum.StrEnum):
    """Where one person stands on one list."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


def permits(email_key: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL: this row of ``subscriptions``, of somebody with that key, lets us write to them.

    They are confirmed, and not suppressed there.
    """
    suppressed = exists().where(
        suppressions.c.email_key == email_key,
        or_(suppressions.c.list_id.is_(None), suppressions.c.list_id == subscriptions.c.list_id),
    )
    return and_(subscriptions.c.status == SubscriptionStatus.CONFIRMED, ~suppressed.correlate_except(suppressions))


def mailable(
    subscriber_id: ColumnElement[int], lists: Sequence[int], *, email_key: ColumnElement[str] | None = None
) -> ColumnElement[bool]:
    """SQL: one of these lists still permits us to write to this subscriber.

    The one meaning of "may be mailed": the plan selects by it, and every offer checks it again. ``email_key`` is
    theirs, of a query that reads ``subscribers`` itself: then nobody is looked up there a second time.
    """
    person = subscribers.alias("person")
    consents: FromClause = subscriptions
    if email_key is None:
        email_key = person.c.email_key
        consents = subscriptions.join(person, person.c.id == subscriptions.c.subscriber_id)
    return exists(
        select(1)
        .select_from(consents)
        .where(
            subscriptions.c.subscriber_id == subscriber_id,
            subscriptions.c.list_id.in_(list(lists)),
            permits(email_key),
        )
        .correlate_except(subscriptions, person)
    )


def mailable_among_all(lists: Sequence[int]) -> ColumnElement[bool]:
    """SQL: ``mailable`` on these lists, for a query that goes over all rows of ``subscribers``.

    It holds of the same people. Suppressions are asked about as sets, which are gone through once, not looked up for
    each person: of a million people PostgreSQL finds them in a fifth of the time.
    """
    everywhere = exists().where(suppressions.c.email_key == subscribers.c.email_key, suppressions.c.list_id.is_(None))
    person, of_list = subscribers.alias("suppressed_person"), suppressions.alias("suppressed_there")
    there = (
        select(person.c.id, of_list.c.list_id)
        .join(person, person.c.email_key == of_list.c.email_key)
        .where(of_list.c.list_id.is_not(None))
    )
    permitted = exists().where(
        subscriptions.c.subscriber_id == subscribers.c.id,
        subscriptions.c.list_id.in_(list(lists)),
        subscriptions.c.status == SubscriptionStatus.CONFIRMED,
        tuple_(subscriptions.c.subscriber_id, subscriptions.c.list_id).not_in(there),
    )
    return and_(permitted.correlate(subscribers), ~everywhere.correlate(subscribers))


def confirmed(subscriber_id: ColumnElement[int], lists: Sequence[int]) -> ColumnElement[bool]:
    """SQL: this subscriber is confirmed on one of these lists. Who is, and is not mailable, is suppressed."""
    return exists().where(
        subscriptions.c.subscriber_id == subscriber_id,
        subscriptions.c.list_id.in_(list(lists)),
        subscriptions.c.status == SubscriptionStatus.CONFIRMED,
    )


def hold_people(connection: Connection, people: Collection[int]) -> None:
    """Let nobody else change these people, or where they stand, until this transaction ends. It comes before any write.

    On PostgreSQL whoever leaves holds their row and waits for the end of the chain; who had that end already and wanted
    the row would wait in a circle.
    """
    persons = select(subscribers.c.id).where(subscribers.c.id.in_(list(people))).order_by(subscribers.c.id)
    # Not the strongest lock, which would keep entries of consent out that name them.
    connection.execute(persons.with_for_update(key_share=True))
    theirs = select(subscriptions.c.list_id).where(subscriptions.c.subscriber_id.in_(list(people)))
    connection.execute(theirs.order_by(subscriptions.c.subscriber_id, subscriptions.c.list_id).with_for_update())


def unsubscribe(connection: Connection, *, subscriber: int, lists: Sequence[int] | None, source: str, now: int) -> bool:
    """Take the subscriber off these lists, or off all. True if that changed anything; twice is harmless.

    Whom only a file has taken off has this word of their own written down as well: it holds when the file is undone.
    """
    chosen = subscriptions.c.subscriber_id == subscriber
    if lists is not None:
        chosen = and_(chosen, subscriptions.c.list_id.in_(list(lists)))
    is_off = subscriptions.c.status == SubscriptionStatus.UNSUBSCRIBED
    off_by_file = connection.scalars(select(subscriptions.c.list_id).where(chosen, is_off, _last_said_by_file())).all()
    # One statement decides and changes, so of two racing clicks exactly one writes the event.
    left = connection.scalars(
        update(subscriptions)
        .where(chosen, ~is_off)
        .values(status=SubscriptionStatus.UNSUBSCRIBED, updated_at=now)
        .returning(subscriptions.c.list_id)
    ).all()
    events = ((subscriber, list_id, ConsentEvent.UNSUBSCRIBED) for list_id in (*left, *off_by_file))
    record_consent(connection, events, source=source, now=now)
    return bool(left)


def _last_said_by_file() -> ColumnElement[bool]:
    """SQL: the last entry of consent about this row of ``subscriptions`` is one of an import."""
    last = consent_events.alias("last")
    is_last = last.c.id == _latest_entry()
    return exists().where(is_last, last.c.import_id.is_not(None)).correlate(subscriptions)


def _latest_entry() -> ScalarSelect[int]:
    """Give the SQL of the number of the last entry of consent about this row of ``subscriptions``."""
    return (
        select(func.max(consent_events.c.id))
        .where(
            consent_events.c.subscriber_id == subscriptions.c.subscriber_id,
            consent_events.c.list_id == subscriptions.c.list_id,
        )
        .correlate(subscriptions)
        .scalar_subquery()
    )


def return_to_lists(
    connection: Connection,
    *,
    subscriber: int,
    lists: Sequence[int],
    left_by: Collection[str],
    since: int,
    source: str,
    now: int,
) -> bool:
    """Undo a leaving: the subscriber is back on those of ``lists`` that they left ``since`` then, as they were on them.

    ``left_by`` are the sources of consent events that are undone. A list whose consent has changed afterwards stays
    as it is, and so does one that they were off already. True if the subscriber is back on any.
    """
    last = consent_events.alias("last")
    just_left = exists().where(
        last.c.id == _latest_entry(),
        last.c.event == ConsentEvent.UNSUBSCRIBED,
        last.c.source.in_(list(left_by)),
        last.c.at >= since,
    )
    chosen: dict[SubscriptionStatus, list[int]] = {}
    for number in lists:
        if status := _stood_before_leaving(connection, subscriber, number):
            chosen.setdefault(status, []).append(number)
    events: list[tuple[int, int, ConsentEvent]] = []
    for status, numbers in chosen.items():
        back = connection.scalars(
            update(subscriptions)
            .where(
                subscriptions.c.subscriber_id == subscriber,
                subscriptions.c.list_id.in_(numbers),
                subscriptions.c.status == SubscriptionStatus.UNSUBSCRIBED,
                just_left.correlate(subscriptions),
            )
            .values(status=status, updated_at=now)
            .returning(subscriptions.c.list_id)
        )
        events += [(subscriber, number, _BACK[status]) for number in back]
    record_consent(connection, events, source=source, now=now)
    return bool(events)


_BACK = {
    SubscriptionStatus.CONFIRMED: ConsentEvent.CONFIRMED,
    SubscriptionStatus.PENDING: ConsentEvent.SUBSCRIBED,
}
_STOOD = {
    ConsentEvent.IMPORTED: SubscriptionStatus.CONFIRMED,
    ConsentEvent.CONFIRMED: SubscriptionStatus.CONFIRMED,
    ConsentEvent.SUBSCRIBED: SubscriptionStatus.PENDING,
    ConsentEvent.UNSUBSCRIBED: None,
}


def _stood_before_leaving(connection: Connection, subscriber: int, list_id: int) -> SubscriptionStatus | None:
    """Tell how somebody who has left a list stood there before; none if they were off it already."""
    of_list = consent_events.c.list_id == list_id
    left = (
        select(func.max(consent_events.c.id)).where(of_list, consent_events.c.subscriber_id == subscriber)
    ).scalar_subquery()
    entry = (
        select(consent_events.c.event)
        .where(
            of_list,
            consent_events.c.subscriber_id.in_(numbers_of(connection, subscriber)),
            consent_events.c.event.in_(list(_STOOD)),
            consent_events.c.id < left,
        )
        # Their own first: what was said under a number that was merged into theirs counts where they had said nothing.
        .order_by(case((consent_events.c.subscriber_id == subscriber, 0), else_=1), consent_events.c.id.desc())
        .limit(1)
    )
    before = connection.scalar(entry)
    return SubscriptionStatus.CONFIRMED if before is None else _STOOD[ConsentEvent(before)]
