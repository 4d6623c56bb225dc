"""``newsletter send``: send an issue, or go on with a mailing.

Exit codes: 0 everything that could be done is done; 1 something needs a person, or a later try; 130 it was
interrupted, and finished what was open.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from composer.cli.opening import open_database
from composer.cli.plan import AgainOption, AllowOption, ListOption, make_plan, plan_text
from composer.cli.progress import show_progress
from composer.cli.ready import check_to_send, choose_lists, the_routes, the_rules, the_site
from composer.errors import DatabaseError, LeaseLost, NewsletterError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.dispatch import Run
    from composer.delivery.route import Route
    from composer.delivery.rules import Rules
    from composer.delivery.status import Status
    from composer.message.links import Site

_INTERRUPTED = 130


def command(
    what: Annotated[str, typer.Argument(metavar="ISSUE|MAILING", help="An issue, or the number of a mailing.")],
    lists: ListOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write the messages to files; send nothing.")] = False,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where --dry-run writes.")] = Path("dry-run"),
    wait: Annotated[bool, typer.Option("--wait", help="Stay until every retry is done, which may take a day.")] = False,
    allow: AllowOption = None,
    again: AgainOption = False,
) -> int:
    """Send an issue, or go on with a mailing.

    An ISSUE is checked, planned, shown, and sent when you say so. With the number of a MAILING, it is begun, or goes
    on where it was. Retries that are due within 15 seconds are waited for; later ones are left to the next
    `newsletter send MAILING`, or to --wait.
    """
    site, engine = the_site(), open_database()
    if what.isdecimal():
        mailing = int(what)
        if dry_run:
            return _rehearse_mailing(engine, mailing, out, site=site)
        return _confirm_and_send(engine, mailing, site=site, yes=yes, wait=wait)
    if dry_run:
        return _rehearse_issue(engine, what, out, lists=lists, allow=allow or [], site=site)
    plan = make_plan(engine, what, lists=lists, allow=allow or (), again=again, site=site)
    print(plan_text(plan))
    return _confirm_and_send(engine, plan.mailing, site=site, yes=yes, wait=wait)


def _rehearse_mailing(engine: Engine, mailing: int, out: Path, *, site: Site) -> int:
    from composer.database.engine import reading
    from composer.delivery.mailing import find_mailing
    from composer.delivery.rehearsal import rehearse_mailing

    with reading(engine) as connection:
        written = rehearse_mailing(connection, find_mailing(connection, mailing), out, site=site)
    print(f"{written:,} messages are in {out}. Nothing was sent.")
    return 0


def _rehearse_issue(
    engine: Engine, issue: str, out: Path, *, lists: list[str] | None, allow: list[str], site: Site
) -> int:
    from composer.database.engine import reading
    from composer.delivery.draft import draft_mailing
    from composer.delivery.rehearsal import rehearse_draft

    checked = check_to_send(issue, allow=allow)
    assert checked.issue is not None
    chosen, now = choose_lists(engine, lists, checked.issue), int(time.time())
    with reading(engine) as connection:
        draft = draft_mailing(connection, editions=checked.editions, lists=chosen, site=site, now=now)
        written = rehearse_draft(draft, out / checked.issue.slug, site=site, now=now)
    print(f"{written:,} messages are in {out / checked.issue.slug}. Nothing was planned or sent.")
    return 0


def _confirm_and_send(engine: Engine, mailing: int, *, site: Site, yes: bool, wait: bool) -> int:
    from composer.delivery.states import DeliveryState

    routes, rules, before = the_routes(), the_rules(), _status(engine, mailing)
    to_send, relays = before.deliveries[DeliveryState.PENDING], " and ".join(route.relay.name for route in routes)
    if to_send and not yes and not _ask(f"\nSend {to_send:,} messages by {relays}?"):
        print(f"Nothing was sent. The plan is kept: newsletter send {mailing}")
        return 1
    started = time.monotonic()
    try:
        run = _run(_send(engine, before, site=site, routes=routes, rules=rules, wait=wait))
    except KeyboardInterrupt:
        print(f"Stopped at once; what was open will be unknown. Go on with: newsletter send {mailing}", file=sys.stderr)
        return _INTERRUPTED
    except (DatabaseError, LeaseLost) as error:
        print(f"{error}\nThe sending has stopped. Go on with: newsletter send {mailing}", file=sys.stderr)
        return 1
    return _conclude(engine, mailing, run, seconds=time.monotonic() - started)


def _ask(question: str) -> bool:
    if not sys.stdin.isatty():
        raise NewsletterError("nobody is there to be asked; give --yes")
    return typer.confirm(question)


async def _send(
    engine: Engine, before: Status, *, site: Site, routes: Sequence[Route], rules: Rules, wait: bool
) -> Run:
    from composer.delivery.dispatch import Run
    from composer.delivery.sending import send_mailing

    run = Run()
    _stop_on_signal(run)
    limit = ", ".join(
        f"{route.connections} connection{'s' if route.connections > 1 else ''} to {route.relay.name}"
        for route in routes
    )
    async with show_progress(run, before, limit=limit):
        await send_mailing(
            engine,
            before.mailing,
            site=site,
            routes=routes,
            rules=rules,
            run=run,
            holder=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            clock=time.time,
            patient=wait,
        )
    return run


def _stop_on_signal(run: Run) -> None:
    """The first Ctrl-C or SIGTERM ends the run in order; a second one ends the program."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        run.stop.set()
        print("\nStopping: the open transactions are being finished. Once more to stop at once.", file=sys.stderr)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    with suppress(NotImplementedError):  # on Windows, Ctrl-C raises KeyboardInterrupt
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)


def _run(main: Coroutine[Any, Any, Run]) -> Run:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    return uvloop.run(main)


def _conclude(engine: Engine, mailing: int, run: Run, *, seconds: float) -> int:
    """Print the report; the exit code."""
    from composer.database.engine import reading
    from composer.delivery.dispatch import End
    from composer.delivery.report import needs_a_person, report

    status = _status(engine, mailing)
    with reading(engine) as connection:
        print(report(connection, status))
    if sent := sum(run.counts.values()):
        print(f"\nThis run: {sent:,} in {seconds:,.1f} s, {sent / max(seconds, 0.001):,.0f} per second.")
    if run.breaker:
        print(f"\nStopped, because of the relay: {run.breaker}\nWhat was not sent is still pending.", file=sys.stderr)
    if run.end is End.STOPPED and not status.is_finished:
        return _INTERRUPTED
    return 1 if run.breaker or needs_a_person(status) else 0


def _status(engine: Engine, mailing: int) -> Status:
    from composer.database.engine import reading
    from composer.delivery.status import mailing_status

    with reading(engine) as connection:
        return mailing_status(connection, mailing, now=int(time.time()))
