"""Who sends a mailing now: a row with an epoch that grows with every taking.

The guarantee is the epoch. Every transaction of a sender begins by renewing its lease *with its epoch in the
condition*; once somebody else has taken the mailing over, that changes no row, and the transaction is
given up before anything is offered. So a sender that was suspended, cut off, or wrongly thought dead does no
harm when it comes back, whatever the clocks say.

``expires_at`` and the question whether the holder's process lives are only manners: they keep a second
`newsletter send` from taking over a healthy run, and let a new one take over at once after ``kill -9``.
Rejected: lock files and advisory locks; they vanish with a network share or a connection pooler, and the epoch
would still be needed.
"""

from __future__ import annotations

import os
import sys

from sqlalchemy import Connection, select, update

from composer.database.schema import leases
from composer.delivery.prepared import Prepared, later
from composer.errors import LeaseLost, MailingError

LEASE_S = 30
"""How long a lease lasts without being renewed; a sender renews it with every commit, and when idle."""

RENEW = (
    update(leases)
    .where(leases.c.mailing_id == later("mailing"), leases.c.epoch == later("held"))
    .values(expires_at=later("until"))
)


def take_lease(connection: Connection, *, mailing: int, holder: str, now: int) -> int:
    """Become the sender of the mailing; returns the new epoch. Raises MailingError if someone is sending it.

    ``holder`` is ``host:pid:random``.
    """
    row = connection.execute(select(leases).where(leases.c.mailing_id == mailing).with_for_update()).one()
    if row.expires_at > now and not _is_dead(row.holder, seen_from=holder):
        host, pid, _ = row.holder.rsplit(":", 2)
        raise MailingError(
            f"mailing {mailing} is being sent by process {pid} on {host}; "
            f"if that has died, try again in {row.expires_at - now} s"
        )
    epoch: int = row.epoch + 1
    connection.execute(
        update(leases)
        .where(leases.c.mailing_id == mailing)
        .values(holder=holder, epoch=epoch, expires_at=now + LEASE_S)
    )
    return epoch


def renew_lease(connection: Connection, renew: Prepared, *, mailing: int, epoch: int, now: int) -> None:
    """Keep the lease, and lock its row until the transaction ends. ``renew`` is RENEW. Raises LeaseLost."""
    renewed = renew.run(connection, {"mailing": mailing, "held": epoch, "until": now + LEASE_S})
    if renewed.rowcount != 1:
        raise LeaseLost(f"another process has taken mailing {mailing} over; this one has stopped")


def end_lease(connection: Connection, *, mailing: int, epoch: int) -> None:
    """Leave in order: the next sender may begin at once. Harmless if the lease was lost."""
    connection.execute(RENEW, {"mailing": mailing, "held": epoch, "until": 0})


def is_being_sent(connection: Connection, *, mailing: int, now: int) -> bool:
    """Whether somebody holds an unexpired lease."""
    until = connection.scalar(select(leases.c.expires_at).where(leases.c.mailing_id == mailing))
    return until is not None and until > now


def _is_dead(holder: str, *, seen_from: str) -> bool:
    """Whether the holder's process is surely gone. "No" if it cannot be known: another host, or Windows."""
    host, pid, _ = holder.rsplit(":", 2)
    if host != seen_from.rsplit(":", 2)[0] or sys.platform == "win32":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
