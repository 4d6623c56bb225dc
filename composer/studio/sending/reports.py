"""Turns what the stages tell into what the page shows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from composer.audience import ImportReport
from composer.audience.subscribers import SubscriberRecord
from composer.delivery.reporting.pace import settled
from composer.delivery.reporting.recipients import DeliveryAttempt, MailingRecipient
from composer.delivery.reporting.report import NextStep, Report, Shortfall, next_step, shortfall
from composer.delivery.reporting.status import Status
from composer.delivery.states import DeliveryState, MailingState
from composer.studio.sending.answering import moment
from composer.studio.sending.at_it import is_at_it
from composer.studio.sending.mailing_models import (
    RecipientLine,
    StatusReport,
    UnknownLine,
)
from composer.studio.sending.people_models import (
    AttemptLine,
    ConsentLine,
    ImportOutcome,
    PersonDelivery,
    PersonReport,
    RowLeftOut,
    SubscriptionLine,
    SuppressionLine,
)
from composer.studio.sending.refusals import refused_about_us, stopped_lines
from composer.studio.sending.wording import STEPS
from composer.workflow.deciding import Settlement

_ROWS_SHOWN = 200

_STATES = {
    DeliveryState.HELD: ("waits for the subject that is chosen", "wait for the subject that is chosen"),
    DeliveryState.PENDING: ("is still to be sent", "are still to be sent"),
    DeliveryState.OFFERED: ("is being handed over at this moment", "are being handed over at this moment"),
    DeliveryState.ACCEPTED: ("was taken by the relay", "were taken by the relay"),
    DeliveryState.DEFERRED: ("was put off, and is tried again", "were put off, and are tried again"),
    DeliveryState.REFUSED: ("was refused", "were refused"),
    DeliveryState.UNKNOWN: (
        "may have arrived or not: nobody knows, and it is not sent again by itself",
        "may have arrived or not: nobody knows, and they are not sent again by themselves",
    ),
    DeliveryState.EXPIRED: ("was put off until we gave up", "were put off until we gave up"),
    DeliveryState.SUPPRESSED: ("was left out, having left meanwhile", "were left out, having left meanwhile"),
    DeliveryState.BOUNCED: ("was taken, and came back later", "were taken, and came back later"),
    DeliveryState.COMPLAINED: ("was reported as spam", "were reported as spam"),
}
_STILL = (DeliveryState.HELD, DeliveryState.PENDING, DeliveryState.DEFERRED)
"""Of a mailing that is cancelled, these get nothing; what is being handed over at that moment may still be taken."""
_CANCELLED = ("does not get it: it was cancelled", "do not get it: it was cancelled")
_SHORTFALLS = {
    Shortfall.NOBODY: "Nobody has got this mailing.",
    Shortfall.REFUSED: "More than half of those that were tried were refused: look why, before you try again.",
    Shortfall.POLICY: "A tenth or more were refused for a reason that is ours: mend that before you try again.",
    Shortfall.EXPIRED: "Many were put off until their time was over: look why, before you try again.",
}


def status_report(status: Status, *, step: NextStep | None = None) -> StatusReport:
    """Say where a mailing stands."""
    step = step or next_step(status)
    waits_since = status.times.send_at if status.state == MailingState.PLANNED else None
    return StatusReport(
        mailing=status.mailing,
        issue=status.issue,
        state=status.state,
        planned=status.planned,
        settled=settled(status),
        to_send=status.to_send,
        deliveries={str(state): count for state, count in status.deliveries.items() if count},
        excluded=dict(status.excluded),
        finished=status.is_finished,
        limit=status.limit.words if status.limit else None,
        expected_end=status.expected_end,
        silent_s=status.silent_s,
        send_at=status.times.send_at,
        started=status.times.started,
        ended=status.times.ended,
        next_step=step.step.name.lower() if step else None,
        next_step_words=STEPS[step.step] if step else "",
        next_step_at=step.when if step else None,
        is_at_it=is_at_it(status.mailing, waits_since=waits_since),
        segment=status.segment,
        chosen_relays=tuple(status.relays),
        stopped=stopped_lines(status),
        refused_about_us=refused_about_us(status),
    )


def sentences(report: Report) -> Iterator[str]:
    """Say a mailing's outcome in sentences."""
    status = report.status
    for state, count in status.deliveries.items():
        if count:
            words = _CANCELLED if status.state == MailingState.CANCELLED and state in _STILL else _STATES[state]
            yield f"{_people(count)} {words[count != 1]}."
    if status.excluded:
        together = sum(status.excluded.values())
        were = "was" if together == 1 else "were"
        yield f"{_people(together)} of the lists {were} left out: {in_words(status.excluded)}."
    if found := shortfall(status):
        yield _SHORTFALLS[found]
    if report.gone:
        yield f"Addresses that are not written to any more because of it: {in_words(report.gone)}."


def in_words(counts: Mapping[str, int]) -> str:
    """Say counts in words, such as "2 suppressed, 1 unsubscribed"; what there is none of is left out."""
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def unknown_lines(found: Settlement) -> tuple[UnknownLine, ...]:
    """Show who is still unknown after something was settled."""
    return tuple(
        UnknownLine(email=one.email, relay=one.relay, reply=one.reply, updated_at=one.updated_at) for one in found.left
    )


def recipient_line(one: MailingRecipient) -> RecipientLine:
    """Show somebody who gets a mailing."""
    return RecipientLine(
        subscriber=one.subscriber,
        email=one.email,
        name=one.name,
        language=one.language,
        state=one.state,
        attempts=one.attempts,
        relay=one.relay,
        reply=one.reply,
        updated_at=moment(one.updated_at),
    )


def person_report(record: SubscriberRecord, attempts: Mapping[int, Sequence[DeliveryAttempt]]) -> PersonReport:
    """Show all that is known of somebody; ``attempts`` has the tries of each mailing to them."""
    return PersonReport(
        id=record.id,
        email=record.email,
        first_name=record.first_name,
        last_name=record.last_name,
        language=record.language,
        fields=dict(record.attributes),
        created_at=moment(record.created_at),
        updated_at=moment(record.updated_at),
        subscriptions=tuple(
            SubscriptionLine(list=one.list, status=one.status, updated_at=moment(one.updated_at))
            for one in record.subscriptions
        ),
        consent=tuple(
            ConsentLine(list=one.list, event=one.event, source=one.source, at=moment(one.at)) for one in record.consent
        ),
        suppressions=tuple(
            SuppressionLine(reason=one.reason, list=one.list, source=one.source, created_at=moment(one.created_at))
            for one in record.suppressions
        ),
        deliveries=tuple(
            PersonDelivery(
                mailing=one.mailing,
                issue=one.issue,
                state=one.state,
                updated_at=moment(one.updated_at),
                attempts=tuple(map(_attempt_line, attempts[one.mailing])),
            )
            for one in record.deliveries
        ),
    )


def _attempt_line(one: DeliveryAttempt) -> AttemptLine:
    return AttemptLine(
        outcome=one.outcome,
        relay=one.relay,
        phase=one.phase,
        reply=one.reply,
        took_ms=one.took_ms,
        at=moment(one.at),
        note=one.note,
    )


def import_outcome(report: ImportReport) -> ImportOutcome:
    """Show what an import comes to; of the rows that were left out, the first."""
    rejected = ((row.line, "", row.reason) for row in report.rejected)
    return ImportOutcome(
        list=report.list_name,
        rows=report.rows,
        counts=report.counts(),
        columns={column.header: column.path for column in report.columns},
        rejected=_rows(rejected),
        skipped=_rows((row.line, row.email, row.reason) for row in report.skipped),
        left=_rows((row.line, row.email, row.reason) for row in report.left),
    )


def _rows(rows: Iterable[tuple[int, str, str]]) -> tuple[RowLeftOut, ...]:
    shown = itertools.islice(rows, _ROWS_SHOWN)
    return tuple(RowLeftOut(line=line, email=email, reason=reason) for line, email, reason in shown)
