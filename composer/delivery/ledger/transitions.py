"""The statements that change a delivery's state: both states of each are read from the table in ``states``.

So a change that the table does not have cannot be written, by the ledger or by a person.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Text, Update, insert, literal, select, update

from composer.database.schema import attempts, deliveries
from composer.delivery.ledger.prepared import parameter
from composer.delivery.states import DeliveryEvent, DeliveryState, advance

_PAGE = 1000

LAST_ATTEMPT = ("relay", "phase", "code", "enhanced", "text", "took_ms")
"""What the row of a delivery says of its last attempt."""


def transition(state: DeliveryState, event: DeliveryEvent) -> Update:
    """An UPDATE that takes deliveries from ``state`` to where the table leads; ``now`` is given when it is run."""
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
    """Take deliveries on from the end of a try, and keep that try in the history; how many.

    Some at a time, each locked before it is looked at: what another transaction takes on meanwhile is neither kept
    twice nor taken on without being kept. ``wait``: for those that somebody else has locked; otherwise they are his.
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
    """An INSERT that keeps the last attempts of deliveries in ``state`` in the history, before they go on."""
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
