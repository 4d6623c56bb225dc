"""The audience of a mailing, frozen: everyone who gets it, and everyone of its lists who does not, and why.

A person is one row however many of the lists they are on, because an address is unique; so nobody is left out
as a duplicate, and nobody is mailed twice.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select

from composer.audience.subscriptions import SubscriptionStatus, mailable
from composer.database.schema import lists as lists_table
from composer.database.schema import subscribers, subscriptions

PAGE = 2000
"""Members read at a time: a million people never stand in memory together."""


class ExclusionReason(enum.StrEnum):
    """Why somebody of the lists is left out. It speaks of the list where they came furthest."""

    PENDING = "pending"  # has not confirmed yet
    UNSUBSCRIBED = "unsubscribed"  # has left
    SUPPRESSED = "suppressed"  # is confirmed, but the address is not to be mailed


class Member(NamedTuple):
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


class Audience:
    """Members by rising id, and subscriber → reason for the others; read when they are asked for.

    It is frozen as long as its connection sees one moment of the database: in ``reading``, or in a writing
    transaction of SQLite. Made by ``freeze_audience``.
    """

    def __init__(self, connection: Connection, lists: Sequence[int], read_lists: Collection[str]) -> None:
        self._connection = connection
        self._read_lists = sorted(read_lists)
        self.exclusions = _excluded(lists)
        """A query of (subscriber_id, reason), for whoever writes them down without reading them."""
        self._page = (
            select(
                subscribers.c.id,
                subscribers.c.email,
                subscribers.c.first_name,
                subscribers.c.last_name,
                subscribers.c.language,
                subscribers.c.attributes,
            )
            .where(mailable(subscribers.c.id, lists), subscribers.c.id > bindparam("after"))
            .order_by(subscribers.c.id)
            .limit(PAGE)
        )

    def pages(self) -> Iterator[Sequence[Member]]:
        """The members, PAGE at a time."""
        after = 0
        while rows := self._connection.execute(self._page, {"after": after}).all():
            on = self._members_of(after, rows[-1][0]) if self._read_lists else {}
            yield [Member(*row, on[row[0]]) if row[0] in on else Member(*row) for row in rows]
            after = rows[-1][0]

    @property
    def members(self) -> Sequence[Member]:
        """All of them at once."""
        return tuple(member for page in self.pages() for member in page)

    @property
    def excluded(self) -> Mapping[int, str]:
        """Subscriber → reason, of everyone else on the lists."""
        rows = self._connection.execute(self.exclusions).all()
        return {row.subscriber_id: str(ExclusionReason(row.reason)) for row in rows}

    def _members_of(self, after: int, last: int) -> Mapping[int, frozenset[str]]:
        """Who of these subscribers is confirmed on the lists to be read: subscriber → the lists' names."""
        found: dict[int, set[str]] = {}
        for subscriber, name in self._connection.execute(
            select(subscriptions.c.subscriber_id, lists_table.c.name)
            .join(lists_table, lists_table.c.id == subscriptions.c.list_id)
            .where(
                lists_table.c.name.in_(self._read_lists),
                subscriptions.c.status == SubscriptionStatus.CONFIRMED,
                subscriptions.c.subscriber_id > after,
                subscriptions.c.subscriber_id <= last,
            )
        ):
            found.setdefault(subscriber, set()).add(name)
        return {subscriber: frozenset(names) for subscriber, names in found.items()}


def freeze_audience(connection: Connection, *, lists: Sequence[int], read_lists: Collection[str] = ()) -> Audience:
    """Everyone on these lists as of now, sorted into members and excluded.

    ``read_lists`` are the names of lists that the mailing's texts ask about; each member says which they are on.
    """
    return Audience(connection, lists, read_lists)


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
