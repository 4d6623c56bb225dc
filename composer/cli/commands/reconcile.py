"""``newsletter reconcile``: settle what is unknown, by evidence or by your word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from composer.cli.database import now, reading, writing
from composer.cli.log import log_event
from composer.cli.options import ByOption, ToOption, note_of
from composer.cli.run_in_terminal import this_sender
from composer.errors import NewsletterError

STDIN = Path("/dev/stdin")


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    *,
    logs: Annotated[
        list[Path] | None,
        typer.Option(
            "--log",
            metavar="FILE",
            help="The relay's log, if it is a Postfix; packed or not, - for the standard input. May be repeated.",
        ),
    ] = None,
    resend: Annotated[bool, typer.Option("--resend", help="Send these again, with the same Message-ID.")] = False,
    count_as_sent: Annotated[bool, typer.Option("--count-as-sent", help="The relay has these.")] = False,
    to: ToOption = None,
    by: ByOption = None,
    why: Annotated[str, typer.Option("--why", help="Kept in the record.")] = "",
) -> int:
    """Settle what is unknown: the relay may have these messages or not.

    Whoever has used a link of the mail has it. With --log, those that Postfix has queued are counted as sent; a log
    that does not name a message proves nothing. The rest is yours to decide: --resend risks that somebody gets a
    message twice (with one Message-ID, which many mailboxes recognise), --count-as-sent that somebody gets none.
    """
    if resend and count_as_sent:
        raise NewsletterError("--resend and --count-as-sent exclude each other; give --to for each person")
    if to and not (resend or count_as_sent):
        raise NewsletterError("--to names whom your word is about: give --resend or --count-as-sent with it")
    _leave_unknown(mailing)
    _by_links(mailing, by=by)
    if logs:
        _by_logs(mailing, [STDIN if str(log) == "-" else log for log in logs], by=by)
    if resend or count_as_sent:
        _by_word(mailing, resend=resend, to=to or [], note_by=by, why=why)
    return _say_rest(mailing)


def _leave_unknown(mailing: int) -> None:
    """Call unknown from now on what a sender that is gone left open."""
    from composer.delivery.ledger.ledger import recover
    from composer.delivery.mailing import find_mailing

    with writing() as connection:
        find_mailing(connection, mailing)
        recover(connection, mailing, seen_from=this_sender(), now=now())


def _by_links(mailing: int, *, by: str | None) -> None:
    from composer.delivery.operating.used_links import unknown_with_used_links

    with reading() as connection:
        found = unknown_with_used_links(connection, mailing)
    _count_as_sent(mailing, {email: f"has used a link of it ({source})" for email, source in found.items()}, by=by)


def _by_logs(mailing: int, logs: list[Path], *, by: str | None) -> None:
    """Settle what the relay's logs prove.

    They are read in no transaction: an enormous log takes minutes, and readers must be able to leave meanwhile.
    """
    from composer.cli.message_ids import message_ids
    from composer.cli.wiring import the_site
    from composer.delivery.operating.postfix_log import read_logs
    from composer.delivery.reporting.records import delivery_records
    from composer.delivery.states import DeliveryState

    with reading() as connection:
        message_id = message_ids(connection, mailing, site=the_site())
        unknown = {
            message_id(record): record.email
            for record in delivery_records(connection, mailing, state=DeliveryState.UNKNOWN)
        }
    if not unknown:
        return
    evidence = read_logs(logs, wanted=unknown)
    words = {
        unknown[message_id]: f"queued by the relay as {queue_id}" for message_id, queue_id in evidence.taken.items()
    }
    _count_as_sent(mailing, words, by=by)
    print(
        f"{len(words):,} of {len(unknown):,} settled, by {evidence.lines:,} lines about {evidence.queued:,} messages."
    )
    if not evidence.queued:
        print("None of these lines is a Postfix's word that it has queued a message; is it the relay's log?")


def _count_as_sent(mailing: int, evidence: Mapping[str, str], *, by: str | None) -> None:
    """Settle these people's deliveries, each with the evidence for it; a sender may have come before us."""
    from composer.delivery.operating.decisions import settle_unknown
    from composer.delivery.states import DeliveryEvent

    if not evidence:
        return
    with writing() as connection:
        for email, words in evidence.items():
            note = note_of(by, words, "")
            settle_unknown(connection, mailing, event=DeliveryEvent.SETTLE_ACCEPTED, to=[email], note=note, now=now())
    _log_settled(mailing, counted_as="sent", count=len(evidence))
    width = max(map(len, evidence))
    for email, words in evidence.items():
        print(f"  {email:<{width}}  {words}")


def _by_word(mailing: int, *, resend: bool, to: list[str], note_by: str | None, why: str) -> None:
    from composer.delivery.operating.decisions import settle_unknown
    from composer.delivery.states import DeliveryEvent

    event = DeliveryEvent.SETTLE_NOT_ACCEPTED if resend else DeliveryEvent.SETTLE_ACCEPTED
    note = note_of(note_by, "send again" if resend else "count as sent", why)
    with writing() as connection:
        count = settle_unknown(connection, mailing, event=event, to=to, note=note, now=now())
    _log_settled(mailing, counted_as="not sent" if resend else "sent", count=count)
    if count:
        go_on = f"Pending again: {count:,}. Go on with: newsletter send {mailing}"
        print(go_on if resend else f"Counted as sent: {count:,}.")


def _log_settled(mailing: int, *, counted_as: str, count: int) -> None:
    fields = {"mailing": mailing, "counted_as": counted_as, "count": count}
    log_event("deliveries.settled", "what was unknown is settled", **fields)


def _say_rest(mailing: int) -> int:
    """Name whoever is still unknown; gives the exit code."""
    from composer.delivery.reporting.records import delivery_records
    from composer.delivery.states import DeliveryState

    with reading() as connection:
        left = list(delivery_records(connection, mailing, state=DeliveryState.UNKNOWN))
    if not left:
        print(f"Nothing of mailing {mailing} is unknown.")
        return 0
    width = max(len(record.email) for record in left)
    for record in left:
        moment = record.updated_at.astimezone()
        print(f"  {record.email:<{width}}  {record.relay or ''}  {moment:%Y-%m-%d %H:%M:%S}  {record.reply}".rstrip())
    print(
        f"{len(left):,} of mailing {mailing} {'is' if len(left) == 1 else 'are'} unknown. Look for them in the relay's "
        "log (--log), or say --count-as-sent or --resend."
    )
    return 1
