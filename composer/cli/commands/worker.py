"""``newsletter worker`` helps with the mailings that are being sent, on this machine or another (PostgreSQL)."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.log import tell_failure
from composer.cli.run_in_terminal import conclude, run_mailing, stop_on_signal
from composer.cli.wording import say_error
from composer.errors import LeaseLost, MailingError, NewsletterError, StateError
from composer.workflow.decision_log import log_event
from composer.workflow.project_database import open_database
from composer.workflow.sending import in_loop, routes_for, status_of
from composer.workflow.wiring import the_limits, the_site, the_terms

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.sending.run import End, Run

_LOOK_EVERY_S = 2.0


def command(
    once: Annotated[bool, typer.Option("--once", help="End when there is nothing to do.")] = False,
) -> int:
    """Help with the mailings that are being sent, until a signal comes.

    Takes up what was begun and is not finished, also retries that are due, and what was planned with
    `newsletter send --at`. With --once, a mailing whose relays are away or refuse everybody, or that a limit holds, is
    left for later, and the exit code is as that of `send`. Needs PostgreSQL; start as many as the relay bears, on as
    many machines as you like.
    """
    engine = open_database()
    if engine.dialect.name == "sqlite":
        raise NewsletterError("a worker needs PostgreSQL; on SQLite one `newsletter send` sends a mailing alone")
    log_event("worker.started", "a worker looks for mailings", once=once)
    code = in_loop(_work_until_signal(engine, once=once))
    log_event("worker.stopped", "a worker has ended", exit=code)
    return code


async def _work_until_signal(engine: Engine, *, once: bool) -> int:
    stop = asyncio.Event()
    with stop_on_signal(stop):
        return await _work(engine, stop, once=once)


async def _work(engine: Engine, stop: asyncio.Event, *, once: bool) -> int:
    from composer.delivery.sending.run import End

    refused: dict[int, str] = {}
    codes: dict[int, int] = {}
    left: set[int] = set()  # for a later worker
    while not stop.is_set():
        wanted = [mailing for mailing in _find(engine) if mailing not in refused and mailing not in left]
        for mailing in wanted:
            if stop.is_set():
                break
            try:
                codes[mailing], end = await _help(engine, mailing, stop)
                if end in (End.BREAKER, End.LIMIT) and once:
                    left.add(mailing)
                elif end in (End.BREAKER, End.LIMIT):
                    await _rest(stop)
            except (StateError, MailingError, LeaseLost) as error:
                refused[mailing] = say_error(error)
                tell_failure(refused[mailing])
        if not wanted and not stop.is_set():
            if once:
                return 1 if refused or any(codes.values()) else 0
            refused.clear()
            await _rest(stop)
    return 0


def _find(engine: Engine) -> list[int]:
    from composer.database.engine import reading
    from composer.delivery.mailing import mailings_with_work

    with reading(engine) as connection:
        return list(mailings_with_work(connection, now=int(time.time())))


async def _help(engine: Engine, mailing: int, stop: asyncio.Event) -> tuple[int, End | None]:
    """Take part in sending the mailing; gives the exit code that ``send`` would have given, and why it ended."""
    from composer.delivery.sending.run import Run

    site, started, run = the_site(), time.monotonic(), Run()
    before = status_of(engine, mailing)
    following = asyncio.create_task(_stop_with(stop, run))
    try:
        await run_mailing(
            engine,
            before,
            run,
            site=site,
            routes=routes_for(engine, mailing),
            limits=the_limits(),
            terms=the_terms(site),
            wait=False,
            heeds_signals=False,
        )
    finally:
        following.cancel()
    has_begun = before.state == "planned"
    code = conclude(engine, mailing, run, seconds=time.monotonic() - started, has_begun=has_begun)
    sys.stdout.flush()
    return code, run.end


async def _stop_with(stop: asyncio.Event, run: Run) -> None:
    await stop.wait()
    run.stop.set()


async def _rest(stop: asyncio.Event) -> None:
    from composer.delivery.smtp.pool import wait_for

    await wait_for(stop, at_most_s=_LOOK_EVERY_S)
