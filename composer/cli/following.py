"""A mailing watched while others send it: a live view on a terminal, a line now and then elsewhere. Only reads."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections import deque
from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from composer.delivery.states import WAITING
from composer.delivery.status import Status

_LOOK_EVERY_S = 1.0
_LINE_EVERY_S = 10.0
_PACE_OVER_S = 30.0


class Pace:
    """How many deliveries a second came to an end lately, as seen from outside."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int]] = deque()

    def look(self, now: float, settled: int) -> float:
        """The pace, with this look."""
        self._looks.append((now, settled))
        while self._looks[0][0] < now - _PACE_OVER_S:
            self._looks.popleft()
        (first_at, first), (last_at, last) = self._looks[0], self._looks[-1]
        return (last - first) / (last_at - first_at) if last_at > first_at else 0.0


def follow(look: Callable[[], Status]) -> Status:
    """Show what ``look`` sees until the mailing needs no more sending; its last status. Ctrl-C ends it too."""
    if not sys.stdout.isatty():
        return _print_lines(look)
    pace = Pace()
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            status = look()
            live.update(view(status, pace.look(time.monotonic(), settled(status))), refresh=True)
            if is_over(status):
                return status
            time.sleep(_LOOK_EVERY_S)


def view(status: Status, per_second: float) -> RenderableType:
    """Counts, a bar, rate, time left, and what limits."""
    counts = Table.grid(padding=(0, 2))
    counts.add_column()
    counts.add_column(justify="right")
    for state, count in status.deliveries.items():
        if count:
            counts.add_row(str(state), f"{count:,}")
    done = settled(status)
    words = [f"{done:,} of {status.planned:,}", f"{per_second:,.0f}/s", *_end(status)]
    if status.limit:
        words.append(status.limit)
    return Group(
        Text(f"Mailing {status.mailing}, {status.issue}: {status.state}", style="bold"),
        counts,
        ProgressBar(total=max(status.planned, 1), completed=done, width=60),
        Text(", ".join(words)),
    )


def settled(status: Status) -> int:
    """Deliveries that need nothing more."""
    return sum(count for state, count in status.deliveries.items() if state not in WAITING)


def is_over(status: Status) -> bool:
    """Whether nothing will happen by itself any more."""
    return status.is_finished or status.state in ("cancelled", "paused")


def _end(status: Status) -> list[str]:
    if status.expected_end is None:
        return []
    left = status.expected_end - dt.datetime.now(dt.UTC)
    return [f"done at {status.expected_end.astimezone():%H:%M:%S}, in {max(0, int(left.total_seconds())):,} s"]


def _print_lines(look: Callable[[], Status]) -> Status:
    pace, told_at = Pace(), float("-inf")
    while True:
        status, now = look(), time.monotonic()
        per_second = pace.look(now, settled(status))
        if is_over(status) or now - told_at >= _LINE_EVERY_S:
            told_at = now
            words = [f"{settled(status):,} of {status.planned:,}", status.state, f"{per_second:,.0f}/s", *_end(status)]
            print(", ".join(filter(None, [*words, status.limit])), flush=True)
        if is_over(status):
            return status
        time.sleep(_LOOK_EVERY_S)
