"""Gives somebody another address, and keeps the one that they had.

Nobody gets mail again by it that they did not want: whatever the person has asked for (a complaint, an erasure) and the
operator has decided goes along to the new address. A bounce stays with the address, because it is about that mailbox.
What the new address was suppressed for already stays, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from composer.address import fold_address, parse_address
from composer.audience.consent.event import ConsentEvent
from composer.audience.consent.record import record_consent
from composer.audience.erasure.digests import AddressDigests
from composer.audience.identities import HAS_ADDRESS
from composer.audience.subscribers import find_subscriber
from composer.audience.suppressions import Suppression, SuppressionReason, find_suppressions, suppress
from composer.database.schema import address_history, subscribers, subscriptions, suppressions
from composer.database.turns import take_turn
from composer.errors import AudienceError, Remedy

CHANGED, MERGED = "changed", "merged"
"""Why an address is one of the past."""


@dataclass(frozen=True, slots=True)
class AddressChange:
    """What came of it: the former and the new address, on how many lists, and what the new one is suppressed for."""

    former: str
    email: str
    lists: int
    suppressed: Sequence[Suppression]


def change_address(
    connection: Connection,
    old: str,
    new: str,
    *,
    digests: AddressDigests,
    by: str,
    source: str,
    now: int,
    asked_anew: bool = False,
) -> AddressChange:
    """Give whoever has the address ``old`` the address ``new``, in one transaction.

    ``by`` made it, and ``source`` is kept as evidence. ``asked_anew``: the person has asked for it themselves, although
    the new address was erased once. Raises AudienceError or AddressError.
    """
    take_turn(connection)
    subscriber = find_subscriber(connection, old)
    email = parse_address(new)
    former, former_key = connection.execute(
        select(subscribers.c.email, subscribers.c.email_key).where(subscribers.c.id == subscriber)
    ).one()
    key = fold_address(email)
    if email == former:
        raise AudienceError(f"{email} is their address already")
    if key != former_key:
        _require_free(connection, key, email, digests=digests, asked_anew=asked_anew)
    keep_former_address(connection, subscriber, former, reason=CHANGED, by=by, now=now)
    connection.execute(
        update(subscribers).where(subscribers.c.id == subscriber).values(email=email, email_key=key, updated_at=now)
    )
    carry_wishes(connection, former_key, email, now=now)
    lists = connection.scalars(select(subscriptions.c.list_id).where(subscriptions.c.subscriber_id == subscriber)).all()
    events = [(subscriber, one, ConsentEvent.ADDRESS_CHANGED) for one in sorted(lists)]
    record_consent(connection, events, source=source, now=now)
    return AddressChange(former, email, len(lists), find_suppressions(connection, email))


def _require_free(connection: Connection, key: str, email: str, *, digests: AddressDigests, asked_anew: bool) -> None:
    if connection.scalar(select(subscribers.c.id).where(subscribers.c.email_key == key, HAS_ADDRESS)):
        raise AudienceError(
            f"{email} is somebody else's address; if both are the same person, merge them", remedy=Remedy.MERGE_THEM
        )
    if not asked_anew and digests.erased_among(connection, [key]):
        words = f"Whoever had the address {email} was erased; only they can ask for it"
        raise AudienceError(words, remedy=Remedy.SAY_ASKED_ANEW)


def keep_former_address(connection: Connection, subscriber: int, email: str, *, reason: str, by: str, now: int) -> None:
    """Write down that this was an address of theirs."""
    connection.execute(
        insert(address_history).values(
            subscriber_id=subscriber,
            email=email,
            email_key=fold_address(email),
            reason=reason,
            changed_at=now,
            changed_by=by,
        )
    )


def carry_wishes(connection: Connection, former_key: str, email: str, *, now: int) -> None:
    """Suppress the new address for whatever the former one was, but for bounces."""
    rows = connection.execute(
        select(suppressions.c.reason, suppressions.c.list_id, suppressions.c.source)
        .where(suppressions.c.email_key == former_key, suppressions.c.reason != SuppressionReason.BOUNCED)
        .order_by(suppressions.c.id)
    ).all()
    for row in rows:
        suppress(connection, email, reason=row.reason, source=row.source, now=now, list_id=row.list_id)
