"""``newsletter retry``: try again what was refused, has expired, or waits for a later try."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from composer.cli.database import now, writing
from composer.cli.log import log_event
from composer.cli.options import ByOption, ToOption, note_of
from composer.errors import NewsletterError


class Retried(enum.StrEnum):
    """States that may be tried again."""

    REFUSED = "refused"
    EXPIRED = "expired"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"  # only to be told that it is another matter


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    state: Annotated[Retried, typer.Option("--state", help="What to try again.")],
    to: ToOption = None,
    by: ByOption = None,
    why: Annotated[str, typer.Option("--why", help="Kept in the record.")] = "",
) -> int:
    """Try again what was refused, has expired, or waits for a later try.

    The same message with the same Message-ID. Whoever has left, or whose address is suppressed, gets nothing all the
    same.
    """
    from composer.delivery.operating.decisions import retry_deliveries
    from composer.delivery.states import DeliveryState

    if state is Retried.UNKNOWN:
        raise NewsletterError(
            f"what is unknown may have arrived, so it is not tried again without a word: newsletter reconcile {mailing}"
        )
    with writing() as connection:
        note = note_of(by, f"retry of what was {state}", why)
        count = retry_deliveries(connection, mailing, state=DeliveryState(state), to=to or (), note=note, now=now())
    log_event("deliveries.retried", "deliveries are tried again", mailing=mailing, state=str(state), count=count)
    print(
        f"Pending again: {count:,}. Go on with: newsletter send {mailing}"
        if count
        else f"Nothing of mailing {mailing} is {state}."
    )
    return 0
