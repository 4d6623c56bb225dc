"""A million: planned, then sent to smtp-sink. Does the rate last, is memory flat, how much disk does a person take?

``NEWSLETTER_BENCH_PEOPLE=100000 make bench ARGS=million`` is a smaller run.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bench.measure import Row, Table
from bench.sending import SESSIONS, make_project, newsletter, smtp_sink

PEOPLE = int(os.environ.get("NEWSLETTER_BENCH_PEOPLE", "1000000"))
_LOOK_EVERY_S = 1.0
_ADD_PEOPLE = """
    WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :people)
    INSERT INTO subscribers (email, email_key, first_name, last_name, attributes, created_at, updated_at)
    SELECT 'r' || n || '@example.test', 'r' || n || '@example.test', 'Reader ' || n, '',
           '{"city":"City ' || (n % 97) || '"}', 0, 0 FROM number
"""
_ADD_TO_LIST = "INSERT OR IGNORE INTO subscriptions SELECT id, 1, 'confirmed', 0 FROM subscribers"
_HIGHEST = "SELECT max(id) FROM deliveries WHERE mailing_id = 1 AND state = 'accepted'"


def measure() -> tuple[Table, ...]:
    """One run of the real commands on SQLite."""
    with tempfile.TemporaryDirectory() as place, smtp_sink() as port:
        folder = Path(place)
        environment = make_project(folder, subscribers=1, port=port, paragraphs=1)
        _add_people(folder)
        empty = _database_bytes(folder)
        plan_s, plan_mb = _plan(folder, environment)
        planned = _database_bytes(folder)
        looks, send_mb = _send(folder, environment)
        sent = _database_bytes(folder)
    first, last = _pace(looks, 0.0, 0.1), _pace(looks, 0.9, 1.0)
    rows = (
        Row("plan", plan_s, "s", note=f"{plan_s / PEOPLE * 1e6:.1f} µs a person, {plan_mb:.0f} MB at most"),
        Row("rate in the first tenth", first.per_second, "messages/s", 1.0, f"{first.cpu_us:.0f} µs of processor each"),
        Row(
            "rate in the last tenth",
            last.per_second,
            "messages/s",
            last.per_second / first.per_second,
            f"{last.cpu_us:.0f} µs of processor each: on a machine that others use too, this is what compares",
        ),
        Row("memory of the send", send_mb, "MB", note="at most, of the whole process"),
        Row("database, per planned delivery", (planned - empty) / PEOPLE, "bytes", note="with its indexes"),
        Row("database, per accepted delivery", (sent - empty) / PEOPLE, "bytes", note="with the relay's answer"),
    )
    method = (
        f"{PEOPLE:,} subscribers on SQLite; `newsletter plan`, then `newsletter send` of a short message to smtp-sink "
        f"on loopback over {SESSIONS} connections, the ledger durable. One run. `make bench ARGS=million`."
    )
    return (Table("million", f"{PEOPLE:,} people", method, rows, "the first tenth", heading="what"),)


def _add_people(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "newsletter.db")) as database:
        database.execute(_ADD_PEOPLE, {"people": PEOPLE})
        database.execute(_ADD_TO_LIST)
        database.commit()


def _plan(folder: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Plan the mailing; gives the seconds it took, and the megabytes at most in use."""
    start = time.perf_counter()
    newsletter("plan", "bench", "--json", folder=folder, environment=environment)
    return time.perf_counter() - start, _peak_of_children()


class _Look(NamedTuple):
    """At one moment: how many are accepted, and the processor's time that the sender has used."""

    at: float
    accepted: int
    cpu_s: float


class _Pace(NamedTuple):
    per_second: float
    cpu_us: float


def _send(folder: Path, environment: Mapping[str, str]) -> tuple[list[_Look], float]:
    """A look every second, and megabytes: of this process, because planning may have taken more."""
    looks: list[_Look] = []
    peak_mb = 0.0
    command = [sys.executable, "-m", "composer", "send", "1", "--yes"]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as sender:
        while sender.poll() is None:
            looks.append(_Look(time.perf_counter(), _highest_accepted(folder), _cpu_s(sender.pid)))
            peak_mb = _peak_mb(sender.pid) or peak_mb
            time.sleep(_LOOK_EVERY_S)
    if sender.returncode:
        raise RuntimeError(f"newsletter send exited {sender.returncode}")
    return looks, peak_mb


def _cpu_s(process: int) -> float:
    """How much user and system time a process has taken so far (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb(process: int) -> float:
    """The most memory that a process has had so far (proc_pid_status(5), VmHWM); 0 if it has ended."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _highest_accepted(folder: Path) -> int:
    """Deliveries go out by rising id, so the highest accepted one is their number, but for what is open."""
    with closing(sqlite3.connect(folder / "newsletter.db", timeout=30)) as database:
        return int(database.execute(_HIGHEST).fetchone()[0] or 0)


def _pace(looks: list[_Look], start: float, end: float) -> _Pace:
    """How fast it went between two shares of the mailing, and what a message cost."""
    within = [look for look in looks if start * PEOPLE < look.accepted <= end * PEOPLE]
    first, last = within[0], within[-1]
    count = last.accepted - first.accepted
    return _Pace(count / (last.at - first.at), (last.cpu_s - first.cpu_s) / count * 1e6)


def _peak_of_children() -> float:
    """How many megabytes the biggest child process so far has had in use."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _database_bytes(folder: Path) -> int:
    """Without its write-ahead log, which is put back first."""
    with closing(sqlite3.connect(folder / "newsletter.db", timeout=30)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (folder / "newsletter.db").stat().st_size
