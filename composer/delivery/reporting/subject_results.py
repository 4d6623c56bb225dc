"""What each subject of a test came to in the sample: facts from the relays, and who has left. Only reads.

What is not known is not told: whether anybody has opened the mail, and whether a difference is more than chance. So
each share comes with the range in which it lies with 95 % certainty, for so few people (Wilson 1927); where two ranges
overlap, the numbers do not tell the subjects apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from composer.audience.consent.event import ConsentEvent
from composer.database.schema import consent_events, deliveries
from composer.delivery.link_use import link_sources
from composer.delivery.mailing import Mailing
from composer.delivery.packed import find_packed
from composer.delivery.states import DeliveryState
from composer.edition import fill
from composer.edition.model import Edition

_Z = 1.96  # 95 % of a normal distribution lie within so many standard deviations
_RELAY_ACCEPTED = (DeliveryState.ACCEPTED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)
TOLD = (DeliveryState.REFUSED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """What became of the people in the sample who got one variant.

    ``unsubscribed`` counts those who have taken themselves off a list with a link in this mailing.
    """

    variant: str
    states: Mapping[DeliveryState, int]
    unsubscribed: int

    @property
    def people(self) -> int:
        """How many people of the sample got this variant."""
        return sum(self.states.values())

    @property
    def accepted(self) -> int:
        """For how many the relay accepted the message, whatever came back later."""
        return sum(self.states.get(state, 0) for state in _RELAY_ACCEPTED)

    def as_json(self) -> dict[str, Any]:
        """Return the counts under the keys that programs read."""
        named = {str(state): self.states.get(state, 0) for state in TOLD}
        return {"people": self.people, "accepted": self.accepted, **named, "left": self.unsubscribed}


def count_subject_results(connection: Connection, mailing: Mailing) -> Sequence[SubjectResult]:
    """Count the results of each variant, A first. There are none where nothing is tested."""
    if len(mailing.variants) == 1:
        return ()
    if packed := find_packed(connection, mailing.id):
        return [
            SubjectResult(name, {DeliveryState(state): count for state, count in one.states.items()}, one.left)
            for name, one in packed.subjects.items()
        ]
    sampled = (deliveries.c.mailing_id == mailing.id) & deliveries.c.variant.is_not(None)
    counted = connection.execute(
        select(deliveries.c.variant, deliveries.c.state, func.count())
        .where(sampled)
        .group_by(deliveries.c.variant, deliveries.c.state)
    ).all()
    unsubscribed = _count_unsubscribed(connection, mailing.id, sampled)
    return [
        SubjectResult(
            name,
            {DeliveryState(state): count for variant, state, count in counted if variant == name},
            unsubscribed.get(name, 0),
        )
        for name in mailing.variants
    ]


def _count_unsubscribed(connection: Connection, mailing: int, sampled: ColumnElement[bool]) -> Mapping[str, int]:
    """Count, by variant, whose last use of a link in this mailing was to unsubscribe, and not to take that back."""
    last_use = (
        select(func.max(consent_events.c.id))
        .where(consent_events.c.source.in_(link_sources(mailing)))
        .group_by(consent_events.c.subscriber_id)
    )
    query = (
        select(deliveries.c.variant, func.count())
        .join(consent_events, consent_events.c.subscriber_id == deliveries.c.subscriber_id)
        .where(sampled, consent_events.c.id.in_(last_use), consent_events.c.event == ConsentEvent.UNSUBSCRIBED)
        .group_by(deliveries.c.variant)
    )
    return dict(connection.execute(query).all())


def subject_of(edition: Edition) -> str:
    """The subject of an edition as somebody sees it of whom nothing is known."""
    return fill(edition.subject, {})


def likely_range(count: int, of: int) -> tuple[float, float]:
    """Between which two shares the true share lies with 95 % certainty, if ``count`` of ``of`` people did something.

    This is the score interval of Wilson (1927), from 0 to 1.
    """
    share, correction = count / of, _Z * _Z / of
    middle = (share + correction / 2) / (1 + correction)
    half_width = _Z * math.sqrt(share * (1 - share) / of + correction / (4 * of)) / (1 + correction)
    return max(0.0, middle - half_width), min(1.0, middle + half_width)
