"""Keeps the addresses that are never mailed. A suppression outlives the subscriber, and can precede one.

Two reasons for one address are two rows, so that lifting a manual one does not forget a complaint.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from composer.address import address_of_key, fold_address, parse_address
from composer.database.schema import lists, suppressions
from composer.database.upsert import upsert


class SuppressionReason(enum.StrEnum):
    """Why an address is not mailed."""

    BOUNCED = "bounced"  # its mailbox does not exist, or is closed for good
    COMPLAINED = "complained"  # its owner reported a mail as spam
    MANUAL = "manual"  # the operator's decision
    ERASED = "erased"  # its owner asked to be forgotten


_OWNERS_WISH = (SuppressionReason.COMPLAINED, SuppressionReason.ERASED)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One reason not to mail one address; ``list`` is a list's name, or none for every list."""

    email: str
    reason: SuppressionReason
    list: str | None
    source: str
    created_at: int


def suppress(
    connection: Connection, email: str, *, reason: str, source: str, now: int, list_id: int | None = None
) -> bool:
    """Never mail this address again, on one list or on all. True if that is new. Raises AddressError."""
    row = {
        "email_key": fold_address(parse_address(email)),
        "reason": SuppressionReason(reason),
        "list_id": list_id,
        "source": source,
        "created_at": now,
    }
    written = connection.scalar(
        upsert(connection, suppressions).values(row).on_conflict_do_nothing().returning(suppressions.c.id)
    )
    return written is not None


def lift_suppression(
    connection: Connection, email: str, *, reason: str | None = None, list_id: int | None = None
) -> int:
    """Mail this address again, on one list or everywhere it was kept from; how many suppressions that lifts.

    What its owner asked for (complained, erased) is lifted only where ``reason`` names it.
    """
    return connection.execute(delete(suppressions).where(_matching(email, reason, list_id))).rowcount


def find_suppressions(connection: Connection, email: str | None = None) -> Sequence[Suppression]:
    """Find every suppression, or those of one address; the oldest comes first."""
    query = (
        select(
            suppressions.c.email_key,
            suppressions.c.reason,
            lists.c.name,
            suppressions.c.source,
            suppressions.c.created_at,
        )
        .select_from(suppressions.outerjoin(lists))
        .order_by(suppressions.c.id)
    )
    if email is not None:
        query = query.where(suppressions.c.email_key == fold_address(parse_address(email)))
    return [
        Suppression(address_of_key(row.email_key), SuppressionReason(row.reason), row.name, row.source, row.created_at)
        for row in connection.execute(query)
    ]


def _matching(email: str, reason: str | None, list_id: int | None) -> ColumnElement[bool]:
    chosen = suppressions.c.email_key == fold_address(parse_address(email))
    if reason is not None:
        chosen = and_(chosen, suppressions.c.reason == SuppressionReason(reason))
    else:
        chosen = and_(chosen, suppressions.c.reason.not_in(_OWNERS_WISH))
    if list_id is not None:
        chosen = and_(chosen, suppressions.c.list_id == list_id)
    return chosen
