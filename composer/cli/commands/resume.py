"""``newsletter resume``: let a paused mailing be sent again."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.workflow.project_database import open_database


def command(mailing: Annotated[int, typer.Argument(help="Its number.")]) -> int:
    """Let a paused mailing be sent again.

    Nothing is sent by this itself: begin with `newsletter send MAILING`, or let a worker take it.
    """
    from composer.delivery.states import MailingEvent
    from composer.workflow.deciding import decide

    decide(open_database(), mailing, MailingEvent.RESUME)
    print(f"Mailing {mailing} may be sent again: newsletter send {mailing}")
    return 0
