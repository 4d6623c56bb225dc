"""What is measured of a service: its deliveries, its work, its database and its process.

Enters: the database, and what the service knows of itself (``state.py``). Leaves: metrics of one moment. Counted are
only mailings that are not over, so that a look costs the same however much was ever sent. Only reads; no label names a
person.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, exists, func, select, text

from composer import __version__
from composer.background.metrics_text import Metric, by_label, counter, gauge
from composer.background.state import ServiceState
from composer.database.engine import reading
from composer.database.schema import deliveries, leases, mailings
from composer.delivery.states import WAITING, DeliveryState, MailingState
from composer.errors import DatabaseError

_ENDS = (
    *(DeliveryState.ACCEPTED, DeliveryState.DEFERRED, DeliveryState.REFUSED),
    *(DeliveryState.EXPIRED, DeliveryState.UNKNOWN),
)
_OPEN = (*WAITING, DeliveryState.UNKNOWN)


class Counted:
    """Keeps what only rises: refusals may be given back, and a counter of Prometheus never falls."""

    def __init__(self) -> None:
        self._highest: dict[str, int] = {}

    def rise(self, name: str, value: int) -> int:
        """Give the value, or the highest that it had."""
        self._highest[name] = max(value, self._highest.get(name, 0))
        return self._highest[name]


def measure_service(
    engine: Engine, state: ServiceState, answers: Mapping[str, int], counted: Counted, *, now: float
) -> Iterator[Metric]:
    """Measure all of it; ``answers`` counts those of the site by class ("2xx"), ``now`` is in Unix seconds.

    While the database cannot be reached, what stands in it is left out, and ``newsletter_database_up`` is 0.
    """
    try:
        with reading(engine) as connection:
            stored = [*_of_mailings(connection, now=int(now)), *_of_database(connection)]
    except DatabaseError:
        stored = []
    yield gauge("newsletter_database_up", "Whether the database could be read now.", bool(stored))
    yield from stored
    yield from _of_service(state, now=now)
    sent = {str(one): counted.rise(one, state.sent.count(one)) for one in _ENDS}
    yield counter("newsletter_deliveries_total", "Tries that have ended in this process, by outcome.", "outcome", sent)
    yield counter("newsletter_site_answers_total", "Answers of the public pages, by class.", "class", answers)
    yield Metric(
        "newsletter_build_info",
        "gauge",
        "Always 1; the labels tell what runs.",
        [({"version": __version__, "python": platform.python_version()}, 1)],
    )
    yield from _of_process()


def _of_mailings(connection: Connection, *, now: int) -> Iterator[Metric]:
    counted: dict[str, int] = dict(
        connection.execute(select(mailings.c.state, func.count()).group_by(mailings.c.state)).all()
    )
    states = {str(one): counted.get(one, 0) for one in MailingState}
    yield by_label("newsletter_mailings", "Mailings, by what was decided about them.", "state", states)
    is_open = exists().where(deliveries.c.mailing_id == mailings.c.id, deliveries.c.state.in_(_OPEN))
    begun = mailings.c.state.in_((MailingState.SENDING, MailingState.PAUSED))
    numbers = connection.scalars(select(mailings.c.id).where(begun, is_open)).all()
    state = deliveries.c.state
    of_them = select(state, func.count()).where(deliveries.c.mailing_id.in_(numbers)).group_by(state)
    found: dict[str, int] = dict(connection.execute(of_them).all())
    yield by_label(
        "newsletter_deliveries",
        "Deliveries of the mailings that are begun and not over, by state.",
        "state",
        {str(one): found.get(one, 0) for one in DeliveryState},
    )
    senders = select(func.count()).select_from(leases).where(leases.c.expires_at > now)
    yield gauge(
        "newsletter_senders", "Leases that are held: one for each sender of a mailing.", _one(connection, senders)
    )


def _one(connection: Connection, query: object) -> int:
    return int(connection.execute(query).scalar_one())  # type: ignore[call-overload]


def _of_database(connection: Connection) -> Iterator[Metric]:
    meaning = "What the database takes on its disk."
    if connection.dialect.name != "sqlite":
        size = _one(connection, text("SELECT pg_database_size(current_database())"))
        yield gauge("newsletter_database_size_bytes", meaning, size)
        return
    page, pages, free = (
        int(connection.exec_driver_sql(f"PRAGMA {one}").scalar_one())
        for one in ("page_size", "page_count", "freelist_count")
    )
    yield gauge("newsletter_database_size_bytes", meaning, page * pages)
    yield gauge("newsletter_database_free_bytes", "Room in it that holds nothing.", page * free)


def _of_service(state: ServiceState, *, now: float) -> Iterator[Metric]:
    yield gauge("newsletter_service_ready", "Whether the service works.", state.is_ready and not state.is_draining)
    yield gauge("newsletter_service_draining", "Whether it has been told to end.", state.is_draining)
    yield gauge("newsletter_service_lease_held", "Whether it holds its place among the services.", state.has_lease)
    yield gauge("newsletter_services", "Services that run on this database.", len(state.processes))
    yield gauge("newsletter_mailings_due", "Mailings that may be sent now and that nobody sends.", len(state.due))
    waits = max(0.0, now - state.oldest_due_at) if state.oldest_due_at else 0.0
    yield gauge("newsletter_oldest_due_seconds", "For how long the oldest of them has waited.", waits)
    yield gauge(
        "newsletter_mailings_need_person", "Mailings that go on only when a person has acted.", len(state.to_look_at)
    )
    swept: list[tuple[Mapping[str, str], float]] = [({}, float(state.last_sweep_at))] if state.last_sweep_at else []
    yield Metric("newsletter_last_sweep_timestamp_seconds", "gauge", "When it was last looked for work.", swept)
    jobs = [({"kind": kind, "state": how}, float(count)) for (kind, how), count in sorted(state.jobs.items())]
    yield Metric("newsletter_jobs", "gauge", "Pieces of background work, by kind and state.", jobs)


def _of_process() -> Iterator[Metric]:
    """The names are those that every client library of Prometheus has for a process."""
    times = os.times()
    yield Metric("process_cpu_seconds_total", "counter", "CPU time of this process.", [({}, times.user + times.system)])
    if sys.platform != "linux":
        return
    fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    booted = next(
        float(line.split()[1])
        for line in Path("/proc/stat").read_text(encoding="ascii").splitlines()
        if line.startswith("btime ")
    )
    page = os.sysconf("SC_PAGE_SIZE")
    yield gauge("process_resident_memory_bytes", "Memory of this process in RAM.", int(fields[21]) * page)
    yield gauge("process_virtual_memory_bytes", "Memory of this process.", int(fields[20]))
    started = booted + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    yield gauge("process_start_time_seconds", "When this process began, in Unix seconds.", started)
    yield gauge("process_open_fds", "Files and sockets that are open.", len(os.listdir("/proc/self/fd")))
