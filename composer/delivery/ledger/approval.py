"""Approvals: who has approved a mailing, and whether it is still what that person saw.

The digest of what stands in the database is taken anew before the first message leaves, so nothing that was
changed since the approval is sent on its strength.
"""

from __future__ import annotations

from sqlalchemy import Connection, Text, cast, delete, insert, select

from composer.database.schema import approvals, deliveries
from composer.delivery.mailing import find_mailing
from composer.delivery.packed import find_packed, require_unpacked
from composer.delivery.planning.digest import MailingDigest
from composer.delivery.states import MailingState
from composer.errors import Remedy, StateError


def approve_mailing(connection: Connection, mailing: int, *, name: str, site_url: str, now: int) -> str:
    """Record that ``name`` approves exactly what would be sent now, and return its digest.

    Raises MailingError if there is no such mailing, StateError if it will never be sent.
    """
    if find_mailing(connection, mailing).state is MailingState.CANCELLED:
        raise StateError(f"mailing {mailing} is cancelled, so there is nothing to approve")
    require_unpacked(connection, mailing)
    digest = current_digest(connection, mailing, site_url=site_url)
    connection.execute(delete(approvals).where(approvals.c.mailing_id == mailing, approvals.c.name == name))
    connection.execute(insert(approvals).values(mailing_id=mailing, name=name, digest=digest, at=now))
    return digest


def require_approval(connection: Connection, mailing: int, *, site_url: str) -> None:
    """Raises StateError unless somebody has approved what would be sent now."""
    approved = set(connection.scalars(select(approvals.c.digest).where(approvals.c.mailing_id == mailing)))
    if not approved:
        raise StateError(f"mailing {mailing} has not been approved", mailing=mailing, remedy=Remedy.APPROVE)
    if current_digest(connection, mailing, site_url=site_url) not in approved:
        raise StateError(
            f"mailing {mailing} has changed since it was approved", mailing=mailing, remedy=Remedy.APPROVE_AGAIN
        )


def current_digest(connection: Connection, mailing: int, *, site_url: str) -> str:
    """Compute the digest of what would be sent, from what stands in the database now."""
    found = find_mailing(connection, mailing)
    if find_packed(connection, mailing):
        return found.digest  # nothing of it is sent any more, and those who got it are not known
    digest = MailingDigest(found.edition_digests, site_url=site_url)
    rows = connection.execute(
        select(
            deliveries.c.subscriber_id,
            deliveries.c.email,
            deliveries.c.language,
            cast(deliveries.c.fields, Text),
            deliveries.c.variant,
        )
        .where(deliveries.c.mailing_id == mailing)
        .order_by(deliveries.c.subscriber_id)
        .execution_options(yield_per=2000)
    )
    for page in rows.partitions():
        digest.add_recipients([tuple(row) for row in page])
    return digest.hexdigest()
