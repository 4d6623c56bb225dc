"""The statements that change a delivery's state. Both states of each come from the table in ``delivery/states.py``.

So neither the ledger nor a person can make a change that the table does not have.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Text, Update, insert, literal, select, update

from composer.database.schema import attempts, deliveries
from composer.delivery.ledger.prepared import parameter
from composer.delivery.states import DeliveryEvent, DeliveryState, advance

_PAGE = 1000

LAST_ATTEMPT = ("relay", "phase", "code", "enhanced", "text", "took_ms")
"""The columns of ``deliveries`` that tell of the last attempt."""


def transition(state: DeliveryState, event: DeliveryEvent) -> Update:
    """Build an UPDATE that takes deliveries from ``state`` to the state after ``event``. It is run with ``now``."""
    return (
        update(deliveries)
        .where(deliveries.c.state == state)
        .values(state=advance(state, event), updated_at=parameter("now"))
    )


def advance_deliveries(
    connection: Connection,
    state: DeliveryState,
    event: DeliveryEvent,
    chosen: ColumnElement[bool],
    *,
    now: int,
    note: str | None = None,
    wait: bool = True,
) -> int:
    """Take the ``chosen`` deliveries in ``state`` on by ``event``, and return how many.

    The attempt that had led to ``state`` is kept in the history, with the ``note``. This is done a page at a time, and
    each row is locked before it is read, so that two transactions cannot keep an attempt twice or lose it. ``wait``
    tells whether to wait for rows that another transaction has locked, or to leave them to it.
    """
    page = select(deliveries.c.id).where(chosen, deliveries.c.state == state).order_by(deliveries.c.id).limit(_PAGE)
    page = page.with_for_update(skip_locked=not wait)
    changed = {"next_attempt_at": None, "epoch": 0, **({"text": note} if note is not None else {})}
    count = 0
    while ids := connection.scalars(page).all():
        connection.execute(keep_attempts(state, deliveries.c.id.in_(ids), note=note))
        connection.execute(transition(state, event).where(deliveries.c.id.in_(ids)).values(changed), {"now": now})
        count += len(ids)
    return count


def keep_attempts(state: DeliveryState, condition: ColumnElement[bool], *, note: str | None = None) -> Insert:
    """Build an INSERT that copies the last attempts of deliveries in ``state`` into the history."""
    columns: list[ColumnElement[Any]] = [deliveries.c[name] for name in LAST_ATTEMPT]
    return insert(attempts).from_select(
        ["delivery_id", "number", "outcome", *LAST_ATTEMPT, "at", "note"],
        select(
            deliveries.c.id,
            deliveries.c.attempts,
            literal(str(state)),
            *columns,
            deliveries.c.updated_at,
            literal(note, Text),
        ).where(deliveries.c.state == state, condition),
    )
