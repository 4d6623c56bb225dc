"""Whether a service works on a database, for whoever leaves something to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from composer.background.leases import live_processes
from composer.background.process import ServiceProcess
from composer.background.service_lock import service_of
from composer.database.engine import sqlite_file


def running_services(connection: Connection) -> Sequence[ServiceProcess]:
    """List the processes of the service, the oldest first; at most one on SQLite. Raises DatabaseError."""
    if connection.dialect.name == "sqlite":
        found = service_of(sqlite_file(connection))
        return [found] if found else []
    return live_processes(connection)
