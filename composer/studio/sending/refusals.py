"""What a relay refuses for a reason that is not the people's, as the page shows it: who is stopped, and our own share.

Enters: a Status. Leaves: the models of its answer. What leads there is ``delivery/ledger/doubts.py``.
"""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel

from composer.delivery.reporting.status import Status, StoppedProvider, StoppedRelay


class StoppedLine(BaseModel):
    """A relay that refuses everybody, or all people of one ``provider``, with its last words.

    ``refusals`` is how many do not count: those people are pending again, or went by another relay.
    """

    relay: str
    provider: str | None
    reply: str
    refusals: int
    stopped_at: dt.datetime


class RefusedWords(BaseModel):
    """Words of a refusal, and to how many people they were said."""

    reply: str
    people: int


class RefusedAboutUs(BaseModel):
    """So many of those that were tried are refused for our sake; ``share`` is from 0 to 1."""

    people: int
    tried: int
    share: float
    replies: tuple[RefusedWords, ...]


def stopped_lines(status: Status) -> tuple[StoppedLine, ...]:
    """Show the relays and the providers that are stopped in a mailing."""
    return tuple(map(_stopped_line, (*status.stopped_relays, *status.stopped_providers)))


def refused_about_us(status: Status) -> RefusedAboutUs | None:
    """Show which share was refused for our sake; None if it is less than a tenth."""
    found = status.refused_about_us
    if found is None:
        return None
    replies = tuple(RefusedWords(reply=reply, people=people) for reply, people in found.replies)
    return RefusedAboutUs(people=found.people, tried=found.tried, share=found.share, replies=replies)


def _stopped_line(one: StoppedRelay) -> StoppedLine:
    return StoppedLine(
        relay=one.relay,
        provider=one.provider if isinstance(one, StoppedProvider) else None,
        reply=one.reply,
        refusals=one.people,
        stopped_at=one.stopped_at,
    )
