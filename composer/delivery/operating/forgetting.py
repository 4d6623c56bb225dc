"""Empties the deliveries of somebody who was erased, or was merged into somebody who has the mailing already.

The rows stay, with their states, so that the counts of a mailing still add up. What waits to be sent is suppressed by
its sender, which asks before each offer whether the person is still on the lists (``ledger/claim.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, case, delete, exists, or_, select, text, update

from composer.audience.identities import quotes_any
from composer.database.schema import (
    attempts,
    deliveries,
    doubts,
    erasures,
    stopped_providers,
    stopped_relays,
    subscribers,
)
from composer.delivery.ledger.transitions import advance_deliveries, transition
from composer.delivery.mailing import MAY_HAVE_IT
from composer.delivery.states import DeliveryEvent, DeliveryState

HAS_IT_OTHERWISE = "has it by another address, and both were merged since the plan"
FORGOTTEN_REPLY = "(a reply that named somebody who was erased)"

_is_ours = deliveries.c.state == DeliveryState.SUPPRESSED
"""Their text is our own word of why, and names nobody."""


def forget_deliveries(connection: Connection, people: Collection[int], addresses: Collection[str]) -> int:
    """Take the address, the values and the relay's words out of all deliveries to these people; returns of how many."""
    leave_before_deliveries(connection)
    is_theirs = deliveries.c.subscriber_id.in_(list(people))
    theirs = select(deliveries.c.id).where(is_theirs)
    connection.execute(delete(doubts).where(doubts.c.delivery_id.in_(theirs)))
    named = quotes_any(attempts.c.note, addresses) if addresses else attempts.c.note.is_not(None)
    note = case((named, None), else_=attempts.c.note)
    connection.execute(update(attempts).where(attempts.c.delivery_id.in_(theirs)).values(text=None, note=note))
    words = case((_is_ours, deliveries.c.text), else_=None)
    emptied = update(deliveries).where(is_theirs).values(email="", fields={}, text=words)
    if addresses:
        for table in (stopped_relays, stopped_providers):
            connection.execute(update(table).where(quotes_any(table.c.reply, addresses)).values(reply=FORGOTTEN_REPLY))
    return connection.execute(emptied).rowcount


def erased_with_words(connection: Connection) -> Sequence[int]:
    """Find the erased people to whom a mail was under way, and of whose reply something was written down since."""
    erased = select(erasures.c.subscriber_id).where(erasures.c.subscriber_id.is_not(None))
    if connection.scalar(erased.limit(1)) is None:
        return ()
    is_erased = or_(subscribers.c.id.in_(erased), subscribers.c.merged_into.in_(erased))
    has_words = or_(deliveries.c.email != "", deliveries.c.text.is_not(None) & ~_is_ours)
    return connection.scalars(
        select(deliveries.c.subscriber_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(is_erased, subscribers.c.email == "", has_words)
        .distinct()
    ).all()


def spare_the_second(connection: Connection, *, kept: int, merged: int, now: int) -> int:
    """Suppress what waits for ``kept`` in mailings that ``merged`` may have already; returns how many that are."""
    leave_before_deliveries(connection)
    other = deliveries.alias("other")
    has_it = exists().where(
        other.c.mailing_id == deliveries.c.mailing_id, other.c.subscriber_id == merged, other.c.state.in_(MAY_HAVE_IT)
    )
    theirs: ColumnElement[bool] = (deliveries.c.subscriber_id == kept) & has_it
    advance_deliveries(connection, DeliveryState.DEFERRED, DeliveryEvent.RETURN, theirs, now=now)
    connection.execute(transition(DeliveryState.HELD, DeliveryEvent.RELEASE).where(theirs), {"now": now})
    suppressed = transition(DeliveryState.PENDING, DeliveryEvent.SUPPRESS).where(theirs)
    reason = {"text": HAS_IT_OTHERWISE, "code": None, "enhanced": None}
    return connection.execute(suppressed.values(**reason), {"now": now}).rowcount


def leave_before_deliveries(connection: Connection) -> None:
    """Wait for the offers under way before deliveries are touched, where people have left in the same transaction.

    On PostgreSQL this and a sender could wait for each other otherwise (``database/leaving.py``).
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
