"""A mailing watched from outside."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from rich.console import Console

from composer.cli.following import Pace, follow, view
from composer.delivery.states import DeliveryState
from composer.delivery.status import Status


def status_at(accepted: int, *, state: str = "sending") -> Status:
    counts = dict.fromkeys(DeliveryState, 0)
    counts[DeliveryState.ACCEPTED], counts[DeliveryState.PENDING] = accepted, 1000 - accepted
    end = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90.5) if state == "sending" else None
    return Status(3, "spring", state, 1000, counts, {}, "20/second to gmail", end, None)


def test_the_view_tells_counts_rate_limit_and_end() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(view(status_at(400), 12.4))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for words in (
        "Mailing 3, spring: sending",
        "accepted",
        "600",
        "400 of 1,000, 12/s",
        "in 90 s",
        "20/second to gmail",
    ):
        assert words in shown


def test_the_pace_is_that_of_the_last_half_minute() -> None:
    pace = Pace()
    assert pace.look(0, 100) == 0
    assert pace.look(10, 200) == 10
    assert pace.look(40, 1400) == 40  # the first look is too old to count


@pytest.mark.parametrize("state", ["finished", "paused", "cancelled"])
def test_elsewhere_than_on_a_terminal_it_tells_a_line_and_ends(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    looks = iter([status_at(400), status_at(1000, state=state)])
    assert follow(lambda: next(looks)).state == state
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("400 of 1,000, sending")
    assert last.startswith(f"1,000 of 1,000, {state}, ")
