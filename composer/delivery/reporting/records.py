"""What is known of each delivery of a mailing, one record a person. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from composer.database.schema import deliveries, mailings
from composer.delivery.reply import in_words
from composer.delivery.states import DeliveryState
from composer.delivery.variant import FIRST_VARIANT, VARIANT_OF_DELIVERY


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """What is known of one delivery: its state, and the relay's answer to its last attempt."""

    subscriber: int
    email: str
    language: str
    state: DeliveryState
    attempts: int
    relay: str | None
    code: int | None
    enhanced: str | None
    text: str | None
    updated_at: dt.datetime
    variant: str = FIRST_VARIANT
    """The variant of the subject. While a delivery waits for the winner of a test, this is A."""

    @property
    def reply(self) -> str:
        """The reply that the relay gave last, or what happened instead of one."""
        return in_words(self.code, self.enhanced, self.text)


def delivery_records(
    connection: Connection,
    mailing: int,
    *,
    state: DeliveryState | None = None,
    variant: str | None = None,
    at_most: int | None = None,
) -> Iterator[DeliveryRecord]:
    """Read the deliveries of a mailing in the order of their ids, a page at a time.

    With ``state`` or ``variant``, only those are read. Whoever waits for the winner of a subject test has no variant.
    """
    query = (
        select(
            deliveries.c.subscriber_id,
            deliveries.c.email,
            deliveries.c.language,
            deliveries.c.state,
            deliveries.c.attempts,
            deliveries.c.relay,
            deliveries.c.code,
            deliveries.c.enhanced,
            deliveries.c.text,
            deliveries.c.updated_at,
            VARIANT_OF_DELIVERY.label("variant"),
        )
        .where(deliveries.c.mailing_id == mailing)
        .order_by(deliveries.c.id)
        .limit(at_most)
        .execution_options(yield_per=1000)
    )
    if state is not None:
        query = query.where(deliveries.c.state == state)
    if variant is not None:
        is_held = (deliveries.c.state == DeliveryState.HELD) & mailings.c.winner.is_(None)
        query = query.join(mailings, mailings.c.id == deliveries.c.mailing_id)
        query = query.where(~is_held, VARIANT_OF_DELIVERY.in_([variant]))
    for row in connection.execute(query):
        known = dict(row._mapping)
        yield DeliveryRecord(
            subscriber=known.pop("subscriber_id"),
            state=DeliveryState(known.pop("state")),
            updated_at=dt.datetime.fromtimestamp(known.pop("updated_at"), dt.UTC),
            **known,
        )
