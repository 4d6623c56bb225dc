"""The last page before a mailing is sent, as the browser shows it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from composer.background.alive import running_services
from composer.database.schema import deliveries
from composer.delivery.reporting.status import Status
from composer.delivery.variant import VARIANT_OF_DELIVERY
from composer.edition import fill
from composer.edition.model import Edition
from composer.output.sample_readers import sample_readers
from composer.project import Project
from composer.studio.report import finding_report
from composer.studio.sending.answering import moment
from composer.studio.sending.at_it import is_at_it
from composer.studio.sending.mailing_models import (
    ApprovalLine,
    EditionLine,
    Hindrance,
    LastPageReport,
)
from composer.studio.sending.wording import say_to_author
from composer.workflow.last_page import LastPage
from composer.workflow.wiring import sending_window


def last_page_report(connection: Connection, page: LastPage, status: Status, *, project: Project) -> LastPageReport:
    """Show the page. Files are named from the ``project``."""
    said = say_to_author(page.hindrance, project=project) if page.hindrance else None
    return LastPageReport(
        mailing=page.mailing.id,
        issue=page.mailing.issue,
        state=status.state,
        digest=page.mailing.digest,
        seen=page.seen,
        planned=page.mailing.planned,
        to_send=status.to_send,
        lists=tuple(page.lists),
        segment=page.mailing.segment or "",
        segment_condition=page.mailing.segment_condition or "",
        segment_resolved=page.mailing.segment_resolved or "",
        chosen_relays=tuple(page.mailing.relays),
        excluded=dict(page.excluded),
        editions=tuple(
            _edition_line(connection, page, edition, language=language, variant=variant)
            for (language, variant), edition in page.editions.items()
        ),
        first=tuple(page.first),
        findings=tuple(finding_report(finding, project=project) for finding in page.findings),
        allowed=tuple(page.allowed),
        is_issue_as_planned=page.is_issue_as_planned,
        relays=tuple(page.relays),
        hours=sending_window(),
        send_at=moment(page.mailing.send_at),
        needs_approval=page.needs_approval,
        approvals=tuple(ApprovalLine(by=one.name, at=moment(one.at), is_valid=one.is_valid) for one in page.approvals),
        hindrance=Hindrance(detail=said["detail"], remedy=said["remedy"], remedy_words=said["remedy_words"])
        if said
        else None,
        is_at_it=is_at_it(page.mailing.id),
        is_served=bool(running_services(connection)),
    )


def _edition_line(
    connection: Connection, page: LastPage, edition: Edition, *, language: str, variant: str
) -> EditionLine:
    values = sample_readers(language, {})[0].values({})
    name, address = edition.sender
    return EditionLine(
        language=language,
        variant=variant,
        people=page.people.get(language, 0),
        subject=fill(edition.subject, values),
        preheader=fill(edition.preheader, values).strip(),
        sender=name,
        address=address,
        subscriber=_somebody(connection, page.mailing.id, language, variant),
    )


def _somebody(connection: Connection, mailing: int, language: str, variant: str) -> int | None:
    """Find the first person who gets this edition."""
    query = select(deliveries.c.subscriber_id).where(
        deliveries.c.mailing_id == mailing, deliveries.c.language == language, VARIANT_OF_DELIVERY.in_([variant])
    )
    return connection.scalar(query.order_by(deliveries.c.id).limit(1))
