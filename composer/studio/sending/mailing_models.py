"""Has the answers at the addresses of mailings, one model per shape.

Times are ISO 8601 in UTC; counts stand under the name of a state or reason.
"""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel

from composer.delivery.states import DeliveryState
from composer.studio.report import FindingReport
from composer.studio.sending.refusals import RefusedAboutUs, StoppedLine


class RecipientLine(BaseModel):
    """Somebody who gets a mailing, and how that went."""

    subscriber: int
    email: str
    name: str
    language: str
    state: DeliveryState
    attempts: int
    relay: str | None
    reply: str
    updated_at: dt.datetime | None


class RecipientsPage(BaseModel):
    """Some of those who get a mailing; ``next`` is the ``after`` of the next page, null at the end."""

    recipients: tuple[RecipientLine, ...]
    next: int | None


class LeftOutLine(BaseModel):
    """Somebody who does not get a mailing, and why."""

    subscriber: int
    email: str
    name: str
    reason: str


class LeftOutPage(BaseModel):
    """Some of those who do not get a mailing; ``next`` as for a RecipientsPage."""

    left_out: tuple[LeftOutLine, ...]
    next: int | None


class TimeReport(BaseModel):
    """From when on a mailing may be sent; null: as soon as somebody sends it."""

    send_at: dt.datetime | None


class ApprovalLine(BaseModel):
    """Who has approved a mailing; ``is_valid``: exactly what would be sent now."""

    by: str
    at: dt.datetime | None
    is_valid: bool


class Approved(BaseModel):
    """An approval, and what exactly is approved."""

    by: str
    digest: str


class EditionLine(BaseModel):
    """One edition of a mailing: to how many people, with which subject as a sample reader sees it."""

    language: str
    variant: str
    people: int
    subject: str
    preheader: str
    sender: str
    address: str
    subscriber: int | None


class Hindrance(BaseModel):
    """What would stop a mailing now, and what can be done about it; the same as an error's answer."""

    detail: str
    remedy: str | None
    remedy_words: str


class LastPageReport(BaseModel):
    """Everything that is seen before a mailing is sent. ``seen`` has to be brought to ``send``.

    ``subscriber`` of an edition is one who gets it, whose mail can be shown. ``chosen_relays`` are those that alone may
    carry it, if any were chosen; ``relays`` all that may. ``findings`` are those of the issue as its
    files are now, ``allowed`` the codes of checks that were overruled; ``hours`` are the sending hours, in words;
    ``is_served``: a service works on the database, which sends what has a time.
    """

    mailing: int
    issue: str
    state: str
    digest: str
    seen: str
    planned: int
    to_send: int
    lists: tuple[str, ...]
    segment: str
    segment_condition: str
    segment_resolved: str
    chosen_relays: tuple[str, ...]
    excluded: dict[str, int]
    editions: tuple[EditionLine, ...]
    first: tuple[str, ...]
    findings: tuple[FindingReport, ...]
    allowed: tuple[str, ...]
    is_issue_as_planned: bool
    relays: tuple[str, ...]
    hours: str
    send_at: dt.datetime | None
    needs_approval: bool
    approvals: tuple[ApprovalLine, ...]
    hindrance: Hindrance | None
    is_at_it: bool
    is_served: bool


class Begun(BaseModel):
    """Whether a process has been started for a mailing, and whether one is at it."""

    has_begun: bool
    is_at_it: bool


class StatusReport(BaseModel):
    """Where a mailing stands; ``is_at_it``: a process that the studio started sends it, or waits for its time.

    ``silent_s`` is for how many seconds the relays have answered nothing, 0 while they do; no end is expected then.
    ``stopped`` are relays and providers that refuse everybody; ``refused_about_us`` is null below a tenth.
    """

    mailing: int
    issue: str
    state: str
    planned: int
    settled: int
    to_send: int
    deliveries: dict[str, int]
    excluded: dict[str, int]
    finished: bool
    limit: str | None
    expected_end: dt.datetime | None
    silent_s: int
    send_at: dt.datetime | None
    started: dt.datetime | None
    ended: dt.datetime | None
    next_step: str | None
    next_step_words: str
    next_step_at: dt.datetime | None
    is_at_it: bool
    segment: str
    chosen_relays: tuple[str, ...]
    stopped: tuple[StoppedLine, ...]
    refused_about_us: RefusedAboutUs | None


class MailingsReport(BaseModel):
    """Lists all mailings, the newest first."""

    mailings: tuple[StatusReport, ...]


class ProcessLine(BaseModel):
    """A process that sends, and for how long it has said nothing."""

    host: str
    pid: str
    silent_s: int


class RelayLine(BaseModel):
    """How a relay did in the last minutes."""

    relay: str
    accepted: int
    troubled: int
    answer_s: float | None
    silent_s: int | None


class TroubleLine(BaseModel):
    """What was said last of a mail that was not accepted."""

    at: dt.datetime | None
    email: str
    state: DeliveryState
    words: str


class ProgressReport(BaseModel):
    """A mailing at one moment; ``per_second`` is how many came to an end lately, null at the first look."""

    status: StatusReport
    per_second: float | None
    processes: tuple[ProcessLine, ...]
    relays: tuple[RelayLine, ...]
    troubles: tuple[TroubleLine, ...]


class SubjectLine(BaseModel):
    """How one subject of a test did."""

    variant: str
    subject: str
    people: int
    accepted: int
    unsubscribed: int
    is_chosen: bool


class ProviderLine(BaseModel):
    """How a mailing went at one provider."""

    provider: str
    people: int
    states: dict[str, int]


class MailingReport(BaseModel):
    """Tells everything about one mailing: ``sentences`` for people; ``last_run`` says why the last process ended."""

    status: StatusReport
    sentences: tuple[str, ...]
    people: dict[str, tuple[RecipientLine, ...]]
    providers: tuple[ProviderLine, ...]
    subjects: tuple[SubjectLine, ...]
    suppressed: dict[str, int]
    gone: dict[str, int]
    last_run: str


class CountReport(BaseModel):
    """How many deliveries were changed."""

    count: int


class UnknownLine(BaseModel):
    """Somebody of whom nobody knows whether the relay has their mail."""

    email: str
    relay: str | None
    reply: str
    updated_at: dt.datetime


class SettlementReport(BaseModel):
    """What was settled, by which evidence, and who is still unknown."""

    by_links: dict[str, str]
    by_word: int
    left: tuple[UnknownLine, ...]


class LogSettlement(BaseModel):
    """What a relay's log has settled: words by address; how much of it was read, and who is still unknown."""

    by_logs: dict[str, str]
    lines: int
    queued: int
    left: tuple[UnknownLine, ...]


class ChoiceReport(BaseModel):
    """The subject that was chosen, and how many waited for it."""

    winner: str
    held: int
