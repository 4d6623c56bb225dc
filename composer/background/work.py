"""What is done for a job, and how its end is kept: the engine calls ``perform`` with what a key says, and nothing else.

::

    the row says that this run is still to be done?   no ──▶ nothing: it was done
    the work of its kind ──▶ a JobOutcome, kept with the number of the run in the condition
                         ──▶ an expected error: its words are kept; it is tried again later, five times in all
                         ──▶ DatabaseError: raised, and the engine tries again
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine

from composer.background.jobs import Job, JobKind, JobQueue
from composer.background.rows import WAITING, JobOutcome, find_job, give_up, keep_outcome, rest_s
from composer.background.state import ServiceState
from composer.database.engine import reading
from composer.errors import AudienceError, DatabaseError, NewsletterError

_log = logging.getLogger("composer.background")

TRIES = 5
"""So often in a row a job may fail before it is left to a person."""


class Stopping:
    """Whether the service ends: what can stop in order does so, and is gone on with later."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._calls: list[Callable[[], object]] = []
        self._lock = threading.Lock()

    def is_set(self) -> bool:
        """Whether the service is to end."""
        return self._event.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until it does, at most so long; whether it does."""
        return self._event.wait(timeout_s)

    def set(self) -> None:
        """Let everything that can stop do so."""
        with self._lock:
            self._event.set()
            calls, self._calls = self._calls, []
            # Within the lock, which whoever is called has to take before they are gone.
            for call in calls:
                call()

    @contextmanager
    def calling(self, call: Callable[[], object]) -> Iterator[None]:
        """Have ``call`` called, from any thread, when the service ends while the block runs; at once if it does."""
        with self._lock:
            if not self._event.is_set():
                self._calls.append(call)
        if self._event.is_set():
            call()
        try:
            yield
        finally:
            with self._lock:
                self._calls = [one for one in self._calls if one is not call]


@dataclass(frozen=True, slots=True)
class JobContext:
    """What the work of a job is done with. ``failures`` is how often in a row the job has failed before."""

    engine: Engine
    job: Job
    stopping: Stopping
    queue: JobQueue
    state: ServiceState
    clock: Callable[[], float] = time.time
    failures: int = 0


Work = Callable[[JobContext], JobOutcome | None]
"""Does a job, and tells what it has come to; None if it has kept that itself, in the transaction of what it did."""


def perform(context: JobContext, works: Mapping[JobKind, Work]) -> None:
    """Do what a key asks for, if its row says so too. Raises DatabaseError."""
    job = context.job
    with reading(context.engine) as connection:
        row = find_job(connection, job.id)
    if row is None or row.state != WAITING or row.run != job.run or job.kind not in works:
        return
    began = time.monotonic()
    outcome: JobOutcome | None = None
    words, failures = "", row.failures + 1
    is_failed = True
    try:
        outcome = works[job.kind](replace(context, failures=row.failures))
        is_failed = False
    except DatabaseError:
        raise
    except AudienceError as error:  # it would be so the next time as well
        words, failures = str(error), TRIES
    except NewsletterError as error:
        words = str(error)
    except Exception as error:
        _log.exception("a job has failed by a bug", extra={"action": "job.crashed", "job": job.key})
        words = f"{type(error).__name__}: {error}"
    is_kept, now = True, int(context.clock())
    if outcome is not None or is_failed:
        with context.engine.begin() as connection:
            outcome = outcome or _after_failure(connection, job, failures, words, now=now)
            is_kept = keep_outcome(connection, job, outcome, now=now)
    if is_kept:
        _tell(job, outcome or JobOutcome(), seconds=time.monotonic() - began)


def _after_failure(connection: Connection, job: Job, failures: int, words: str, *, now: int) -> JobOutcome:
    if failures >= TRIES:
        return give_up(connection, job, words, now=now)
    return JobOutcome(WAITING, now + rest_s(failures), words, is_failure=True)


def _tell(job: Job, outcome: JobOutcome, *, seconds: float) -> None:
    fields = {"job": job.key, "kind": str(job.kind), "seconds": round(seconds, 3)}
    if outcome.is_failure:
        _log.warning("a job has failed", extra={"action": "job.failed", **fields, "reason": outcome.words})
    else:
        _log.info("a job has ended", extra={"action": "job.finished", **fields})
