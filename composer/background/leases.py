"""On PostgreSQL, who works now: each process of the service has a row, and renews it.

A lease ends when its row is deleted, not when its time is over: after an outage of the database everybody's time is
over, and everybody lives. A process that finds no row of its own ends itself, because its work has been given to
others. Whoever deletes has had contact for the time of a whole lease itself. Times are by the server's clock alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, delete, func, insert, select, text, update

from composer.background.process import ServiceProcess
from composer.database.schema import service_processes

LEASE_S = 30
BEAT_S = 7.5

_LOCK = 0x6E6577736C7372  # "newslsr": ours among the advisory locks of a shared PostgreSQL server
_table = service_processes


def register(connection: Connection, name: str, *, lease_s: float = LEASE_S) -> None:
    """Begin to be one of the processes, before any work is taken."""
    now = _now()
    connection.execute(insert(_table).values(name=name, started_at=now, until=now + _whole(lease_s)))


def renew(connection: Connection, name: str, *, lease_s: float = LEASE_S) -> bool:
    """Renew the lease; False if somebody has ended it."""
    renewed = update(_table).where(_table.c.name == name).values(until=_now() + _whole(lease_s))
    return bool(connection.execute(renewed).rowcount)


def release(connection: Connection, name: str) -> None:
    """Be none of the processes any more."""
    connection.execute(delete(_table).where(_table.c.name == name))


def end_lapsed(connection: Connection, *, lease_s: float = LEASE_S) -> Sequence[str] | None:
    """End the leases whose time is over, and name the processes that are left; None if another is just doing it.

    Whoever freezes meanwhile is disconnected by the server after the time of a lease, and keeps nobody from looking.
    """
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}):
        return None
    connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {int(lease_s * 1000)}"))
    connection.execute(delete(_table).where(_table.c.until < _now()))
    return list(connection.scalars(select(_table.c.name)))


def live_processes(connection: Connection) -> Sequence[ServiceProcess]:
    """List the processes whose time is not over, the oldest first."""
    query = select(_table.c.name, _table.c.started_at).where(_table.c.until >= _now())
    return [ServiceProcess(*row) for row in connection.execute(query.order_by(_table.c.started_at, _table.c.name))]


def _now() -> ColumnElement[Any]:
    return cast(func.floor(func.extract("epoch", func.clock_timestamp())), BigInteger)


def _whole(seconds: float) -> int:
    return max(1, int(seconds))
