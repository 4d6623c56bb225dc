"""Leaves a mailing to the service, by the word of a person: it is sent when its time has come."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from composer.background.alive import running_services
from composer.background.jobs import JobKind
from composer.background.rows import WAITING
from composer.database.schema import jobs
from composer.database.watermark import watermark_of
from composer.delivery.ledger.sendable import SendTerms, lock_sendable


def leave_to_service(
    connection: Connection,
    mailing: int,
    *,
    now: int,
    by: str,
    confirmed: bool = False,
    believes_refusals: bool = False,
) -> None:
    """Let whatever service works then send the mailing; what a person says besides is said of its beginning alone.

    A service that works goes on with begun mailings by itself, but begins none that nobody has left to it: a time alone
    may have been typed without meaning it.

    ``confirmed`` is said of the database as it is now, and is kept in the mailing: in the job it would hold of a copy
    of it as well, or of a backup. There it stands only where the file beside the database cannot be trusted yet. Raises
    what ``lock_sendable`` raises, if it is said.
    """
    if confirmed:
        lock_sendable(connection, mailing, terms=SendTerms(confirmed=True), now=now)
        confirmed = not watermark_of(connection).is_trusted
    arguments = {
        name: True for name, said in (("confirmed", confirmed), ("believes_refusals", believes_refusals)) if said
    }
    changed = {"arguments": arguments, "not_before": 0, "words": "", "needs_person": False, "epoch": None}
    changed |= {"state": WAITING, "failures": 0}
    known = connection.execute(update(jobs).where(jobs.c.mailing_id == mailing).values(changed))
    if not known.rowcount:
        row = {"kind": JobKind.SEND, "mailing_id": mailing, "created_at": now, "created_by": by}
        connection.execute(insert(jobs).values(**row, **changed))


def left_to_service(connection: Connection) -> Sequence[int]:
    """Number the mailings that a service has on its hands: left to it by a person, or gone on with by itself."""
    query = select(jobs.c.mailing_id).where(jobs.c.mailing_id.is_not(None), jobs.c.state == WAITING)
    return connection.scalars(query.order_by(jobs.c.mailing_id)).all()


def is_left_to_service(connection: Connection, mailing: int) -> bool:
    """Whether the mailing was left to the service, and one works now."""
    left = select(jobs.c.id).where(jobs.c.mailing_id == mailing, jobs.c.state == WAITING)
    return connection.scalar(left) is not None and bool(running_services(connection))
