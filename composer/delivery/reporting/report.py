"""What a report of a mailing tells: who needs a look, how the subjects of a test did, and what to do next.

Leaves: data. How it is worded, and how a next step is taken, is known to whoever shows it: the command line names
the command to type.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from composer.delivery.editions import load_edition
from composer.delivery.mailing import find_mailing
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


def report_mailing(connection: Connection, status: Status) -> Report:
    """Look up what the counts of ``status`` leave open. Raises MailingError if the mailing is gone."""
    return Report(
        status=status,
        subjects=_subjects(connection, status) if status.subject_results else {},
        people={
            state: list(delivery_records(connection, status.mailing, state=state, at_most=_LISTED))
            for state in NAMED
            if status.deliveries[state]
        },
        next_step=_begin_later(connection, status) or next_step(status),
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
    """Tell, after a run, whether something is left that sending alone does not settle, or that nobody is at."""
    is_left = not status.is_finished and not is_with_others(status)
    return is_left or not status.is_balanced or status.deliveries[DeliveryState.UNKNOWN] > 0


def is_with_others(status: Status) -> bool:
    """Tell, after a run that has given its lease back, whether other senders go on with the rest (PostgreSQL)."""
    return status.state == "sending" and not status.is_finished


def _begin_later(connection: Connection, status: Status) -> NextStep | None:
    due = find_mailing(connection, status.mailing).send_at if status.state == MailingState.PLANNED else None
    return NextStep(Step.BEGIN_LATER, dt.datetime.fromtimestamp(due, dt.UTC)) if due is not None else None


def _subjects(connection: Connection, status: Status) -> Mapping[str, str]:
    found = find_mailing(connection, status.mailing)
    language = min(found.digests_by_language)
    return {
        name: subject_of(load_edition(connection, found.edition_digests[language, name])) for name in found.variants
    }
