"""A streak of refusals survives its senders: killed in its midst, or several at once, they lose and suppress nobody."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from composer.database import open_database
from composer.delivery.sending import feeder
from composer.delivery.sending.run import End
from tests.support.databases import Cluster
from tests.support.mailings import count_doubts, count_states, count_suppressed, plan, send, until
from tests.support.truth_sink import Sink, taken_twice

DEAD = "550 5.1.1 User unknown in local recipient table"
ROOT = Path(__file__).parent.parent.parent.parent

SENDER = """
import asyncio, sys
from composer.database import open_database
from tests.support.mailings import send
asyncio.run(send(open_database(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
"""


def sender(engine: Engine, mailing: int, sink: Sink) -> subprocess.Popen[bytes]:
    """A sender in a process of its own, with four connections."""
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-c", SENDER, url, str(mailing), str(sink.port)], cwd=ROOT)


async def test_a_sender_that_is_killed_in_the_midst_of_a_streak(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 60, domains=60).mailing
    sink.script(*(f"rcpt@{number}={DEAD}" for number in range(1, 16)), "rcpt@16+=silent")
    child = sender(engine, mailing, sink)
    try:
        await until(lambda: count_doubts(engine) >= 12)
    finally:
        child.kill()
        child.wait()
    refused = count_states(engine, mailing)["refused"]
    assert count_suppressed(engine) == 0

    sink.script(f"rcpt={DEAD}")
    later = time.time() + 100  # when the lease of the killed sender has ended
    assert await send(engine, mailing, sink.port, clock=lambda: later) is End.BREAKER
    assert sink.times["rcpt"] < 20, f"the {refused} refusals of the killed sender count"
    states = count_states(engine, mailing)
    assert states["pending"] + states["unknown"] == 60
    assert states["unknown"] <= 4, "one for each of its connections"
    assert count_suppressed(engine) == count_doubts(engine) == 0

    sink.script()
    assert await send(engine, mailing, sink.port, clock=lambda: later) is End.DONE
    assert count_states(engine, mailing)["accepted"] == 60 - states["unknown"]
    assert taken_twice(sink) == []


async def test_a_sender_that_is_killed_in_the_midst_of_a_providers_streak(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 90, domains=("gmail.com", "a.example", "b.example")).mailing
    sink.script("rcpt@40+=silent", "rcpt/gmail.com=550 5.7.26 unauthenticated")
    child = sender(engine, mailing, sink)
    try:
        await until(lambda: count_doubts(engine) >= 11 and sink.times["rcpt"] >= 40)
    finally:
        child.kill()
        child.wait()
    refused = count_states(engine, mailing)["refused"]
    assert refused >= 11

    sink.script("rcpt/gmail.com=550 5.7.26 unauthenticated")
    later = time.time() + 100
    assert await send(engine, mailing, sink.port, clock=lambda: later) is End.BREAKER
    states = count_states(engine, mailing)
    assert states["pending"] + states["accepted"] + states["unknown"] == 90
    assert states["pending"] >= 26, "all of the provider but those that may be unknown"
    assert count_suppressed(engine) == count_doubts(engine) == 0

    sink.script()
    assert await send(engine, mailing, sink.port, clock=lambda: later) is End.DONE
    assert count_states(engine, mailing)["accepted"] == 90 - states["unknown"]
    assert taken_twice(sink) == []


async def test_two_senders_of_one_mailing_see_the_same_streak(
    postgresql: Cluster, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, "PAGE", 10)  # so that each of them gets some
    url = postgresql.create_migrated()
    engine = open_database(url)
    mailing = plan(engine, 120, domains=120).mailing
    sink.script(f"rcpt@31+={DEAD}")
    ends = await asyncio.gather(*(send(engine, mailing, sink.port, connections=2) for _ in range(2)))
    assert End.BREAKER in ends
    assert count_states(engine, mailing) == {"accepted": 30, "pending": 90}
    assert count_suppressed(engine) == count_doubts(engine) == 0

    sink.script()
    await asyncio.gather(*(send(engine, mailing, sink.port, connections=2) for _ in range(2)))
    assert count_states(engine, mailing) == {"accepted": 120}
    assert taken_twice(sink) == []
    engine.dispose()
    postgresql.drop(url)
