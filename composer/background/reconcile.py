"""Finds work that nobody is at, and gives the engine a key for it: each look makes good what an earlier one has lost.

::

    begun mailings that may be sent now, and that nobody sends ──▶ a row of ``jobs`` for each, made once
    planned ones whose time has come ──▶ only if a person has left them to the service, who made the row
    rows that are due ──▶ key unknown ──▶ the engine gets it
                          key at work ──▶ left alone
                          key ended, and the row does not know ──▶ the next run, with a rest if it has failed

A row can be behind its key where the process has died between the two, the database was away for long, or a backup
was restored. Any number of processes may look at the same moment.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from composer.background.jobs import Ended, Job, JobKind, JobQueue
from composer.background.rows import WAITING, JobOutcome, count_jobs, due_jobs, give_up, keep_outcome, rest_s
from composer.background.state import MailingToLookAt, ServiceState
from composer.background.work import TRIES
from composer.database.engine import reading
from composer.database.schema import deliveries, jobs, mailings
from composer.delivery.ledger.lease import is_held_alive
from composer.delivery.mailing import mailings_with_work
from composer.delivery.states import DeliveryState, MailingState

_log = logging.getLogger("composer.background")

_BY = "the service"
_DIED = "its process has died each time"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look has found: mailings to send, whether each has a row, and rows that a person has let go on."""

    due: Sequence[int]
    rowless: Sequence[int]
    released: Sequence[int]


def reconcile(
    engine: Engine, queue: JobQueue, kinds: Collection[JobKind], *, state: ServiceState, seen_from: str, now: int
) -> None:
    """Look once, and tell ``state`` what was found. Raises DatabaseError."""
    with reading(engine) as connection:
        found = _find(connection, seen_from=seen_from, now=now)
        due = [job for job in due_jobs(connection, tuple(kinds), now=now) if job.kind is not JobKind.SEND]
        sending = _send_jobs(connection, found.due, now=now)
        state.jobs = count_jobs(connection)
        state.due, state.oldest_due_at = found.due, _oldest(connection, found.due)
        state.to_look_at = _to_look_at(connection)
    if found.rowless or found.released:
        with engine.begin() as connection:
            _make_rows(connection, found.rowless, now=now)
            _release(connection, found.released)
        with reading(engine) as connection:
            sending = _send_jobs(connection, found.due, now=now)
    due = [*sending, *due]
    known = queue.look_up(due) if due else {}
    queue.enqueue([job for job in due if job not in known])
    for job, ended in known.items():
        if ended is not Ended.NOT_YET:
            _next_run(engine, job, ended, now=now)


def _find(connection: Connection, *, seen_from: str, now: int) -> _Found:
    query = select(jobs.c.id, jobs.c.mailing_id, jobs.c.epoch, mailings.c.epoch, mailings.c.state, jobs.c.needs_person)
    rows = connection.execute(query.join(mailings, mailings.c.id == jobs.c.mailing_id)).all()
    with_row = {mailing for _, mailing, *_ in rows}
    candidates = mailings_with_work(connection, now=now)
    begun = set(
        connection.scalars(
            select(mailings.c.id).where(mailings.c.id.in_(candidates), mailings.c.state == MailingState.SENDING)
        )
        if candidates
        else ()
    )
    due = [
        one
        for one in candidates
        if (one in begun or one in with_row)
        and not is_held_alive(connection, mailing=one, seen_from=seen_from, now=now)
    ]
    released = [
        job
        for job, mailing, left_at, epoch, decided, needs_person in rows
        if needs_person
        # One that is looked at every minute has no epoch: nothing is left of it once a person has sent it by hand.
        and (
            (left_at != epoch if left_at is not None else mailing not in candidates)
            or decided not in (MailingState.PLANNED, MailingState.SENDING)
        )
    ]
    return _Found(due, [one for one in due if one not in with_row], released)


def _send_jobs(connection: Connection, due: Sequence[int], *, now: int) -> Sequence[Job]:
    query = select(jobs.c.id, jobs.c.run).where(jobs.c.mailing_id.in_(due), jobs.c.not_before <= now)
    found = connection.execute(query.where(jobs.c.state == WAITING).order_by(jobs.c.mailing_id)) if due else ()
    return [Job(JobKind.SEND, number, run) for number, run in found]


def _make_rows(connection: Connection, rowless: Sequence[int], *, now: int) -> None:
    for mailing in rowless:
        row = {"kind": JobKind.SEND, "mailing_id": mailing, "arguments": {}, "state": WAITING, "not_before": 0}
        try:
            with connection.begin_nested():
                connection.execute(insert(jobs).values(**row, created_at=now, created_by=_BY))
        except IntegrityError:
            continue  # another process has made it at the same moment


def _release(connection: Connection, released: Sequence[int]) -> None:
    if released:
        changed = {"not_before": 0, "words": "", "needs_person": False, "epoch": None, "failures": 0}
        connection.execute(update(jobs).where(jobs.c.id.in_(released)).values(**changed))


def _next_run(engine: Engine, job: Job, ended: Ended, *, now: int) -> None:
    """A key has ended, and its row still waits with the same run: another run of it, or a person."""
    with engine.begin() as connection:
        failures = connection.scalar(select(jobs.c.failures).where(jobs.c.id == job.id)) or 0
        if ended is Ended.IN_ORDER:
            outcome = JobOutcome(WAITING, now)
        elif ended is Ended.FATAL or (job.kind is not JobKind.SEND and failures + 1 >= TRIES):
            words = _DIED if ended is Ended.FATAL else "it has failed each time"
            outcome = give_up(connection, job, words, now=now)
        else:
            words = "the database was away for too long"
            outcome = JobOutcome(WAITING, now + rest_s(failures + 1), words, is_failure=True)
        kept = keep_outcome(connection, job, outcome, now=now)
    if kept and ended is not Ended.IN_ORDER:
        fields = {"job": job.key, "kind": str(job.kind), "reason": outcome.words}
        _log.warning("a job has failed", extra={"action": "job.failed", **fields})


def _oldest(connection: Connection, due: Sequence[int]) -> int | None:
    if not due:
        return None
    times: Mapping[int, int | None] = dict(
        connection.execute(select(mailings.c.id, mailings.c.send_at).where(mailings.c.id.in_(due))).all()
    )
    return min((at for at in times.values() if at), default=None)


def _to_look_at(connection: Connection) -> Sequence[MailingToLookAt]:
    left = select(jobs.c.mailing_id, jobs.c.words).where(jobs.c.needs_person, jobs.c.mailing_id.is_not(None))
    found: dict[int, str] = dict(connection.execute(left).all())
    has_unknown = (
        select(deliveries.c.id)
        .where(deliveries.c.mailing_id == mailings.c.id, deliveries.c.state == DeliveryState.UNKNOWN)
        .exists()
    )
    for mailing in connection.scalars(select(mailings.c.id).where(has_unknown)):
        found.setdefault(mailing, "of some nobody knows whether they have it")
    return [MailingToLookAt(mailing, words) for mailing, words in sorted(found.items())]
