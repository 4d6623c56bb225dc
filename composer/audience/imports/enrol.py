"""Puts people on a list: first it is decided what becomes of each, then all of it is written in a few statements.

The rules, in the order they are asked:

- a file may say that somebody has left: then they have;
- a suppressed address, and somebody who has left this list, are not touched at all;
- somebody who has left another list, or is suppressed there, does not come onto this one by a file;
- somebody who has not confirmed yet stays so: a file cannot click their link for them;
- a value replaces ours only where it says something; attributes are merged;
- who is new to the list joins it, with the evidence of where the consent came from.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from composer.audience.consent.event import ConsentEvent
from composer.audience.consent.record import record_consent
from composer.audience.imports.person import Person
from composer.audience.subscriptions import SubscriptionStatus, unsubscribe
from composer.database.schema import subscribers, subscriptions, suppressions
from composer.database.upsert import upsert


class Fate(enum.StrEnum):
    """What becomes of a person who is put on a list."""

    ADDED = "added"  # is new to us
    JOINED = "joined"  # is known to us, and new on this list
    UPDATED = "updated"  # has new values
    UNCHANGED = "unchanged"
    LEFT = "left"  # was on this list until the file said that they have left
    LEFT_ELSEWHERE = "left another list"  # is not taken onto this one
    UNSUBSCRIBED = "unsubscribed"  # has left this list: not touched
    SUPPRESSED = "suppressed"  # is not to be mailed: not touched
    PENDING = "pending"  # has to confirm themselves: not touched

    @property
    def has_effect(self) -> bool:
        """Whether the person is on the list now, as was asked."""
        return self in (Fate.ADDED, Fate.JOINED, Fate.UPDATED, Fate.UNCHANGED)


@dataclass(frozen=True, slots=True)
class _Known:
    """Somebody whom we have, and their status on the list; none if they are not on it."""

    key: str
    id: int
    first_name: str
    last_name: str
    language: str | None
    attributes: Mapping[str, str]
    status: str | None


def enrol(
    connection: Connection,
    people: Sequence[Person],
    *,
    list_id: int,
    source: str,
    now: int,
    asked_anew: bool = False,
) -> tuple[Fate, ...]:
    """Put some hundred people on a list, each address once, and tell what became of each, in their order.

    ``asked_anew``: they have asked for this list themselves, whatever other list they have left.
    """
    known = _find_known(connection, people, list_id)
    suppressed = _find_suppressed(connection, people, list_id)
    left = frozenset[str]() if asked_anew else _find_left_elsewhere(connection, people, list_id)
    fates = tuple(_decide_fate(person, known.get(person.key), suppressed, left) for person in people)
    by_fate: dict[Fate, list[Person]] = {fate: [] for fate in Fate}
    for person, fate in zip(people, fates, strict=True):
        by_fate[fate].append(person)
    changed = [(known[person.key], person) for person in by_fate[Fate.UPDATED] + by_fate[Fate.JOINED]]
    _update_values(connection, changed, now=now)
    joining = [(known[person.key].id, person) for person in by_fate[Fate.JOINED]]
    added = _insert_subscribers(connection, by_fate[Fate.ADDED], now=now)
    _insert_subscriptions(connection, added + joining, list_id=list_id, source=source, now=now)
    for person in by_fate[Fate.LEFT]:
        unsubscribe(connection, subscriber=known[person.key].id, lists=[list_id], source=source, now=now)
    return fates


def _decide_fate(person: Person, known: _Known | None, suppressed: frozenset[str], left: frozenset[str]) -> Fate:
    status = known.status if known else None
    if _has_left(person) and status in (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING):
        return Fate.LEFT
    if person.key in suppressed:
        return Fate.SUPPRESSED
    if status == SubscriptionStatus.UNSUBSCRIBED:
        return Fate.UNSUBSCRIBED
    if status is None and person.key in left and not _has_left(person):
        return Fate.LEFT_ELSEWHERE
    if known is None:
        return Fate.ADDED
    if status is None:
        return Fate.JOINED
    if status == SubscriptionStatus.PENDING:
        return Fate.PENDING
    return Fate.UPDATED if _new_values(known, person) else Fate.UNCHANGED


def _has_left(person: Person) -> bool:
    return person.status is SubscriptionStatus.UNSUBSCRIBED


def _new_values(known: _Known, person: Person) -> dict[str, Any]:
    """The values that we have, with those of the file laid over them; nothing if that changes none."""
    values = {
        "first_name": person.first_name or known.first_name,
        "last_name": person.last_name or known.last_name,
        "language": person.language or known.language,
        "attributes": {**known.attributes, **person.attributes},
    }
    return values if any(value != getattr(known, name) for name, value in values.items()) else {}


def _find_known(connection: Connection, people: Sequence[Person], list_id: int) -> dict[str, _Known]:
    status = (
        select(subscriptions.c.status)
        .where(subscriptions.c.subscriber_id == subscribers.c.id, subscriptions.c.list_id == list_id)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            subscribers.c.email_key,
            subscribers.c.id,
            subscribers.c.first_name,
            subscribers.c.last_name,
            subscribers.c.language,
            subscribers.c.attributes,
            status,
        ).where(subscribers.c.email_key.in_([person.key for person in people]))
    )
    return {row.email_key: _Known(*row) for row in rows}


def _find_suppressed(connection: Connection, people: Sequence[Person], list_id: int) -> frozenset[str]:
    return frozenset(
        connection.scalars(
            select(suppressions.c.email_key).where(
                suppressions.c.email_key.in_([person.key for person in people]),
                or_(suppressions.c.list_id.is_(None), suppressions.c.list_id == list_id),
            )
        )
    )


def _find_left_elsewhere(connection: Connection, people: Sequence[Person], list_id: int) -> frozenset[str]:
    """Find who has left another list than this one, or is suppressed there."""
    keys = [person.key for person in people]
    unsubscribed = (
        select(subscribers.c.email_key)
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .where(
            subscribers.c.email_key.in_(keys),
            subscriptions.c.list_id != list_id,
            subscriptions.c.status == SubscriptionStatus.UNSUBSCRIBED,
        )
    )
    kept_from = select(suppressions.c.email_key).where(
        suppressions.c.email_key.in_(keys), suppressions.c.list_id != list_id
    )
    return frozenset(connection.scalars(unsubscribed.union(kept_from)))


def _update_values(connection: Connection, touched: Sequence[tuple[_Known, Person]], *, now: int) -> None:
    rows = [
        {"subscriber": known.id, "now": now, **values}
        for known, person in touched
        if (values := _new_values(known, person))
    ]
    if rows:
        connection.execute(_UPDATE_VALUES, rows)


_UPDATE_VALUES = (
    update(subscribers)
    .where(subscribers.c.id == bindparam("subscriber"))
    .values(
        first_name=bindparam("first_name"),
        last_name=bindparam("last_name"),
        language=bindparam("language"),
        attributes=bindparam("attributes"),
        updated_at=bindparam("now"),
    )
)


def _insert_subscribers(connection: Connection, people: Sequence[Person], *, now: int) -> list[tuple[int, Person]]:
    if not people:
        return []
    rows = [
        {
            "email": person.email,
            "email_key": person.key,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "language": person.language,
            "attributes": dict(person.attributes),
            "created_at": now,
            "updated_at": now,
        }
        for person in people
    ]
    # Somebody may have signed up since we looked; then theirs stays, and only the subscription is added.
    connection.execute(upsert(connection, subscribers).on_conflict_do_nothing(), rows)
    keys = [person.key for person in people]
    found = connection.execute(
        select(subscribers.c.email_key, subscribers.c.id).where(subscribers.c.email_key.in_(keys))
    )
    ids = {row.email_key: row.id for row in found}
    return [(ids[person.key], person) for person in people]


def _insert_subscriptions(
    connection: Connection, joining: Sequence[tuple[int, Person]], *, list_id: int, source: str, now: int
) -> None:
    if not joining:
        return
    rows = [
        {
            "subscriber_id": subscriber,
            "list_id": list_id,
            "status": person.status,
            "updated_at": now,
            "joined_at": None if _has_left(person) else now,
        }
        for subscriber, person in joining
    ]
    connection.execute(upsert(connection, subscriptions).on_conflict_do_nothing(), rows)
    events = ((subscriber, list_id, _EVIDENCE[person.status]) for subscriber, person in joining)
    record_consent(connection, events, source=source, now=now)


_EVIDENCE = {
    SubscriptionStatus.CONFIRMED: ConsentEvent.IMPORTED,
    SubscriptionStatus.PENDING: ConsentEvent.SUBSCRIBED,
    SubscriptionStatus.UNSUBSCRIBED: ConsentEvent.UNSUBSCRIBED,
}
