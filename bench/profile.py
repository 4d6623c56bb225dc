"""Where a microsecond of a send goes: py-spy looks at the running command, the kernel counts each thread's time.

py-spy reads the process from outside, so what it measures runs as it always does. A sample counts for the part of the
program that stands nearest to its innermost frame; a thread's samples share the processor time of that thread.
"""

from __future__ import annotations

import linecache
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from operator import itemgetter
from pathlib import Path

from bench.measure import Row, Table
from bench.sending import SESSIONS, SIZE_BYTES, make_project, plan, smtp_sink

COUNT = 10_000
_SAMPLES_PER_S = 200
_LOOK_EVERY_S = 0.1
_TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")
_ROOT = Path(__file__).parent.parent
_frame = re.compile(r"(?P<function>.*) \((?P<file>[^()]*):(?P<line>\d+)\)").fullmatch
_thread = re.compile(r"thread \((?P<number>\d+)\)(?:: (?P<name>.*))?").fullmatch

_START = "start and end"
_LOOP = "event loop"
_WRITING = "writing to the sockets"
_CONVERSATION = "SMTP conversation"
_HAND_OVER = "between loop and ledger"
_ROWS = "ledger: rows"
_PARTS = {
    "composer/delivery/smtp/transaction.py": _CONVERSATION,
    "composer/delivery/reply.py": _CONVERSATION,
    "composer/delivery/smtp/connection.py": _CONVERSATION,
    "composer/delivery/smtp/envelope.py": _CONVERSATION,
    "composer/delivery/smtp/pool.py": _CONVERSATION,
    "composer/message/": "rendering",
    "composer/edition/": "rendering",
    "composer/delivery/sending/dispatch.py": "dispatch",
    "composer/delivery/sending/relay_worker.py": "dispatch",
    "composer/delivery/sending/attempt.py": "dispatch",
    "composer/delivery/ledger/group_commit.py": _HAND_OVER,
    "composer/delivery/ledger/ledger.py": _ROWS,
    "composer/delivery/ledger/claim.py": _ROWS,
    "composer/delivery/ledger/prepared.py": _ROWS,
    "composer/delivery/ledger/lease.py": _ROWS,
    "composer/delivery/": "what goes next, and when",
    "sqlalchemy/": "ledger: SQLAlchemy",
}
"""Beginning of a file's name → the part of the program; the first that fits."""

_DRIVER = {
    "do_commit": "ledger: commit",
    "do_execute": "ledger: statements in SQLite",
    "_run_by_driver": "ledger: statements in SQLite",
}
"""The function that calls the driver, SQLAlchemy's or ours → what the driver does there."""

_NOTES = {
    _START: "imports, settings, status, report: once for all messages",
    _LOOP: "uvloop and the kernel: waiting for sockets, reading",
    _WRITING: "on loopback the kernel delivers to the other side in the same call",
    "ledger: commit": "its wait for the disk counts here too",
    "ledger: SQLAlchemy": "claiming pages, and around each statement",
}


def measure() -> tuple[Table, ...]:
    """Observe one send, and divide its processor time among the parts of the program."""
    with tempfile.TemporaryDirectory() as place, smtp_sink() as port:
        folder = Path(place)
        environment = make_project(folder, subscribers=COUNT, port=port)
        stacks, times_us = _observe(plan(folder, environment), folder, environment)
    parts = _divide(stacks, times_us)
    whole = sum(parts.values())
    rows = [Row("a message, whole", whole / COUNT, "µs", 1.0)]
    for part, us in sorted(parts.items(), key=itemgetter(1), reverse=True):
        rows.append(Row(part, us / COUNT, "µs", us / whole, _NOTES.get(part, "")))
    method = (
        f"Processor time of `newsletter send` for each of {COUNT:,} messages of {SIZE_BYTES / 1000:.0f} kB over "
        f"{SESSIONS} connections, by part of the program; {stacks.total():,} samples by py-spy. "
        "`make bench ARGS=profile`."
    )
    return (Table("profile", "Where a microsecond goes", method, tuple(rows), "the whole", heading="part"),)


def _observe(mailing: str, folder: Path, environment: Mapping[str, str]) -> tuple[Counter[str], Mapping[int, float]]:
    """Send it under py-spy; gives how often each stack was seen, and the microseconds each thread took."""
    samples = folder / "samples.txt"
    spy = [str(Path(sys.executable).with_name("py-spy")), "record", "--threads", "--rate", str(_SAMPLES_PER_S)]
    output = ["--format", "raw", "--output", str(samples)]
    command = [*spy, *output, "--", sys.executable, "-m", "composer", "send", mailing, "--yes"]
    times_us: dict[int, float] = {}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as watcher:
        while watcher.poll() is None:
            times_us.update(_threads_of_child(watcher.pid))
            time.sleep(_LOOK_EVERY_S)
    stacks: Counter[str] = Counter()
    for line in samples.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        stacks[stack] += int(count)
    return stacks, times_us


def _threads_of_child(process: int) -> Iterator[tuple[int, float]]:
    """Yields how many microseconds each thread has taken so far (proc_pid_stat(5), fields 14 and 15)."""
    with suppress(OSError):  # a thread may end while we look
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            for thread in Path(f"/proc/{child}/task").iterdir():
                fields = (thread / "stat").read_text().rpartition(")")[2].split()
                yield int(thread.name), (int(fields[11]) + int(fields[12])) * _TICK_US


def _divide(stacks: Counter[str], times_us: Mapping[int, float]) -> Mapping[str, float]:
    """Divide each thread's microseconds among the parts of the program, as its stacks say."""
    by_thread: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for stack, count in stacks.items():
        first, *frames = stack.split(";")
        if (thread := _thread(first)) and (part := _part_of([found for frame in frames if (found := _frame(frame))])):
            by_thread[int(thread["number"])][part] += count
    parts: defaultdict[str, float] = defaultdict(float)
    for number, shares in by_thread.items():
        for part, count in shares.items():
            parts[part] += times_us.get(number, 0.0) * count / shares.total()
    return parts


def _part_of(frames: list[re.Match[str]]) -> str | None:
    """The part of the program; None for a thread that waits for something to do."""
    names = [frame["function"].rpartition(".")[2] for frame in frames]
    in_ledger = "_bootstrap_inner" in names
    if not in_ledger and "in_loop" not in names:
        return _START
    line = linecache.getline(str(_ROOT / frames[-1]["file"]), int(frames[-1]["line"]))
    if "_transport.write" in line:
        return _WRITING
    if in_ledger and ("_queue.get(" in line or "time.sleep(" in line):
        return None
    if drivers := [_DRIVER[name] for name in names if name in _DRIVER]:
        return drivers[-1]
    for frame in reversed(frames):
        for beginning, part in _PARTS.items():
            if frame["file"].startswith(beginning):
                return part
    return _LOOP
