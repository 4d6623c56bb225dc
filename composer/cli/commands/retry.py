"""``newsletter retry``: try again what was refused, has expired, or waits for a later try."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from composer.cli.options import ByOption, ToOption
from composer.errors import NewsletterError
from composer.workflow.project_database import open_database


class RetriedState(enum.StrEnum):
    """States that somebody may want to try again."""

    REFUSED = "refused"
    EXPIRED = "expired"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"  # only to be told that it is another matter


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    state: Annotated[RetriedState, typer.Option("--state", help="What to try again.")],
    to: ToOption = None,
    by: ByOption = None,
    why: Annotated[str, typer.Option("--why", help="Kept in the record.")] = "",
) -> int:
    """Try again what was refused, has expired, or waits for a later try.

    The same message with the same Message-ID. Whoever has left, or whose address is suppressed, gets nothing all the
    same.
    """
    from composer.workflow.deciding import Retried, try_again

    if state is RetriedState.UNKNOWN:
        raise NewsletterError(
            f"what is unknown may have arrived, so it is not tried again without a word: newsletter reconcile {mailing}"
        )
    count = try_again(open_database(), mailing, state=Retried(state), to=to or (), by=by, why=why)
    print(
        f"Pending again: {count:,}. Go on with: newsletter send {mailing}"
        if count
        else f"Nothing of mailing {mailing} is {state}."
    )
    return 0
