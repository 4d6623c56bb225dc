"""``newsletter resume``: let a paused mailing be sent again."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.database import now, writing
from composer.cli.log import log_event


def command(mailing: Annotated[int, typer.Argument(help="Its number.")]) -> int:
    """Let a paused mailing be sent again.

    Nothing is sent by this itself: begin with `newsletter send MAILING`, or let a worker take it.
    """
    from composer.delivery.operating.decisions import decide_mailing
    from composer.delivery.states import MailingEvent

    with writing() as connection:
        decide_mailing(connection, mailing, MailingEvent.RESUME, now=now())
    log_event("mailing.resumed", "somebody has resumed a mailing", mailing=mailing)
    print(f"Mailing {mailing} may be sent again: newsletter send {mailing}")
    return 0
