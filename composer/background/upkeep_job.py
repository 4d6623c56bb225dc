"""The job of each day: what nobody needs any more goes, and what is older than the settings want it kept."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select, text

from composer.background.jobs import JobKind
from composer.background.rows import DAY_S, DONE, FAILED, WAITING, JobOutcome
from composer.background.work import JobContext
from composer.database.schema import job_files, jobs
from composer.upkeep.as_set import the_keeping
from composer.upkeep.clearing import clear

_KEEP_KEYS_S = DAY_S
_KEEP_JOBS_S = 30 * DAY_S
_KEEP_FILES_S = 7 * DAY_S


def clear_job(context: JobContext) -> JobOutcome:
    """Clear up, and do it again in a day."""
    now = int(context.clock())
    keys = context.queue.forget(before=now - _KEEP_KEYS_S)
    with context.engine.begin() as connection:
        forgotten = _forget_jobs(connection, before=now - _KEEP_JOBS_S)
        _forget_files(connection, before=now - _KEEP_FILES_S)
    cleared = clear(context.engine, the_keeping(), now=now, is_stopping=context.stopping.is_set)
    return JobOutcome(WAITING, now + DAY_S, report={"keys": keys, "jobs": forgotten, **asdict(cleared)})


def ensure_clearing(connection: Connection, *, now: int) -> None:
    """Make the row of this job, if there is none yet."""
    waits = select(jobs.c.id).where(jobs.c.kind == JobKind.CLEAR, jobs.c.state == WAITING)
    if connection.scalar(waits) is not None:
        return
    if connection.dialect.name == "postgresql":  # where another service may begin at the same moment
        connection.execute(text("LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE"))
    if connection.scalar(waits) is None:
        row = {"kind": JobKind.CLEAR, "arguments": {}, "state": WAITING, "not_before": now + DAY_S}
        connection.execute(insert(jobs).values(**row, created_at=now, created_by="the service"))


def _forget_jobs(connection: Connection, *, before: int) -> int:
    """Delete jobs that ended before then, with their files."""
    over = select(jobs.c.id).where(jobs.c.state.in_((DONE, FAILED)), jobs.c.finished_at < before)
    connection.execute(delete(job_files).where(job_files.c.job_id.in_(over)))
    return connection.execute(delete(jobs).where(jobs.c.id.in_(over))).rowcount


def _forget_files(connection: Connection, *, before: int) -> None:
    """Delete the files of jobs that ended before then: they are of people, and can be made again."""
    over = select(jobs.c.id).where(jobs.c.state.in_((DONE, FAILED)), jobs.c.finished_at < before)
    connection.execute(delete(job_files).where(job_files.c.job_id.in_(over)))
