"""Several senders of one mailing, and one that sleeps through its lease."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing

from composer.delivery.ledger.lease import LEASE_S
from composer.errors import DatabaseError
from tests.torture.invariants import Broken
from tests.torture.stage import Rig, Sender, Stage

_TAKEN_OVER = "has taken mailing"
_WORDS = ("is being sent by", ": sending\n")  # refused, or ended before those with whom it shared the mailing


def two_at_once(rig: Rig, rounds: int) -> None:
    """Two senders started together: one sends, the other is refused."""
    _start_together(rig, rounds, senders=2, database="sqlite")


def five_at_once(rig: Rig, rounds: int) -> None:
    """Five of them."""
    _start_together(rig, rounds, senders=5, database="sqlite")


def five_at_once_on_postgresql(rig: Rig, rounds: int) -> None:
    """Five of them, which share the mailing there."""
    _start_together(rig, rounds, senders=5, database="postgresql")


def _start_together(rig: Rig, rounds: int, *, senders: int, database: str) -> None:
    for _ in range(rounds):
        with rig.stage(people=400, database=database) as stage:
            started = [stage.start() for _ in range(senders)]
            codes = [sender.finish() for sender in started]
            states = stage.check()
            if states != {"accepted": stage.people} or 0 not in codes:
                raise Broken(f"exits {codes}, {dict(states)}: {_last_words(started)}")
            strange = [sender for sender in started if not _ended_in_order(sender)]
            if strange:
                raise Broken(f"ended in other words: {_last_words(strange)}")
        rig.score.rounds += 1


def one_of_six_is_killed(rig: Rig, rounds: int) -> None:
    """kill -9 of the sender, and five others that try to take its place."""
    _kill_one_of_six(rig, rounds, database="sqlite")


def one_of_six_is_killed_on_postgresql(rig: Rig, rounds: int) -> None:
    """The same, where the others are in the midst of sending; they go on."""
    _kill_one_of_six(rig, rounds, database="postgresql")


def _kill_one_of_six(rig: Rig, rounds: int, *, database: str) -> None:
    for _ in range(rounds):
        with rig.stage("dot=wait 0.01", people=800, database=database) as stage:
            first = stage.start()
            stage.wait_for(rig.dice.randint(1, 200), first)
            others = [stage.start() for _ in range(5)]
            time.sleep(rig.dice.uniform(0, 1))
            first.kill()
            for other in others:
                other.finish()
            stage.cut()
            stage.finish()
        rig.score.rounds += 1


def asleep_past_the_lease(rig: Rig, rounds: int) -> None:
    """SIGSTOP for longer than the lease, a second sender takes over, SIGCONT: the first stops itself."""
    _sleep_past_the_lease(rig, rounds, really=True, database="sqlite")


def asleep_past_the_lease_on_postgresql(rig: Rig, rounds: int) -> None:
    """The same."""
    _sleep_past_the_lease(rig, rounds, really=True, database="postgresql")


def asleep_past_the_lease_in_short(rig: Rig, rounds: int) -> None:
    """The same, with the lease's end written into the database instead of waited for."""
    _sleep_past_the_lease(rig, rounds, really=False, database="sqlite")


def _sleep_past_the_lease(rig: Rig, rounds: int, *, really: bool, database: str) -> None:
    stopped_itself = 0
    for _ in range(rounds):
        with rig.stage("dot=wait 0.02", database=database, people=1000) as stage:
            first = stage.start()
            stage.wait_for(rig.dice.randint(1, 300), first)
            _suspend_between_transactions(stage, first)
            if really:
                time.sleep(LEASE_S + 2)
            else:
                stage.let_lease_expire()
            second = stage.start()
            stage.wait_for(len(stage.sink.offered) + 100, second)
            first.signal(signal.SIGCONT)
            code = first.finish()
            stopped_itself += code == 1 and _TAKEN_OVER in first.said
            second.finish()
            stage.cut()
            stage.finish()
        rig.score.rounds += 1
    rig.score.remarks.append(f"{stopped_itself} of {rounds} stopped themselves")
    if stopped_itself != rounds:
        raise Broken(rig.score.remarks[-1])


def _suspend_between_transactions(stage: Stage, sender: Sender) -> None:
    """SIGSTOP. Again, if it fell into a transaction of the database: then nobody could take over, or harm anything."""
    while not sender.is_over:
        sender.signal(signal.SIGSTOP)
        time.sleep(0.05)
        if _is_free(stage):
            return
        sender.signal(signal.SIGCONT)
        time.sleep(0.01)
    raise Broken(f"the sender ended before it could be suspended: {sender.said[-500:]}")


def _is_free(stage: Stage) -> bool:
    """Whether somebody else could write now."""
    try:
        if stage.engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(stage.url.removeprefix("sqlite:///"), timeout=0)) as connection:
                connection.execute("BEGIN IMMEDIATE")
        else:
            with stage.engine.begin() as other:
                other.exec_driver_sql("SELECT 1 FROM leases FOR UPDATE NOWAIT")
    except (sqlite3.OperationalError, DatabaseError):
        return False
    return True


def _ended_in_order(sender: Sender) -> bool:
    return sender.process.returncode == 0 or any(words in sender.said for words in _WORDS)


def _last_words(senders: Sequence[Sender]) -> str:
    return " | ".join(f"{sender.process.returncode}: {sender.said[-300:]}" for sender in senders)
