"""``newsletter cancel``: end a mailing for good; what has not been sent never will be."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.database import now, writing
from composer.cli.log import log_event


def command(mailing: Annotated[int, typer.Argument(help="Its number.")]) -> int:
    """End a mailing for good; what has not been sent never will be.

    Its senders finish what is open and end, within seconds.
    """
    from composer.delivery.operating.decisions import decide_mailing
    from composer.delivery.states import MailingEvent

    with writing() as connection:
        decide_mailing(connection, mailing, MailingEvent.CANCEL, now=now())
    log_event("mailing.cancelled", "somebody has cancelled a mailing", mailing=mailing)
    print(f"Mailing {mailing} is cancelled. What was sent stays in the record.")
    return 0
