"""Processes that inflict faults, several at a time: each fault has a folder, dice and a PostgreSQL of its own.

So its row depends on the seed and on its name, never on what else runs.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.support.databases import start_cluster
from tests.torture.stage import Rig, Score
from tests.torture.table import FAULTS, Fault, missing

COLUMNS = ("fault", "rounds", "planned", "taken", "lost", "doubled", "unknown", "by one cut", "seconds", "")


@contextmanager
def workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """So many. If we are ended, they end first, and with them what they have started."""
    _end_in_order()
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_end_in_order)
    try:
        yield pool
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _end_in_order() -> None:
    """SIGTERM as Ctrl-C: what was started is ended on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def run(number: int, folder: Path, *, seed: int, share: float) -> tuple[str, bool]:
    """Inflict a fault of the table, or a share of its rounds; its row, and whether every promise was kept."""
    fault = FAULTS[number]
    began, score, broken = time.monotonic(), Score(), ""
    try:
        with start_cluster() if "postgresql" in fault.needs else nullcontext() as cluster:
            rig = Rig(folder / str(number), random.Random(f"{seed} {fault.name}"), cluster=cluster)
            if lacking := missing(fault, rig):
                return f"| {fault.name} | | | | | | | | | **skipped: needs {lacking}** |", True
            score = rig.score
            fault.inflict(rig, max(1, round(fault.rounds * share)))
            if score.lost or score.doubled:
                broken = "**BROKEN: lost or doubled**"
    except (Exception, pytest.fail.Exception) as error:
        traceback.print_exc()
        broken = f"**BROKEN: {' '.join(str(error).split())[:300]}**"
    return _row(fault, score, time.monotonic() - began, broken), not broken


def _row(fault: Fault, score: Score, seconds: float, broken: str) -> str:
    counts = (score.rounds, score.planned, score.taken, score.lost, score.doubled, score.unknown, score.most_open)
    cells = [*(f"{count:,}" for count in counts), f"{seconds:,.0f}", broken or "; ".join(dict.fromkeys(score.remarks))]
    return f"| {fault.name} | {' | '.join(cells)} |"
