"""How a watched mailing looks: a bar and a sum, its pace and end, senders, relays, and the last that went wrong.

Colour says only what words and signs say too, so nothing is lost without it. What a small window cannot hold is left
away from the end: the sum and what governs the pace come first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from composer.cli.terminal.report import say_next_step
from composer.delivery.reporting.report import next_step
from composer.delivery.reporting.status import LimitKind
from composer.delivery.reporting.watch import DeliveryTrouble, MailingSnapshot, RelayHealth, SendingProcess
from composer.delivery.states import DeliveryState

_STYLES = {
    DeliveryState.ACCEPTED: "green",
    DeliveryState.REFUSED: "red",
    DeliveryState.EXPIRED: "red",
    DeliveryState.UNKNOWN: "yellow",
    DeliveryState.DEFERRED: "yellow",
    DeliveryState.BOUNCED: "red",
    DeliveryState.COMPLAINED: "red",
}
_TODO = (DeliveryState.PENDING, DeliveryState.OFFERED, DeliveryState.HELD)
_QUIET_S = 15
_NARROW = 76
_FIXED_LINES = 6  # heading, bar, planned, and the blank lines between
_WORDS_LINES = 5


@dataclass(frozen=True, slots=True)
class Moment:
    """What one look has found: the mailing, how many need nothing more, how many a second lately, the Unix time."""

    snapshot: MailingSnapshot
    settled: int
    per_second: float | None  # not known at the first look
    at: float


def view(moment: Moment, *, height: int) -> RenderableType:
    """Draw the whole view for a window of ``height`` lines."""
    status = moment.snapshot.status
    counted = sum(1 for count in status.deliveries.values() if count)
    beside = _Fitting(_side_by_side(_counts(moment), _pace(moment)), Group(_counts(moment), Text(), _pace(moment)))
    parts: list[RenderableType] = [_heading(moment), _Bar(moment), Text(), beside]
    room = height - _FIXED_LINES - max(counted, len(moment.snapshot.processes) + 3)
    if moment.snapshot.relays and room > len(moment.snapshot.relays):
        parts += [Text(), _relays(moment)]
        room -= len(moment.snapshot.relays) + 2
    if moment.snapshot.troubles and room > 2:
        parts += [Text(), *_troubles(moment, at_most=min(room - 2, _WORDS_LINES))]
    return Group(*parts)


def say_line(moment: Moment) -> str:
    """Say the same in one line, for where there is no terminal."""
    status = moment.snapshot.status
    rate = "" if moment.per_second is None else f"{moment.per_second:,.0f}/s"
    words = [
        f"{moment.settled:,} of {status.planned:,}",
        status.state,
        rate,
        _end(moment),
        status.limit.words if status.limit else "",
    ]
    words += [f"{count:,} {state}" for state, count in status.deliveries.items() if count and state in _STYLES]
    return ", ".join(filter(None, words))


def say_seconds(seconds: float) -> str:
    """Say a duration in its two largest units: "48 s", "12 min 05 s", "3 h 20 min", "2 days 4 h"."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    days = whole // 86400
    return f"{days} day{'s' if days > 1 else ''} {whole % 86400 // 3600} h"


def _heading(moment: Moment) -> RenderableType:
    status = moment.snapshot.status
    style = {"sending": "green", "finished": "green", "interrupted": "yellow", "paused": "yellow"}.get(status.state, "")
    return Text.assemble((f"Mailing {status.mailing}, {status.issue}: ", "bold"), (status.state, f"bold {style}"))


class _Bar:
    """A bar as wide as the window, which shows what is settled well, what is not well, and what is to come."""

    def __init__(self, moment: Moment) -> None:
        self._status = moment.snapshot.status
        self._done = moment.settled

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        planned = max(self._status.planned, 1)
        label = f" {int(100 * self._done / planned):>3} %"
        width = max(min(options.max_width, 100) - len(label), 5)
        counts = self._status.deliveries
        well = counts[DeliveryState.ACCEPTED] + counts[DeliveryState.SUPPRESSED]
        # At least one cell for what is not well, however little of it there is.
        ill = sum(count for state, count in counts.items() if state in _STYLES) - counts[DeliveryState.ACCEPTED]
        ill_cells = max(1, round(width * ill / planned)) if ill else 0
        well_cells = min(int(width * well / planned), width - ill_cells)
        full, half, empty = "#!." if options.ascii_only else "█▓░"
        yield Text.assemble(
            (full * well_cells, "green"),
            (half * ill_cells, "yellow"),
            (empty * (width - well_cells - ill_cells), "dim"),
            label,
            no_wrap=True,
            overflow="crop",
        )


def _counts(moment: Moment) -> RenderableType:
    status = moment.snapshot.status
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    for state, count in status.deliveries.items():
        if count:
            share = f"{100 * count / max(status.planned, 1):.1f} %"
            table.add_row(Text(str(state), style=_STYLES.get(state, "")), f"{count:,}", share)
    table.add_row(Text("planned", style="bold"), Text(f"{status.planned:,}", style="bold"), "")
    return table


def _pace(moment: Moment) -> RenderableType:
    status = moment.snapshot.status
    table = _facts()
    if (rate := moment.per_second) is not None:
        table.add_row("rate", f"{rate:,.{0 if rate >= 10 else 1}f} a second")
    if status.limit:
        table.add_row("limit", Text(_LIMITS.get(status.limit.kind, status.limit.words)))
    if end := _end(moment):
        table.add_row("end", end)
    for number, sender in enumerate(moment.snapshot.processes):
        table.add_row("" if number else "sender" + "s" * (len(moment.snapshot.processes) > 1), _process(sender))
    if not moment.snapshot.processes and (step := next_step(status)):
        table.add_row("next", Text(say_next_step(status, step)))
    return table


_LIMITS = {
    LimitKind.CONNECTIONS: "connections: as fast as the relay takes it",
    LimitKind.RETRY: "only later tries are left",
    LimitKind.NOT_RUNNING: "nobody sends it",
}


def _process(sender: SendingProcess) -> Text:
    words = Text(f"process {sender.pid} on {sender.host}")
    if sender.silent_s > _QUIET_S:
        words.append(f", silent for {sender.silent_s} s", style="yellow")
    return words


def _end(moment: Moment) -> str:
    """Say when the sending will end: "21:04:10, in 12 min 05 s", with the day if it is another one."""
    status = moment.snapshot.status
    if status.silent_s:
        return f"not known: nothing has been answered for {say_seconds(status.silent_s)}"
    end = status.expected_end
    if end is None:
        return ""
    here, now = end.astimezone(), dt.datetime.fromtimestamp(moment.at).astimezone()
    day = "" if here.date() == now.date() else f"{here:%A %d %B}, "
    return f"{day}{here:%H:%M:%S}, in {say_seconds(max(0.0, end.timestamp() - moment.at))}"


class _Fitting:
    """A view in two forms; whenever it is drawn, the one that fits the width of the window is chosen."""

    def __init__(self, wide: RenderableType, narrow: RenderableType) -> None:
        self._wide, self._narrow = wide, narrow

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._narrow if options.max_width < _NARROW else self._wide


def _relays(moment: Moment) -> RenderableType:
    """Show what each relay has done in the last minutes."""
    wide, narrow = _quiet_table(), _quiet_table()
    for table in (wide, narrow):
        table.add_column("relay", overflow="ellipsis", no_wrap=True)
    wide.add_column("of its last", justify="right", no_wrap=True)
    wide.add_column("accepted", justify="right", no_wrap=True)
    wide.add_column("answers in", justify="right", no_wrap=True)
    narrow.add_column("takes", justify="right", no_wrap=True)
    narrow.add_column("in", justify="right", no_wrap=True)
    wide.add_column("last accepted", justify="right", no_wrap=True)
    for one in moment.snapshot.relays:
        share = _share(one)
        answer = Text(f"{one.answer_s:.2f} s" if one.answer_s is not None else "–")
        quiet = one.silent_s is None or one.silent_s > _QUIET_S
        ago = "not lately" if one.silent_s is None else f"{one.silent_s} s ago"
        narrow.add_row(Text(one.relay), share, answer)
        wide.add_row(
            Text(one.relay),
            f"{one.accepted + one.troubled:,}",
            share,
            answer,
            Text(ago, style="yellow" if quiet else ""),
        )
    return _Fitting(wide, narrow)


def _share(one: RelayHealth) -> Text:
    share = one.accepted / max(one.accepted + one.troubled, 1)
    return Text(f"{100 * share:.1f} %", style="green" if share > 0.95 else "yellow" if share > 0.5 else "red")


def _troubles(moment: Moment, *, at_most: int) -> Iterator[RenderableType]:
    """Give each trouble a line, cut at the window's edge: `newsletter deliveries` shows them whole."""
    shown = moment.snapshot.troubles[:at_most]
    width = min(max(len(one.email) for one in shown), 28)
    yield Text("last words", style="dim")
    for one in shown:
        email = one.email if len(one.email) <= width else f"{one.email[: width - 1]}…"
        yield _Fitting(_words(one, f"{email:<{width}}  "), _words(one, ""))


def _words(one: DeliveryTrouble, whose: str) -> Text:
    time = f"{dt.datetime.fromtimestamp(one.at).astimezone():%H:%M:%S}  "
    state = (f"{one.state} ", _STYLES.get(one.state, ""))
    return Text.assemble((time, "dim"), whose, state, one.words, no_wrap=True, overflow="ellipsis")


def _side_by_side(left: RenderableType, right: RenderableType) -> Table:
    both = Table.grid(padding=(0, 6, 0, 0))
    both.add_row(left, right)
    return both


def _quiet_table() -> Table:
    return Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))


def _facts() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table
