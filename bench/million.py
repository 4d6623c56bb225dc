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
        times, send_mb = _send(folder, environment)
        sent = _database_bytes(folder)
    rows = (
        Row("plan", plan_s, "s", note=f"{plan_s / PEOPLE * 1e6:.1f} µs a person, {plan_mb:.0f} MB at most"),
        Row("rate in the first tenth", _rate(times, 0.0, 0.1), "messages/s", 1.0),
        Row(
            "rate in the last tenth",
            _rate(times, 0.9, 1.0),
            "messages/s",
            _rate(times, 0.9, 1.0) / _rate(times, 0.0, 0.1),
        ),
        Row("memory of the send", send_mb, "MB", note="at most, of the whole process"),
        Row("database, per planned delivery", (planned - empty) / PEOPLE, "bytes", note="with its indexes"),
        Row("database, per accepted delivery", (sent - empty) / PEOPLE, "bytes", note="with the relay's answer"),
    )
    method = (
        f"{PEOPLE:,} subscribers on SQLite; `newsletter plan`, then `newsletter send` of a short message to smtp-sink "
        f"on loopback over {SESSIONS} connections, the ledger durable. `make bench ARGS=million`."
    )
    return (Table("million", f"{PEOPLE:,} people", method, rows, "the first tenth"),)


def _add_people(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "newsletter.db")) as database:
        database.execute(_ADD_PEOPLE, {"people": PEOPLE})
        database.execute(_ADD_TO_LIST)
        database.commit()


def _plan(folder: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and megabytes."""
    start = time.perf_counter()
    newsletter("plan", "bench", "--json", folder=folder, environment=environment)
    return time.perf_counter() - start, _peak_of_children()


def _send(folder: Path, environment: Mapping[str, str]) -> tuple[list[tuple[float, int]], float]:
    """(seconds, accepted so far) every second, and megabytes."""
    looks: list[tuple[float, int]] = []
    command = [sys.executable, "-m", "composer", "send", "1", "--yes"]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as sender:
        while sender.poll() is None:
            looks.append((time.perf_counter(), _highest_accepted(folder)))
            time.sleep(_LOOK_EVERY_S)
    if sender.returncode:
        raise RuntimeError(f"newsletter send exited {sender.returncode}")
    return looks, _peak_of_children()


def _highest_accepted(folder: Path) -> int:
    """Deliveries go out by rising id, so the highest accepted one is their number, but for what is open."""
    with closing(sqlite3.connect(folder / "newsletter.db", timeout=30)) as database:
        return int(database.execute(_HIGHEST).fetchone()[0] or 0)


def _rate(looks: list[tuple[float, int]], start: float, end: float) -> float:
    """Messages per second between two shares of the mailing."""
    within = [(at, count) for at, count in looks if start * PEOPLE < count <= end * PEOPLE]
    (first_at, first), (last_at, last) = within[0], within[-1]
    return (last - first) / (last_at - first_at)


def _peak_of_children() -> float:
    """Megabytes of the biggest child so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _database_bytes(folder: Path) -> int:
    """Without its write-ahead log, which is put back first."""
    with closing(sqlite3.connect(folder / "newsletter.db", timeout=30)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (folder / "newsletter.db").stat().st_size
