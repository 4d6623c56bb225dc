"""Disks that are full, broken, or somebody else's, and a process that may open no more files."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.torture.invariants import Broken
from tests.torture.stage import CONNECTIONS, STRACE, Rig, Sender, Stage


def full_disk(rig: Rig, rounds: int) -> None:
    """A real file system (tmpfs) fills up in the middle: nothing more is sent; with room again, the send goes on."""
    hit = 0
    for _ in range(rounds):
        with _small_disk(rig.folder / "small") as disk, rig.stage(at=disk) as stage:
            ballast = disk / "ballast"
            sender = stage.start()
            stage.wait_for(rig.dice.randint(1, 800), sender)
            _fill(ballast)
            hit += _stops_in_order(stage, sender, may_finish=True)
            ballast.unlink()
            stage.finish()
            stage.close(count=False)  # lets go of the disk
        rig.score.rounds += 1
    _tell_hits(rig, hit, rounds)


def no_space(rig: Rig, rounds: int) -> None:
    """ENOSPC at the N-th write of the database, and from then on."""
    _fail_calls(rig, rounds, call="pwrite64", error="ENOSPC", lasting=True, most=400)


def failing_write(rig: Rig, rounds: int) -> None:
    """EIO at the N-th write of the database, once."""
    _fail_calls(rig, rounds, call="pwrite64", error="EIO", lasting=False, most=400)


def failing_sync(rig: Rig, rounds: int) -> None:
    """EIO at the N-th fdatasync, once: never tried again, because the pages may be gone although they look clean."""
    _fail_calls(rig, rounds, call="fdatasync", error="EIO", lasting=False, most=80)


def _fail_calls(rig: Rig, rounds: int, *, call: str, error: str, lasting: bool, most: int) -> None:
    hit = 0
    for _ in range(rounds):
        with rig.stage(people=200) as stage:
            when = f"{rig.dice.randint(1, most)}{'+' if lasting else ''}"
            under = [*STRACE, "-o", "/dev/null", "-e", f"trace={call}"]
            sender = stage.start(under=[*under, "-e", f"inject={call}:error={error}:when={when}"])
            hit += _stops_in_order(stage, sender, may_finish=True)
            stage.finish()
        rig.score.rounds += 1
    _tell_hits(rig, hit, rounds)


def _tell_hits(rig: Rig, hit: int, rounds: int) -> None:
    rig.score.remarks.append(f"{hit} stopped, the others were over before")
    if hit < rounds // 4:
        raise Broken(f"only {hit} of {rounds} were hit; that shows nothing")


def locked_database(rig: Rig, rounds: int) -> None:
    """Another program keeps the database locked for longer than we wait."""
    for _ in range(rounds):
        with rig.stage() as stage:
            sender = stage.start()
            stage.wait_for(rig.dice.randint(1, 1000), sender)
            with closing(sqlite3.connect(stage.folder / "newsletter.db", timeout=30, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                _stops_in_order(stage, sender)
                other.execute("ROLLBACK")
            stage.finish()
        rig.score.rounds += 1


def out_of_descriptors(rig: Rig, rounds: int) -> None:
    """Only so many open files: fewer connections, or none, and no harm."""
    for _ in range(rounds):
        with rig.stage(people=300) as stage:
            sender = stage.start(under=["prlimit", f"--nofile={rig.dice.randint(12, 26)}"])
            sender.wait()
            stage.cut()
            stage.finish()
        rig.score.rounds += 1


def _stops_in_order(stage: Stage, sender: Sender, *, may_finish: bool = False) -> bool:
    """Whether it stopped; told in words, with an exit code for what is expected. Raises Broken otherwise."""
    code = sender.finish()
    if code == 0 and may_finish:
        stage.check()
        return False
    if code != 1:
        raise Broken(f"exit {code}: {sender.said[-800:]}")
    stage.cut(connections=CONNECTIONS)
    return True


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
