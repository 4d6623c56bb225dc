"""``make torture``: inflicts every fault, prints the results as a table, and writes it to docs/reliability.md.

``make torture ARGS="--seed 7 kill lease"`` repeats a seed, for the faults with one of these words in their names;
``--rounds 0.1`` takes a tenth of the rounds. Only a full run is written down. Exit code 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.support.databases import start_cluster
from tests.torture.stage import Rig, Score
from tests.torture.table import FAULTS, Fault, missing

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
_START, _END = "<!-- torture -->", "<!-- /torture -->"
_COLUMNS = ("fault", "rounds", "planned", "taken", "lost", "doubled", "unknown", "by one cut", "seconds", "")
_HEAD = f"| {' | '.join(_COLUMNS)} |\n|---{'|--:' * (len(_COLUMNS) - 2)}|---|"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("words", nargs="*", help="only faults with one of these in their names")
    parser.add_argument("--seed", type=int, default=None, help="repeat the choices of an earlier run")
    parser.add_argument("--rounds", type=float, default=1.0, help="this share of the rounds")
    parser.add_argument("--dry", action="store_true", help="print only; do not write docs/reliability.md")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    faults = [fault for fault in FAULTS if not options.words or any(word in fault.name for word in options.words)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that PostgreSQL and the senders end with us
    print(f"seed {seed}\n\n{_HEAD}", flush=True)
    rows, is_whole = [], True
    folder = Path(tempfile.mkdtemp(prefix="newsletter-torture-"))
    with start_cluster() as cluster:
        rig = Rig(folder, random.Random(), cluster=cluster)
        for fault in faults:
            row, holds = run(fault, rig, seed=seed, rounds=max(1, round(fault.rounds * options.rounds)))
            print(row, flush=True)
            rows.append(row)
            is_whole &= holds
    if is_whole:
        subprocess.run(["rm", "-r", folder], check=True)
    else:
        print(f"\nA promise was broken; what is left of it: {folder}", file=sys.stderr)
    if not (options.dry or options.words or options.rounds != 1.0):
        _write(rows, seed)
    return 0 if is_whole else 1


def run(fault: Fault, rig: Rig, *, seed: int, rounds: int) -> tuple[str, bool]:
    """Inflict it; its row, and whether every promise was kept. Each fault has dice of its own: (seed, name)."""
    if lacking := missing(fault, rig):
        return f"| {fault.name} | | | | | | | | | **skipped: needs {lacking}** |", True
    rig.dice.seed(f"{seed} {fault.name}")
    rig.score = Score()
    started = time.monotonic()
    broken = ""
    try:
        fault.inflict(rig, rounds)
    except Exception as error:
        traceback.print_exc()
        broken = f"**BROKEN: {' '.join(str(error).split())[:300]}**"
    return _row(fault, rig.score, time.monotonic() - started, broken), not broken


def _row(fault: Fault, score: Score, seconds: float, broken: str) -> str:
    counts = (score.rounds, score.planned, score.taken, score.lost, score.doubled, score.unknown, score.most_open)
    cells = [*(f"{count:,}" for count in counts), f"{seconds:,.0f}", broken or "; ".join(dict.fromkeys(score.remarks))]
    return f"| {fault.name} | {' | '.join(cells)} |"


def _write(rows: Sequence[str], seed: int) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    after = rest.partition(_END)[2]
    told = f'`make torture ARGS="--seed {seed}"`, {time.strftime("%Y-%m-%d", time.gmtime())}, on {_machine()}.'
    table = "\n".join([_START, told, "", _HEAD, *rows, _END])
    DOCUMENT.write_text(before + table + after, encoding="utf-8")


def _machine() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    cpu = names[0].partition(":")[2].strip() if names else platform.processor() or "an unnamed processor"
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return f"{os.cpu_count()} cores of {cpu}, Python {platform.python_version()}, revision {revision.stdout.strip()}"


if __name__ == "__main__":
    sys.exit(main())
