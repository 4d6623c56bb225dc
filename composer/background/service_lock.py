"""On SQLite, one service at a time: a lock on the file ``newsletter.db-service``, which ends with its process.

The file says who has it, for whoever is refused. It belongs to the open file and not to a process (flock(2)), so a
reader never takes it away, and after ``kill -9`` it is free. On Windows there is no such lock, and nothing is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from composer.background.process import ServiceProcess
from composer.database.locked_file import is_locked, lock
from composer.errors import NewsletterError, ServiceRuns


@contextmanager
def sole_service(path: Path, process: ServiceProcess) -> Iterator[None]:
    """Be the one service of the SQLite file at ``path`` while the block runs. Raises ServiceRuns, naming the other."""
    place = _beside(path)
    try:
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise NewsletterError(f"{place} cannot be written: {error.strerror}") from error
    with open(descriptor, "r+b", buffering=0) as file:
        if not lock(file):
            other = _read(place)
            who = f"process {other.pid} on {other.host}" if other else "another process"
            raise ServiceRuns(
                f"{path.name} has its service already: {who}. On SQLite there is one; "
                "end that one first, or use PostgreSQL, where there may be many"
            )
        file.truncate(0)
        file.write(json.dumps({"name": process.name, "started_at": process.started_at}).encode())
        yield


def service_of(path: Path) -> ServiceProcess | None:
    """Find the service that works on the SQLite file at ``path``; None if none does."""
    place = _beside(path)
    return _read(place) if is_locked(place) else None


def _beside(path: Path) -> Path:
    whole = path.resolve()  # SQLite too follows a link: one database has one lock
    return whole.with_name(f"{whole.name}-service")


def _read(place: Path) -> ServiceProcess | None:
    try:
        found = json.loads(place.read_bytes())
        return ServiceProcess(str(found["name"]), int(found["started_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is just being written
