"""The addresses of lists and people, each of whom is shown with all that is known and was sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from composer import audience
from composer.audience import SubscriptionStatus
from composer.delivery.reporting.recipients import attempts_at
from composer.errors import AudienceError, Remedy
from composer.studio.sending.answering import AnsweringRoute, Line, looking
from composer.studio.sending.people_models import (
    FateReport,
    LeaveReport,
    ListLine,
    ListsReport,
    PeoplePage,
    PersonLine,
    PersonReport,
)
from composer.studio.sending.reports import person_report
from composer.workflow.people import add_person, unsubscribe_person

routes = APIRouter(prefix="/api/sending", route_class=AnsweringRoute)

PAGE_MAX = 500

Offset = Annotated[int, Query(ge=0, le=2**63 - 1)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


@routes.get("/lists")
def _lists() -> ListsReport:
    with looking() as connection:
        if connection is None:
            return ListsReport(has_database=False, lists=())
        counts = audience.count_lists(connection)
    lines = (
        ListLine(
            id=one.id,
            name=one.name,
            title=one.title,
            confirmed=one.confirmed,
            pending=one.pending,
            unsubscribed=one.unsubscribed,
        )
        for one in counts
    )
    return ListsReport(has_database=True, lists=tuple(lines))


@routes.get("/people")
def _people(
    list: Line | None = None,
    status: SubscriptionStatus | None = None,
    search: Line = "",
    offset: Offset = 0,
    limit: Limit = 50,
) -> PeoplePage:
    with looking() as connection:
        if connection is None:
            return PeoplePage(total=0, people=())
        list_id = None if list is None else audience.find_list(connection, list)
        total, found = audience.list_subscribers(
            connection, list_id=list_id, status=status, search=search, limit=limit, offset=offset
        )
    lines = (
        PersonLine(
            id=one.id,
            email=one.email,
            first_name=one.first_name,
            last_name=one.last_name,
            language=one.language,
            lists=tuple(one.lists),
        )
        for one in found
    )
    return PeoplePage(total=total, people=tuple(lines))


@routes.get("/person")
def _person(email: Line) -> PersonReport:
    with looking() as connection:
        if connection is None:
            raise AudienceError("There is nobody yet.", remedy=Remedy.IMPORT_A_LIST)
        record = audience.show_subscriber(connection, email)
        attempts = {
            one.mailing: attempts_at(connection, mailing=one.mailing, subscriber=record.id) for one in record.deliveries
        }
    return person_report(record, attempts)


class _NewPerson(BaseModel):
    email: Line
    list: Line
    new_list: bool = False
    first_name: Line = ""
    last_name: Line = ""
    language: Line = ""
    fields: dict[Line, Line] = Field(default_factory=dict)
    source: Line = ""
    asked_anew: bool = False


@routes.post("/people")
def _add(person: _NewPerson) -> FateReport:
    fate = add_person(
        person.email,
        list_name=person.list,
        new_list=person.new_list,
        source=person.source or "added by hand",
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        attributes=person.fields,
        asked_anew=person.asked_anew,
    )
    return FateReport(fate=str(fate), has_effect=fate.has_effect)


class _Leaving(BaseModel):
    email: Line
    list: Line | None = None
    source: Line = ""


@routes.post("/people/leave")
def _leave(leaving: _Leaving) -> LeaveReport:
    left = unsubscribe_person(leaving.email, list_name=leaving.list, source=leaving.source or "by the operator")
    return LeaveReport(left=left)
