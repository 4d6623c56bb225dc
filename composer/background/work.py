"""What is done for a job, and how its end is kept: the engine calls ``perform`` with what a key says, and nothing else.

::

    the row says that this run is still to be done?   no ──▶ nothing: it was done
    the work of its kind ──▶ an JobOutcome, kept with the number of the run in the condition
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

from sqlalchemy import Engine

from composer.background.jobs import Job, JobKind, JobQueue
from composer.background.rows import FAILED, WAITING, JobOutcome, find_job, keep_outcome, rest_s
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
    outcome: JobOutcome | None
    try:
        outcome = works[job.kind](replace(context, failures=row.failures))
    except DatabaseError:
        raise
    except AudienceError as error:  # it would be so the next time as well
        outcome = JobOutcome(FAILED, words=str(error), needs_person=True, is_failure=True)
    except NewsletterError as error:
        outcome = _after_failure(row.failures + 1, str(error), now=context.clock())
    except Exception as error:
        _log.exception("a job has failed by a bug", extra={"action": "job.crashed", "job": job.key})
        outcome = _after_failure(row.failures + 1, f"{type(error).__name__}: {error}", now=context.clock())
    is_kept = outcome is None
    if outcome is not None:
        with context.engine.begin() as connection:
            is_kept = keep_outcome(connection, job, outcome, now=int(context.clock()))
    if is_kept:
        _tell(job, outcome or JobOutcome(), seconds=time.monotonic() - began)


def _after_failure(failures: int, words: str, *, now: float) -> JobOutcome:
    if failures >= TRIES:
        return JobOutcome(FAILED, words=words, needs_person=True, is_failure=True)
    return JobOutcome(WAITING, int(now) + rest_s(failures), words, is_failure=True)


def _tell(job: Job, outcome: JobOutcome, *, seconds: float) -> None:
    fields = {"job": job.key, "kind": str(job.kind), "seconds": round(seconds, 3)}
    if outcome.is_failure:
        _log.warning("a job has failed", extra={"action": "job.failed", **fields, "reason": outcome.words})
    else:
        _log.info("a job has ended", extra={"action": "job.finished", **fields})
