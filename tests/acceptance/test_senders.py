"""Workers: more hands for a mailing on PostgreSQL. What happens when senders die is tests/torture/senders.py's."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from composer.database import reading
from composer.database.schema import deliveries, mailings
from tests.support.databases import Cluster
from tests.torture.stage import CONNECTIONS, Rig, Stage

PEOPLE = 2000


@pytest.fixture
def stage(tmp_path: Path, postgresql: Cluster) -> Iterator[Stage]:
    """A planned mailing on PostgreSQL, and a relay that takes its time."""
    rig = Rig(tmp_path, random.Random(0), cluster=postgresql)
    with rig.stage("dot=wait 0.02", people=PEOPLE, database="postgresql") as stage:
        yield stage


def senders_of(stage: Stage) -> set[int]:
    """The epochs of those that got something accepted."""
    with reading(stage.engine) as connection:
        return set(connection.scalars(select(deliveries.c.epoch).where(deliveries.c.state == "accepted")))


def test_a_worker_shares_a_mailing_with_a_send_and_ends_with_it(stage: Stage) -> None:
    stage.sink.script("dot=wait 0.5")  # until the worker is there, however long it takes to start
    sender = stage.start()
    stage.wait_for(1, sender)
    worker = stage.start("worker", "--once")
    stage.wait_until(lambda: len(senders_of(stage)) == 2, sender)
    stage.sink.script()
    assert [sender.finish(), worker.finish()] == [0, 0], sender.said + worker.said
    assert len(senders_of(stage)) == 2
    assert stage.check() == {"accepted": PEOPLE}


def test_workers_finish_what_a_killed_sender_has_begun(stage: Stage) -> None:
    sender = stage.start()
    stage.wait_for(100, sender)
    workers = [stage.start("worker", "--once") for _ in range(2)]
    sender.kill()
    stage.may_be_open += CONNECTIONS
    for worker in workers:
        worker.finish()
    states = stage.check()
    assert states["accepted"] + states["unknown"] == PEOPLE
    assert states["unknown"] <= CONNECTIONS


def test_a_worker_begins_what_was_planned_for_a_time_that_has_come_and_says_how_late_it_is(stage: Stage) -> None:
    with stage.engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=1))
    worker = stage.start("worker", "--once")
    assert worker.finish() == 1, worker.said
    assert "It was to begin on Thursday 01 January 1970" in worker.said
    assert stage.check() == {"accepted": PEOPLE}


def test_a_pause_stops_every_sender_and_a_resumed_mailing_is_finished(stage: Stage) -> None:
    senders = [stage.start(), stage.start()]
    stage.wait_for(300, senders[0])
    stage.sink.script("dot=wait 0.5")  # the mailing is not over before the pause has begun
    stage.start("pause", "1").finish()
    for sender in senders:
        sender.finish()
        assert "somebody has paused the mailing" in sender.said
    assert set(stage.check()) == {"accepted", "pending"}
    refused = stage.start()
    assert refused.finish() == 1
    assert "newsletter resume 1" in refused.said
    stage.start("resume", "1").finish()
    assert stage.finish() == {"accepted": PEOPLE}


@pytest.mark.parametrize("reply", ["550 5.1.1 User unknown", "554 5.7.1 Relay access denied"])
def test_a_worker_ends_where_the_relay_refuses_everybody_and_says_so(stage: Stage, reply: str) -> None:
    begin(stage)
    stage.sink.script(f"rcpt={reply}")
    worker = stage.start("worker", "--once")
    assert worker.finish() == 1, worker.said
    assert reply in worker.said
    assert stage.check()["pending"] > PEOPLE - 200
    stage.sink.script()
    assert stage.start("worker", "--once").finish() == 0
    assert stage.check() == {"accepted": PEOPLE}


def test_a_worker_ends_where_the_only_person_stays_in_doubt(stage: Stage) -> None:
    with stage.engine.begin() as connection:
        one = connection.scalar(select(deliveries.c.id).limit(1))
        connection.execute(delete(deliveries).where(deliveries.c.id != one))
        connection.execute(update(mailings).values(planned=1))
    begin(stage)
    stage.sink.script("rcpt=550 5.1.1 User unknown")
    worker = stage.start("worker", "--once")
    assert worker.finish() == 1, worker.said


def test_a_worker_ends_where_a_limit_of_the_day_holds(stage: Stage) -> None:
    begin(stage)
    worker = stage.start("worker", "--once", NEWSLETTER_RATE="50/day")
    assert worker.finish() == 1, worker.said
    assert stage.check() == {"accepted": 50, "pending": PEOPLE - 50}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_worker_that_is_told_to_stop_finishes_what_is_open(stage: Stage, number: signal.Signals) -> None:
    begin(stage)
    worker = stage.start("worker")
    stage.wait_for(100, worker)
    worker.signal(number)
    assert worker.finish() == 0, worker.said
    assert set(stage.check()) == {"accepted", "pending"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_worker_without_work_ends_when_it_is_told_to(stage: Stage, number: signal.Signals) -> None:
    begin(stage)
    worker = stage.start("worker")
    stage.wait_until(lambda: set(stage.states().values()) == {"accepted"}, worker)
    worker.signal(number)
    assert worker.finish() == 0, worker.said


def begin(stage: Stage) -> None:
    """A mailing whose time has just come is begun by a worker, and is not late."""
    with stage.engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=int(time.time())))
