"""The addresses of an issue that is to be sent: test mails and the plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from composer import audience
from composer.compose import CheckedIssue
from composer.edition.conditions.words import say_condition
from composer.edition.model import Edition
from composer.errors import AudienceError, Remedy
from composer.issue import find_issues
from composer.issue.model import SubscriberField
from composer.output.sample_readers import Reader, sample_readers
from composer.studio.asked import previews_of
from composer.studio.branches import branch_readers
from composer.studio.sending.answering import AnsweringRoute, Line, looking, opened
from composer.studio.sending.planning_models import (
    PlanReport,
    SegmentLine,
    TestAnswer,
    TestAnswers,
    WhoReport,
)
from composer.workflow.planning import PlanOptions, plan_issue
from composer.workflow.project_database import now
from composer.workflow.readers import subscriber_reader
from composer.workflow.segments import count_people
from composer.workflow.test_mail import editions_to_test, recipients_of, send_test_mails
from composer.workflow.wiring import named_lists, the_route, the_routes, the_site

routes = APIRouter(prefix="/api/sending/issues/{slug}", route_class=AnsweringRoute)

_ADDRESSES_MAX = 20


class _SampleReader(BaseModel):
    kind: Literal["sample"] = "sample"
    key: Line = "full"


class _TypedReader(BaseModel):
    kind: Literal["typed"]
    values: dict[Line, Line]


class _SubscriberReader(BaseModel):
    kind: Literal["subscriber"]
    email: Line


class _TestRequest(BaseModel):
    to: Annotated[list[Line], Field(min_length=1, max_length=_ADDRESSES_MAX)]
    languages: tuple[Line, ...] = ()
    subject: Line = "A"
    reader: Annotated[_SampleReader | _TypedReader | _SubscriberReader, Field(discriminator="kind")] = _SampleReader()


class _PlanRequest(BaseModel):
    lists: tuple[Line, ...] = ()
    segment: Line | None = None
    relays: tuple[Line, ...] = ()
    allow: tuple[Line, ...] = ()
    again: bool = False
    only_missing: bool = False


def _checked(request: Request, slug: str) -> CheckedIssue:
    """Give the issue as its files are now; 404 if the project has none of that name."""
    previews = previews_of(request)
    folder = previews.project.issues_dir
    if slug not in {one.name for one in (find_issues(folder) if folder.is_dir() else ())}:
        raise HTTPException(404, f"There is no issue {slug!r}.")
    return previews.preview(slug).checked


@routes.post("/test")
def _test(request: Request, slug: str, asked: _TestRequest) -> TestAnswers:
    checked, site = _checked(request, slug), the_site()
    recipients = recipients_of(asked.to)
    editions = [
        edition
        for language in asked.languages or (None,)
        for edition in editions_to_test(checked, language=language, variant=asked.subject.upper())
    ]
    reader = _reader(asked.reader, checked)
    route = the_route(editions[0].sender[1])

    async def send() -> TestAnswers:
        answers = send_test_mails(editions, recipients, reader=reader, site=site, route=route)
        return TestAnswers(
            answers=tuple(
                [
                    TestAnswer(
                        language=one.language,
                        to=one.to,
                        relay=one.relay,
                        is_accepted=one.is_accepted,
                        phase=one.phase,
                        words=one.words,
                    )
                    async for one in answers
                ]
            )
        )

    return asyncio.run(send())


def _reader(
    asked: _SampleReader | _TypedReader | _SubscriberReader, checked: CheckedIssue
) -> Callable[[Edition], Reader]:
    """Give whose values an edition shows."""
    own_fields = checked.issue.newsletter.fields if checked.issue else {}
    match asked:
        case _SubscriberReader():
            with looking() as connection:
                if connection is None:
                    raise AudienceError("There is nobody yet.", remedy=Remedy.IMPORT_A_LIST)
                person = subscriber_reader(connection, asked.email)
            return lambda edition: person.in_language(edition.language)
        case _TypedReader():
            return lambda edition: sample_readers(edition.language, own_fields)[0].with_values(asked.values)
    return lambda edition: _sample(edition, asked.key, own_fields)


def _sample(edition: Edition, key: str, own_fields: Mapping[str, SubscriberField]) -> Reader:
    readers = sample_readers(edition.language, own_fields)
    readers += branch_readers(edition.conditions(), like=readers[0])
    return next((one for one in readers if one.key == key), readers[0])


@routes.get("/who")
def _who(request: Request, slug: str, lists: Annotated[tuple[Line, ...], Query(alias="list")] = ()) -> WhoReport:
    issue = _checked(request, slug).issue
    named = named_lists(issue)
    with looking() as connection:
        known = {one.name for one in audience.count_lists(connection)} if connection else set()
        chosen = [name for name in lists or named if name in known]
        counted = count_people(connection, issue, chosen, now=now()) if connection and issue else None
    return WhoReport(
        lists=named,
        unknown=tuple(name for name in named if name not in known),
        people=counted.together if counted else 0,
        segments=tuple(
            SegmentLine(
                name=one.segment.name,
                condition=one.segment.written,
                words=say_condition(one.segment.condition, today=counted.today),
                people=one.people,
            )
            for one in counted.counts
        )
        if counted
        else (),
        relays=tuple(dict.fromkeys(route.relay.name for route in the_routes())),
    )


@routes.post("/plan")
def _plan(request: Request, slug: str, asked: _PlanRequest) -> PlanReport:
    _checked(request, slug)
    site = the_site()
    with opened(to_write=True) as engine:
        options = PlanOptions(
            asked.lists or None,
            asked.segment,
            asked.relays,
            asked.allow,
            again=asked.again,
            only_missing=asked.only_missing,
        )
        plan = plan_issue(engine, slug, options, site=site)
    return PlanReport(
        mailing=plan.mailing,
        issue=plan.issue,
        digest=plan.digest,
        planned=plan.planned,
        excluded=dict(plan.excluded),
        editions=dict(plan.editions),
        subject_test={language: dict(counts) for language, counts in plan.sample.items()},
        dates=dict(plan.dates),
        replaces=tuple(plan.replaces),
        unsendable=tuple(plan.unsendable),
    )
