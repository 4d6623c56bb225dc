"""The winner of a subject test, which a person chooses once. Then the deliveries that waited for it are released.

::

    plan        the sample is pending, each with a variant drawn; the rest is held
    send        the sample goes
    choose      one row is written: the winner, who says so, when
    send        held → pending, a page at a time, as senders claim it

Senders that are running see the choice, too. Never: a second choice, or a variant that was not tested.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from composer.database.schema import deliveries, mailings
from composer.delivery.mailing import find_mailing, mailing_row, require_variant
from composer.delivery.states import DeliveryState, MailingState
from composer.errors import MailingError, Remedy, StateError

_OPEN = (DeliveryState.PENDING, DeliveryState.OFFERED, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class SubjectChoice:
    """The variant that was chosen. ``held`` is how many deliveries waited for it and get it."""

    winner: str
    held: int


def choose_winner(
    connection: Connection, mailing: int, variant: str, *, by: str, now: int, early: bool = False
) -> SubjectChoice:
    """Record that the rest of a mailing gets this variant of the subject.

    ``by`` is who says so; ``early`` permits it while the sample is still being sent. Raises MailingError if there is
    nothing to choose, StateError if it is too early or too late.
    """
    # Locked, so that of two people who choose at the same moment one is told of the other.
    row = mailing_row(connection, mailing, lock=True)
    found = find_mailing(connection, mailing)
    if len(found.variants) == 1:
        raise MailingError(f"mailing {mailing} has one subject, so there is nothing to choose")
    require_variant(found, variant)
    _refuse_second_choice(row)
    if found.state in (MailingState.PLANNED, MailingState.CANCELLED):
        remedy = Remedy.BEGIN_SENDING if found.state is MailingState.PLANNED else None
        raise StateError(
            f"mailing {mailing} is {found.state}, so there is nothing to choose", mailing=mailing, remedy=remedy
        )
    left = _count(connection, mailing, *_OPEN)
    if left and not early:
        raise StateError(
            f"{left:,} of the sample of mailing {mailing} are still to be sent",
            mailing=mailing,
            remedy=Remedy.SEND_SAMPLE_FIRST,
        )
    chosen = {"winner": variant, "chosen_by": by, "chosen_at": now}
    connection.execute(update(mailings).where(mailings.c.id == mailing).values(chosen))
    return SubjectChoice(variant, _count(connection, mailing, DeliveryState.HELD))


def _refuse_second_choice(mailing: Row[Any]) -> None:
    if mailing.winner is not None:
        day = dt.datetime.fromtimestamp(mailing.chosen_at, dt.UTC).astimezone()
        raise StateError(
            f"{mailing.chosen_by} has chosen {mailing.winner} for mailing {mailing.id} on {day:%d %B %Y, %H:%M}; "
            "that stays"
        )


def _count(connection: Connection, mailing: int, *states: DeliveryState) -> int:
    query = select(func.count()).where(deliveries.c.mailing_id == mailing, deliveries.c.state.in_(states))
    return connection.scalar(query) or 0
