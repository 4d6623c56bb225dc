"""``newsletter status`` tells where mailings stand."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from composer.errors import NewsletterError
from composer.workflow.project_database import open_to_read
from composer.workflow.wiring import the_limits

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.limits.sending_hours import SendingHours
    from composer.delivery.reporting.status import Status
    from composer.delivery.reporting.watch import MailingSnapshot


def command(
    mailing: Annotated[int | None, typer.Argument(help="Its number; all mailings otherwise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Watch it until it is done; with --json, a line of it now and then.")
    ] = False,
) -> int:
    """Tell where a mailing stands: counts that add up to what was planned."""
    from composer.cli.terminal.report import say_report
    from composer.database.engine import reading
    from composer.delivery.reporting.report import report_mailing
    from composer.delivery.reporting.status import all_mailings, mailing_status

    engine, hours = open_to_read(), the_limits().hours
    if follow:
        _follow(engine, mailing, hours, as_json=as_json)
        if as_json:
            return 0
    now = int(time.time())
    with reading(engine) as connection:
        numbers = all_mailings(connection) if mailing is None else [mailing]
        found = [mailing_status(connection, number, now=now, hours=hours) for number in numbers]
        if as_json:
            documents = [status.as_json() for status in found]
            print(json.dumps(documents if mailing is None else documents[0], indent=2))
        elif mailing is not None:
            print(say_report(report_mailing(connection, found[0])))
        else:
            _print_table(found)
    return 0


def _follow(engine: Engine, mailing: int | None, hours: SendingHours | None, *, as_json: bool) -> None:
    """Watch the mailing until nothing more will happen by itself."""
    from composer.cli.terminal.follow import follow
    from composer.database.engine import reading
    from composer.delivery.reporting.watch import watch_mailing

    if mailing is None:
        raise NewsletterError("--follow needs the number of a mailing; `newsletter status` lists them")

    def look() -> MailingSnapshot:
        with reading(engine) as connection:
            return watch_mailing(connection, mailing, now=int(time.time()), hours=hours)

    follow(look, as_json=as_json)


def _print_table(found: list[Status]) -> None:
    if not found:
        print("There is no mailing yet. Make one with: newsletter plan ISSUE")
        return
    width = max(len(status.issue) for status in found)
    print(f"{'':>4}  {'issue':<{width}}  {'state':<12}{'planned':>9}  ")
    for status in found:
        counts = ", ".join(f"{count:,} {state}" for state, count in status.deliveries.items() if count)
        print(f"{status.mailing:>4}  {status.issue:<{width}}  {status.state:<12}{status.planned:>9,}  {counts}")
