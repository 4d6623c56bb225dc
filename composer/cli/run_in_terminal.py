"""Runs a send from a terminal: signals, event loop, progress, the report at its end; for ``send`` and ``worker``."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from composer.cli.log import tell, tell_failure
from composer.cli.terminal.progress import show_progress
from composer.web.signals import ending_signals, leave_closed_terminal
from composer.workflow.sending import conclude_run, send_by_this_process

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.ledger.sendable import SendTerms
    from composer.delivery.limits.settings import LimitSettings
    from composer.delivery.reporting.status import Status
    from composer.delivery.sending.run import Run
    from composer.delivery.smtp.pool import Route
    from composer.message.links import Site

INTERRUPTED = 130

_HANGUP = getattr(signal, "SIGHUP", None)

_STOPPING = "Stopping: the open transactions are being finished. Once more to stop at once."


async def run_mailing(
    engine: Engine,
    before: Status,
    run: Run,
    *,
    site: Site,
    routes: Sequence[Route],
    limits: LimitSettings,
    terms: SendTerms,
    wait: bool,
    heeds_signals: bool = True,
) -> None:
    """Send with progress, until it is done or a signal comes. Raises what ``send_mailing`` raises.

    Where the caller heeds signals, this does not, so that one that comes as the run ends is not lost with it.
    """
    limit = ", ".join(
        f"{route.connections} connection{'s' if route.connections > 1 else ''} to {route.relay.name}"
        for route in routes
    )
    with stop_on_signal(run.stop) if heeds_signals else nullcontext():
        async with show_progress(run, before, limit=limit):
            await send_by_this_process(
                engine, before.mailing, run, site=site, routes=routes, limits=limits, terms=terms, wait=wait
            )


@contextmanager
def stop_on_signal(stop: asyncio.Event, *, words: str = _STOPPING) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM set ``stop``, which ends a run in order; a second one ends the program.

    So does the end of the terminal (SIGHUP), which comes from the shell and from the system and is never a second one.
    """
    loop = asyncio.get_running_loop()
    numbers = ending_signals()

    def forget() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)

    asked = False

    def end(number: int) -> None:
        nonlocal asked
        if number == _HANGUP:
            leave_closed_terminal()
        if asked:
            return
        asked = True
        stop.set()
        tell(f"\n{words}")
        for one in numbers:
            if one != _HANGUP:
                loop.remove_signal_handler(one)

    with suppress(NotImplementedError):  # on Windows, Ctrl-C raises KeyboardInterrupt
        for number in numbers:
            loop.add_signal_handler(number, end, number)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            forget()


def conclude(
    engine: Engine, mailing: int, run: Run, *, seconds: float, as_json: bool = False, has_begun: bool = False
) -> int:
    """Print the report at the end of a run; gives the exit code.

    ``has_begun`` tells that it was this run that began the mailing, and may have been late.
    """
    conclusion = conclude_run(engine, mailing, run, seconds=seconds, has_begun=has_begun)
    status, code = conclusion.status, INTERRUPTED if conclusion.is_interrupted else int(conclusion.needs_a_person)
    if as_json:
        print(json.dumps({**conclusion.as_json(), "exit": code}, indent=2))
    else:
        _print_report(engine, status, run, seconds=seconds)
    if conclusion.late_s and status.times.send_at:
        due, late = status.times.send_at.astimezone(), dt.timedelta(seconds=round(conclusion.late_s))
        tell_failure(f"\nIt was to begin on {due:%A %d %B %Y, %H:%M:%S}, and has begun {late} later.")
    return code


def _print_report(engine: Engine, status: Status, run: Run, *, seconds: float) -> None:
    from composer.cli.terminal.report import say_report
    from composer.database.engine import reading
    from composer.delivery.reporting.report import is_with_others, report_mailing

    with reading(engine) as connection:
        print(say_report(report_mailing(connection, status)))
    if sent := sum(run.counts.values()):
        print(f"\nThis run: {sent:,} in {seconds:,.1f} s, {_rate(sent / max(seconds, 0.001))} per second.")
    if is_with_others(status):
        print(f"\nOther senders go on with what is left; watch them with: newsletter status {status.mailing} --follow")
    if run.halted:
        tell(f"\nStopped: somebody has {run.halted} the mailing.")
    if run.breaker:
        tell_failure(f"\nStopped, because of the relay: {run.breaker}\nWhat was not sent is still pending.")


def _rate(per_second: float) -> str:
    """Write a rate, with a decimal where that says something."""
    return f"{per_second:,.{1 if per_second < 10 else 0}f}"
