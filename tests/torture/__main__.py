"""``make torture``: inflicts every fault, prints the results as a table, and writes it to docs/reliability.md.

``make torture ARGS="--seed 7 kill lease"`` repeats a seed, for the faults with one of these words in their names;
``--rounds 0.1`` takes a tenth of the rounds; ``--jobs`` faults at a time, each in a process, a folder and a
PostgreSQL of its own. Only a full run is written down. Exit code 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.machine import describe_machine
from tests.torture.table import FAULTS
from tests.torture.workers import COLUMNS, run, workers

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
_START, _END = "<!-- torture -->", "<!-- /torture -->"
_HEAD = f"| {' | '.join(COLUMNS)} |\n|---{'|--:' * (len(COLUMNS) - 2)}|---|"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("words", nargs="*", help="only faults with one of these in their names")
    parser.add_argument("--seed", type=int, default=None, help="repeat the choices of an earlier run")
    parser.add_argument("--rounds", type=float, default=1.0, help="this share of the rounds")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many faults at a time")
    parser.add_argument("--dry", action="store_true", help="print only; do not write docs/reliability.md")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    words = options.words or [""]
    numbers = [at for at, fault in enumerate(FAULTS) if any(word in fault.name for word in words)]
    folder, began = Path(tempfile.mkdtemp(prefix="newsletter-torture-")), time.monotonic()
    rows, is_whole = [], True
    with workers(options.jobs) as pool:
        print(f"seed {seed}\n\n{_HEAD}", flush=True)
        for result in [pool.submit(run, at, folder, seed=seed, share=options.rounds) for at in numbers]:
            row, holds = result.result()
            print(row, flush=True)
            rows.append(row)
            is_whole &= holds
    print(f"\n{(time.monotonic() - began) / 60:.0f} minutes")
    if is_whole:
        shutil.rmtree(folder)
    else:
        print(f"A promise was broken; what is left of it: {folder}", file=sys.stderr)
    if not (options.dry or options.words or options.rounds != 1.0):
        _write(rows, seed, minutes=(time.monotonic() - began) / 60)
    return 0 if is_whole else 1


def _write(rows: Sequence[str], seed: int, *, minutes: float) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    after = rest.partition(_END)[2]
    when = f"{time.strftime('%Y-%m-%d', time.gmtime())}, in {minutes:.0f} minutes"
    told = f'`make torture ARGS="--seed {seed}"`, {when}, on {describe_machine()}.'
    table = "\n".join([_START, told, "", _HEAD, *rows, _END])
    DOCUMENT.write_text(before + table + after, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
