"""Several senders of one database, and senders that are started again: together they keep what one keeps."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from composer.audience import ensure_list
from composer.database import open_database, reading
from composer.delivery.ledger.backoffs import read_backoffs
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.sending import feeder
from composer.delivery.sending.run import End, Run
from tests.support.databases import Cluster
from tests.support.mailings import NOW, SITE, count_states, make_edition, plan, send, until
from tests.support.pacing import limits, most_in_a_window
from tests.support.truth_sink import Sink

EXTRA = 3
"""As many connections of another sender may have been on their way when a second began."""


async def test_three_senders_of_one_mailing_keep_a_limit_per_second_together(
    postgresql: Cluster, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, "PAGE", 10)  # so that each of them gets some
    url = postgresql.create_migrated()
    engine = open_database(url)
    mailing = plan(engine, 90).mailing
    limit = limits(rate="40/second")
    senders = [send(engine, mailing, sink.port, limits=limit, connections=1) for _ in range(3)]
    assert set(await asyncio.gather(*senders)) == {End.DONE}
    assert count_states(engine, mailing) == {"accepted": 90}
    assert most_in_a_window(sink.accepted_at, 1.0) <= 40 + EXTRA
    engine.dispose()
    postgresql.drop(url)


async def test_two_mailings_at_once_share_speeds_and_quotas(tmp_path: Path, sink: Sink) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    first, second = plan(engine, 60).mailing, plan_again(engine)
    limit = limits(rate="40/second 100/day")
    ends = await asyncio.gather(*(send(engine, one, sink.port, limits=limit, connections=2) for one in (first, second)))
    assert End.LIMIT in ends
    assert len(sink.taken()) == 100
    assert most_in_a_window(sink.accepted_at, 1.0) <= 40 + EXTRA
    engine.dispose()


async def test_a_sender_that_is_started_again_begins_at_the_speed_that_a_backoff_left(
    engine: Engine, sink: Sink
) -> None:
    mailing = plan(engine, 400).mailing
    sink.script("dot@20=451 4.7.650 slow down", "dot=wait 0.01")
    first, again = Run(), Run()
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=1, run=first))
    await until(lambda: known_to(engine) == {"to example.org", f"by 127.0.0.1:{sink.port}"})
    first.stop.set()
    await sending
    taken = len(sink.taken())
    sink.script()
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=1, run=again))
    await until(lambda: again.limit.startswith("slowed to"))
    again.stop.set()
    await sending
    assert len(sink.taken()) - taken < 100, "it did not begin at full speed"


def known_to(engine: Engine) -> set[str]:
    """Who has asked for less."""
    with reading(engine) as connection:
        return set(read_backoffs(connection, now=0))


def plan_again(engine: Engine) -> int:
    """A second mailing to the same people."""
    with engine.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
    editions = {"en": make_edition(issue="another")}
    return plan_mailing(engine, editions=editions, lists=[members], site=SITE, now=int(time.time())).mailing
