"""Says a mailing's report in words: a sum to be checked by eye, who needs a look, and the command to type next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from composer.delivery.reporting.records import DeliveryRecord
from composer.delivery.reporting.report import NextStep, Report, Shortfall, Step, shortfall
from composer.delivery.reporting.status import Status, StoppedProvider, StoppedRelay
from composer.delivery.reporting.subject_results import TOLD, likely_range
from composer.delivery.states import DeliveryState

_HEADINGS = {
    DeliveryState.REFUSED: "Refused",
    DeliveryState.UNKNOWN: "Unknown: the relay may have these messages or not; they are not sent again by themselves",
    DeliveryState.EXPIRED: "Expired: the relay put these off until we gave up",
    DeliveryState.DEFERRED: "Deferred: these are tried again",
}


def say_report(report: Report) -> str:
    """Say the whole report, for the end of a run and for ``newsletter status MAILING``."""
    status = report.status
    blocks = ["\n".join(_sum(status))]
    if status.subject_results:
        blocks.append("\n".join(_subjects(report)))
    if status.times.packed_at:
        blocks.append(f"Only these counts are kept of it, since {_moment(status.times.packed_at)}.")
    blocks += ["\n".join(_people(status, state, named)) for state, named in report.people.items()]
    blocks += [_stopped(status, stopped) for stopped in (*status.stopped_relays, *status.stopped_providers)]
    blocks += ["\n".join(lines) for lines in (_left_out(report), _policy(status), _shortfall(status)) if lines]
    if report.next_step:
        blocks.append(say_next_step(status, report.next_step))
    return "\n\n".join(blocks)


def say_next_step(status: Status, next_step: NextStep) -> str:
    """Name the command that takes the step, or what is waited for."""
    when = _moment(next_step.when) if next_step.when else ""
    go_on = f"newsletter send {status.mailing}"
    match next_step.step:
        case Step.BEGIN:
            return f"Begin with: {go_on}"
        case Step.BEGIN_LATER:
            return f"Not before {when}: {go_on}; at once with --at now"
        case Step.BEGIN_LATE:
            return f"Its time was {when}, and nobody has begun it: {go_on}"
        case Step.GO_ON:
            return f"Go on with: {go_on}"
        case Step.GO_ON_LATER:
            return f"Held by a limit, {_limit(status)}, until {when}: {go_on}"
        case Step.RETRY_LATER:
            return f"The next try is due on {when}: {go_on}"
        case Step.RESUME:
            return f"It is paused; let it go on with: newsletter resume {status.mailing}"
        case Step.CHOOSE:
            variants = "|".join(result.variant for result in status.subject_results)
            waiting = f"{status.deliveries[DeliveryState.HELD]:,} people wait for the winner"
            return f"{waiting}: newsletter choose {status.mailing} {variants}"
        case Step.WAIT:
            until = f"; expected to be done on {when}" if when else ""
            return f"The pace is governed by: {_limit(status)}{until}"


def _stopped(status: Status, stopped: StoppedRelay) -> str:
    """Say who is refused altogether, what was done about that, and what a person can do."""
    whom, who = "everybody", "the relay"
    if isinstance(stopped, StoppedProvider):
        whom, who = f"everybody of {stopped.provider}", "that provider"
    return (
        f"{stopped.relay} refuses {whom}, which is about us or {who}, not about the people:\n"
        f"  {stopped.reply}\n"
        f"  {_count(stopped.people, 'refusal does not count', 'refusals do not count')}; nobody was suppressed.\n"
        f"  When that is mended: newsletter send {status.mailing}; if it is right about them all, --believe-refusals"
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _limit(status: Status) -> str:
    return status.limit.words if status.limit else ""


def _left_out(report: Report) -> list[str]:
    """Say who was left out after the plan and why, and whose address will not be written to again."""
    lines = []
    if report.suppressed:
        lines.append("Suppressed, so nothing was sent to them:")
        lines += [f"  {count:,}  {why or 'for a reason that was not kept'}" for why, count in report.suppressed.items()]
    if report.gone:
        together = sum(report.gone.values())
        lines.append(
            f"Addresses that are suppressed because of what was said of them in this mailing: {together:,} "
            f"({counts_in_words(report.gone)})"
        )
    return lines


_SHORT = {
    Shortfall.NOBODY: "Nobody has got this mailing.",
    Shortfall.REFUSED: "More than half of those that were tried were refused: look why, before you try again with",
    Shortfall.POLICY: "A tenth or more were refused for our sake: mend that, before you try again with",
    Shortfall.EXPIRED: "Many have expired, put off until their time was over: look why, before you try again with",
}


def _shortfall(status: Status) -> list[str]:
    found = shortfall(status)
    if found is None:
        return []
    state = {Shortfall.REFUSED: "refused", Shortfall.EXPIRED: "expired", Shortfall.POLICY: "refused"}.get(found)
    return [f"{_SHORT[found]}: newsletter retry {status.mailing} --state {state}" if state else _SHORT[found]]


def _policy(status: Status) -> list[str]:
    """Say which share was refused for our sake, and in which words."""
    refused = status.refused_about_us
    if refused is None:
        return []
    of = f"{refused.people:,} of {refused.tried:,} ({refused.share:.0%})"
    return [
        f"Refused for a reason that is ours (the sender, the contents or a policy), not the people's: {of}",
        *(f"  {people:,}  {reply}" for reply, people in refused.replies),
    ]


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Say "2 suppressed, 1 unsubscribed": what there is none of is left out."""
    return ", ".join(f"{number:,} {word}" for word, number in counts.items() if number)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone().strftime("%A %d %B, %H:%M:%S")


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
        yield f"  {'left out':<12}{sum(status.excluded.values()):>{width},}  {counts_in_words(status.excluded)}"
    if status.segment:
        yield f"  {'segment':<12}{'':>{width}}  {status.segment}"
    if status.relays:
        yield f"  {'by':<12}{'':>{width}}  {' and '.join(status.relays)}"


def _subjects(report: Report) -> Iterator[str]:
    """Tell what each subject of a test came to, and what that does not say."""
    yield "The sample:"
    for result in report.status.subject_results:
        mark = "  ← chosen" if result.variant == report.status.winner else ""
        yield f"  {result.variant}  {report.subjects[result.variant]}{mark}"
        words = [f"{result.accepted:,} of {result.people:,} accepted"]
        words += [f"{result.states[state]:,} {state}" for state in TOLD if result.states.get(state)]
        left = result.unsubscribed
        yield f"     {', '.join(words)}; {left:,} left since{_share(left, result.accepted)}"
    yield "  Where the ranges overlap, the numbers do not tell the subjects apart. Opens are not measured."


def _share(count: int, of: int) -> str:
    if not of:
        return ""
    low, high = likely_range(count, of)
    return f", {count / of:.1%} (likely {low:.1%} to {high:.1%})"


def _people(status: Status, state: DeliveryState, named: Sequence[DeliveryRecord]) -> Iterator[str]:
    yield f"{_HEADINGS[state]}:"
    width = max(len(record.email) for record in named)
    for record in named:
        yield f"  {record.email:<{width}}  {record.reply}".rstrip()
    if more := status.deliveries[state] - len(named):
        yield f"  and {more:,} more: newsletter deliveries {status.mailing} --state {state}"
    if state is DeliveryState.UNKNOWN:
        yield f"  Settle them with: newsletter reconcile {status.mailing}"
