"""The service of a process: it holds its place, finds work, lets it be done, and ends in order.

::

    begin ──▶ its place: the lock (SQLite) or a lease (PostgreSQL), before any work is taken
          ──▶ the engine, whose threads do the work
          ──▶ two threads: ``beat`` renews the lease and puts back what dead processes have left; ``look`` finds work
    drain ──▶ no new work; what can stop in order does, what cannot may finish within the limit, the rest is left to
              the next one

Its place can be lost on PostgreSQL alone, by a process that was frozen for longer than its lease: then others have its
work, and it ends at once (exit code 75) instead of doing it too.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from composer.background.alive import running_services
from composer.background.dbos_engine import BackgroundEngine
from composer.background.jobs import Job, JobKind
from composer.background.leases import BEAT_S, LEASE_S, end_lapsed, register, release, renew
from composer.background.mailing_job import send_mailing_job
from composer.background.people_job import erase_job, export_job, import_job
from composer.background.process import ServiceProcess
from composer.background.reconcile import reconcile
from composer.background.service_lock import sole_service
from composer.background.state import ServiceState
from composer.background.upkeep_job import clear_job, ensure_clearing
from composer.background.work import JobContext, Stopping, Work, perform
from composer.database.engine import reading
from composer.errors import DatabaseError

_log = logging.getLogger("composer.background")

LOST_PLACE = 75  # EX_TEMPFAIL of sysexits.h: whoever watches over us starts us again
_LOOK_EVERY_S = 2.0

WORKS: Mapping[JobKind, Work] = {
    JobKind.SEND: send_mailing_job,
    JobKind.IMPORT: import_job,
    JobKind.EXPORT: export_job,
    JobKind.ERASE: erase_job,
    JobKind.CLEAR: clear_job,
}
"""What is done for each kind."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a lease lasts, how often it is renewed, and how often work is looked for: in seconds."""

    lease_s: float = LEASE_S
    beat_s: float = BEAT_S
    look_s: float = _LOOK_EVERY_S


class Service:
    """Works in the background of this process between ``begin`` and ``drain``."""

    def __init__(self, engine: Engine, *, name: str, rhythm: Rhythm = Rhythm(), works: Mapping[JobKind, Work] = WORKS):
        """Make one that does nothing yet; ``name`` is ``host:pid:random``."""
        self._engine = engine
        self._name = name
        self._rhythm = rhythm
        self._works = works
        self._stopping = Stopping()
        self._gone = Stopping()
        self._background: BackgroundEngine | None = None
        self._threads: list[threading.Thread] = []
        self.state = ServiceState(ServiceProcess(name, int(time.time())))

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold this process's place while the block runs. Raises ServiceRuns, DatabaseError."""
        is_sqlite = self._engine.dialect.name == "sqlite"
        path = Path(str(self._engine.url.database))
        with sole_service(path, self.state.process) if is_sqlite else nullcontext():
            if not is_sqlite:
                with self._engine.begin() as connection:
                    register(connection, self._name, lease_s=self._rhythm.lease_s)
            self.state.has_lease = True
            beat = None if is_sqlite else self._start(self._beat, self._gone, every_s=self._rhythm.beat_s)
            try:
                yield
            finally:
                self._gone.set()
                if beat:
                    beat.join()
                    with suppress(DatabaseError), self._engine.begin() as connection:
                        release(connection, self._name)
                self.state.has_lease = False

    def begin(self) -> None:
        """Start to work. Raises SettingsError, DatabaseError."""
        with self._engine.begin() as connection:
            ensure_clearing(connection, now=int(time.time()))
        self._background = BackgroundEngine(self._engine, name=self._name, perform=self._perform)
        self._threads.append(self._start(self._look, self._stopping, every_s=self._rhythm.look_s))
        self.state.is_ready = True
        fields = {"service": self._name, "database": self._engine.dialect.name}
        _log.info("the service works", extra={"action": "service.started", **fields})

    def drain(self, *, within_s: float) -> bool:
        """Take no new work and finish what is under way, at most so long; False if some of it is left to the next."""
        self.state.is_draining = True
        _log.info("the service ends in order", extra={"action": "service.draining", "within_s": within_s})
        began = time.monotonic()
        self._stopping.set()
        for thread in self._threads:
            thread.join(within_s)
        is_done = True
        if self._background is not None:
            is_done = self._background.close(within_s=max(1.0, within_s - (time.monotonic() - began)))
        fields = {"finished": is_done, "seconds": round(time.monotonic() - began, 3)}
        _log.info("the service has ended", extra={"action": "service.stopped", **fields})
        return is_done

    def _start(self, act: Callable[[], None], until: Stopping, *, every_s: float) -> threading.Thread:
        def again_and_again() -> None:
            while not until.is_set():
                self._trying(act)
                until.wait(every_s)

        thread = threading.Thread(target=again_and_again, name=f"service-{act.__name__.strip('_')}", daemon=True)
        thread.start()
        return thread

    def _trying(self, act: Callable[[], None]) -> None:
        """A database that is away is waited for, and told of once; a bug is told of, and does not end the service."""
        try:
            act()
        except DatabaseError as error:
            if not self.state.database_words:
                _log.warning("the database is away", extra={"action": "service.waits", "reason": str(error)})
            self.state.database_words = str(error)
        except Exception:
            _log.exception("the service has failed to look for work", extra={"action": "service.failed"})

    def _perform(self, kind: JobKind, number: int, run: int) -> None:
        assert self._background is not None
        job = Job(kind, number, run)
        context = JobContext(self._engine, job, self._stopping, self._background, self.state)
        perform(context, self._works)

    def _look(self) -> None:
        assert self._background is not None
        now = int(time.time())
        queue, kinds = self._background, tuple(self._works)
        reconcile(self._engine, queue, kinds, state=self.state, seen_from=self._name, now=now)
        with reading(self._engine) as connection:
            self.state.processes = running_services(connection)
        self.state.last_sweep_at = time.time()
        self.state.database_words = ""
        _log.debug("it was looked for work", extra={"action": "service.looked", "due": len(self.state.due)})

    _in_contact_since: float | None = None

    def _beat(self) -> None:
        """Renew the lease, and after a whole lease of contact put back what processes without one have left."""
        try:
            with self._engine.begin() as connection:
                is_ours = renew(connection, self._name, lease_s=self._rhythm.lease_s)
        except DatabaseError:
            self._in_contact_since = None
            raise
        if not is_ours:
            self._end_at_once()
        now = time.monotonic()
        self._in_contact_since = self._in_contact_since or now
        if self._background is not None and now - self._in_contact_since >= self._rhythm.lease_s:
            self._take_over(self._background)

    def _take_over(self, background: BackgroundEngine) -> None:
        # Whoever begins has a lease before it has work: asked in this order, nobody who lives is taken for dead.
        workers = background.workers()
        with self._engine.begin() as connection:
            living = end_lapsed(connection, lease_s=self._rhythm.lease_s)
        if living is None:
            return
        dead = workers - set(living)
        if count := background.take_over(dead):
            fields = {"of": " ".join(sorted(dead)), "count": count}
            _log.warning("work of processes that are gone is taken up", extra={"action": "work.taken", **fields})

    def _end_at_once(self) -> None:
        fields = {"service": self._name}
        _log.error(
            "another process has taken this one's work over, and it ends", extra={"action": "service.lost", **fields}
        )
        for handler in logging.getLogger("composer").handlers:
            handler.flush()
        os._exit(LOST_PLACE)
