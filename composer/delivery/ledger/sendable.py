"""Whether a mailing may be sent now, from this database, or needs somebody's word first.

::

    paused, cancelled       not until it is resumed; never
    planned long ago        people have moved on, and the news is old: only if a person confirms it; one that was
                            given a time was meant for that time
    planned elsewhere       this database is a copy; the original may have sent it since: only if confirmed
    sent further            a backup was written over this database, or put in its place: only if confirmed
    another site or key     its links would lead elsewhere than planned, and its Message-IDs be others at each try
    not approved            if the project wants a second person's word, and for exactly what is sent now
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, update

from composer.database.identity import database_identity, is_at_home
from composer.database.schema import mailings
from composer.database.watermark import watermark_of
from composer.delivery.ledger.approval import require_approval
from composer.delivery.ledger.lease import sending_progress
from composer.delivery.mailing import mailing_row
from composer.delivery.packed import require_unpacked
from composer.delivery.states import MailingState
from composer.errors import Remedy, StateError
from composer.mailbox_providers import PROVIDERS
from composer.message.links import Site

STALE_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SendTerms:
    """What a person has said about sending a mailing, and what is asked of it.

    ``confirmed``: a person says that the mailing is still to be sent. ``approved_for``: if not None, an approval is
    needed, and it is the URL of the site that the mailing's links lead to. ``site`` is what the messages are made with.
    ``believes_refusals``: a person says that a relay that refuses everybody is right. ``domains`` has those of each
    provider that has a name.
    """

    confirmed: bool = False
    approved_for: str | None = None
    site: Site | None = None
    believes_refusals: bool = False
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PROVIDERS)


NO_TERMS = SendTerms()


def lock_sendable(connection: Connection, mailing: int, *, terms: SendTerms, now: int) -> Row[Any]:
    """Lock the mailing's row and return it. Raises NoSuchMailing, or StateError if the mailing may not be sent now."""
    row = mailing_row(connection, mailing, lock=True)
    if row.state not in (MailingState.PLANNED, MailingState.SENDING):
        remedy = Remedy.RESUME if row.state == MailingState.PAUSED else None
        raise StateError(f"mailing {mailing} is {row.state}, so it cannot be sent", mailing=mailing, remedy=remedy)
    require_unpacked(connection, mailing)
    here, watermark = database_identity(connection), watermark_of(connection)
    mark = watermark.read(mailing)
    is_behind = mark is not None and sending_progress(connection, mailing) < mark
    if terms.confirmed:
        # New epochs continue after the one in the watermark, so that this database counts as up to date from now on.
        epoch = mark.epoch if mark and is_behind else row.epoch
        confirmed = {"home": here, "confirmed_at": now, "epoch": epoch}
        connection.execute(update(mailings).where(mailings.c.id == mailing).values(confirmed))
    elif not is_at_home(connection, row.home):
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
    elif not watermark.is_trusted:
        raise StateError(
            f"mailing {mailing} may have been sent further than this database knows: it, and the file beside it that "
            "ends in -sent, are not those that mail was last sent with. What was sent since would be sent again.",
            mailing=mailing,
            remedy=Remedy.CONFIRM_NOT_SENT,
        )
    elif now - max(row.created_at, row.confirmed_at or 0, row.chosen_at or 0, min(row.send_at or 0, now)) > STALE_S:
        days = (now - row.created_at) // 86400
        raise StateError(
            f"mailing {mailing} was planned {days} days ago.", mailing=mailing, remedy=Remedy.CONFIRM_STILL_RIGHT
        )
    if terms.site is not None:
        _require_the_same_site(connection, row, terms.site)
    if terms.approved_for is not None:
        require_approval(connection, mailing, site_url=terms.approved_for)
    return row


def _require_the_same_site(connection: Connection, row: Row[Any], site: Site) -> None:
    """Keep what the mailing is sent with, the first time; later raise StateError if it is something else."""
    is_begun, mailing = row.state != MailingState.PLANNED, row.id
    if row.site_url not in (None, site.url):
        words = (
            f"mailing {mailing} was planned with links to {row.site_url}, and NEWSLETTER_SITE_URL is {site.url} now."
        )
    elif is_begun and row.key_check not in (None, site.key_check):
        words = (
            f"mailing {mailing} was begun with another NEWSLETTER_SECRET_KEY. With the one of now, whoever is tried "
            "again would get another Message-ID, and the links of the mails that are out lead nowhere."
        )
    else:
        kept = {"site_url": site.url, "key_check": site.key_check}
        if (row.site_url, row.key_check) != (site.url, site.key_check):
            connection.execute(update(mailings).where(mailings.c.id == mailing).values(kept))
        return
    remedy = Remedy.CANCEL_AND_PLAN_FOR_THE_REST if is_begun else Remedy.PLAN_AGAIN
    raise StateError(words, mailing=mailing, remedy=remedy)
