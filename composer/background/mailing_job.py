"""The job that sends a mailing: one run of a sender, as ``newsletter send`` without ``--wait`` is one.

::

    nothing is left that may go now     the row waits; when a retry is due, ``reconcile`` finds it again
    a limit, or the sending hours       again when they let something go, after ten minutes at the latest
    the relay is away                   again after 30 s, 1, 2, 4, 8, 10 min
    a relay or a provider refuses all,  left, until a person has let it be sent (its epoch is another then);
                                        what is in the hands of the ledger waits there
    it may not be sent: stale, a copy,  looked at again every minute, which sends nothing; as soon as it may, it goes
    not approved, another key …
    the service ends                    open transactions are finished; the next service goes on

Mailings go one after the other in a process: its connections and limits are the settings' for one sender.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from composer.background.rows import WAITING, JobOutcome, find_job, rest_s
from composer.background.work import JobContext
from composer.database.engine import reading
from composer.database.schema import jobs, mailings
from composer.delivery.mailing import find_mailing
from composer.delivery.sending.run import End, Run
from composer.delivery.states import DeliveryState, MailingState
from composer.errors import LeaseLost, MailingError, NewsletterError, SettingsError, StateError
from composer.logs import hide_addresses
from composer.workflow.sending import conclude_run, in_loop, routes_for, send_by_this_process, status_of
from composer.workflow.wiring import the_limits, the_site, the_terms

if TYPE_CHECKING:
    from composer.workflow.sending import Conclusion

_log = logging.getLogger("composer.background")

_LOOK_S = 60
_SOON_S = 5
_LONGEST_LIMIT_S = 600
_LISTEN_S = 0.2

_one_at_a_time = threading.Lock()
"""What was taken up from a dead process comes by another queue of the engine, which has no limit of its own."""


def send_mailing_job(context: JobContext) -> JobOutcome:
    """Send what the job's mailing has left, and say when to look again. Raises DatabaseError."""
    with reading(context.engine) as connection:
        row = find_job(connection, context.job.id)
        assert row is not None
        mailing, arguments = row.mailing_id, row.arguments or {}
        is_over = find_mailing(connection, mailing).state in (MailingState.CANCELLED, MailingState.PAUSED)
    if is_over:
        return JobOutcome(WAITING)
    while not _one_at_a_time.acquire(timeout=_LISTEN_S):
        if context.stopping.is_set():
            return JobOutcome(WAITING)
    try:
        context.state.sent.mailing = mailing
        return _send(context, mailing, told=row.words, arguments=arguments)
    finally:
        context.state.sent.mailing = None
        _one_at_a_time.release()


def _send(context: JobContext, mailing: int, *, told: str, arguments: dict[str, bool]) -> JobOutcome:
    run, now = Run(), context.clock()
    context.state.sent.running = run.counts
    began, has_begun = time.monotonic(), status_of(context.engine, mailing).state == MailingState.PLANNED
    try:
        in_loop(_until_stopped(context, mailing, run, arguments))
    except (StateError, SettingsError) as error:
        return _left(mailing, str(error), told=told, not_before=int(now) + _LOOK_S)
    except (LeaseLost, MailingError):  # another sends it, or has taken it over
        return JobOutcome(WAITING, int(now) + _SOON_S)
    finally:
        context.state.sent.running = {}
        for state, count in run.counts.items():
            context.state.sent.by_state[state] = context.state.sent.by_state.get(state, 0) + count
    seconds = time.monotonic() - began
    conclusion = conclude_run(context.engine, mailing, run, seconds=seconds, has_begun=has_begun)
    _spend_words(context)
    return _judge(context, conclusion, told=told)


async def _until_stopped(context: JobContext, mailing: int, run: Run, arguments: dict[str, bool]) -> None:
    site, loop = the_site(), asyncio.get_running_loop()
    terms = the_terms(
        site,
        confirmed=bool(arguments.get("confirmed")),
        believes_refusals=bool(arguments.get("believes_refusals")),
    )
    routes, limits = routes_for(context.engine, mailing), the_limits()
    with context.stopping.calling(partial(loop.call_soon_threadsafe, run.stop.set)):
        await send_by_this_process(
            context.engine, mailing, run, site=site, routes=routes, limits=limits, terms=terms, wait=False
        )


def _judge(context: JobContext, conclusion: Conclusion, *, told: str) -> JobOutcome:
    run, mailing, now = conclusion.run, conclusion.status.mailing, context.clock()
    if run.halted or run.end is End.STOPPED:
        return JobOutcome(WAITING)
    if run.end is End.LIMIT:
        resumes_at = min(run.resumes_at or now + _LOOK_S, now + _LONGEST_LIMIT_S)
        fields = {"mailing": mailing, "reason": str(run.limit)}
        _log.info("a mailing waits for a limit", extra={"action": "mailing.waits", **fields})
        return JobOutcome(WAITING, int(resumes_at) + 1, str(run.limit))
    if run.end is End.BREAKER and (run.stopped or run.stopped_providers):
        return _left(mailing, run.breaker, told=told, not_before=None, epoch=_epoch(context, mailing))
    if run.end is End.BREAKER:
        rest = rest_s(context.failures + 1)
        fields = {"mailing": mailing, "reason": run.breaker, "rest_s": rest}
        _log.warning("a mailing waits for its relay", extra={"action": "mailing.waits", **fields})
        return JobOutcome(WAITING, int(now) + rest, run.breaker, is_failure=True)
    if conclusion.needs_a_person:
        _tell_once(mailing, _what_to_look_at(conclusion), told="")
    return JobOutcome(WAITING)


def _what_to_look_at(conclusion: Conclusion) -> str:
    unknown = conclusion.status.deliveries[DeliveryState.UNKNOWN]
    if unknown:
        return f"{unknown:,} are unknown"
    return "it has begun late" if conclusion.late_s else "too few have got it"


def _left(mailing: int, words: str, *, told: str, not_before: int | None, epoch: int | None = None) -> JobOutcome:
    _tell_once(mailing, words, told=told)
    return JobOutcome(WAITING, not_before, words, needs_person=True, epoch=epoch)


def _tell_once(mailing: int, words: str, *, told: str) -> None:
    if hide_addresses(words) != told:  # as it is kept
        fields = {"mailing": mailing, "reason": words}
        _log.warning("a mailing needs a person", extra={"action": "mailing.stuck", **fields})


def _epoch(context: JobContext, mailing: int) -> int:
    with reading(context.engine) as connection:
        return int(connection.scalars(select(mailings.c.epoch).where(mailings.c.id == mailing)).one())


def _spend_words(context: JobContext) -> None:
    """What a person has said about the beginning of a mailing is not said of what comes later."""
    spent = update(jobs).where(jobs.c.id == context.job.id).values(arguments={})
    with suppress(NewsletterError), context.engine.begin() as connection:
        connection.execute(spent)
