"""The states of a Delivery and of a Mailing, as tables; an absent pair raises.

Deliveries, as docs/reliability.md explains them::

    held ── release ──▶ pending  (a subject test has its winner)

    pending ── offer ──▶ offered ── accept ──▶ accepted ── bounce | complain ──▶ bounced | complained
       │ ▲                  ├────── refuse ──▶ refused
       │ │                  ├────── defer ───▶ deferred ── expire ──▶ expired
       │ └──────────────────┼── return ◀──────────┘  (its time has come)
       │                    └────── lose ────▶ unknown ── settle_accepted | settle_not_accepted …
       └── suppress ──▶ suppressed

``accepted`` is the best that SMTP can say. ``unknown`` is the silence between the final dot and the reply
(RFC 1047): never resent by itself, settled only by evidence or by a person.
"""

from __future__ import annotations

import enum

from composer.errors import StateError


class DeliveryState(enum.StrEnum):
    """The state of one delivery, of which it has exactly one at any time."""

    HELD = "held"
    PENDING = "pending"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class DeliveryEvent(enum.StrEnum):
    """What happens to a delivery."""

    RELEASE = "release"
    OFFER = "offer"
    ACCEPT = "accept"
    REFUSE = "refuse"
    DEFER = "defer"
    LOSE = "lose"
    RETURN = "return"
    EXPIRE = "expire"
    SUPPRESS = "suppress"
    BOUNCE = "bounce"
    COMPLAIN = "complain"
    SETTLE_ACCEPTED = "settle_accepted"
    SETTLE_NOT_ACCEPTED = "settle_not_accepted"
    RETRY = "retry"


_S, _E = DeliveryState, DeliveryEvent

TRANSITIONS: dict[tuple[DeliveryState, DeliveryEvent], DeliveryState] = {
    (_S.PENDING, _E.OFFER): _S.OFFERED,
    (_S.PENDING, _E.SUPPRESS): _S.SUPPRESSED,
    (_S.OFFERED, _E.ACCEPT): _S.ACCEPTED,
    (_S.OFFERED, _E.REFUSE): _S.REFUSED,
    (_S.OFFERED, _E.DEFER): _S.DEFERRED,
    (_S.OFFERED, _E.LOSE): _S.UNKNOWN,
    (_S.DEFERRED, _E.RETURN): _S.PENDING,
    (_S.DEFERRED, _E.EXPIRE): _S.EXPIRED,
    (_S.UNKNOWN, _E.SETTLE_ACCEPTED): _S.ACCEPTED,
    (_S.UNKNOWN, _E.SETTLE_NOT_ACCEPTED): _S.PENDING,
    (_S.REFUSED, _E.RETRY): _S.PENDING,
    (_S.EXPIRED, _E.RETRY): _S.PENDING,
    (_S.HELD, _E.RELEASE): _S.PENDING,
    (_S.ACCEPTED, _E.BOUNCE): _S.BOUNCED,
    (_S.ACCEPTED, _E.COMPLAIN): _S.COMPLAINED,
}

WAITING = frozenset({_S.HELD, _S.PENDING, _S.OFFERED, _S.DEFERRED})
"""States in which there is still something to do, or something going on."""


def advance(state: DeliveryState, event: DeliveryEvent) -> DeliveryState:
    """The state after the event. Raises StateError if the table has no such pair."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise StateError(f"a delivery that is {state} cannot {event}") from None


class MailingState(enum.StrEnum):
    """What a person decided about a mailing. "finished" is computed from the deliveries, never set."""

    PLANNED = "planned"
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class MailingEvent(enum.StrEnum):
    """What a person does to a mailing."""

    SEND = "send"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


_M, _D = MailingState, MailingEvent

DECISIONS: dict[tuple[MailingState, MailingEvent], MailingState] = {
    (_M.PLANNED, _D.SEND): _M.SENDING,
    (_M.PLANNED, _D.CANCEL): _M.CANCELLED,
    (_M.SENDING, _D.SEND): _M.SENDING,
    (_M.SENDING, _D.PAUSE): _M.PAUSED,
    (_M.SENDING, _D.CANCEL): _M.CANCELLED,
    (_M.PAUSED, _D.RESUME): _M.SENDING,
    (_M.PAUSED, _D.CANCEL): _M.CANCELLED,
}


def decide(state: MailingState, event: MailingEvent) -> MailingState:
    """The state after a person's decision. Raises StateError if the table has no such pair."""
    try:
        return DECISIONS[state, event]
    except KeyError:
        raise StateError(f"a mailing that is {state} cannot {event}") from None
