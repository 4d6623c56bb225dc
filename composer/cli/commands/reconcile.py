"""``newsletter reconcile``: settle what is unknown, by evidence or by your word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.options import ByOption, ToOption
from composer.errors import NewsletterError
from composer.workflow.project_database import open_database
from composer.workflow.wiring import the_site, this_sender

if TYPE_CHECKING:
    from composer.delivery.reporting.records import DeliveryRecord
    from composer.workflow.deciding import LogsRead

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
    from composer.workflow.deciding import Settled, settle

    settled = partial(settle, open_database(), mailing, seen_from=this_sender(), site=the_site, by=by)
    found = settled(logs=[STDIN if str(log) == "-" else log for log in logs or ()])
    _say_evidence(found.by_links)
    _say_evidence(found.by_logs)
    if found.log:
        _say_logs(found.log, settled=len(found.by_logs))
    if resend or count_as_sent:
        found = settled(said=Settled.NOT_SENT if resend else Settled.SENT, to=to or (), why=why)
        if found.by_word:
            go_on = f"Pending again: {found.by_word:,}. Go on with: newsletter send {mailing}"
            print(go_on if resend else f"Counted as sent: {found.by_word:,}.")
    return _say_rest(mailing, found.left)


def _say_evidence(evidence: Mapping[str, str]) -> None:
    width = max(map(len, evidence), default=0)
    for email, words in evidence.items():
        print(f"  {email:<{width}}  {words}")


def _say_logs(log: LogsRead, *, settled: int) -> None:
    print(f"{settled:,} of {log.unknown:,} settled, by {log.lines:,} lines about {log.queued:,} messages.")
    if not log.queued:
        print("None of these lines is a Postfix's word that it has queued a message; is it the relay's log?")


def _say_rest(mailing: int, left: Sequence[DeliveryRecord]) -> int:
    """Name whoever is still unknown; gives the exit code."""
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
