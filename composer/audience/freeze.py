"""The audience of a mailing, frozen: everyone who gets it, and everyone of its lists who does not, and why.

A person is one row however many of the lists they are on, because an address is unique; so nobody is left out
as a duplicate, and nobody is mailed twice.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Select, Text, case, cast, false, func, or_, select

from composer.audience.subscriptions import SubscriptionStatus, mailable, permits
from composer.database.schema import lists as lists_table
from composer.database.schema import subscribers, subscriptions

PAGE = 500
"""Members read at a time: never do a million people stand in memory together, and a page fits the processor's cache."""

_NO_LISTS = frozenset[str]()


class ExclusionReason(enum.StrEnum):
    """Why somebody of the lists is left out. It speaks of the list where they came furthest."""

    PENDING = "pending"  # has not confirmed yet
    UNSUBSCRIBED = "unsubscribed"  # has left
    SUPPRESSED = "suppressed"  # is confirmed, but the address is not to be mailed
    UNSENDABLE = "unsendable"  # a value of theirs cannot stand in a message; the plan finds that, not the audience
    NOT_IN_SEGMENT = "not in the segment"  # may be written to; the mailing is for a segment that they are not in
    HAS_IT = "has it"  # had the issue by an earlier mailing, or is about to


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
    lists: frozenset[str]


class Members(NamedTuple):
    """A page of Members, column by column: each column is read, made and looked through at once."""

    subscribers: Sequence[int]
    emails: Sequence[str]
    first_names: Sequence[str]
    last_names: Sequence[str]
    languages: Sequence[str | None]
    attributes: Sequence[Mapping[str, str]]
    lists: Sequence[frozenset[str]]


class Audience:
    """Members by rising id, and subscriber → reason for the others; read when they are asked for.

    It is frozen as long as its connection sees one moment of the database: in ``reading``, or in a writing
    transaction of SQLite. Made by ``freeze_audience``.
    """

    def __init__(
        self,
        connection: Connection,
        lists: Sequence[int],
        read_lists: Collection[str],
        served: Select[tuple[int]] | None,
        *,
        segment: ColumnElement[bool] | None,
    ) -> None:
        self._connection = connection
        self._read_lists = sorted(read_lists)
        self.exclusions = _excluded(lists, served, segment)
        """A query of (subscriber_id, reason), for whoever writes them down without reading them."""
        self._query = (
            select(
                subscribers.c.id,
                subscribers.c.email,
                subscribers.c.first_name,
                subscribers.c.last_name,
                subscribers.c.language,
                cast(subscribers.c.attributes, Text),
            )
            .where(mailable(subscribers.c.id, lists, email_key=subscribers.c.email_key))
            .order_by(subscribers.c.id)
        )
        if served is not None:
            self._query = self._query.where(subscribers.c.id.not_in(served))
        if segment is not None:
            self._query = self._query.where(segment)

    def pages(self) -> Iterator[Members]:
        """Read the members, PAGE of them at a time."""
        # One query, streamed: asked page by page, PostgreSQL goes through everybody for each.
        people = self._connection.execute(self._query, execution_options={"yield_per": PAGE})
        for rows in people.partitions():
            ids, emails, first_names, last_names, languages, documents = zip(*rows, strict=True)
            on = self._list_names(ids[0], ids[-1]) if self._read_lists else {}
            lists = [on.get(subscriber, _NO_LISTS) for subscriber in ids] if on else [_NO_LISTS] * len(ids)
            attributes = _read_documents(documents)
            yield Members(ids, emails, first_names, last_names, languages, attributes, lists)

    @property
    def members(self) -> Sequence[Member]:
        """All members, read at once: they have to fit into memory."""
        return tuple(Member(*one) for page in self.pages() for one in zip(*page, strict=True))

    @property
    def excluded(self) -> Mapping[int, str]:
        """Why everyone else on the lists is left out: subscriber → reason."""
        rows = self._connection.execute(self.exclusions).all()
        return {row.subscriber_id: str(ExclusionReason(row.reason)) for row in rows}

    def _list_names(self, first: int, last: int) -> Mapping[int, frozenset[str]]:
        """Find which of ``read_lists`` each of these subscribers is confirmed on: subscriber → the lists' names."""
        found: dict[int, set[str]] = {}
        for subscriber, name in self._connection.execute(
            select(subscriptions.c.subscriber_id, lists_table.c.name)
            .join(lists_table, lists_table.c.id == subscriptions.c.list_id)
            .where(
                lists_table.c.name.in_(self._read_lists),
                subscriptions.c.status == SubscriptionStatus.CONFIRMED,
                subscriptions.c.subscriber_id.between(first, last),
            )
        ):
            found.setdefault(subscriber, set()).add(name)
        return {subscriber: frozenset(names) for subscriber, names in found.items()}


def _read_documents(documents: Sequence[str]) -> Sequence[Mapping[str, str]]:
    joined = f"[{','.join(documents)}]"
    try:
        # One document of them all: that is read faster than many small ones.
        people: Sequence[Mapping[str, str]] = orjson.loads(joined)
    except orjson.JSONDecodeError:
        # Half a character, which only a foreign program can have written there (RFC 8259 8.2), is no text.
        return [{name: _whole(value) for name, value in one.items()} for one in json.loads(joined)]
    return people


def _whole(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode("utf-8")


def freeze_audience(
    connection: Connection,
    *,
    lists: Sequence[int],
    read_lists: Collection[str] = (),
    served: Select[tuple[int]] | None = None,
    segment: ColumnElement[bool] | None = None,
) -> Audience:
    """Sort everyone on these lists, as of now, into members and excluded.

    ``read_lists`` are the names of lists that the mailing's texts ask about; each member says which they are on.
    ``served`` gives the numbers of those who have the issue already, and are left out for that.
    ``segment`` is SQL that tells of a row of ``subscribers`` whether the mailing is for them.
    """
    return Audience(connection, lists, read_lists, served, segment=segment)


def _excluded(
    lists: Sequence[int], served: Select[tuple[int]] | None, segment: ColumnElement[bool] | None
) -> Select[tuple[int, str]]:
    """Go once over everybody on the lists.

    Asked for those that are no members, PostgreSQL would go through all members for each, unless it has counted the
    tables lately.
    """

    def any_of_theirs(holds: ColumnElement[bool]) -> ColumnElement[bool]:
        return func.max(case((holds, 1), else_=0)) == 1

    is_served = any_of_theirs(false() if served is None else subscriptions.c.subscriber_id.in_(served))
    is_outside = any_of_theirs(false() if segment is None else ~segment)
    is_permitted = any_of_theirs(permits(subscribers.c.email_key))
    reason = case(
        (is_permitted & is_served, ExclusionReason.HAS_IT),
        (is_permitted, ExclusionReason.NOT_IN_SEGMENT),
        (any_of_theirs(subscriptions.c.status == SubscriptionStatus.CONFIRMED), ExclusionReason.SUPPRESSED),
        (any_of_theirs(subscriptions.c.status == SubscriptionStatus.PENDING), ExclusionReason.PENDING),
        else_=ExclusionReason.UNSUBSCRIBED,
    )
    return (
        select(subscriptions.c.subscriber_id, reason.label("reason"))
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(subscriptions.c.list_id.in_(list(lists)))
        .group_by(subscriptions.c.subscriber_id)
        .having(or_(~is_permitted, is_served, is_outside))
        .order_by(subscriptions.c.subscriber_id)
    )
