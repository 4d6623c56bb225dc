"""The addresses of what was sent: all mailings, one with its outcomes, its people, and each mail as it was sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse

from composer.delivery.limits.providers import find_provider
from composer.delivery.mailing import find_mailing
from composer.delivery.reporting.recipients import count_by_provider, page_of_left_out, page_of_recipients
from composer.delivery.reporting.records import delivery_records
from composer.delivery.reporting.report import NAMED, Report, report_mailing
from composer.delivery.reporting.status import all_mailings, mailing_status
from composer.delivery.states import DeliveryState
from composer.studio.asked import harmless_links, origin_of
from composer.studio.frames import asset_response, framed
from composer.studio.sending.answering import AnsweringRoute, Line, Number, looking, looking_at
from composer.studio.sending.mailing_models import (
    LeftOutLine,
    LeftOutPage,
    MailingReport,
    MailingsReport,
    ProviderLine,
    RecipientsPage,
    SubjectLine,
)
from composer.studio.sending.people import Limit
from composer.studio.sending.reports import recipient_line, sentences, status_report
from composer.studio.sending.wording import ENDED_FROM_OUTSIDE
from composer.web.mail_frame import Scheme, frame_html
from composer.workflow.deliveries_csv import csv_lines
from composer.workflow.message_ids import message_ids
from composer.workflow.sending_process import FormerRun, former_run
from composer.workflow.sent_mail import MailAsSent, mail_as_sent
from composer.workflow.wiring import the_limits, the_site

routes = APIRouter(route_class=AnsweringRoute)

_API = "/api/sending/mailings"
_SENT = "/sending/mailings/{mailing}/{subscriber}"
_NAMED_AT_MOST = 10

After = Annotated[int, Query(ge=0, le=2**63 - 1)]


@routes.get(_API)
def _mailings() -> MailingsReport:
    now = int(time.time())
    with looking() as connection:
        if connection is None:
            return MailingsReport(mailings=())
        found = [mailing_status(connection, number, now=now) for number in all_mailings(connection)]
    return MailingsReport(mailings=tuple(map(status_report, found)))


@routes.get(f"{_API}/{{mailing}}")
def _mailing(mailing: Number) -> MailingReport:
    limits = the_limits()
    with looking_at(mailing) as connection:
        status = mailing_status(connection, mailing, now=int(time.time()), hours=limits.hours)
        report = report_mailing(connection, status)
        providers = count_by_provider(connection, mailing, provider=find_provider(limits.domains))
        people = {
            str(state): tuple(
                map(recipient_line, page_of_recipients(connection, mailing, state=state, limit=_NAMED_AT_MOST))
            )
            for state in NAMED
            if status.deliveries[state]
        }
    return MailingReport(
        status=status_report(status, step=report.next_step),
        sentences=tuple(sentences(report)),
        people=people,
        providers=tuple(
            ProviderLine(
                provider=one.provider,
                people=one.people,
                states={str(state): count for state, count in one.states.items()},
            )
            for one in providers
        ),
        subjects=tuple(_subjects(report)),
        suppressed=dict(report.suppressed),
        gone=dict(report.gone),
        last_run=_why_it_ended(former_run(mailing)),
    )


def _subjects(report: Report) -> Iterator[SubjectLine]:
    for one in report.status.subject_results:
        yield SubjectLine(
            variant=one.variant,
            subject=report.subjects[one.variant],
            people=one.people,
            accepted=one.accepted,
            unsubscribed=one.unsubscribed,
            is_chosen=one.variant == report.status.winner,
        )


def _why_it_ended(former: FormerRun) -> str:
    """Say why the last process has ended, if that was not because all was done."""
    if former.report is None:
        return former.words or (ENDED_FROM_OUTSIDE if former.has_run else "")
    run: dict[str, Any] = former.report.get("run", {})
    return str(run.get("breaker") or "")


@routes.get(f"{_API}/{{mailing}}/recipients")
def _recipients(
    mailing: Number, state: DeliveryState | None = None, search: Line = "", after: After = 0, limit: Limit = 50
) -> RecipientsPage:
    with looking_at(mailing) as connection:
        find_mailing(connection, mailing)
        found = page_of_recipients(connection, mailing, state=state, search=search, after=after, limit=limit)
    following = found[-1].number if len(found) == limit else None
    return RecipientsPage(recipients=tuple(map(recipient_line, found)), next=following)


@routes.get(f"{_API}/{{mailing}}/left-out")
def _left_out(
    mailing: Number, reason: Line = "", search: Line = "", after: After = 0, limit: Limit = 50
) -> LeftOutPage:
    with looking_at(mailing) as connection:
        find_mailing(connection, mailing)
        found = page_of_left_out(connection, mailing, reason=reason, search=search, after=after, limit=limit)
    lines = (LeftOutLine(subscriber=one.subscriber, email=one.email, name=one.name, reason=one.reason) for one in found)
    return LeftOutPage(left_out=tuple(lines), next=found[-1].subscriber if len(found) == limit else None)


@routes.get(f"{_API}/{{mailing}}/deliveries.csv")
def _deliveries(mailing: Number) -> StreamingResponse:
    site = the_site()
    with looking_at(mailing) as connection:
        message_ids(connection, mailing, site=site)  # what is wrong is told before the first line

    def lines() -> Iterator[str]:
        with looking_at(mailing) as connection:
            yield from csv_lines(delivery_records(connection, mailing), message_ids(connection, mailing, site=site))

    headers = {"Content-Disposition": f'attachment; filename="mailing-{mailing}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


# --- Each mail as it was sent


def _sent(mailing: int, subscriber: int) -> MailAsSent:
    with looking_at(mailing) as connection:
        return mail_as_sent(connection, mailing, subscriber, site=the_site())


def _links(request: Request, mailing: int, subscriber: int) -> dict[str, str]:
    origin = origin_of(request)
    return harmless_links(origin, files=f"{origin}/sending/mailings/{mailing}/{subscriber}/pictures")


@routes.get(f"{_SENT}/mail")
def _mail(
    request: Request, mailing: Number, subscriber: Number, scheme: Scheme = Scheme.LIGHT, pictures: bool = True
) -> HTMLResponse:
    sent, links = _sent(mailing, subscriber), _links(request, mailing, subscriber)
    html = frame_html(sent.filled(sent.edition.html, links=links), scheme=scheme)
    return framed(html, files=links["links.assets"], with_pictures=pictures)


@routes.get(f"{_SENT}/text")
def _text(request: Request, mailing: Number, subscriber: Number) -> PlainTextResponse:
    sent = _sent(mailing, subscriber)
    return PlainTextResponse(sent.filled(sent.edition.text, links=_links(request, mailing, subscriber)))


@routes.get(f"{_SENT}/message.eml")
def _message(mailing: Number, subscriber: Number) -> Response:
    name = quote(f"mailing-{mailing}-{subscriber}.eml")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(_sent(mailing, subscriber).data, media_type="message/rfc822", headers=headers)


@routes.get(f"{_SENT}/pictures/{{name:path}}")
def _picture(request: Request, mailing: Number, subscriber: Number, name: str) -> Response:
    return asset_response(request, _sent(mailing, subscriber).edition.assets, name, of="mail")
