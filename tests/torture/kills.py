"""Ends without warning, and with it."""

from __future__ import annotations

import re
import signal
import time

from tests.torture.invariants import Broken
from tests.torture.stage import STRACE, Rig, Sender, Stage

CALLS = ("write", "pwrite64", "fdatasync", "sendto", "recvfrom")
"""What a send does to the world, and hears from it: uvloop writes to the relay by write, asyncio by sendto, and hears
it by recvfrom; SQLite writes by the others."""

_ASYNCIO = frozenset({"sendto", "recvfrom"})


def kill_at_random(rig: Rig, rounds: int) -> None:
    """kill -9 at a random moment: while it starts, recovers, opens connections, sends, or ends."""
    _kill_again_and_again(rig, rounds, database="sqlite")


def kill_at_random_on_postgresql(rig: Rig, rounds: int) -> None:
    """The same; PostgreSQL may have committed what the dead one never heard of."""
    _kill_again_and_again(rig, rounds, database="postgresql")


def _kill_again_and_again(rig: Rig, rounds: int, *, database: str) -> None:
    killed = 0
    while killed < rounds:
        with rig.stage(database=database) as stage:
            while killed < rounds and "pending" in stage.states().values():
                sender = stage.start()
                _wait_a_random_while(rig, stage, sender)
                sender.kill()
                stage.cut()
                killed += 1
            stage.finish()
    rig.score.rounds += killed


def _wait_a_random_while(rig: Rig, stage: Stage, sender: Sender) -> None:
    if rig.dice.random() < 0.15:
        time.sleep(rig.dice.uniform(0, 1.5))  # anywhere, the start above all
        return
    stage.wait_for(len(stage.sink.offered) + rig.dice.randint(1, 80), sender)
    time.sleep(rig.dice.uniform(0, 0.02))


def kill_at_system_calls(rig: Rig, rounds: int) -> None:
    """kill -9 at the N-th of each call, N from the first to the last of a whole send."""
    people, reached = 100, 0
    lasts = {call: _count_calls(rig, call, people=people) for call in CALLS[:rounds]}
    for number in range(rounds):
        call = CALLS[number % len(CALLS)]
        when = 1 + int((number + 0.5) / rounds * lasts[call])
        with rig.stage(people=people) as stage:
            injection = f"inject={call}:signal=KILL:when={when}"
            # Not with STRACE: it never sends the signal if it stops at these calls only.
            under = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", injection]
            sender = stage.start(under=under, uvloop=call not in _ASYNCIO)
            reached += sender.wait() != 0
            stage.cut()
            stage.finish()
        rig.score.rounds += 1
    rig.score.remarks.append(
        f"{reached} hit; in one send: {', '.join(f'{last} {call}' for call, last in lasts.items())}"
    )
    if reached < rounds // 2:
        raise Broken(f"only {reached} of {rounds} kills hit anything; that shows nothing")


def sigterm(rig: Rig, rounds: int) -> None:
    """SIGTERM at a random moment: what is open is finished, so nothing at all is unknown; the next send goes on."""
    for _ in range(rounds):
        with rig.stage(people=600) as stage:
            sender = stage.start()
            stage.wait_for(rig.dice.randint(1, 500), sender)
            sender.signal(signal.SIGTERM)
            code = sender.finish()
            states = stage.check()
            if states["offered"] or states["unknown"] or code not in (0, 130):
                raise Broken(f"after SIGTERM: exit {code}, {dict(states)}; {sender.said[-500:]}")
            stage.finish()
        rig.score.rounds += 1


def _count_calls(rig: Rig, call: str, *, people: int) -> int:
    """How many of them one thread of a whole send makes, at most; strace counts them by thread."""
    with rig.stage(people=people) as stage:
        calls = stage.folder / "calls"
        stage.start(under=[*STRACE, "-o", str(calls), "-e", f"trace={call}"], uvloop=call not in _ASYNCIO).finish()
        threads = re.findall(rf"^(\d+) +{call}\(", calls.read_text(errors="replace"), re.MULTILINE)
    return max((threads.count(thread) for thread in set(threads)), default=0)
