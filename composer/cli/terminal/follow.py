"""Watches a mailing while others send it: a live view on a terminal, a line now and then elsewhere. Only reads."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator

from rich.live import Live

from composer.cli.terminal.console import Terminal
from composer.cli.terminal.follow_view import Moment, say_line, view
from composer.delivery.reporting.pace import Pace, is_over, rest_after, settled
from composer.delivery.reporting.status import Status
from composer.delivery.reporting.watch import MailingSnapshot

_LINE_EVERY_S = 10.0

Look = Callable[[], MailingSnapshot]


def follow(look: Look, *, as_json: bool = False) -> Status:
    """Show what ``look`` sees until the mailing needs no more sending; gives its last status.

    On a terminal it is one view on a screen of its own, so that nothing is left of it when the window's size changes;
    elsewhere a line every ten seconds. Whoever ends it with Ctrl-C keeps what was seen last.
    """
    if as_json or not sys.stdout.isatty():
        return _print_lines(look, as_json=as_json)
    console = Terminal()
    moment = None
    try:
        with Live(console=console, auto_refresh=False, screen=True) as live:
            for moment in _moments(look):
                live.update(view(moment, height=console.height), refresh=True)
    except KeyboardInterrupt:
        if moment:
            console.print(view(moment, height=console.height))
        raise
    assert moment is not None
    return moment.snapshot.status


def _moments(look: Look) -> Iterator[Moment]:
    """Look every second, or less often where looking itself takes long; the last look is that of the end."""
    pace = Pace()
    while True:
        began = time.monotonic()
        snapshot = look()
        done = settled(snapshot.status)
        yield Moment(snapshot, done, pace.look(began, done), time.time())
        if is_over(snapshot.status):
            return
        time.sleep(rest_after(time.monotonic() - began))


def _print_lines(look: Look, *, as_json: bool) -> Status:
    told_at = float("-inf")
    for moment in _moments(look):
        status = moment.snapshot.status
        if is_over(status) or moment.at - told_at >= _LINE_EVERY_S:
            told_at = moment.at
            print(json.dumps(status.as_json()) if as_json else say_line(moment), flush=True)
    return status
