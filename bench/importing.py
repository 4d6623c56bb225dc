"""Measures the import of a million people, rows a second and memory, beside a plain executemany into the same tables.

``NEWSLETTER_BENCH_PEOPLE=100000 make bench ARGS=import`` is a smaller run.
"""

from __future__ import annotations

import csv
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.measure import Row, Table

PEOPLE = int(os.environ.get("NEWSLETTER_BENCH_PEOPLE", "1000000"))
_NAMES = ("Ana", "Bob", "Zoë", "Jürgen", "Marie-Claire", "Li", "Søren", "Eva", "Tom", "Ingrid")
_LANGUAGES = ("en", "fr", "de")
_PLAIN_ROWS = 5_000

# Runs in a process of its own, so that its memory is nobody else's; prints seconds, processor seconds and megabytes.
_MEASURED = """
import resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from bench.importing import {function}
wall, cpu = time.perf_counter(), time.process_time()
{function}(sys.argv[2], Path(sys.argv[3]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - wall, time.process_time() - cpu, peak)
"""


class _Taken(NamedTuple):
    wall_s: float
    cpu_s: float
    peak_mb: float


def measure() -> tuple[Table, ...]:
    """Fill a fresh database by a plain executemany, another by an import, and import the same file once more."""
    rows: list[Row] = []
    with _databases() as (urls, folder):
        file = folder / "people.csv"
        _write_people(file)
        for name, (plain_url, url) in urls.items():
            plain = _run("insert_plainly", plain_url, file)
            first = _run("import_file", url, file)
            again = _run("import_file", url, file)
            rows.append(_row(f"{name}, plain executemany", plain, plain))
            rows.append(_row(f"{name}, import", first, plain))
            rows.append(_row(f"{name}, the same file again", again, plain))
    method = (
        f"{PEOPLE:,} rows with address, two names, language and a field of one's own, in no order. `plain executemany` "
        "reads the same file by `csv` and puts it, unchecked, into subscribers, subscriptions and consent_events, "
        f"{_PLAIN_ROWS:,} rows a statement, without hashes. One run each, in processes of their own; memory is all of "
        "the process. `make bench ARGS=import`."
    )
    return (Table("import", "Importing people", method, tuple(rows), "executemany", heading="what"),)


def import_file(url: str, file: Path) -> None:
    """Import a file as the command does."""
    from composer.audience import import_subscribers
    from composer.audience.imports.file_source import FileSource
    from composer.database import open_database

    engine = open_database(url)
    with engine.begin() as connection:
        import_subscribers(
            connection, FileSource(file), list_name="members", source="bench", now=1, file_name=file.name, new_list=True
        )
    engine.dispose()


def insert_plainly(url: str, file: Path) -> None:
    """Put the same rows into the same tables, and look at nothing."""
    from sqlalchemy import insert

    from composer.database import open_database
    from composer.database.schema import consent_events, lists, subscribers, subscriptions

    engine = open_database(url)
    with file.open(encoding="utf-8", newline="") as opened, engine.begin() as connection:
        connection.execute(insert(lists).values(id=1, name="members", created_at=1))
        reader = csv.reader(opened)
        next(reader)
        number = 0
        while part := list(itertools.islice(reader, _PLAIN_ROWS)):
            ids = range(number + 1, number + 1 + len(part))
            number += len(part)
            fields = ("email", "first_name", "last_name", "language")
            people = [
                {**dict(zip(fields, cells, strict=False)), "email_key": cells[0], "attributes": {"city": cells[4]}}
                for cells in part
            ]
            same = {"created_at": 1, "updated_at": 1}
            connection.execute(
                insert(subscribers), [{"id": one, **same, **person} for one, person in zip(ids, people, strict=True)]
            )
            ours = {"list_id": 1, "status": "confirmed", "updated_at": 1, "joined_at": 1}
            connection.execute(insert(subscriptions), [{"subscriber_id": one, **ours} for one in ids])
            event = {"list_id": 1, "event": "imported", "source": "bench", "at": 1}
            connection.execute(
                insert(consent_events),
                [{"subscriber_id": one, "email": cells[0], **event} for one, cells in zip(ids, part, strict=True)],
            )
    engine.dispose()


def _row(name: str, taken: _Taken, plain: _Taken) -> Row:
    note = f"{taken.cpu_s / PEOPLE * 1e6:.1f} µs of processor a row, {taken.peak_mb:.0f} MB at most"
    return Row(name, PEOPLE / taken.wall_s, "rows/s", plain.wall_s / taken.wall_s, note)


def _run(function: str, url: str, file: Path) -> _Taken:
    script = _MEASURED.format(function=function)
    root = str(Path(__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-c", script, root, url, str(file)], capture_output=True, text=True, check=True
    )
    return _Taken(*map(float, run.stdout.split()))


def _write_people(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(("email", "first_name", "last_name", "language", "city"))
        for number in range(PEOPLE):
            mixed = number * 7919 % PEOPLE
            email = f"person{mixed}.{number % 97}@mail{number % 50}.example.org"
            name, language = _NAMES[number % len(_NAMES)], _LANGUAGES[number % len(_LANGUAGES)]
            lines.writerow((email, name, f"Surname{number % 5003}", language, f"City {number % 97}"))


@contextmanager
def _databases() -> Iterator[tuple[Mapping[str, tuple[str, str]], Path]]:
    """Two fresh databases of each kind by its name, and the folder that they are in."""
    from tests.support.databases import start_cluster  # what it reads is no memory of an import

    with tempfile.TemporaryDirectory() as place, start_cluster(is_durable=True) as cluster:
        urls = {"SQLite": (f"sqlite:///{place}/plain.db", f"sqlite:///{place}/import.db")}
        if cluster is not None:
            urls["PostgreSQL"] = (cluster.create_migrated(), cluster.create_migrated())
        yield urls, Path(place)
