"""A mailing's status in words: a sum that can be checked by eye, who needs a look, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from composer.delivery.editions import load_edition
from composer.delivery.mailing import find_mailing
from composer.delivery.reporting.records import DeliveryRecord, delivery_records
from composer.delivery.reporting.status import Status
from composer.delivery.reporting.subject_results import subject_of, subject_result_lines
from composer.delivery.states import DeliveryState, MailingState

_LISTED = 10
"""So many people are named; `newsletter deliveries` names them all."""

_NAMED = {
    DeliveryState.REFUSED: "Refused",
    DeliveryState.UNKNOWN: "Unknown: the relay may have these messages or not; they are not sent again by themselves",
    DeliveryState.EXPIRED: "Expired: the relay put these off until we gave up",
    DeliveryState.DEFERRED: "Deferred: these are tried again",
}


def report(connection: Connection, status: Status) -> str:
    """The whole report, for the end of a run and for `newsletter status MAILING`."""
    blocks = ["\n".join(_sum(status))]
    if status.subject_results:
        blocks.append("\n".join(_subjects(connection, status)))
    for state, heading in _NAMED.items():
        if status.deliveries[state]:
            blocks.append("\n".join(_people(connection, status, state, heading)))
    if advice := _set_time(connection, status) or next_step(status):
        blocks.append(advice)
    return "\n\n".join(blocks)


def needs_a_person(status: Status) -> bool:
    """After a run: whether something is left that sending alone does not settle, or that nobody is at."""
    is_left = not status.is_finished and not is_with_others(status)
    return is_left or not status.is_balanced or status.deliveries[DeliveryState.UNKNOWN] > 0


def is_with_others(status: Status) -> bool:
    """After a run, which has given its lease back: whether other senders go on with what is left (PostgreSQL)."""
    return status.state == "sending" and not status.is_finished


def _set_time(connection: Connection, status: Status) -> str:
    """When it begins, if a time was set and it has not begun."""
    due = find_mailing(connection, status.mailing).send_at if status.state == MailingState.PLANNED else None
    if due is None:
        return ""
    at = _when(dt.datetime.fromtimestamp(due, dt.UTC))
    return f"Not before {at}: newsletter send {status.mailing}; at once with --at now"


def next_step(status: Status) -> str:
    """What the operator can do now, or wait for; empty if there is nothing."""
    go_on = f"newsletter send {status.mailing}"
    if status.state == MailingState.PAUSED:
        return f"It is paused; let it go on with: newsletter resume {status.mailing}"
    if status.state == "sending" and status.limit:
        until = f"; expected to be done on {_when(status.expected_end)}" if status.expected_end else ""
        return f"The pace is governed by: {status.limit}{until}"
    if status.resumes_at:
        return f"Held by a limit, {status.limit}, until {_when(status.resumes_at)}: {go_on}"
    match status.limit:
        case "winner":
            variants = "|".join(result.variant for result in status.subject_results)
            waiting = f"{status.deliveries[DeliveryState.HELD]:,} people wait for the winner"
            return f"{waiting}: newsletter choose {status.mailing} {variants}"
        case "not running" if status.state in ("planned", "interrupted"):
            verb = "Begin" if status.state == "planned" else "Go on"
            return f"{verb} with: {go_on}"
        case "retry" if status.next_attempt_at:
            return f"The next try is due on {_when(status.next_attempt_at)}: {go_on}"
    return ""


def _when(moment: dt.datetime) -> str:
    return moment.astimezone().strftime("%A %d %B, %H:%M:%S")


def counts_in_words(counts: dict[str, int]) -> str:
    """ "2 suppressed, 1 unsubscribed" """
    return ", ".join(f"{number:,} {word}" for word, number in counts.items() if number)


def _sum(status: Status) -> Iterator[str]:
    yield f"Mailing {status.mailing}, {status.issue}: {status.state}"
    yield ""
    shown = [(state, count) for state, count in status.deliveries.items() if count]
    width = max(len(f"{status.planned:,}"), *(len(f"{count:,}") for _, count in shown), 3) if shown else 3
    for state, count in shown:
        yield f"  {state:<12}{count:>{width},}"
    yield f"  {'─' * (12 + width)}"
    total = sum(status.deliveries.values())
    yield f"  {'together':<12}{total:>{width},}"
    if status.is_balanced:
        yield f"  {'planned':<12}{status.planned:>{width},}  nobody is missing"
    else:
        yield f"  {'planned':<12}{status.planned:>{width},}  the numbers differ; this is a bug, please report it"
    if status.excluded:
        yield f"  {'left out':<12}{sum(status.excluded.values()):>{width},}  {counts_in_words(dict(status.excluded))}"


def _subjects(connection: Connection, status: Status) -> Iterator[str]:
    """What each subject of a test came to, and what that does not say."""
    found = find_mailing(connection, status.mailing)
    language = min(found.digests_by_language)
    subjects = {
        name: subject_of(load_edition(connection, found.edition_digests[language, name])) for name in found.variants
    }
    yield "The sample:"
    yield from subject_result_lines(status.subject_results, subjects, winner=status.winner)
    yield "  Where the ranges overlap, the numbers do not tell the subjects apart. Opens are not measured."


def _people(connection: Connection, status: Status, state: DeliveryState, heading: str) -> Iterator[str]:
    yield f"{heading}:"
    named: Sequence[DeliveryRecord] = list(delivery_records(connection, status.mailing, state=state, at_most=_LISTED))
    width = max(len(record.email) for record in named)
    for record in named:
        yield f"  {record.email:<{width}}  {record.reply}".rstrip()
    if more := status.deliveries[state] - len(named):
        yield f"  and {more:,} more: newsletter deliveries {status.mailing} --state {state}"
    if state is DeliveryState.UNKNOWN:
        yield f"  Settle them with: newsletter reconcile {status.mailing}"
