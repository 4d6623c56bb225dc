"""Who is who, once somebody was merged into somebody else or was erased.

A row of ``subscribers`` is never deleted, because deliveries and consent name its number. Who was merged or erased has
no address any more, and no subscription: in the place of the address's key stands a word that is no address.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from composer.control_characters import one_line
from composer.database.schema import subscribers

HAS_ADDRESS: ColumnElement[bool] = subscribers.c.email != ""
"""SQL: this row of ``subscribers`` is a person of today, neither merged into another nor erased."""


def current_person(connection: Connection, subscriber: int) -> int:
    """Give the number under which somebody is known today: their own, unless they were merged into another."""
    into = connection.scalar(select(subscribers.c.merged_into).where(subscribers.c.id == subscriber))
    return subscriber if into is None else int(into)


def numbers_of(connection: Connection, subscriber: int) -> tuple[int, ...]:
    """Give every number that somebody has had: their own first, then those that were merged into them."""
    merged = select(subscribers.c.id).where(subscribers.c.merged_into == subscriber).order_by(subscribers.c.id)
    return (subscriber, *connection.scalars(merged))


def without_values(subscriber: int, *, now: int) -> dict[str, Any]:
    """Give the values of a row of which nothing personal is left, by column."""
    return {
        "email": "",
        "email_key": f"nobody {subscriber}",
        "first_name": "",
        "last_name": "",
        "language": None,
        "attributes": {},
        "updated_at": now,
    }


def without_addresses(text: str, *emails: str) -> str:
    """Take these addresses out of a text that is kept for good, and make it one line.

    Evidence is hashed with its source, so nothing could be taken out of that later.
    """
    for email in sorted(emails, key=len, reverse=True):
        text = re.sub(re.escape(email.strip()), "(their address)", text, flags=re.IGNORECASE)
    return one_line(text)


def quotes_any(column: ColumnElement[str], texts: Collection[str]) -> ColumnElement[bool]:
    """SQL: the column has one of these texts in it, whatever its case."""
    return or_(*(column.icontains(text, autoescape=True) for text in sorted(texts)))
