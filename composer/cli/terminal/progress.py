"""Shows how far a send is: on a terminal a bar with count, rate, time left and what limits it.

Elsewhere it says a line now and then.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from composer.cli.log import tell_progress
from composer.logs import is_json

if TYPE_CHECKING:
    from rich.progress import Progress

    from composer.cli.terminal.console import Terminal
    from composer.delivery.reporting.status import Status
    from composer.delivery.sending.run import Run

_REDRAW_S = 0.2
_LINE_S = 10.0


@asynccontextmanager
async def show_progress(run: Run, before: Status, *, limit: str) -> AsyncIterator[None]:
    """Show the run while the block lasts. ``before`` is where the mailing stood, ``limit`` what governs its pace."""
    draw = _draw_bar if sys.stderr.isatty() and not is_json() else _print_lines
    task = asyncio.create_task(draw(run, before, limit))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, OSError):  # the terminal may have been closed
            await task


def bar_on(console: Terminal) -> Progress:
    """Make the bar of a send; ``limit`` is what the task says of its pace, in a relay's words perhaps."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,}", markup=False),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[limit]}", style="dim", markup=False),
        console=console,
        transient=True,
    )


async def _draw_bar(run: Run, before: Status, limit: str) -> None:
    from composer.cli.terminal.console import Terminal

    started = time.monotonic()
    first = settled(run, before)
    with bar_on(Terminal(to_stderr=True)) as progress:
        bar = progress.add_task("Sending", total=before.reachable, completed=first, rate="", limit=limit)
        while True:
            done = settled(run, before)
            rate = f"{(done - first) / max(time.monotonic() - started, 0.001):,.0f}/s"
            word = "Finishing" if run.stop.is_set() else "Sending"
            progress.update(bar, description=word, completed=done, total=of_how_many(done, before), rate=rate)
            progress.update(bar, limit=run.trouble or run.limit or limit)
            await asyncio.sleep(_REDRAW_S)


async def _print_lines(run: Run, before: Status, limit: str) -> None:
    started, first = time.monotonic(), settled(run, before)
    while True:
        await asyncio.sleep(_LINE_S)
        done = settled(run, before)
        rate = (done - first) / (time.monotonic() - started)
        whole = of_how_many(done, before)
        left = f", {(whole - done) / rate:,.0f} s left" if rate else ""
        governs = run.trouble or run.limit or limit
        tell_progress(
            f"{done:,} of {whole:,} done, {rate:,.0f}/s{left}, {governs}",
            mailing=before.mailing,
            done=done,
            of=whole,
            per_second=round(rate, 2),
            limit=str(governs),
        )


def settled(run: Run, before: Status) -> int:
    """Count the deliveries that need nothing more: of earlier runs, left unknown, and of this run."""
    from composer.delivery.states import WAITING, DeliveryState

    earlier = sum(count for state, count in before.deliveries.items() if state not in WAITING)
    now = sum(count for state, count in run.counts.items() if state is not DeliveryState.DEFERRED)
    return min(earlier + run.left_unknown + now, before.planned)


def of_how_many(done: int, before: Status) -> int:
    """Tell of how many ``done`` is a part.

    Once more are done than could go, somebody has chosen a winner meanwhile, and all of them can.
    """
    return before.reachable if done <= before.reachable else before.planned
