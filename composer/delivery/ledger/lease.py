"""Leases: who sends a mailing now. Each sender has a row with an epoch that no other sender of the mailing ever has.

The guarantee is the epoch. Every transaction of a sender begins by renewing its lease *with its epoch in the
condition*. Once somebody else has ended that lease, the renewal changes no row, and the transaction is given up
before anything is offered. So a sender that was suspended, cut off, or wrongly thought dead does no harm when
it comes back, whatever the clocks say. Ending a lease locks the same row, so it happens before such a
transaction or after it, never in between.

``expires_at``, and the check whether the holder lives, are not needed for safety. They keep others from ending the
lease of a healthy sender, and let a lease be ended at once after ``kill -9``. What shows that the holder lives is its
session (``database/sender_session.py``), from another container too; where that tells nothing, it is the holder's
process. On PostgreSQL several senders share a mailing. SQLite has one writer at a time, so there a second sender would
only wait, and is refused.
Rejected: lock files and advisory locks as the guarantee. They vanish with a network share or a connection pooler, and
the epoch would still be needed.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from composer.database.schema import deliveries, leases, mailings
from composer.database.sender_session import SenderSession, begin_session, is_over
from composer.database.watermark import ENDED, SendingProgress
from composer.delivery.ledger.prepared import PreparedStatement, parameter
from composer.delivery.states import MailingState
from composer.errors import LeaseLost, MailingError

_log = logging.getLogger("composer.delivery")

_CLOCK_SLACK_S = 2
LEASE_S = 30
"""How long a lease lasts without being renewed; a sender renews it with every commit, and when idle."""

_mailing = mailings.c.id == parameter("mailing")

RENEW = (
    update(leases)
    .where(leases.c.mailing_id == parameter("mailing"), leases.c.epoch == parameter("epoch"))
    .values(
        expires_at=parameter("until"),
        commits=leases.c.commits + 1,
        progress_at=func.coalesce(parameter("progress"), leases.c.progress_at),
    )
    .returning(
        select(mailings.c.state).where(_mailing).scalar_subquery(),
        select(mailings.c.epoch).where(_mailing).scalar_subquery(),
        leases.c.commits,
    )
)
"""Renews a lease. It returns the columns of a Renewal, or no row if somebody has ended the lease."""


class Renewal(NamedTuple):
    """What a sender learns when it renews its lease."""

    decided: MailingState  # what a person has decided about the mailing meanwhile
    newest: int  # the highest epoch that any sender of the mailing has
    commits: int  # how often this sender has renewed its lease


IS_LEASED = exists().where(leases.c.mailing_id == deliveries.c.mailing_id, leases.c.epoch == deliveries.c.epoch)
"""SQL that tells, for a row of ``deliveries``, whether the sender of that epoch still has its lease."""


def acquire_lease(connection: Connection, *, mailing: int, holder: str, now: int) -> tuple[int, SenderSession]:
    """Become a sender of the mailing, whose row the caller has locked, and return the new epoch and its session.

    ``holder`` is ``host:pid:random``. The lease can be ended at once when the session has ended. Raises MailingError,
    on SQLite, if someone is sending it.
    """
    living = end_dead_leases(connection, mailing=mailing, seen_from=holder, now=now)
    if living and connection.dialect.name == "sqlite":
        holder_of_lease, expires_at = living[0]
        host, pid = parse_holder(holder_of_lease)
        raise MailingError(
            f"mailing {mailing} is being sent by process {pid} on {host}; "
            f"if that has died, try again in {expires_at - now} s"
        )
    epoch: int = connection.scalars(
        update(mailings).where(mailings.c.id == mailing).values(epoch=mailings.c.epoch + 1).returning(mailings.c.epoch)
    ).one()
    session = begin_session(connection, mailing=mailing, epoch=epoch)
    row = {"mailing_id": mailing, "epoch": epoch, "holder": holder, "session": session.name or None}
    connection.execute(insert(leases).values(**row, expires_at=now + LEASE_S))
    return epoch, session


def end_dead_leases(connection: Connection, *, mailing: int, seen_from: str, now: int) -> list[tuple[str, int]]:
    """End the leases that have expired or whose sender is gone; return the others as (holder, expires_at)."""
    # A locked row is being renewed at this moment, so its sender lives. Waiting for it could be a deadlock, because
    # that sender may be waiting for our row.
    rows = connection.execute(
        select(leases).where(leases.c.mailing_id == mailing).order_by(leases.c.epoch).with_for_update(skip_locked=True)
    ).all()
    dead = [row.epoch for row in rows if row.expires_at <= now or _is_dead(connection, row, seen_from, now)]
    if dead:
        fields = {"mailing": mailing, "epochs": " ".join(map(str, dead))}
        _log.info("the leases of senders that are gone are ended", extra={"action": "lease.ended", **fields})
        _end_leases(connection, mailing, dead)
    return [(row.holder, row.expires_at) for row in rows if row.epoch not in dead]


def sending_progress(connection: Connection, mailing: int) -> SendingProgress:
    """How far the sending of a mailing has come, as this database knows it (``database/watermark.py``)."""
    running = (leases.c.mailing_id == mailings.c.id) & (leases.c.epoch == mailings.c.epoch)
    query = select(mailings.c.epoch, leases.c.commits).outerjoin_from(mailings, leases, running)
    epoch, commits = connection.execute(query.where(mailings.c.id == mailing)).one()
    return SendingProgress(epoch, ENDED if commits is None else commits)


def renew_lease(
    connection: Connection, renew: PreparedStatement, *, mailing: int, epoch: int, now: int, comes_on: bool = False
) -> Renewal:
    """Renew the lease, and lock its row until the transaction ends; ``comes_on``: deliveries do in this transaction.

    ``renew`` is the prepared RENEW. Raises LeaseLost if somebody has ended the lease.
    """
    values = {"mailing": mailing, "epoch": epoch, "until": now + LEASE_S, "progress": now if comes_on else None}
    rows = renew.run(connection, values).rows
    if not rows:
        fields = {"mailing": mailing, "epoch": epoch}
        _log.warning("another sender has ended this one's lease", extra={"action": "lease.lost", **fields})
        raise LeaseLost(f"another process has taken mailing {mailing} over; this one has stopped")
    decided, newest, commits, *_ = rows[0]  # what locks the leaving has a column too
    return Renewal(MailingState(decided), newest, commits)


def release_lease(connection: Connection, *, mailing: int, epoch: int) -> None:
    """Give the lease back at the end. It does no harm if the lease was lost before."""
    _end_leases(connection, mailing, [epoch])


def _end_leases(connection: Connection, mailing: int, epochs: Sequence[int]) -> None:
    """Delete leases; when they came on last is the mailing's from then on."""
    ended = delete(leases).where(leases.c.mailing_id == mailing, leases.c.epoch.in_(epochs))
    # Their rows are locked before the mailing's: whoever has that one waits for no lease.
    moments = connection.scalars(ended.returning(leases.c.progress_at)).all()
    note_progress(connection, mailing, max((moment for moment in moments if moment), default=0))


def note_progress(connection: Connection, mailing: int, moment: int) -> None:
    """Keep that a delivery of the mailing came on at this moment, in Unix seconds."""
    is_later = func.coalesce(mailings.c.progress_at, 0) < moment
    connection.execute(update(mailings).where(mailings.c.id == mailing, is_later).values(progress_at=moment))


def last_progress(connection: Connection, mailing: int) -> int | None:
    """Tell when a delivery of the mailing came on last, in Unix seconds, without looking at the deliveries."""
    of_senders = select(func.max(leases.c.progress_at)).where(leases.c.mailing_id == mailing).scalar_subquery()
    kept = connection.execute(select(mailings.c.progress_at, of_senders).where(mailings.c.id == mailing)).one()
    return max((moment for moment in kept if moment), default=None)


def silent_since(connection: Connection, mailing: int, *, now: int) -> int | None:
    """Tell when those who send the mailing now took a delivery on last, in Unix seconds; None if none has yet."""
    is_theirs = (leases.c.mailing_id == mailing) & (leases.c.expires_at > now)
    latest: int | None = connection.scalar(select(func.max(leases.c.progress_at)).where(is_theirs))
    return latest


def is_being_sent(connection: Connection, *, mailing: int, now: int) -> bool:
    """Whether somebody holds an unexpired lease of this mailing."""
    query = select(exists().where(leases.c.mailing_id == mailing, leases.c.expires_at > now))
    return bool(connection.scalar(query))


def is_held_alive(connection: Connection, *, mailing: int, seen_from: str, now: int) -> bool:
    """Whether a sender of this mailing lives, as far as anybody can tell; nothing is ended by asking."""
    query = select(leases).where(leases.c.mailing_id == mailing, leases.c.expires_at > now)
    return any(not _is_dead(connection, row, seen_from, now) for row in connection.execute(query).all())


def active_senders(connection: Connection, *, now: int) -> set[str]:
    """The names (``sender_name``) of all senders that hold an unexpired lease of any mailing."""
    rows = connection.execute(select(leases.c.mailing_id, leases.c.epoch).where(leases.c.expires_at > now))
    return {sender_name(mailing, epoch) for mailing, epoch in rows}


def sender_name(mailing: int, epoch: int) -> str:
    """Name a sender as no other sender of this database is ever named."""
    return f"{mailing}.{epoch}"


def parse_holder(holder: str) -> tuple[str, str]:
    """Split the holder of a lease, "host:pid:random", into the host and the process id."""
    host, pid, _ = holder.rsplit(":", 2)
    return host, pid


def _is_dead(connection: Connection, lease: Row[Any], seen_from: str, now: int) -> bool:
    """Whether the holder is certainly gone, by its session or, where that tells nothing, by its process."""
    is_gone = is_over(connection, lease.session, mailing=lease.mailing_id, epoch=lease.epoch)
    return is_gone if is_gone is not None else _is_process_gone(lease, seen_from=seen_from, now=now)


def _is_process_gone(lease: Row[Any], *, seen_from: str, now: int) -> bool:
    """Whether the holder's process is certainly gone. On another host, and on Windows, nobody can know.

    A process with the holder's number that began after the lease was last renewed is another one: the first process of
    a container that was started again has the number 1 each time.
    """
    host, pid = parse_holder(lease.holder)
    if host != parse_holder(seen_from)[0] or sys.platform == "win32":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    age_s = _age_s(int(pid))
    return age_s is not None and now - age_s > lease.expires_at - LEASE_S + _CLOCK_SLACK_S


def _age_s(pid: int) -> float | None:
    """How many seconds ago a process began (proc(5)); None where that is not known."""
    try:
        # The second field is the program's name, in which there may be anything.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        up_s = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
        return up_s - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
