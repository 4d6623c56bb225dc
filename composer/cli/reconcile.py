"""``newsletter reconcile``: settle what is unknown, by the relay's log or by your word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.opening import now, writing
from composer.cli.operator import ByOption, ToOption, note_of
from composer.cli.running import this_sender
from composer.errors import NewsletterError

if TYPE_CHECKING:
    from sqlalchemy import Connection


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    log: Annotated[Path | None, typer.Option("--log", help="The relay's log, if it is a Postfix.")] = None,
    resend: Annotated[bool, typer.Option("--resend", help="Send these again, with the same Message-ID.")] = False,
    count_as_sent: Annotated[bool, typer.Option("--count-as-sent", help="The relay has these.")] = False,
    to: ToOption = None,
    by: ByOption = None,
    why: Annotated[str, typer.Option("--why", help="Kept in the record.")] = "",
) -> int:
    """Settle what is unknown: the relay may have these messages or not.

    With --log, those that Postfix has queued are counted as sent; a log that does not name a message proves nothing.
    The rest is yours to decide: --resend risks that somebody gets a message twice (with one Message-ID, which many
    mailboxes recognise), --count-as-sent that somebody gets none.
    """
    from composer.delivery.ledger import recover

    if resend and count_as_sent:
        raise NewsletterError("--resend and --count-as-sent exclude each other; give --to for each person")
    with writing() as connection:
        recover(connection, mailing, seen_from=this_sender(), now=now())
        if log:
            _by_log(connection, mailing, log, by=by)
        if resend or count_as_sent:
            _by_word(connection, mailing, resend=resend, to=to or [], note_by=by, why=why)
        return _say_rest(connection, mailing)


def _by_log(connection: Connection, mailing: int, log: Path, *, by: str | None) -> None:
    from composer.cli.deliveries import message_ids
    from composer.delivery.operate import settle_unknown
    from composer.delivery.postfix_log import taken_over
    from composer.delivery.states import DeliveryEvent, DeliveryState
    from composer.delivery.status import delivery_records

    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            taken = taken_over(lines)
    except OSError as error:
        raise NewsletterError(f"{log} cannot be read: {error.strerror}") from error
    message_id = message_ids(connection, mailing)
    found = [
        (record.email, queue_id)
        for record in delivery_records(connection, mailing, state=DeliveryState.UNKNOWN)
        if (queue_id := taken.get(message_id(record)))
    ]
    for email, queue_id in found:
        note = note_of(by, f"{log.name}: queue active, {queue_id}", "")
        settle_unknown(connection, mailing, event=DeliveryEvent.SETTLE_ACCEPTED, to=[email], note=note, now=now())
        print(f"  {email}  has been queued by the relay as {queue_id}")
    print(f"{len(found):,} settled by {log}.")


def _by_word(
    connection: Connection, mailing: int, *, resend: bool, to: list[str], note_by: str | None, why: str
) -> None:
    from composer.delivery.operate import settle_unknown
    from composer.delivery.states import DeliveryEvent

    event = DeliveryEvent.SETTLE_NOT_ACCEPTED if resend else DeliveryEvent.SETTLE_ACCEPTED
    note = note_of(note_by, "send again" if resend else "count as sent", why)
    count = settle_unknown(connection, mailing, event=event, to=to, note=note, now=now())
    print(f"{count:,} are pending again: newsletter send {mailing}" if resend else f"{count:,} count as sent.")


def _say_rest(connection: Connection, mailing: int) -> int:
    """Name whoever is left; the exit code."""
    from composer.delivery.states import DeliveryState
    from composer.delivery.status import delivery_records

    left = list(delivery_records(connection, mailing, state=DeliveryState.UNKNOWN))
    for record in left:
        print(f"  {record.email}  {record.reply}")
    print(f"{len(left):,} of mailing {mailing} are unknown." if left else f"Nothing of mailing {mailing} is unknown.")
    return 1 if left else 0
