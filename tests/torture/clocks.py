"""Clocks that are set while we send. Only the time of day: what the system promises to count evenly still does."""

from __future__ import annotations

import struct
import subprocess
import time
from pathlib import Path

from tests.torture.invariants import Broken
from tests.torture.stage import Rig

_DAY, _HOUR = 86400.0, 3600.0

JUMPS = (
    # seconds to add, and how fast the clock then runs
    *((seconds, 1.0) for seconds in (_DAY, -_DAY, _HOUR, -_HOUR, 40.0, -40.0)),
    (0.0, 60.0),
    (0.0, 0.1),
)

_SOURCE = Path(__file__).with_name("wall_clock.c")


def clock_jumps(rig: Rig, rounds: int) -> None:
    """A day, an hour, 40 seconds, forward and back, or sixty times too fast, in the middle of a send; then a kill."""
    preloaded = _compile(rig.folder)
    for number in range(rounds):
        seconds, speed = JUMPS[number % len(JUMPS)]
        with rig.stage("dot%0.05=450 4.2.1 later", people=600) as stage:
            clock = stage.folder / "clock"
            _set(clock, 0.0, 1.0)
            sender = stage.start(LD_PRELOAD=str(preloaded), WALL_CLOCK=str(clock))
            stage.wait_for(rig.dice.randint(50, 300), sender)
            _set(clock, seconds, speed)
            if rig.dice.random() < 0.5:
                stage.wait_for(len(stage.sink.offered) + rig.dice.randint(50, 200), sender)
                sender.kill()
                stage.cut()
            else:
                sender.finish()
                stage.check()
            states = stage.finish()
            if states["accepted"] + states["unknown"] != stage.people:
                raise Broken(f"{seconds:+.0f} s, {speed} times as fast: {dict(states)}")
        rig.score.rounds += 1


def _set(clock: Path, seconds: float, speed: float) -> None:
    """In place: the sender has it mapped."""
    with clock.open("r+b" if clock.exists() else "wb", buffering=0) as file:
        file.write(struct.pack("3d", seconds, speed, time.time()))


def _compile(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "wall_clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl", "-lm"], check=True)
    return library
