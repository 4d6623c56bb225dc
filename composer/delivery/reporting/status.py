"""Where a mailing stands: counts that add up to what was planned. Computed from the deliveries at every look.

"finished" is never stored. ``limit`` says what governs the pace now, see ``LimitKind``.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from composer.database.schema import deliveries, mailings, stopped_providers, stopped_relays
from composer.delivery.ledger.lease import is_being_sent, last_progress, silent_since
from composer.delivery.ledger.pace_reports import read_pace_reports
from composer.delivery.limits.outlook import PaceReport, expected_end
from composer.delivery.limits.sending_hours import SendingHours
from composer.delivery.mailing import Mailing, count_exclusions, find_mailing, mailing_row
from composer.delivery.packed import find_packed
from composer.delivery.reporting.policy_refusals import PolicyRefusals, find_policy_refusals
from composer.delivery.reporting.subject_results import SubjectResult, count_subject_results
from composer.delivery.states import WAITING, DeliveryState, MailingState

_SILENCE_S = 20
"""A relay that answers nothing for so long is waited for, and nobody knows how long."""

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


class LimitKind(enum.Enum):
    """What can govern when the rest of a mailing goes; the values are what people and programs read."""

    SETTING = "limit"  # a limit of the settings, the sending hours, or a relay that asked for less: see the words
    CONNECTIONS = "connections"  # a sender goes as fast as its connections take it
    RETRY = "retry"  # only deferred deliveries are left
    NOT_RUNNING = "not running"  # nobody sends what is pending
    WINNER = "winner"  # all that is left waits for the winner of a subject test; the mailing is "sampled"


@dataclass(frozen=True, slots=True)
class GoverningLimit:
    """What governs the pace of a mailing now. Of a SETTING, ``setting`` has the words: "20/second to gmail"."""

    kind: LimitKind
    setting: str = ""

    @property
    def words(self) -> str:
        """The limit as people read it, and programs under the JSON key "limit"."""
        return self.setting if self.kind is LimitKind.SETTING else self.kind.value


@dataclass(frozen=True, slots=True)
class StoppedRelay:
    """A relay that has refused everybody in a mailing, and has taken nothing of it since.

    ``people`` is how often somebody was refused and is pending again, or went by another relay; ``reply`` the last one.
    """

    relay: str
    reply: str
    people: int
    stopped_at: dt.datetime

    def as_json(self) -> dict[str, Any]:
        """Give what programs read under "stopped_relays"."""
        stopped_at = self.stopped_at.isoformat()
        return {"relay": self.relay, "reply": self.reply, "given_back": self.people, "stopped_at": stopped_at}


@dataclass(frozen=True, slots=True)
class StoppedProvider(StoppedRelay):
    """A provider of which a relay has refused everybody in a mailing, while it took others.

    ``provider`` is its name in the table of providers, or its domain.
    """

    provider: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give what programs read under "stopped_providers"."""
        return {"provider": self.provider, **super(StoppedProvider, self).as_json()}


@dataclass(frozen=True, slots=True)
class MailingTimes:
    """When a mailing is to begin, has begun, and has ended; ``last_progress`` is when a delivery came on last.

    ``packed_at`` is since when only counts are kept of it.
    """

    send_at: dt.datetime | None = None
    started: dt.datetime | None = None
    ended: dt.datetime | None = None
    last_progress: dt.datetime | None = None
    packed_at: dt.datetime | None = None

    @property
    def late_s(self) -> float:
        """How many seconds after its time it has begun; 0 if it had none, or has not begun."""
        if self.send_at is None or self.started is None:
            return 0
        return max(0.0, (self.started - self.send_at).total_seconds())

    def as_json(self) -> dict[str, str | None]:
        """Give the times as ISO 8601 in UTC, by name."""
        names = ("send_at", "started", "ended", "last_progress", "packed_at")
        return {name: moment.isoformat() if (moment := getattr(self, name)) else None for name in names}


@dataclass(frozen=True, slots=True)
class Status:
    """A mailing with its counts. ``deliveries`` has every state, in the order of the table in ``states.py``."""

    mailing: int
    issue: str
    state: str
    planned: int
    deliveries: Mapping[DeliveryState, int]
    excluded: Mapping[str, int]
    limit: GoverningLimit | None  # None: nothing is left to send
    expected_end: dt.datetime | None
    next_attempt_at: dt.datetime | None
    resumes_at: dt.datetime | None = None  # when the limit that ended the last run lets mail go again
    subject_results: Sequence[SubjectResult] = ()  # of a subject test, by variant
    winner: str | None = None  # that was chosen of them
    stopped_relays: Sequence[StoppedRelay] = ()
    stopped_providers: Sequence[StoppedProvider] = ()
    refused_about_us: PolicyRefusals | None = None  # if they are a tenth or more of those that were tried
    segment: str = ""  # that it is for; empty: everybody of the lists
    relays: Sequence[str] = ()  # that may carry it; none: all
    times: MailingTimes = MailingTimes()
    silent_s: int = 0  # for how long the relays have answered nothing though all could go; 0 while they do
    as_of: dt.datetime = _LONG_AGO

    @property
    def to_send(self) -> int:
        """How many can be sent now; none if somebody has paused or cancelled the mailing."""
        if self.state in (MailingState.PAUSED, MailingState.CANCELLED):
            return 0
        held = self.deliveries[DeliveryState.HELD] if self.winner else 0
        return self.deliveries[DeliveryState.PENDING] + held

    @property
    def reachable(self) -> int:
        """How many can be sent without anybody choosing the winner of a subject test first."""
        return self.planned if self.winner else self.planned - self.deliveries[DeliveryState.HELD]

    @property
    def is_balanced(self) -> bool:
        """Whether everyone who was planned stands in exactly one state."""
        return sum(self.deliveries.values()) == self.planned

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do, and nobody is missing."""
        return self.is_balanced and not any(self.deliveries[state] for state in WAITING)

    def as_json(self) -> dict[str, Any]:
        """Give what programs read (`newsletter status --json`), under the keys that are promised to them."""
        return {
            "mailing": self.mailing,
            "state": self.state,
            "planned": self.planned,
            "deliveries": {str(state): count for state, count in self.deliveries.items()},
            "finished": self.is_finished,
            "limit": self.limit.words if self.limit else None,
            "expected_end": self.expected_end.isoformat() if self.expected_end else None,
            "stopped_relays": [stopped.as_json() for stopped in self.stopped_relays],
            "stopped_providers": [stopped.as_json() for stopped in self.stopped_providers],
            "refused_about_us": self.refused_about_us.as_json() if self.refused_about_us else None,
            **self.times.as_json(),
            "silent_s": self.silent_s,
            "segment": self.segment or None,
            "relays": list(self.relays),
            **(self._test_as_json() if self.subject_results else {}),
        }

    def _test_as_json(self) -> dict[str, Any]:
        return {"winner": self.winner, "sample": {result.variant: result.as_json() for result in self.subject_results}}


def mailing_status(connection: Connection, mailing: int, *, now: int, hours: SendingHours | None = None) -> Status:
    """Count the deliveries of one mailing by state, and estimate its end.

    ``hours`` are those in which mail may leave, for the estimate. Raises NoSuchMailing.
    """
    found = find_mailing(connection, mailing)
    counts = _count_states(connection, mailing)
    is_running = is_being_sent(connection, mailing=mailing, now=now)
    reports = read_pace_reports(connection, mailing, now=now)
    has_more = not is_running and counts[DeliveryState.PENDING] > 0
    stopped_by = next((report for report in reports if has_more and report.has_paused(now)), None)
    first_retry, last_retry = _retries(connection, mailing) if counts[DeliveryState.DEFERRED] else (None, None)
    end = None
    if is_running:
        left = _left_to_send(found, counts)
        end = expected_end(reports, left, now=now, hours=hours) if left else last_retry
    status = Status(
        mailing=mailing,
        issue=found.issue,
        state=_state(found, counts, is_running=is_running),
        planned=found.planned,
        deliveries=counts,
        excluded=count_exclusions(connection, mailing),
        limit=GoverningLimit(LimitKind.SETTING, stopped_by.limit)
        if stopped_by
        else _governing_limit(found, counts, reports, is_running=is_running),
        expected_end=_as_time(max(end, last_retry or 0, now) if end else None),
        next_attempt_at=_as_time(first_retry),
        resumes_at=_as_time(stopped_by.resumes_at if stopped_by else None),
        subject_results=count_subject_results(connection, found),
        winner=found.winner,
        stopped_relays=_stopped_relays(connection, mailing),
        stopped_providers=_stopped_providers(connection, mailing),
        refused_about_us=find_policy_refusals(connection, mailing, counts),
        segment=found.segment_title,
        relays=found.relays,
    )
    silent_s = _silent_s(connection, status, now=now)
    return replace(
        status,
        times=_times(connection, status),
        silent_s=silent_s,
        expected_end=None if silent_s else status.expected_end,
        as_of=dt.datetime.fromtimestamp(now, dt.UTC),
    )


def _silent_s(connection: Connection, status: Status, *, now: int) -> int:
    """Whether nothing but the relays is waited for, and for how many seconds: the speed of before says nothing then."""
    if status.limit is None or status.limit.kind is not LimitKind.CONNECTIONS:
        return 0
    since = silent_since(connection, status.mailing, now=now)
    return now - since if since and now - since >= _SILENCE_S else 0


def _times(connection: Connection, status: Status) -> MailingTimes:
    row = mailing_row(connection, status.mailing)
    last = last_progress(connection, status.mailing) if row.epoch else None
    return MailingTimes(
        send_at=_as_time(row.send_at),
        started=_as_time(row.sent_as if row.epoch else None),
        ended=_as_time(last if status.is_finished else None),
        last_progress=_as_time(last),
        packed_at=_as_time(row.packed_at),
    )


def all_mailings(connection: Connection) -> Sequence[int]:
    """List the numbers of all mailings, the newest first."""
    return connection.scalars(select(mailings.c.id).order_by(mailings.c.id.desc())).all()


def _count_states(connection: Connection, mailing: int) -> Mapping[DeliveryState, int]:
    query = select(deliveries.c.state, func.count()).where(deliveries.c.mailing_id == mailing).group_by("state")
    packed = find_packed(connection, mailing)
    counted: Mapping[str, int] = packed.deliveries if packed else dict(connection.execute(query).all())
    return {state: counted.get(state, 0) for state in DeliveryState}


def _left_to_send(found: Mailing, counts: Mapping[DeliveryState, int]) -> int:
    """How many a sender can send or is sending, without retries. Held ones count once the winner is chosen."""
    held = counts[DeliveryState.HELD] if found.winner else 0
    return counts[DeliveryState.PENDING] + counts[DeliveryState.OFFERED] + held


def _state(found: Mailing, counts: Mapping[DeliveryState, int], *, is_running: bool) -> str:
    """Say in a word for people what was decided about the mailing, or what has become of it."""
    if found.state is not MailingState.SENDING:
        return str(found.state)
    if is_running:
        return "sending"
    if _waits_for_winner(found, counts):
        return "sampled"
    return "interrupted" if any(counts[state] for state in WAITING) else "finished"


def _waits_for_winner(found: Mailing, counts: Mapping[DeliveryState, int]) -> bool:
    """Whether nothing is left to do but to choose the winner of a subject test."""
    left = [state for state in WAITING if counts[state]]
    return found.winner is None and left == [DeliveryState.HELD]


def _governing_limit(
    found: Mailing, counts: Mapping[DeliveryState, int], reports: Sequence[PaceReport], *, is_running: bool
) -> GoverningLimit | None:
    if _left_to_send(found, counts):
        if not is_running:
            return GoverningLimit(LimitKind.NOT_RUNNING)
        setting = next((report.limit for report in reports if report.limit), "")
        return GoverningLimit(LimitKind.SETTING, setting) if setting else GoverningLimit(LimitKind.CONNECTIONS)
    if _waits_for_winner(found, counts):
        return GoverningLimit(LimitKind.WINNER)
    return GoverningLimit(LimitKind.RETRY) if counts[DeliveryState.DEFERRED] else None


def _stopped_relays(connection: Connection, mailing: int) -> Sequence[StoppedRelay]:
    rows = connection.execute(
        select(stopped_relays).where(stopped_relays.c.mailing_id == mailing).order_by(stopped_relays.c.account)
    )
    return [StoppedRelay(*_stop(row)) for row in rows]


def _stopped_providers(connection: Connection, mailing: int) -> Sequence[StoppedProvider]:
    table = stopped_providers
    ours = select(table).where(table.c.mailing_id == mailing).order_by(table.c.account, table.c.provider)
    return [StoppedProvider(*_stop(row), provider=row.provider) for row in connection.execute(ours)]


def _stop(row: Row[Any]) -> tuple[str, str, int, dt.datetime]:
    stopped_at = dt.datetime.fromtimestamp(row.stopped_at, dt.UTC)
    return row.account.rpartition("@")[2], row.reply, row.people, stopped_at


def _retries(connection: Connection, mailing: int) -> tuple[int | None, int | None]:
    """When the first and the last of the deferred deliveries are due, in Unix seconds."""
    due = deliveries.c.next_attempt_at
    is_deferred = (deliveries.c.mailing_id == mailing) & (deliveries.c.state == DeliveryState.DEFERRED)
    first, last = connection.execute(select(func.min(due), func.max(due)).where(is_deferred)).one()
    return first, last


def _as_time(moment: float | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(math.ceil(moment), dt.UTC) if moment else None
