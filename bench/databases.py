"""SQLite and PostgreSQL plan and send one mailing beside each other, each durable, on the same disk."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Row, Table, median
from bench.sending import SESSIONS, make_project, newsletter, plan, smtp_sink
from tests.support.databases import start_cluster

COUNT = 10_000
ROUNDS = 3


def measure() -> tuple[Table, ...]:
    """Rounds interleaved, medians compared; each round sends what it has just planned."""
    planned, sent = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    with _projects() as projects:
        for _ in range(ROUNDS):
            for name, (folder, environment) in projects.items():
                start = time.perf_counter()
                mailing = plan(folder, environment)
                middle = time.perf_counter()
                newsletter("send", mailing, "--yes", folder=folder, environment=environment)
                planned[name].append(COUNT / (middle - start))
                sent[name].append(COUNT / (time.perf_counter() - middle))
    rows = []
    for word, figures in (("plan", planned), ("send", sent)):
        reference = median(figures["SQLite"])
        rows += [
            Row(f"newsletter {word}, {name}", median(figures[name]), "a second", median(figures[name]) / reference)
            for name in projects
        ]
    method = (
        f"{COUNT:,} people, each message planned and then sent to smtp-sink on loopback over {SESSIONS} connections; a "
        "PostgreSQL of its own on this machine, over TCP, fsync on, and no wait for its autovacuum between plan and "
        f"send. Whole commands. Median of {ROUNDS} interleaved rounds. `make bench ARGS=databases`."
    )
    return (Table("databases", "SQLite and PostgreSQL", method, tuple(rows), "SQLite"),)


@contextmanager
def _projects() -> Iterator[Mapping[str, tuple[Path, Mapping[str, str]]]]:
    """Yields a project on each database, with its environment, by the database's name."""
    with tempfile.TemporaryDirectory() as place, smtp_sink() as port, start_cluster(is_durable=True) as cluster:
        if cluster is None:
            raise RuntimeError("PostgreSQL is missing; `make packages` installs it")
        urls = {"SQLite": f"sqlite:///{place}/newsletter.db", "PostgreSQL": cluster.create_migrated()}
        folders = {name: Path(place) / name for name in urls}
        yield {
            name: (folders[name], make_project(folders[name], subscribers=COUNT, port=port, database=url))
            for name, url in urls.items()
        }
