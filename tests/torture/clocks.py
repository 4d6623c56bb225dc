"""Clocks that are set while we send. Only the time of day: what the system promises to count evenly still does."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.torture.invariants import Broken
from tests.torture.stage import Rig, Sender, Stage

JUMPS = ("+1d", "-1d", "+3600", "-3600", "+40", "-40", "+0 x60", "+0 x0.1")


def clock_jumps(rig: Rig, rounds: int) -> None:
    """A day, an hour, 40 seconds, forward and back, or sixty times too fast, in the middle of a send; then a kill."""
    for number in range(rounds):
        jump = JUMPS[number % len(JUMPS)]
        with rig.stage("dot%0.05=450 4.2.1 later", people=600) as stage:
            clock = stage.folder / "clock"
            sender = _start(stage, clock)
            stage.wait_for(rig.dice.randint(50, 300), sender)
            _set(clock, jump)
            if rig.dice.random() < 0.5:
                stage.wait_for(len(stage.sink.offered) + rig.dice.randint(50, 200), sender)
                sender.kill()
                stage.cut()
            else:
                sender.finish()
                stage.check()
            states = stage.finish()
            if states["accepted"] + states["unknown"] != stage.people:
                raise Broken(f"{jump}: {dict(states)}")
        rig.score.rounds += 1


def _start(stage: Stage, clock: Path) -> Sender:
    _set(clock, "+0")
    return stage.start(
        LD_PRELOAD=str(library()),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
        FAKETIME_DONT_RESET="1",
    )


def _set(clock: Path, time: str) -> None:
    new = clock.with_suffix(".new")
    new.write_text(f"{time}\n")
    new.replace(clock)


def library() -> Path | None:
    """libfaketime, for programs with threads."""
    if shutil.which("faketime") is None:
        return None
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
