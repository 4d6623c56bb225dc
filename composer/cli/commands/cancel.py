"""``newsletter cancel``: end a mailing for good; what has not been sent never will be."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.workflow.project_database import open_database


def command(mailing: Annotated[int, typer.Argument(help="Its number.")]) -> int:
    """End a mailing for good; what has not been sent never will be.

    Its senders finish what is open and end, within seconds.
    """
    from composer.delivery.states import MailingEvent
    from composer.workflow.deciding import decide

    decide(open_database(), mailing, MailingEvent.CANCEL)
    print(f"Mailing {mailing} is cancelled. What was sent stays in the record.")
    return 0
