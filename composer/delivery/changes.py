"""The statements that change a delivery's state: both states of each are read from the table in ``states``.

So a change that the table does not have cannot be written, by the ledger or by a person.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Insert, Text, Update, insert, literal, select, update

from composer.database.schema import attempts, deliveries
from composer.delivery.prepared import later
from composer.delivery.states import DeliveryEvent, DeliveryState, advance

LAST_ATTEMPT = ("relay", "phase", "code", "enhanced", "text", "took_ms")
"""What the row of a delivery says of its last attempt."""


def change(state: DeliveryState, event: DeliveryEvent) -> Update:
    """An UPDATE that takes deliveries from ``state`` to where the table leads; ``now`` is given when it is run."""
    return (
        update(deliveries)
        .where(deliveries.c.state == state)
        .values(state=advance(state, event), updated_at=later("now"))
    )


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
