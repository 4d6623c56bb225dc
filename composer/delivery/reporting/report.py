"""What a report of a mailing tells: who needs a look, how the subjects of a test did, and what to do next.

Leaves: data. How it is worded, and how a next step is taken, is known to whoever shows it: the command line names
the command to type.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from composer.database.schema import deliveries, suppressions
from composer.delivery.editions import load_edition
from composer.delivery.mailing import find_mailing
from composer.delivery.packed import find_packed
from composer.delivery.reporting.policy_refusals import count_tried
from composer.delivery.reporting.records import DeliveryRecord, delivery_records
from composer.delivery.reporting.status import LimitKind, Status
from composer.delivery.reporting.subject_results import subject_of
from composer.delivery.states import DeliveryState, MailingState

_LISTED = 10
"""So many people of each state are named; a longer list is asked for separately."""

NAMED = (DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.EXPIRED, DeliveryState.DEFERRED)
"""States whose people are named, because somebody may want to look at them."""


class Step(enum.Enum):
    """What an operator can do about a mailing, or has to wait for."""

    BEGIN = enum.auto()
    BEGIN_LATER = enum.auto()  # not before a time that somebody has set
    BEGIN_LATE = enum.auto()  # its time has passed, and nobody has begun it
    GO_ON = enum.auto()  # nobody sends what is pending
    GO_ON_LATER = enum.auto()  # a limit lets nothing go until then
    RETRY_LATER = enum.auto()  # only later tries are left
    RESUME = enum.auto()  # somebody has paused it
    CHOOSE = enum.auto()  # the winner of a subject test
    WAIT = enum.auto()  # it is being sent


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step, and the time it has to do with: when it can be taken, or when the sending is expected to end."""

    step: Step
    when: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One mailing, for a person. ``subjects`` are those of a test, by variant; ``people`` the first few of a state."""

    status: Status
    subjects: Mapping[str, str]
    people: Mapping[DeliveryState, Sequence[DeliveryRecord]]
    next_step: NextStep | None
    suppressed: Mapping[str, int]
    """Why people were left out after the plan → how many."""
    gone: Mapping[str, int]
    """Why addresses have been suppressed because of this mailing's replies → how many."""


def report_mailing(connection: Connection, status: Status) -> Report:
    """Look up what the counts of ``status`` leave open. Raises MailingError if the mailing is gone."""
    return Report(
        status=status,
        subjects=_subjects(connection, status) if status.subject_results else {},
        people={
            state: list(delivery_records(connection, status.mailing, state=state, at_most=_LISTED))
            for state in NAMED
            if status.deliveries[state] and not status.times.packed_at
        },
        next_step=_begin_later(connection, status, status.as_of) or next_step(status),
        suppressed=_suppressed(connection, status) if status.deliveries[DeliveryState.SUPPRESSED] else {},
        gone=_gone(connection, status.mailing),
    )


def _suppressed(connection: Connection, status: Status) -> Mapping[str, int]:
    if packed := find_packed(connection, status.mailing):
        return packed.suppressed
    why = func.coalesce(deliveries.c.text, "")
    is_suppressed = (deliveries.c.mailing_id == status.mailing) & (deliveries.c.state == DeliveryState.SUPPRESSED)
    return dict(connection.execute(select(why, func.count()).where(is_suppressed).group_by(why).order_by(why)).all())


def _gone(connection: Connection, mailing: int) -> Mapping[str, int]:
    reason = suppressions.c.reason
    is_of_it = suppressions.c.source.startswith(f"mailing {mailing}: ", autoescape=True)
    return dict(
        connection.execute(select(reason, func.count()).where(is_of_it).group_by(reason).order_by(reason)).all()
    )


def next_step(status: Status) -> NextStep | None:
    """What the operator can do now, or wait for; None if there is nothing."""
    if status.state == MailingState.PAUSED:
        return NextStep(Step.RESUME)
    if status.state == "sending" and status.limit:
        return NextStep(Step.WAIT, status.expected_end)
    if status.resumes_at:
        return NextStep(Step.GO_ON_LATER, status.resumes_at)
    match status.limit.kind if status.limit else None:
        case LimitKind.WINNER:
            return NextStep(Step.CHOOSE)
        case LimitKind.NOT_RUNNING if status.state in ("planned", "interrupted"):
            return NextStep(Step.BEGIN if status.state == "planned" else Step.GO_ON)
        case LimitKind.RETRY if status.next_attempt_at:
            return NextStep(Step.RETRY_LATER, status.next_attempt_at)
    return None


def needs_a_person(status: Status) -> bool:
    """Tell, after a run, whether something is left that sending alone does not settle, or that nobody is at.

    Also whether so few have got it that somebody should look why.
    """
    is_left = not status.is_finished and not is_with_others(status)
    is_unknown = status.deliveries[DeliveryState.UNKNOWN] > 0
    return is_left or not status.is_balanced or is_unknown or shortfall(status) is not None


class Shortfall(enum.Enum):
    """Why a mailing did not come to what a person expects, although nothing is left to do."""

    NOBODY = enum.auto()  # got it
    REFUSED = enum.auto()  # more than half of those that were tried
    EXPIRED = enum.auto()  # a tenth or more: no fault of the addresses
    POLICY = enum.auto()  # a tenth or more were refused for our sake


def shortfall(status: Status) -> Shortfall | None:
    """Tell whether a mailing that is over, or is interrupted, has failed for many."""
    count = status.deliveries
    has_it = sum(count[state] for state in (DeliveryState.ACCEPTED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED))
    refused, expired = count[DeliveryState.REFUSED], count[DeliveryState.EXPIRED]
    tried = count_tried(count)
    if status.is_finished and not has_it and not count[DeliveryState.UNKNOWN]:
        return Shortfall.NOBODY
    if expired * 10 >= tried and expired:
        return Shortfall.EXPIRED
    if refused * 2 > tried:
        return Shortfall.REFUSED
    return Shortfall.POLICY if status.refused_about_us else None


def is_with_others(status: Status) -> bool:
    """Tell, after a run that has given its lease back, whether other senders go on with the rest (PostgreSQL)."""
    return status.state == "sending" and not status.is_finished


def _begin_later(connection: Connection, status: Status, now: dt.datetime) -> NextStep | None:
    due = find_mailing(connection, status.mailing).send_at if status.state == MailingState.PLANNED else None
    if due is None:
        return None
    moment = dt.datetime.fromtimestamp(due, dt.UTC)
    return NextStep(Step.BEGIN_LATE if moment <= now else Step.BEGIN_LATER, moment)


def _subjects(connection: Connection, status: Status) -> Mapping[str, str]:
    found = find_mailing(connection, status.mailing)
    language = min(found.digests_by_language)
    return {
        name: subject_of(load_edition(connection, found.edition_digests[language, name])) for name in found.variants
    }
