"""Whether a service works on a database, for whoever leaves something to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from composer.background.leases import live_processes
from composer.background.process import ServiceProcess
from composer.background.service_lock import service_of
from composer.database.engine import reading


def running_services(engine: Engine) -> Sequence[ServiceProcess]:
    """List the processes of the service, the oldest first; at most one on SQLite. Raises DatabaseError."""
    if engine.dialect.name == "sqlite":
        found = service_of(Path(str(engine.url.database)))
        return [found] if found else []
    with reading(engine) as connection:
        return live_processes(connection)
