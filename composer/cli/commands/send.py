"""``newsletter send``: send an issue, or go on with a mailing.

Exit codes: 0 everything that could be done is done; 1 something needs a person, or a later try; 130 it was
interrupted, and finished what was open.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.log import tell, tell_failure
from composer.cli.options import AgainOption, AllowOption, ListOption, MissingOption, RelayOption, SegmentOption
from composer.cli.run_in_terminal import INTERRUPTED, conclude, run_mailing, stop_on_signal
from composer.cli.terminal.question import say_question
from composer.cli.wording import say_error
from composer.errors import DatabaseError, LeaseLost, NewsletterError
from composer.workflow.decision_log import name_of
from composer.workflow.planning import PlanOptions, plan_issue, write_messages
from composer.workflow.project_database import open_database
from composer.workflow.sending import in_loop, routes_for, set_time, status_of, time_to_begin, what_is_sent
from composer.workflow.times import parse_time, say_time
from composer.workflow.wiring import the_limits, the_site, the_terms

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.background.process import ServiceProcess
    from composer.delivery.ledger.sendable import SendTerms
    from composer.message.links import Site


def command(
    what: Annotated[str, typer.Argument(metavar="ISSUE|MAILING", help="An issue, or the number of a mailing.")],
    *,
    lists: ListOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write the messages to files; send nothing.")] = False,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where --dry-run writes.")] = Path("dry-run"),
    wait: Annotated[bool, typer.Option("--wait", help="Stay until every retry is done, which may take a day.")] = False,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="Not before: 09:00, or 2026-12-01 09:00, our time; or now."),
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Send although the plan is old, or this database is a copy.")
    ] = False,
    believe_refusals: Annotated[
        bool, typer.Option("--believe-refusals", help="The relay is right, even if it refuses everybody.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The end report, for programs.")] = False,
    allow: AllowOption = None,
    again: AgainOption = False,
    only_missing: MissingOption = False,
    segment: SegmentOption = None,
    relays: RelayOption = None,
) -> int:
    """Send an issue, or go on with a mailing.

    An ISSUE is checked, planned, shown, and sent when you say so. With the number of a MAILING, it is begun, or goes
    on where it was. Retries that are due within 15 seconds are waited for; later ones are left to
    `newsletter run`, to the next `newsletter send MAILING`, or to --wait. With --at, `newsletter run` sends it if it
    works, unless --wait is given too.
    """
    site, engine = the_site(), open_database()
    start = parse_time(at, now=time.time()) if at else None
    options = PlanOptions(lists, segment, relays or (), allow or (), again=again, only_missing=only_missing)
    if what.isdecimal() and options != PlanOptions():
        raise NewsletterError(f"mailing {what} is planned, so nothing can be chosen for it any more; plan the issue")
    if dry_run and what.isdecimal():
        return _dry_run_mailing(engine, int(what), out, site=site)
    if dry_run:
        written, folder = write_messages(engine, what, options, out=out, site=site)
        print(f"{written:,} messages are in {folder}. Nothing was planned or sent.")
        return 0
    mailing = int(what) if what.isdecimal() else _plan(engine, what, options, site=site, say=tell if as_json else print)
    if not _agreed(engine, mailing, yes=yes):
        print(f"Nothing was sent. The plan is kept: newsletter send {mailing}")
        return 1
    terms = the_terms(site, confirmed=confirm, believes_refusals=believe_refusals)
    code = _before_its_time(engine, mailing, start, terms=terms, wait=wait, as_json=as_json)
    return _send(engine, mailing, site=site, wait=wait, terms=terms, as_json=as_json) if code is None else code


def _plan(engine: Engine, issue: str, options: PlanOptions, *, site: Site, say: Callable[[str], None]) -> int:
    from composer.cli.terminal.plan import say_plan, telling_progress

    with telling_progress() as progress:
        plan = plan_issue(engine, issue, options, site=site, progress=progress)
    say(say_plan(plan))
    return plan.mailing


def _dry_run_mailing(engine: Engine, mailing: int, out: Path, *, site: Site) -> int:
    from composer.database.engine import reading
    from composer.delivery.mailing import find_mailing
    from composer.delivery.planning.dry_run import dry_run_mailing

    with reading(engine) as connection:
        written = dry_run_mailing(connection, find_mailing(connection, mailing), out, site=site)
    print(f"{written:,} messages are in {out}. Nothing was sent.")
    return 0


def _agreed(engine: Engine, mailing: int, *, yes: bool) -> bool:
    """Whether a person, or --yes, wants it sent; nobody is asked if there is nothing to send."""
    to_send = status_of(engine, mailing).to_send
    if yes or not to_send:
        return True
    if not sys.stdin.isatty():
        raise NewsletterError("nobody is there to be asked; give --yes")
    return typer.confirm(say_question(what_is_sent(engine, mailing)))


def _before_its_time(
    engine: Engine, mailing: int, start: int | None, *, terms: SendTerms, wait: bool, as_json: bool
) -> int | None:
    """Keep the mailing's time, and wait for it or leave it to the service; an exit code if nothing is sent here."""
    due = set_time(engine, mailing, start, terms=terms)
    if due <= time.time():
        return None
    if not wait and (service := _leave(engine, mailing, terms)):
        _say_left(mailing, due, service, as_json=as_json)
        return 0
    return None if in_loop(_wait_until(due, engine, mailing)) else INTERRUPTED


def _leave(engine: Engine, mailing: int, terms: SendTerms) -> ServiceProcess | None:
    """Leave the mailing to the service, if one works on this database; gives one of its processes."""
    from composer.background.alive import running_services
    from composer.background.registering import leave_to_service

    with engine.begin() as connection:
        services = running_services(connection)
        if services:
            leave_to_service(
                connection,
                mailing,
                now=int(time.time()),
                by=name_of(None),
                confirmed=terms.confirmed,
                believes_refusals=terms.believes_refusals,
            )
    return services[0] if services else None


def _say_left(mailing: int, due: int, service: ServiceProcess, *, as_json: bool) -> None:
    if as_json:
        at = dt.datetime.fromtimestamp(due, dt.UTC).isoformat()
        print(json.dumps({"mailing": mailing, "send_at": at, "left_to": service.name, "exit": 0}, indent=2))
        return
    print(
        f"The service (process {service.pid} on {service.host}) sends mailing {mailing} on {say_time(due)}.\n"
        f"Look: newsletter status {mailing}. Not after all: newsletter cancel {mailing}"
    )


async def _wait_until(due: int, engine: Engine, mailing: int) -> bool:
    from composer.delivery.smtp.pool import wait_for

    # Looked at every second: a machine may sleep, its clock may be set, and another may cancel the mailing, or set its
    # time anew. What is kept counts, so a database that is away for a while does not matter before the time has come.
    stop = asyncio.Event()
    with stop_on_signal(stop, words=f"Not begun. Its time is kept; wait again with: newsletter send {mailing}"):
        tell(
            f"Waiting until {say_time(due)}. To begin at once: newsletter send {mailing} --at now\n"
            "Where `newsletter run` works, it waits instead, and this terminal is free."
        )
        while not stop.is_set() and (left_s := due - time.time()) > 0:
            await wait_for(stop, at_most_s=min(1.0, left_s))
            with suppress(DatabaseError):
                due = time_to_begin(engine, mailing)
    return not stop.is_set()


def _send(engine: Engine, mailing: int, *, site: Site, wait: bool, terms: SendTerms, as_json: bool) -> int:
    from composer.delivery.sending.run import End, Run

    routes, limits, before = routes_for(engine, mailing), the_limits(), status_of(engine, mailing)
    run, started = Run(), time.monotonic()
    try:
        in_loop(run_mailing(engine, before, run, site=site, routes=routes, limits=limits, terms=terms, wait=wait))
    except KeyboardInterrupt:
        tell(f"Stopped at once; what was open will be unknown. Go on with: newsletter send {mailing}")
        return INTERRUPTED
    except (DatabaseError, LeaseLost) as error:
        tell_failure(f"{say_error(error)}\nThe sending has stopped. Go on with: newsletter send {mailing}")
        return 1
    has_begun = before.state == "planned"
    if run.end is End.STOPPED and not run.halted:
        _say_who_goes_on(engine, mailing)
    return conclude(engine, mailing, run, seconds=time.monotonic() - started, as_json=as_json, has_begun=has_begun)


def _say_who_goes_on(engine: Engine, mailing: int) -> None:
    """Whoever stops a send in a terminal does not stop the service."""
    from composer.background.alive import running_services
    from composer.database.engine import reading

    with reading(engine) as connection:
        if running_services(connection):
            tell(f"The service goes on with it. To stop it: newsletter pause {mailing}")
