"""``newsletter pause``: stop a mailing that is being sent, for now."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.workflow.project_database import open_database


def command(mailing: Annotated[int, typer.Argument(help="Its number.")]) -> int:
    """Stop a mailing that is being sent, for now.

    Its senders finish what is open and end, within seconds.
    """
    from composer.delivery.states import MailingEvent
    from composer.workflow.deciding import decide

    decide(open_database(), mailing, MailingEvent.PAUSE)
    print(f"Mailing {mailing} is paused. Go on with: newsletter resume {mailing}")
    return 0
