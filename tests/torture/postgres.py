"""A PostgreSQL that goes away in the middle."""

from __future__ import annotations

from collections.abc import Callable

from tests.torture.invariants import Broken
from tests.torture.stage import Rig, Stage


def immediate_restart(rig: Rig, rounds: int) -> None:
    """The server restarts without a checkpoint: the send stops in words, the next one goes on."""

    def restart(_: Stage) -> None:
        assert rig.cluster
        rig.cluster.crash()

    _take_away(rig, rounds, restart)


def immediate_restart_of_a_role_that_does_not_wait(rig: Rig, rounds: int) -> None:
    """The same with ``synchronous_commit`` off for our role: what is committed is on the disk some time later."""
    assert rig.cluster
    rig.cluster.run("ALTER ROLE newsletter SET synchronous_commit = off")
    immediate_restart(rig, rounds)
    rig.cluster.run("ALTER ROLE newsletter RESET synchronous_commit")


def terminated_backend(rig: Rig, rounds: int) -> None:
    """An administrator ends our connections to the database."""

    def terminate(stage: Stage) -> None:
        assert rig.cluster
        name = stage.url.rpartition("/")[2]
        rig.cluster.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    _take_away(rig, rounds, terminate)


def _take_away(rig: Rig, rounds: int, inflict: Callable[[Stage], None]) -> None:
    for _ in range(rounds):
        with rig.stage("dot=wait 0.005", database="postgresql") as stage:
            sender = stage.start()
            stage.wait_for(rig.dice.randint(1, 1200), sender)
            stage.engine.dispose()
            inflict(stage)
            code = sender.finish()
            if code != 1:
                raise Broken(f"exit {code}: {sender.said[-800:]}")
            stage.cut()
            stage.finish()
        rig.score.rounds += 1
