"""The people of a mailing, page by page: who gets it and how that went, and who does not and why. Only reads.

Pages follow each other by the number of the last row, so that a page costs the same however many come before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from composer.database.schema import attempts, deliveries, exclusions, subscribers
from composer.delivery.packed import find_packed
from composer.delivery.reply import in_words
from composer.delivery.states import DeliveryState

_OTHERS = "others"  # of a packed mailing: domains with so few people that they would name somebody
_BEFORE = (DeliveryState.PENDING, DeliveryState.OFFERED)


@dataclass(frozen=True, slots=True)
class MailingRecipient:
    """Somebody who gets a mailing, by name as known now; ``number`` is the row, by which the next page follows.

    ``updated_at`` is in Unix seconds; ``reply`` is what the relay said last, or what happened instead.
    """

    number: int
    subscriber: int
    email: str
    name: str
    language: str
    state: DeliveryState
    attempts: int
    relay: str | None
    reply: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody of the lists who does not get a mailing, and the reason (``audience.freeze.ExclusionReason``)."""

    subscriber: int
    email: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One try of a delivery: how it ended, when (Unix seconds), the relay's words; ``note``: who settled it and why."""

    outcome: str
    relay: str | None
    phase: str | None
    reply: str
    took_ms: int | None
    at: int
    note: str | None


@dataclass(frozen=True, slots=True)
class ProviderOutcome:
    """How a mailing went at one provider of mailboxes: state → number of deliveries."""

    provider: str
    people: int
    states: dict[DeliveryState, int]


def page_of_recipients(
    connection: Connection,
    mailing: int,
    *,
    state: DeliveryState | None = None,
    search: str = "",
    after: int = 0,
    limit: int = 50,
) -> Sequence[MailingRecipient]:
    """Read those who get the mailing, ``after`` a number, in that state and with ``search`` in address or name."""
    columns = deliveries.c
    query = (
        select(
            columns.id,
            columns.subscriber_id,
            columns.email,
            subscribers.c.first_name,
            subscribers.c.last_name,
            columns.language,
            columns.state,
            columns.attempts,
            columns.relay,
            columns.code,
            columns.enhanced,
            columns.text,
            columns.updated_at,
        )
        .join(subscribers, subscribers.c.id == columns.subscriber_id)
        .where(columns.mailing_id == mailing, columns.id > after)
        .order_by(columns.id)
        .limit(limit)
    )
    if state is not None:
        query = query.where(columns.state == state)
    if search:
        query = query.where(_has(search, columns.email))
    return [_recipient(row) for row in connection.execute(query)]


def _recipient(row: Row[*tuple[Any, ...]]) -> MailingRecipient:
    return MailingRecipient(
        row.id,
        row.subscriber_id,
        row.email,
        f"{row.first_name} {row.last_name}".strip(),
        row.language,
        DeliveryState(row.state),
        row.attempts,
        row.relay,
        in_words(row.code, row.enhanced, row.text),
        row.updated_at,
    )


def page_of_left_out(
    connection: Connection, mailing: int, *, reason: str = "", search: str = "", after: int = 0, limit: int = 50
) -> Sequence[LeftOut]:
    """Read those of the lists who do not get the mailing, ``after`` the number of a subscriber."""
    query = (
        select(
            subscribers.c.id,
            subscribers.c.email,
            subscribers.c.first_name,
            subscribers.c.last_name,
            exclusions.c.reason,
        )
        .join(subscribers, subscribers.c.id == exclusions.c.subscriber_id)
        .where(exclusions.c.mailing_id == mailing, exclusions.c.subscriber_id > after)
        .order_by(exclusions.c.subscriber_id)
        .limit(limit)
    )
    if reason:
        query = query.where(exclusions.c.reason == reason)
    if search:
        query = query.where(_has(search, subscribers.c.email))
    return [
        LeftOut(number, email, f"{first} {last}".strip(), why)
        for number, email, first, last, why in connection.execute(query)
    ]


def attempts_at(connection: Connection, *, mailing: int, subscriber: int) -> Sequence[DeliveryAttempt]:
    """Read every try to deliver a mailing to one person, the first one first."""
    is_theirs = (deliveries.c.mailing_id == mailing) & (deliveries.c.subscriber_id == subscriber)
    earlier = connection.execute(
        select(attempts)
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .where(is_theirs)
        .order_by(attempts.c.number)
    ).all()
    found = [
        DeliveryAttempt(
            one.outcome, one.relay, one.phase, in_words(one.code, one.enhanced, one.text), one.took_ms, one.at, one.note
        )
        for one in earlier
    ]
    last = connection.execute(select(deliveries).where(is_theirs)).first()
    # The last one stands in the delivery itself, as long as nobody has settled it: then it is among the earlier ones.
    if (
        last is not None
        and last.attempts
        and last.state not in _BEFORE
        and last.attempts not in {one.number for one in earlier}
    ):
        reply = in_words(last.code, last.enhanced, last.text)
        found.append(DeliveryAttempt(last.state, last.relay, last.phase, reply, last.took_ms, last.updated_at, None))
    return found


def count_by_provider(
    connection: Connection, mailing: int, *, provider: Callable[[str], str]
) -> Sequence[ProviderOutcome]:
    """Count the deliveries of a mailing by whose mailboxes they go to, the provider with the most people first.

    ``provider`` tells that of an address (``limits.providers.find_provider``).
    """
    domain = func.lower(_domain(connection))
    query = select(domain, deliveries.c.state, func.count()).where(deliveries.c.mailing_id == mailing)
    if packed := find_packed(connection, mailing):
        rows: Iterable[Any] = packed.by_domain()
    else:
        rows = connection.execute(query.group_by(domain, deliveries.c.state))
    counted: dict[str, dict[DeliveryState, int]] = {}
    for name, state, count in rows:
        states = counted.setdefault(provider(f"@{name}") if name else _OTHERS, {})
        states[DeliveryState(state)] = states.get(DeliveryState(state), 0) + count
    return sorted(_outcomes(counted), key=lambda one: (-one.people, one.provider))


def _outcomes(counted: dict[str, dict[DeliveryState, int]]) -> Iterator[ProviderOutcome]:
    for name, states in counted.items():
        yield ProviderOutcome(name, sum(states.values()), {one: states[one] for one in DeliveryState if one in states})


def _domain(connection: Connection) -> ColumnElement[str]:
    email = deliveries.c.email
    if connection.dialect.name == "sqlite":
        return func.substr(email, func.instr(email, "@") + 1)
    return func.split_part(email, "@", 2)


def _has(search: str, email: ColumnElement[str]) -> ColumnElement[bool]:
    columns = (email, subscribers.c.first_name, subscribers.c.last_name)
    return or_(*(column.icontains(search, autoescape=True) for column in columns))
