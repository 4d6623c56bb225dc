"""Refusals that stand, and say that they are about us: of how many people, and in which words. Only reads.

A relay or a provider that refuses everybody is stopped, and costs nobody (``ledger/doubts.py``). What is told here is a
share of the people who were refused by a policy, a filter of spam or the like, while others of the same provider were
taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from composer.database.schema import deliveries
from composer.delivery.judgement import About, whom_it_is_about
from composer.delivery.packed import find_packed
from composer.delivery.reply import Phase, Reply, in_words
from composer.delivery.states import DeliveryState
from composer.delivery.streak import same_words

_TEXTS = 3
_SHARE = 10


@dataclass(frozen=True, slots=True)
class PolicyRefusals:
    """So many ``people`` of those ``tried`` were refused for our sake; ``replies`` are the most frequent, counted."""

    people: int
    tried: int
    replies: Sequence[tuple[str, int]]

    @property
    def share(self) -> float:
        """Which part of those that were tried they are, from 0 to 1."""
        return self.people / self.tried

    def as_json(self) -> dict[str, Any]:
        """Give what programs read under "refused_about_us"."""
        replies = [{"reply": reply, "people": people} for reply, people in self.replies]
        return {"people": self.people, "share": round(self.share, 4), "replies": replies}


def count_tried(counts: Mapping[DeliveryState, int]) -> int:
    """Count those of whom it is known, or nobody knows, what their tries have come to."""
    return sum(count for state, count in counts.items() if state in _TRIED)


_TRIED = (
    *(DeliveryState.ACCEPTED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED),
    *(DeliveryState.REFUSED, DeliveryState.EXPIRED, DeliveryState.UNKNOWN),
)


def find_policy_refusals(
    connection: Connection, mailing: int, counts: Mapping[DeliveryState, int]
) -> PolicyRefusals | None:
    """Find those who were refused for our sake; None if they are fewer than a tenth of those who were tried."""
    refused, tried = counts[DeliveryState.REFUSED], count_tried(counts)
    if not refused or refused * _SHARE < tried:
        return None
    if packed := find_packed(connection, mailing):
        kept = packed.refused_about_us
        return (
            PolicyRefusals(kept["people"], tried, [(one["reply"], one["people"]) for one in kept["replies"]])
            if kept
            else None
        )
    said = (deliveries.c.code, deliveries.c.enhanced, deliveries.c.text, deliveries.c.phase)
    is_refused = (deliveries.c.mailing_id == mailing) & (deliveries.c.state == DeliveryState.REFUSED)
    rows = connection.execute(
        select(*said, func.min(deliveries.c.email), func.count()).where(is_refused).group_by(*said)
    )
    people: Counter[str] = Counter()
    example: dict[str, str] = {}
    for code, enhanced, text, phase, email, count in rows:
        if code and phase and whom_it_is_about(Reply(code, enhanced, text or ""), Phase(phase)) is About.US:
            words = f"{code} {enhanced} {same_words(text or '', email)}"
            people[words] += count
            example.setdefault(words, in_words(code, enhanced, text))
    together = people.total()
    if not together or together * _SHARE < tried:
        return None
    return PolicyRefusals(together, tried, [(example[words], count) for words, count in people.most_common(_TEXTS)])
