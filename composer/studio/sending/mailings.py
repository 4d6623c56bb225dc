"""The addresses at which a planned mailing is looked at for the last time, sent, followed and decided about."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from composer import database
from composer.delivery.reporting.pace import Pace, is_over, rest_after, settled
from composer.delivery.reporting.status import Status, mailing_status
from composer.delivery.reporting.watch import MailingSnapshot, watch_mailing
from composer.delivery.states import MailingEvent, MailingState
from composer.errors import NewsletterError, StateError
from composer.studio.asked import previews_of
from composer.studio.sending.answering import AnsweringRoute, Line, Number, changing, looking_at, moment
from composer.studio.sending.at_it import is_at_it, leave_if_served
from composer.studio.sending.last_page_report import last_page_report
from composer.studio.sending.mailing_models import (
    Approved,
    Begun,
    ChoiceReport,
    CountReport,
    LastPageReport,
    ProcessLine,
    ProgressReport,
    RelayLine,
    SettlementReport,
    StatusReport,
    TimeReport,
    TroubleLine,
)
from composer.studio.sending.reports import status_report, unknown_lines
from composer.web.events import ServerEvent, stream_response
from composer.workflow.deciding import Retried, Settled, approve, choose, decide, settle, try_again
from composer.workflow.last_page import look_before_sending, release_what_was_seen
from composer.workflow.project_database import database_url
from composer.workflow.sending import set_time, status_of
from composer.workflow.sending_process import StartWords, go_on_sending, start_sending
from composer.workflow.times import parse_time
from composer.workflow.wiring import the_limits, the_site, this_sender

routes = APIRouter(prefix="/api/sending/mailings/{mailing}", route_class=AnsweringRoute)

_RECONNECT: Final = "retry: 1000\n\n"
_ASKED_AFTER_S: Final = (0, 1, 5, 30)
"""A database that is busy is not asked for ever: its seconds of rest before each question."""


class _Time(BaseModel):
    at: Line


class _Approval(BaseModel):
    by: Line
    digest: Line


class _Seen(BaseModel):
    seen: Line
    at: Line | None = None
    confirmed: bool = False
    believes_refusals: bool = False


class _Resume(BaseModel):
    believes_refusals: bool = False


class _Retry(BaseModel):
    state: Retried
    to: tuple[Line, ...] = ()
    by: Line = ""
    why: Line = ""


class _Settlement(BaseModel):
    said: Settled | None = None
    to: tuple[Line, ...] = ()
    by: Line = ""
    why: Line = ""


class _Choice(BaseModel):
    variant: Line
    by: Line = ""
    early: bool = False


@routes.get("/last-page")
def _last_page(request: Request, mailing: Number) -> LastPageReport:
    with changing(mailing) as engine:
        page = look_before_sending(engine, mailing, site=the_site())
        with looking_at(mailing) as connection:
            status = mailing_status(connection, mailing, now=int(time.time()))
            return last_page_report(connection, page, status, project=previews_of(request).project)


@routes.post("/time")
def _set_time(mailing: Number, asked: _Time) -> TimeReport:
    if is_at_it(mailing):
        raise StateError(f"mailing {mailing} waits for its time already; cancel it to set another", mailing=mailing)
    start = parse_time(asked.at, now=time.time())
    with changing(mailing) as engine:
        # What would hinder it then is on the last page.
        due = set_time(engine, mailing, start, terms=None)
    return TimeReport(send_at=moment(due))


@routes.post("/approve")
def _approve(mailing: Number, asked: _Approval) -> Approved:
    if not asked.by.strip() or not asked.digest.strip():
        raise NewsletterError("an approval needs a name, and the digest of what was seen")
    with changing(mailing) as engine:
        name, digest = approve(engine, mailing, digest=asked.digest, by=asked.by.strip(), site=the_site())
    return Approved(by=name, digest=digest)


@routes.post("/send", status_code=202)
def _send(mailing: Number, asked: _Seen) -> Begun:
    with looking_at(mailing) as connection:
        status = mailing_status(connection, mailing, now=int(time.time()))
    if is_at_it(mailing) or status.state == "sending":
        return Begun(has_begun=False, is_at_it=True)
    start = None if asked.at is None else parse_time(asked.at, now=time.time())
    words = StartWords(confirmed=asked.confirmed, believes_refusals=asked.believes_refusals)
    with changing(mailing) as engine:
        due = release_what_was_seen(engine, mailing, seen=asked.seen, words=words, start=start, site=the_site())
        if due > time.time() and leave_if_served(engine, mailing, words):
            return Begun(has_begun=True, is_at_it=True)
    return Begun(has_begun=start_sending(mailing, words=words), is_at_it=True)


@routes.post("/pause")
def _pause(mailing: Number) -> StatusReport:
    return _decide(mailing, MailingEvent.PAUSE)


@routes.post("/resume")
def _resume(mailing: Number, asked: _Resume | None = None) -> StatusReport:
    with looking_at(mailing):
        the_site()  # told before anything is decided
    words = StartWords(believes_refusals=asked is not None and asked.believes_refusals)
    if words.believes_refusals and is_at_it(mailing):
        # It may go on without having heard of the pause, and would not know what is said now.
        raise StateError(f"mailing {mailing} is still finishing what it had open; say it again then", mailing=mailing)
    _decide(mailing, MailingEvent.RESUME)
    with changing(mailing) as engine:
        is_left = leave_if_served(engine, mailing, words)
    if not is_left:
        go_on_sending(mailing, is_wanted=partial(_is_left, database_url(), mailing), words=words)
    return status_report(_status(mailing))


@routes.post("/cancel")
def _cancel(mailing: Number) -> StatusReport:
    return _decide(mailing, MailingEvent.CANCEL)


def _decide(mailing: int, event: MailingEvent) -> StatusReport:
    with changing(mailing) as engine:
        decide(engine, mailing, event)
    return status_report(_status(mailing))


def _is_left(url: str, mailing: int) -> bool:
    """Whether somebody of the mailing of that database still waits, whom no process of ours sends it to any more.

    The last process may have died with its lease, which then stands for a while: who sends next ends it. A database
    that does not answer is asked again.
    """
    for rest_s in _ASKED_AFTER_S:
        time.sleep(rest_s)
        with suppress(NewsletterError):
            engine = database.open_to_read(url)
            try:
                return status_of(engine, mailing).state in ("interrupted", MailingState.SENDING)
            finally:
                engine.dispose()
    return False


def _status(mailing: int) -> Status:
    with looking_at(mailing) as connection:
        return mailing_status(connection, mailing, now=int(time.time()), hours=the_limits().hours)


@routes.post("/retry")
def _retry(mailing: Number, asked: _Retry) -> CountReport:
    with changing(mailing) as engine:
        count = try_again(engine, mailing, state=asked.state, to=asked.to, by=asked.by or None, why=asked.why)
    return CountReport(count=count)


@routes.post("/settle")
def _settle(mailing: Number, asked: _Settlement) -> SettlementReport:
    with changing(mailing) as engine:
        found = settle(
            engine,
            mailing,
            seen_from=this_sender(),
            site=the_site,
            said=asked.said,
            to=asked.to,
            by=asked.by or None,
            why=asked.why,
        )
    return SettlementReport(by_links=dict(found.by_links), by_word=found.by_word, left=unknown_lines(found))


@routes.post("/choose")
def _choose(mailing: Number, asked: _Choice) -> ChoiceReport:
    with changing(mailing) as engine:
        _, chosen = choose(engine, mailing, asked.variant, by=asked.by or None, early=asked.early)
    return ChoiceReport(winner=chosen.winner, held=chosen.held)


@routes.get("/progress")
async def _progress(mailing: Number) -> StreamingResponse:
    first = await run_in_threadpool(_look, mailing)
    return stream_response(_events(mailing, first))


async def _events(mailing: int, snapshot: MailingSnapshot) -> AsyncIterator[str]:
    """Tell of the mailing each second, or less often where a look takes long, until nothing happens any more."""
    pace = Pace()
    yield _RECONNECT
    while True:
        began = time.monotonic()
        status = snapshot.status
        report = _progress_report(snapshot, pace.look(began, settled(status)))
        yield str(ServerEvent("progress", report.model_dump_json()))
        if _is_still(report, status):
            yield str(ServerEvent("end"))
            return
        await asyncio.sleep(rest_after(time.monotonic() - began))
        snapshot = await run_in_threadpool(_look, mailing)


def _is_still(report: ProgressReport, status: Status) -> bool:
    """Whether nothing will happen by itself: it is over, or nobody sends it."""
    is_sent = report.status.is_at_it or bool(report.processes) or status.state == MailingState.SENDING
    return not is_sent or (is_over(status) and not report.status.is_at_it)


def _look(mailing: int) -> MailingSnapshot:
    with looking_at(mailing) as connection:
        return watch_mailing(connection, mailing, now=int(time.time()), hours=the_limits().hours)


def _progress_report(snapshot: MailingSnapshot, per_second: float | None) -> ProgressReport:
    return ProgressReport(
        status=status_report(snapshot.status),
        per_second=per_second,
        processes=tuple(ProcessLine(host=one.host, pid=one.pid, silent_s=one.silent_s) for one in snapshot.processes),
        relays=tuple(
            RelayLine(
                relay=one.relay,
                accepted=one.accepted,
                troubled=one.troubled,
                answer_s=one.answer_s,
                silent_s=one.silent_s,
            )
            for one in snapshot.relays
        ),
        troubles=tuple(
            TroubleLine(at=moment(one.at), email=one.email, state=one.state, words=one.words)
            for one in snapshot.troubles
        ),
    )
