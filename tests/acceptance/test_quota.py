"""A day's quota and the calendar, by the real program: kept through kill -9, and told in words."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.stage import Rig, Stage

QUOTA = 400


@pytest.fixture
def dice() -> random.Random:
    """What decides when to kill."""
    return random.Random(7)


@pytest.fixture
def stage(tmp_path: Path, dice: random.Random) -> Iterator[Stage]:
    """A mailing to 700 people, planned, and a relay that takes its time."""
    with Rig(tmp_path, dice).stage("dot=wait 0.002", people=700) as stage:
        yield stage


def test_a_days_quota_is_never_exceeded_however_often_the_sender_is_killed(stage: Stage, dice: random.Random) -> None:
    limit = {"NEWSLETTER_RATE": f"{QUOTA}/day"}
    for kill in range(1, 4):
        sender = stage.start(**limit)
        stage.wait_for(kill * 80 + dice.randrange(40), sender)
        sender.kill()
        stage.cut()
    last = stage.start(**limit)
    assert last.finish() == 1, last.said
    accepted = stage.check()["accepted"]
    taken = len(stage.sink.taken())
    assert taken <= QUOTA
    assert taken >= QUOTA - 3 * (QUOTA // 50), "and each kill wastes a fiftieth of it at most"
    assert accepted <= taken
    assert f"Held by a limit, {QUOTA}/day, until" in last.said
    assert "newsletter send 1" in last.said


def test_outside_its_hours_the_program_says_when_it_opens(stage: Stage) -> None:
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    sender = stage.start(NEWSLETTER_SENDING_WINDOW=f"{yesterday:%a} 10:00-11:00 UTC")
    assert sender.finish() == 1
    opens = (yesterday + dt.timedelta(days=7)).replace(hour=10, minute=0, second=0).astimezone()
    assert f"Held by a limit, sending window, until {opens:%A %d %B, %H:%M}" in sender.said
    assert not stage.sink.taken()


def test_a_mistake_in_a_limit_stops_before_anything_is_sent(stage: Stage) -> None:
    sender = stage.start(NEWSLETTER_RATE_TO="gmail fast")
    assert sender.finish() == 1
    assert "NEWSLETTER_RATE_TO has 'fast'" in sender.said
    assert not stage.sink.taken()
