"""Adds subscribers by hand, finds and lists them, and shows everything that we hold on one."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from composer.address import fold_address, parse_address
from composer.audience.attributes import FieldDeclaration
from composer.audience.identities import HAS_ADDRESS
from composer.audience.imports.enrol import Enrolment, enrol
from composer.audience.imports.fates import Fate
from composer.audience.imports.person import Person, clean_name, parse_language
from composer.audience.known_values import NO_DECLARATIONS, PersonChange, canonical_attributes
from composer.audience.subscriptions import SubscriptionStatus
from composer.audience.suppressions import LiftedSuppression, Suppression, find_lifted, find_suppressions
from composer.audience.tags import find_tag, tags_of
from composer.database.schema import (
    address_history,
    consent_events,
    deliveries,
    lists,
    mailings,
    subscribers,
    subscriptions,
    tags,
)
from composer.errors import AudienceError


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """Where somebody stands on one list, and when they came onto it first; none if that is not known."""

    list: str
    status: str
    updated_at: int
    joined_at: int | None = None


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """An address that somebody had, until when, and why it is one of the past: changed, or merged."""

    email: str
    reason: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """Evidence of a consent: what happened to it on which list, when, and by which file, page or person."""

    list: str
    event: str
    source: str
    at: int


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """What somebody was sent, and how it went."""

    mailing: int
    issue: str
    state: str
    code: int | None
    enhanced: str | None
    text: str | None
    updated_at: int


@dataclass(frozen=True, slots=True)
class SubscriberRecord:
    """Everything that we hold on one person (GDPR Art. 15)."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str | None
    attributes: Mapping[str, str]
    created_at: int
    updated_at: int
    subscriptions: Sequence[SubscriptionRecord]
    consent: Sequence[ConsentRecord]
    suppressions: Sequence[Suppression]
    lifted: Sequence[LiftedSuppression]
    deliveries: Sequence[DeliveryRecord]
    tags: Sequence[str] = ()
    addresses: Sequence[AddressRecord] = ()

    def as_json(self) -> dict[str, Any]:
        """What programs read, and what the person who asks may be given."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class SubscriberLine:
    """One line of a listing; ``lists`` are those that they are confirmed on."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str | None
    lists: Sequence[str]


def add_subscriber(
    connection: Connection,
    email: str,
    *,
    list_id: int,
    source: str,
    now: int,
    first_name: str = "",
    last_name: str = "",
    language: str = "",
    attributes: Mapping[str, str] | None = None,
    asked_anew: bool = False,
    declared: Mapping[str, FieldDeclaration] = NO_DECLARATIONS,
) -> Fate:
    """Put one person on a list, by the same rules as a file of them.

    Raises AddressError, or AudienceError with everything that is wrong with the values.

    ``asked_anew``: they have asked for this list themselves, whatever other list they have left.
    """
    address = parse_address(email)
    said = PersonChange(first_name, last_name, language, attributes or {})
    if problems := list(said.problems(declared)):
        raise AudienceError("\n".join(problems))
    person = Person(
        address,
        fold_address(address),
        clean_name(first_name, field="first name"),
        clean_name(last_name, field="last name"),
        parse_language(language),
        SubscriptionStatus.CONFIRMED,
        canonical_attributes(said.attributes, declared),
    )
    return enrol(connection, [person], Enrolment(list_id, source, now), asked_anew=asked_anew)[0]


def find_subscriber(connection: Connection, email: str) -> int:
    """Find the id behind an address. Raises AudienceError, with the nearest address, or AddressError."""
    key = fold_address(parse_address(email))
    found = connection.scalar(select(subscribers.c.id).where(subscribers.c.email_key == key))
    if found is not None:
        return int(found)
    suppressed = find_suppressions(connection, email)
    if suppressed:
        raise AudienceError(f"There is no subscriber {email}, but the address is suppressed ({suppressed[0].reason})")
    former = _whose_it_was(connection, key)
    if former:
        raise AudienceError(f"There is no subscriber {email} any more: they are {former} now.")
    near = difflib.get_close_matches(key, _neighbours(connection, key), n=1, cutoff=0.7)
    raise AudienceError(f"There is no subscriber {email}." + (f" Did you mean {near[0]}?" if near else ""))


def show_subscriber(connection: Connection, email: str) -> SubscriberRecord:
    """Gather everything that we hold on one person. Raises AudienceError or AddressError."""
    subscriber = find_subscriber(connection, email)
    row = connection.execute(select(subscribers).where(subscribers.c.id == subscriber)).one()
    return SubscriberRecord(
        row.id,
        row.email,
        row.first_name,
        row.last_name,
        row.language,
        row.attributes,
        row.created_at,
        row.updated_at,
        subscriptions=_subscriptions(connection, subscriber),
        consent=_consent(connection, subscriber),
        suppressions=find_suppressions(connection, row.email),
        lifted=find_lifted(connection, row.email),
        deliveries=_deliveries(connection, subscriber),
        tags=tags_of(connection, subscriber),
        addresses=_addresses(connection, subscriber),
    )


def list_subscribers(
    connection: Connection,
    *,
    list_id: int | None = None,
    status: str | None = None,
    tag: str | None = None,
    search: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[int, Sequence[SubscriberLine]]:
    """Count the subscribers that match, and give ``limit`` of them by address, from ``offset`` on.

    Raises AudienceError if nobody has such a tag.
    """
    query = select(subscribers.c.id).where(HAS_ADDRESS)
    if list_id is not None or status is not None:
        query = query.join(subscriptions).distinct()
    if list_id is not None:
        query = query.where(subscriptions.c.list_id == list_id)
    if status is not None:
        query = query.where(subscriptions.c.status == status)
    if tag is not None:
        spelled = find_tag(connection, tag)
        query = query.where(subscribers.c.id.in_(select(tags.c.subscriber_id).where(tags.c.tag == spelled)))
    if search:
        columns = (subscribers.c.email, subscribers.c.first_name, subscribers.c.last_name)
        query = query.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = connection.execute(
        select(subscribers)
        .where(subscribers.c.id.in_(query))
        .order_by(subscribers.c.email_key)
        .limit(limit)
        .offset(offset)
    ).all()
    confirmed = _confirmed_lists(connection, [row.id for row in rows])
    return total, [
        SubscriberLine(row.id, row.email, row.first_name, row.last_name, row.language, confirmed.get(row.id, ()))
        for row in rows
    ]


def _whose_it_was(connection: Connection, key: str) -> str | None:
    query = (
        select(subscribers.c.email)
        .join(address_history, address_history.c.subscriber_id == subscribers.c.id)
        .where(address_history.c.email_key == key)
    )
    return connection.scalar(query.order_by(address_history.c.id.desc()).limit(1))


def _addresses(connection: Connection, subscriber: int) -> Sequence[AddressRecord]:
    columns = address_history.c
    rows = connection.execute(
        select(columns.email, columns.reason, columns.changed_at)
        .where(columns.subscriber_id == subscriber)
        .order_by(columns.id)
    )
    return [AddressRecord(*row) for row in rows]


def _neighbours(connection: Connection, key: str) -> Sequence[str]:
    """Read addresses that begin like this one, for a guess at what was meant."""
    nearby = select(subscribers.c.email_key).where(
        subscribers.c.email_key.startswith(key[:2], autoescape=True), HAS_ADDRESS
    )
    return connection.scalars(nearby.limit(2000)).all()


def _confirmed_lists(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    rows = connection.execute(
        select(subscriptions.c.subscriber_id, lists.c.name)
        .join(lists)
        .where(subscriptions.c.subscriber_id.in_(ids), subscriptions.c.status == SubscriptionStatus.CONFIRMED)
        .order_by(lists.c.name)
    )
    found: dict[int, list[str]] = {}
    for subscriber, name in rows:
        found.setdefault(subscriber, []).append(name)
    return found


def _subscriptions(connection: Connection, subscriber: int) -> Sequence[SubscriptionRecord]:
    rows = connection.execute(
        select(lists.c.name, subscriptions.c.status, subscriptions.c.updated_at, subscriptions.c.joined_at)
        .join(lists, lists.c.id == subscriptions.c.list_id)
        .where(subscriptions.c.subscriber_id == subscriber)
        .order_by(lists.c.name)
    )
    return [SubscriptionRecord(*row) for row in rows]


def _consent(connection: Connection, subscriber: int) -> Sequence[ConsentRecord]:
    rows = connection.execute(
        select(lists.c.name, consent_events.c.event, consent_events.c.source, consent_events.c.at)
        .join(lists, lists.c.id == consent_events.c.list_id)
        .where(consent_events.c.subscriber_id == subscriber)
        .order_by(consent_events.c.id)
    )
    return [ConsentRecord(*row) for row in rows]


def _deliveries(connection: Connection, subscriber: int) -> Sequence[DeliveryRecord]:
    rows = connection.execute(
        select(
            deliveries.c.mailing_id,
            mailings.c.issue,
            deliveries.c.state,
            deliveries.c.code,
            deliveries.c.enhanced,
            deliveries.c.text,
            deliveries.c.updated_at,
        )
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(deliveries.c.subscriber_id == subscriber)
        .order_by(deliveries.c.mailing_id)
    )
    return [DeliveryRecord(*row) for row in rows]
