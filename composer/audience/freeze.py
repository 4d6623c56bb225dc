"""The audience of a mailing, frozen: everyone who gets it, and everyone of its lists who does not, and why.

A person is one row however many of the lists they are on, because an address is unique; so nobody is left out
as a duplicate, and nobody is mailed twice.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from composer.audience.subscriptions import SubscriptionStatus, mailable
from composer.database.schema import lists as lists_table
from composer.database.schema import subscribers, subscriptions


class ExclusionReason(enum.StrEnum):
    """Why somebody of the lists is left out. It speaks of the list where they came furthest."""

    PENDING = "pending"  # has not confirmed yet
    UNSUBSCRIBED = "unsubscribed"  # has left
    SUPPRESSED = "suppressed"  # is confirmed, but the address is not to be mailed


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who gets the mailing. ``language`` is none where the newsletter's default applies.

    ``lists`` are those that were asked for and that they are on, whichever list brought them here.
    """

    subscriber: int
    email: str
    first_name: str
    last_name: str
    language: str | None
    attributes: Mapping[str, str]
    lists: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Audience:
    """Members by rising id, and subscriber → reason for the others."""

    members: Sequence[Member]
    excluded: Mapping[int, str]


def freeze_audience(connection: Connection, *, lists: Sequence[int], read_lists: Collection[str] = ()) -> Audience:
    """Everyone on these lists as of now, sorted into members and excluded.

    ``read_lists`` are the names of lists that the mailing's texts ask about; each member says which they are on.
    """
    rows = connection.execute(
        select(
            subscribers.c.id,
            subscribers.c.email,
            subscribers.c.first_name,
            subscribers.c.last_name,
            subscribers.c.language,
            subscribers.c.attributes,
        )
        .where(mailable(subscribers.c.id, lists))
        .order_by(subscribers.c.id)
    )
    on = _members_of(connection, read_lists) if read_lists else {}
    members = tuple(Member(*row, lists=on.get(row.id, frozenset())) for row in rows)
    excluded = {row.subscriber_id: str(ExclusionReason(row.reason)) for row in connection.execute(_excluded(lists))}
    return Audience(members, excluded)


def _members_of(connection: Connection, names: Collection[str]) -> Mapping[int, frozenset[str]]:
    """Who is confirmed on lists of these names: subscriber → the lists' names."""
    found: dict[int, set[str]] = {}
    for subscriber, name in connection.execute(
        select(subscriptions.c.subscriber_id, lists_table.c.name)
        .join(lists_table, lists_table.c.id == subscriptions.c.list_id)
        .where(lists_table.c.name.in_(sorted(names)), subscriptions.c.status == SubscriptionStatus.CONFIRMED)
    ):
        found.setdefault(subscriber, set()).add(name)
    return {subscriber: frozenset(names) for subscriber, names in found.items()}


def _excluded(lists: Sequence[int]) -> Select[tuple[int, str]]:
    def has(status: SubscriptionStatus) -> ColumnElement[bool]:
        return func.max(case((subscriptions.c.status == status, 1), else_=0)) == 1

    reason = case(
        (has(SubscriptionStatus.CONFIRMED), ExclusionReason.SUPPRESSED),
        (has(SubscriptionStatus.PENDING), ExclusionReason.PENDING),
        else_=ExclusionReason.UNSUBSCRIBED,
    )
    on_lists = subscriptions.c.list_id.in_(list(lists))
    members = select(subscribers.c.id).where(mailable(subscribers.c.id, lists))
    return (
        select(subscriptions.c.subscriber_id, reason.label("reason"))
        .where(on_lists, subscriptions.c.subscriber_id.not_in(members))
        .group_by(subscriptions.c.subscriber_id)
        .order_by(subscriptions.c.subscriber_id)
    )
