"""The rows of ``jobs``: made, looked at, and brought to an end.

Whoever works on a run of a job ends it by ``keep_outcome``, which changes nothing if another has ended that run: the
number of the run is in the condition, as the epoch is in that of a sender's lease.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from composer.background.jobs import Job, JobKind
from composer.database.schema import jobs, mailings
from composer.logs import hide_addresses

WAITING, DONE, FAILED = "waiting", "done", "failed"

FIRST_REST_S, LONGEST_REST_S = 30, 600
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a run of a job has come to.

    ``state`` is that of the row then. While it is waiting, ``not_before`` (Unix seconds) says when there is something
    to do again; None: when a person has acted. ``words`` are what stands in the way. ``is_failure`` counts towards the
    rest before the next try.
    """

    state: str = DONE
    not_before: int | None = 0
    words: str = ""
    needs_person: bool = False
    is_failure: bool = False
    epoch: int | None = None
    report: Mapping[str, Any] | None = None


def find_job(connection: Connection, job: int) -> Row[Any] | None:
    """Read the row of a job; None if there is none."""
    return connection.execute(select(jobs).where(jobs.c.id == job)).first()


def add_job(connection: Connection, kind: JobKind, arguments: Mapping[str, Any], *, now: int, by: str) -> int:
    """Make a job, which whoever looks next takes up; gives its number."""
    row = {"kind": kind, "arguments": dict(arguments), "state": WAITING, "not_before": 0}
    made = insert(jobs).values(**row, created_at=now, created_by=by)
    return int(connection.scalars(made.returning(jobs.c.id)).one())


def lock_run(connection: Connection, job: Job) -> Row[Any] | None:
    """Lock a job's row until the transaction ends; None if another has ended this run of it."""
    query = select(jobs).where(jobs.c.id == job.id, jobs.c.run == job.run, jobs.c.state == WAITING)
    return connection.execute(query.with_for_update()).first()


def keep_outcome(connection: Connection, job: Job, outcome: JobOutcome, *, now: int) -> bool:
    """Write down what a run has come to; False if another has ended this run."""
    is_over = outcome.state != WAITING
    changed = connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.run == job.run, jobs.c.state == WAITING)
        .values(
            state=outcome.state,
            run=jobs.c.run + (0 if is_over else 1),
            failures=jobs.c.failures + 1 if outcome.is_failure else 0,
            not_before=outcome.not_before,
            words=hide_addresses(outcome.words),  # a relay's reply may name whom it refused; the row outlives them
            needs_person=outcome.needs_person,
            epoch=outcome.epoch,
            report=outcome.report,
            finished_at=now if is_over else None,
        )
    )
    return bool(changed.rowcount)


def give_up(connection: Connection, job: Job, words: str, *, now: int) -> JobOutcome:
    """Leave a job to a person that has failed too often.

    A mailing waits until somebody has let it be sent again, and clearing up is tried again in a day: of both there is
    one row for ever, and if it came to its end, nothing of theirs would ever be done again.
    """
    if job.kind is JobKind.SEND:
        query = select(mailings.c.epoch).join(jobs, jobs.c.mailing_id == mailings.c.id)
        epoch = connection.scalar(query.where(jobs.c.id == job.id))
        return JobOutcome(WAITING, None, words, needs_person=True, is_failure=True, epoch=epoch)
    if job.kind is JobKind.CLEAR:
        return JobOutcome(WAITING, now + DAY_S, words, needs_person=True, is_failure=True)
    return JobOutcome(FAILED, words=words, needs_person=True, is_failure=True)


def due_jobs(connection: Connection, kinds: Sequence[JobKind], *, now: int) -> Sequence[Job]:
    """List the jobs of these kinds that may be done now, in the order in which they were asked for."""
    query = select(jobs.c.kind, jobs.c.id, jobs.c.run).where(jobs.c.state == WAITING, jobs.c.kind.in_(kinds))
    found = connection.execute(query.where(jobs.c.not_before <= now).order_by(jobs.c.id))
    return [Job(JobKind(kind), number, run) for kind, number, run in found]


def list_jobs(connection: Connection, *, at_most: int = 200) -> Sequence[Row[Any]]:
    """List the jobs, the newest first."""
    return connection.execute(select(jobs).order_by(jobs.c.id.desc()).limit(at_most)).all()


def count_jobs(connection: Connection) -> Mapping[tuple[str, str], int]:
    """Count the jobs by kind and state."""
    query = select(jobs.c.kind, jobs.c.state, func.count()).group_by(jobs.c.kind, jobs.c.state)
    return {(kind, state): count for kind, state, count in connection.execute(query)}


def rest_s(failures: int) -> int:
    """How long to leave something alone that has failed so often in a row: 30 s, then twice that, up to 10 minutes."""
    return int(min(LONGEST_REST_S, FIRST_REST_S * 2 ** max(0, min(failures, 10) - 1)))


def is_waiting() -> ColumnElement[bool]:
    """SQL that tells whether a job is still to be done."""
    return jobs.c.state == WAITING
