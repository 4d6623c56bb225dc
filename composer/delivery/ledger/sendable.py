"""Whether a mailing may be sent now, from this database, or needs somebody's word first.

::

    paused, cancelled       not until it is resumed; never
    planned long ago        people have moved on, and the news is old: only if a person confirms it
    planned elsewhere       this database is a copy; the original may have sent it since: only if confirmed
    sent further            a backup was written over this database: only if confirmed
    not approved            if the project wants a second person's word, and for exactly what is sent now
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, update

from composer.database.identity import database_identity
from composer.database.schema import mailings
from composer.database.watermark import watermark_of
from composer.delivery.ledger.approval import require_approval
from composer.delivery.ledger.lease import sending_progress
from composer.delivery.mailing import mailing_row
from composer.delivery.states import MailingState
from composer.errors import Remedy, StateError

STALE_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SendTerms:
    """What a person has said about sending a mailing, and what is asked of it.

    ``confirmed``: a person says that the mailing is still to be sent. ``approved_for``: if not None, an approval is
    needed, and it is the URL of the site that the mailing's links lead to.
    """

    confirmed: bool = False
    approved_for: str | None = None


NO_TERMS = SendTerms()


def lock_sendable(connection: Connection, mailing: int, *, terms: SendTerms, now: int) -> Row[Any]:
    """Lock the mailing's row and return it. Raises NoSuchMailing, or StateError if the mailing may not be sent now."""
    row = mailing_row(connection, mailing, lock=True)
    if row.state not in (MailingState.PLANNED, MailingState.SENDING):
        remedy = Remedy.RESUME if row.state == MailingState.PAUSED else None
        raise StateError(f"mailing {mailing} is {row.state}, so it cannot be sent", mailing=mailing, remedy=remedy)
    here, mark = database_identity(connection), watermark_of(connection).read(mailing)
    is_behind = mark is not None and sending_progress(connection, mailing) < mark
    if terms.confirmed:
        # New epochs continue after the one in the watermark, so that this database counts as up to date from now on.
        epoch = mark.epoch if mark and is_behind else row.epoch
        confirmed = {"home": here, "confirmed_at": now, "epoch": epoch}
        connection.execute(update(mailings).where(mailings.c.id == mailing).values(confirmed))
    elif row.home and row.home != here:
        raise StateError(
            f"mailing {mailing} was planned in another database, of which this one is a copy. What was sent since the "
            "copy was made would be sent again.",
            mailing=mailing,
            remedy=Remedy.CONFIRM_NOT_SENT,
        )
    elif is_behind:
        raise StateError(
            f"mailing {mailing} has been sent further than this database knows: a backup was put in its place. What "
            "was sent since it was made would be sent again.",
            mailing=mailing,
            remedy=Remedy.CONFIRM_NOT_SENT,
        )
    elif now - max(row.created_at, row.confirmed_at or 0, row.chosen_at or 0) > STALE_S:
        days = (now - row.created_at) // 86400
        raise StateError(
            f"mailing {mailing} was planned {days} days ago.", mailing=mailing, remedy=Remedy.CONFIRM_STILL_RIGHT
        )
    if terms.approved_for is not None:
        require_approval(connection, mailing, site_url=terms.approved_for)
    return row
