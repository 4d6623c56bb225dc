"""The people with whom a mail is most likely to look wrong: the longest name, and the fewest values.

Enters: a connection. Leaves: numbers of subscribers who get mail; each question is one pass over the table, asked when
somebody looks at a mail, never while one is sent.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Text, case, cast, exists, func, select

from composer.audience.subscriptions import SubscriptionStatus
from composer.database.schema import subscribers, subscriptions

_GETS_MAIL = exists().where(
    subscriptions.c.subscriber_id == subscribers.c.id, subscriptions.c.status == SubscriptionStatus.CONFIRMED
)


def address_of(connection: Connection, subscriber: int) -> str | None:
    """Return the address of a subscriber by their number; None if there is no such person (any more)."""
    return connection.scalar(select(subscribers.c.email).where(subscribers.c.id == subscriber))


def longest_name(connection: Connection) -> int | None:
    """Find who has the longest name, in characters; None if nobody has one."""
    length = func.length(subscribers.c.first_name) + func.length(subscribers.c.last_name)
    return _first(connection, length > 0, length.desc())


def fewest_values(connection: Connection) -> int | None:
    """Find of whom the least is known: names first, then the newsletter's own fields; None if there is nobody."""
    known = case((subscribers.c.first_name != "", 1), else_=0) + case((subscribers.c.last_name != "", 1), else_=0)
    return _first(connection, subscribers.c.id > 0, known, func.length(cast(subscribers.c.attributes, Text)))


def _first(connection: Connection, which: ColumnElement[bool], *order: ColumnElement[int]) -> int | None:
    query = select(subscribers.c.id).where(_GETS_MAIL, which).order_by(*order, subscribers.c.id).limit(1)
    return connection.scalar(query)
