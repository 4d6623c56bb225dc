"""What somebody who watches a mailing wants to see: who sends it, how each relay does, what was said last. Only reads.

A look must not slow down those who send, however large the mailing is. So relays and words are taken from the
deliveries that went out last, by the index on state and id: deliveries go out by rising id, and only a late retry of
an early one is missed. How many there are of each state is ``status``'s business, and the dearest part of a look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from composer.database.schema import deliveries, leases
from composer.delivery.ledger.lease import LEASE_S, parse_holder
from composer.delivery.limits.sending_hours import SendingHours
from composer.delivery.reply import in_words
from composer.delivery.reporting.status import Status, mailing_status
from composer.delivery.states import DeliveryState

_READ_OF_EACH_STATE = 400
_LATELY_S = 300
_TROUBLES = (DeliveryState.REFUSED, DeliveryState.DEFERRED, DeliveryState.UNKNOWN, DeliveryState.EXPIRED)


@dataclass(frozen=True, slots=True)
class SendingProcess:
    """A process that sends the mailing now. ``silent_s`` is the time since it last renewed its lease."""

    host: str
    pid: str
    silent_s: int


@dataclass(frozen=True, slots=True)
class RelayHealth:
    """How a relay did in the last minutes, by the latest deliveries of each kind."""

    relay: str
    accepted: int
    troubled: int
    answer_s: float | None  # the median time from MAIL FROM to the last reply
    silent_s: int | None  # since it last accepted a message


@dataclass(frozen=True, slots=True)
class DeliveryTrouble:
    """What was said last about one delivery that was not accepted. ``at`` is in Unix seconds."""

    at: int
    email: str
    state: DeliveryState
    words: str


@dataclass(frozen=True, slots=True)
class MailingSnapshot:
    """What is seen of a mailing at one moment. ``troubles`` has the latest first."""

    status: Status
    processes: Sequence[SendingProcess]
    relays: Sequence[RelayHealth]
    troubles: Sequence[DeliveryTrouble]


def watch_mailing(
    connection: Connection, mailing: int, *, now: int, hours: SendingHours | None = None
) -> MailingSnapshot:
    """Look at the mailing once. Raises NoSuchMailing."""
    status = mailing_status(connection, mailing, now=now, hours=hours)
    by_state = [
        [_LatestDelivery(*row) for row in _latest(connection, mailing, state)]
        for state in (DeliveryState.ACCEPTED, *_TROUBLES)
    ]
    latest = [one for found in by_state for one in found]
    troubles = sorted((one for one in latest if one.state in _TROUBLES), key=lambda one: -one.at)
    since = _fully_known_since(by_state, now=now)
    return MailingSnapshot(
        status=status,
        processes=list(_processes(connection, mailing, now=now)),
        relays=list(_health([one for one in latest if one.at >= since], now=now)),
        troubles=[DeliveryTrouble(one.at, one.email, DeliveryState(one.state), one.words) for one in troubles[:20]],
    )


@dataclass(frozen=True, slots=True)
class _LatestDelivery:
    at: int
    email: str
    state: str
    relay: str | None
    code: int | None
    enhanced: str | None
    text: str | None
    took_ms: int | None

    @property
    def words(self) -> str:
        return in_words(self.code, self.enhanced, self.text)


def _fully_known_since(by_state: Sequence[Sequence[_LatestDelivery]], *, now: int) -> int:
    """From which time on every delivery of every state is among the latest that were read.

    Looked at over a longer time, states of which only the latest were read would seem rarer than they are.
    """
    cut = [min(one.at for one in found) for found in by_state if len(found) == _READ_OF_EACH_STATE]
    return max(now - _LATELY_S + 1, *cut, 0)


def _latest(connection: Connection, mailing: int, state: DeliveryState) -> Sequence[Any]:
    found = deliveries.c
    return connection.execute(
        select(
            found.updated_at,
            found.email,
            found.state,
            found.relay,
            found.code,
            found.enhanced,
            found.text,
            found.took_ms,
        )
        .where(found.mailing_id == mailing, found.state == state)
        .order_by(found.id.desc())
        .limit(_READ_OF_EACH_STATE)
    ).all()


def _processes(connection: Connection, mailing: int, *, now: int) -> Iterator[SendingProcess]:
    rows = connection.execute(
        select(leases.c.holder, leases.c.expires_at)
        .where(leases.c.mailing_id == mailing, leases.c.expires_at > now)
        .order_by(leases.c.epoch)
    )
    for holder, expires_at in rows:
        host, pid = parse_holder(holder)
        yield SendingProcess(host, pid, max(0, now - (expires_at - LEASE_S)))


def _health(latest: Sequence[_LatestDelivery], *, now: int) -> Iterator[RelayHealth]:
    for relay in sorted({one.relay for one in latest if one.relay}):
        by_it = [one for one in latest if one.relay == relay]
        taken = [one for one in by_it if one.state == DeliveryState.ACCEPTED]
        times = [one.took_ms / 1000 for one in taken if one.took_ms is not None]
        yield RelayHealth(
            relay=relay,
            accepted=len(taken),
            troubled=len(by_it) - len(taken),
            answer_s=median(times) if times else None,
            silent_s=max(0, now - max(one.at for one in taken)) if taken else None,
        )
