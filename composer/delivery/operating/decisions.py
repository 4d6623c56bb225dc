"""What a person decides about a mailing: to pause, resume or cancel it, to try again, to settle what is unknown.

A running sender sees a pause with its next commit, within milliseconds while it sends and within ten seconds when it is
idle, and finishes the transactions that are open. When a person settles a delivery, its former outcome is kept in the
history of attempts, with who settled it and why. A delivery that is sent again has the same Message-ID and the same
bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, exists, select, true, update

from composer.address import fold_address
from composer.database.schema import deliveries, mailings
from composer.delivery.ledger.lease import note_progress
from composer.delivery.ledger.transitions import advance_deliveries
from composer.delivery.mailing import find_mailing, mailing_row, wait_for_other_plans, whoever_has
from composer.delivery.packed import require_unpacked
from composer.delivery.states import WAITING, DeliveryEvent, DeliveryState, MailingEvent, MailingState, advance, decide
from composer.errors import MailingError, Remedy, StateError

RETRIED = {
    DeliveryState.REFUSED: DeliveryEvent.RETRY,
    DeliveryState.EXPIRED: DeliveryEvent.RETRY,
    DeliveryState.DEFERRED: DeliveryEvent.RETURN,
}
"""The states from which a delivery may be tried again, and the event that does it."""


def decide_mailing(connection: Connection, mailing: int, event: MailingEvent, *, now: int) -> MailingState:
    """Pause, resume or cancel a mailing, and return its state afterwards. Raises NoSuchMailing, StateError."""
    row = mailing_row(connection, mailing, lock=True)
    try:
        state = decide(MailingState(row.state), event)
    except StateError:
        words, remedy = _why_not(MailingState(row.state), event)
        raise StateError(f"mailing {mailing} {words}", mailing=mailing, remedy=remedy) from None
    if row.state == MailingState.SENDING and not _is_anything_left(connection, mailing):
        raise StateError(f"mailing {mailing} is finished, so there is nothing to {event}")
    connection.execute(update(mailings).where(mailings.c.id == mailing).values(state=state, updated_at=now))
    return state


def _why_not(state: MailingState, event: MailingEvent) -> tuple[str, Remedy | None]:
    """Say why this cannot be done, and what can be instead."""
    match state, event:
        case MailingState.CANCELLED, _:
            return "is cancelled, for good; to send the issue, plan it again", None
        case MailingState.PLANNED, MailingEvent.PAUSE:
            return "has not begun", Remedy.SET_ANOTHER_TIME
        case MailingState.PAUSED, MailingEvent.PAUSE:
            return "is paused already", Remedy.RESUME
        case _:
            return "is not paused", Remedy.GO_ON_SENDING


def _is_anything_left(connection: Connection, mailing: int) -> bool:
    """Whether somebody still waits for the mailing, or may have to get it because their delivery is unknown."""
    left = exists().where(deliveries.c.mailing_id == mailing, deliveries.c.state.in_([*WAITING, DeliveryState.UNKNOWN]))
    return bool(connection.scalar(select(left)))


def retry_deliveries(
    connection: Connection, mailing: int, *, state: DeliveryState, to: Collection[str] = (), note: str, now: int
) -> int:
    """Make deliveries pending again that were refused, have expired, or wait for a retry, and return how many.

    With ``to``, only those to these addresses. ``note`` says who wants it and why. Whoever has the issue by another
    mailing meanwhile, or is about to get it, is left out.
    """
    if state not in RETRIED:
        raise StateError(f"what is {state} cannot be tried again; only {', '.join(RETRIED)}")
    wait_for_other_plans(connection)
    issue = find_mailing(connection, mailing).issue
    is_without = deliveries.c.subscriber_id.not_in(whoever_has(issue, but=mailing))
    return _advance_chosen(connection, mailing, state, RETRIED[state], to=to, note=note, now=now, but=is_without)


def settle_unknown(
    connection: Connection, mailing: int, *, event: DeliveryEvent, to: Collection[str] = (), note: str, now: int
) -> int:
    """Settle deliveries of which nobody knows whether the relay has them, and return how many.

    ``event`` is SETTLE_ACCEPTED (count them as sent) or SETTLE_NOT_ACCEPTED (send them again). With ``to``, only those
    to these addresses. ``note`` says who has settled them and why.
    """
    return _advance_chosen(connection, mailing, DeliveryState.UNKNOWN, event, to=to, note=note, now=now)


def _advance_chosen(
    connection: Connection,
    mailing: int,
    state: DeliveryState,
    event: DeliveryEvent,
    *,
    to: Collection[str],
    note: str,
    now: int,
    but: ColumnElement[bool] | None = None,
) -> int:
    is_cancelled = find_mailing(connection, mailing).state is MailingState.CANCELLED
    if is_cancelled and advance(state, event) is DeliveryState.PENDING:
        raise StateError(f"mailing {mailing} is cancelled; nothing of it is sent any more")
    require_unpacked(connection, mailing)
    chosen = (deliveries.c.mailing_id == mailing) & _addressed_to(connection, mailing, state, to)
    chosen = chosen if but is None else chosen & but
    count = advance_deliveries(connection, state, event, chosen, now=now, note=note)
    if count and advance(state, event) is not DeliveryState.PENDING:
        note_progress(connection, mailing, now)
    return count


def _addressed_to(
    connection: Connection, mailing: int, state: DeliveryState, addresses: Collection[str]
) -> ColumnElement[bool]:
    """Build the condition for deliveries to these addresses, or for all if none are given.

    Raises MailingError for an address that has no delivery in that state.
    """
    if not addresses:
        return true()
    query = select(deliveries.c.id, deliveries.c.email).where(
        deliveries.c.mailing_id == mailing, deliveries.c.state == state
    )
    found = {fold_address(email): delivery for delivery, email in connection.execute(query).all()}
    missing = [address for address in addresses if fold_address(address) not in found]
    if missing:
        raise MailingError(f"mailing {mailing} has no delivery that is {state} to {', '.join(missing)}")
    ids: Sequence[int] = [found[fold_address(address)] for address in addresses]
    return deliveries.c.id.in_(ids)
