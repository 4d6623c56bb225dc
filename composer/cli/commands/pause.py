"""``newsletter pause``: stop a mailing that is being sent, for now."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.database import now, writing
from composer.cli.log import log_event


def command(mailing: Annotated[int, typer.Argument(help="Its number.")]) -> int:
    """Stop a mailing that is being sent, for now.

    Its senders finish what is open and end, within seconds.
    """
    from composer.delivery.operating.decisions import decide_mailing
    from composer.delivery.states import MailingEvent

    with writing() as connection:
        decide_mailing(connection, mailing, MailingEvent.PAUSE, now=now())
    log_event("mailing.paused", "somebody has paused a mailing", mailing=mailing)
    print(f"Mailing {mailing} is paused. Go on with: newsletter resume {mailing}")
    return 0
