"""A mailing watched from outside."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from composer.cli.terminal.follow import follow
from composer.cli.terminal.follow_view import Moment, say_line, say_seconds, view
from composer.delivery.reporting.pace import Pace
from composer.delivery.reporting.status import GoverningLimit, LimitKind, Status
from composer.delivery.reporting.watch import DeliveryTrouble, MailingSnapshot, RelayHealth, SendingProcess
from composer.delivery.states import DeliveryState

NOW = time.time()
TO_GMAIL = GoverningLimit(LimitKind.SETTING, "20/second to gmail")


def snapshot_at(accepted: int, *, state: str = "sending", **more: Any) -> MailingSnapshot:
    counts = dict.fromkeys(DeliveryState, 0)
    counts[DeliveryState.ACCEPTED], counts[DeliveryState.PENDING] = accepted, 1000 - accepted
    end = dt.datetime.fromtimestamp(NOW + 90.5, dt.UTC) if state == "sending" else None
    status = Status(3, "spring", state, 1000, counts, {}, TO_GMAIL, end, None)
    known: dict[str, Any] = {
        "processes": [SendingProcess("mx1", "4711", 1), SendingProcess("mx2", "812", 21)],
        "relays": [RelayHealth("relay.example.org:587", 398, 2, 0.08, 0)],
        "troubles": [DeliveryTrouble(int(NOW), "ana@example.org", DeliveryState.REFUSED, "550 5.1.1 no such user")],
    }
    return MailingSnapshot(status, **{**known, **more})


def shown(snapshot: MailingSnapshot, *, width: int = 100, height: int = 40, encoding: str = "utf-8") -> str:
    output = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=output, width=width, force_terminal=True, color_system=None).print(
        view(Moment(snapshot, 400, 12.4, NOW), height=height)
    )
    output.seek(0)
    return output.read()


def test_the_view_tells_counts_rate_limit_end_senders_relays_and_last_words() -> None:
    told = shown(snapshot_at(400))
    for words in (
        "Mailing 3, spring: sending",
        "40 %",
        "accepted    400  40.0 %",
        "planned   1,000",
        "12 a second",
        "20/second to gmail",
        "in 1 min 30 s",
        "process 4711 on mx1",
        "process 812 on mx2, silent for 21 s",
        "99.5 %",
        "ana@example.org  refused 550 5.1.1 no such user",
    ):
        assert words in told


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_view_fits_every_width(width: int) -> None:
    assert max(map(len, shown(snapshot_at(400), width=width).splitlines())) <= width


@pytest.mark.parametrize("height", [10, 14, 16, 18, 24])
def test_the_view_fits_a_low_window_and_what_governs_comes_first(height: int) -> None:
    told = shown(snapshot_at(400), height=height)
    assert "20/second to gmail" in told
    assert len(told.splitlines()) < height


def test_a_terminal_without_block_characters_gets_letters() -> None:
    assert "####" in shown(snapshot_at(400, troubles=[]), encoding="ascii")


def test_when_nobody_sends_it_says_what_to_do() -> None:
    snapshot = snapshot_at(400, state="interrupted", processes=[])
    told = shown(replace(snapshot, status=replace(snapshot.status, limit=GoverningLimit(LimitKind.NOT_RUNNING))))
    assert "nobody sends it" in told
    assert "Go on with: newsletter send 3" in told


def test_the_pace_is_that_of_the_last_half_minute() -> None:
    pace = Pace()
    assert pace.look(0, 100) is None, "one look knows no pace, and it is not nought"
    assert pace.look(10, 200) == 10
    assert pace.look(40, 1400) == 40  # the first look is too old to count
    assert pace.look(50, 1390) is None, "ten are sent again: nothing goes backwards"
    assert pace.look(52, 1394) == 2


def test_durations_are_told_as_people_say_them() -> None:
    assert [say_seconds(one) for one in (48.9, 725, 12_000, 100_000)] == [
        "48 s",
        "12 min 05 s",
        "3 h 20 min",
        "1 day 3 h",
    ]


@pytest.mark.parametrize("state", ["finished", "paused", "cancelled"])
def test_elsewhere_than_on_a_terminal_it_tells_a_line_and_ends(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    looks = iter([snapshot_at(400), snapshot_at(1000, state=state)])
    assert follow(lambda: next(looks)).state == state
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("400 of 1,000, sending")
    assert last.startswith(f"1,000 of 1,000, {state}, ")


def test_programs_get_a_document_in_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    looks = iter([snapshot_at(400), snapshot_at(1000, state="finished")])
    follow(lambda: next(looks), as_json=True)
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["state"] for one in documents] == ["sending", "finished"]
    assert list(documents[0])[:4] == ["mailing", "state", "planned", "deliveries"]


def test_a_line_tells_what_went_wrong() -> None:
    snapshot = snapshot_at(400)
    counts = {**snapshot.status.deliveries, DeliveryState.REFUSED: 3}
    status = Status(3, "spring", "sending", 1003, counts, {}, None, None, None)
    assert say_line(Moment(MailingSnapshot(status, [], [], []), 403, 0, NOW)).endswith("400 accepted, 3 refused")


def test_the_first_line_claims_no_pace() -> None:
    assert say_line(Moment(snapshot_at(400), 400, None, NOW)).startswith("400 of 1,000, sending, "), "and then the end"
    assert "sending, 0/s" not in say_line(Moment(snapshot_at(400), 400, None, NOW))
    assert "400 of 1,000, sending, 0/s" in say_line(Moment(snapshot_at(400), 400, 0.0, NOW))
