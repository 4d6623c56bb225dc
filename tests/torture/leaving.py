"""People who leave while their mail is being sent."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

from sqlalchemy import select, text

from composer.audience import unsubscribe
from composer.database import reading
from composer.database.schema import deliveries
from tests.torture.invariants import Broken
from tests.torture.stage import Rig, Sender, Stage


def leaving_while_it_is_sent(rig: Rig, rounds: int) -> None:
    """A hundred people a round leave during the send. Whoever left before the intent was written gets nothing."""
    _leaving(rig, rounds, "sqlite")


def leaving_while_it_is_sent_on_postgresql(rig: Rig, rounds: int) -> None:
    """The same, where a leaving and an offer may be at work at one time."""
    _leaving(rig, rounds, "postgresql")


def _leaving(rig: Rig, rounds: int, database: str) -> None:
    left_in_time = 0
    for _ in range(rounds):
        with rig.stage("dot=wait 0.002", database=database, people=1000) as stage:
            spared: set[str] = set()
            sender = stage.start()
            stage.wait_for(1, sender)
            thread = threading.Thread(target=_leave, args=(stage, sender, random.Random(rig.dice.random()), spared))
            thread.start()
            sender.finish()
            thread.join()
            states = stage.finish()
            if wrong := spared & {entry["recipient"] for entry in stage.sink.taken()}:
                raise Broken(f"I6: {len(wrong)} were mailed after they had left, among them {sorted(wrong)[:5]}")
            if states["suppressed"] != len(spared):
                raise Broken(f"{len(spared)} left in time, but {dict(states)}")
            left_in_time += len(spared)
        rig.score.rounds += 1
    rig.score.remarks.append(f"{left_in_time} of {rounds * 100} left in time")


def _leave(stage: Stage, sender: Sender, dice: random.Random, spared: set[str]) -> None:
    """One after the other, each in a transaction that also sees how far the delivery was."""
    for subscriber in _leavers(stage, sender, dice):
        with stage.engine.begin() as connection:
            unsubscribe(connection, subscriber=subscriber, lists=None, source="torture", now=int(time.time()))
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # as at the commit: no offer is under way
            of_theirs = deliveries.c.subscriber_id == subscriber
            email, state = connection.execute(select(deliveries.c.email, deliveries.c.state).where(of_theirs)).one()
        if state == "pending":
            spared.add(email)


def _leavers(stage: Stage, sender: Sender, dice: random.Random) -> Iterator[int]:
    """A hundred; every second one of those whose turn is next, so that they meet the send."""
    gone: set[int] = set()
    for number in range(100):
        waiting = select(deliveries.c.subscriber_id).where(deliveries.c.state == "pending").order_by(deliveries.c.id)
        with reading(stage.engine) as connection:
            near = set(connection.scalars(waiting.limit(20))) - gone if number % 2 else set()
        subscriber = dice.choice(sorted(near or set(range(1, stage.people + 1)) - gone))
        gone.add(subscriber)
        yield subscriber
        if not sender.is_over:
            time.sleep(0.003)
