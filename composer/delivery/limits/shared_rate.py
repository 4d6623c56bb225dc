"""A rate that all senders of one database keep together: each holds a share of it for a few seconds. Pure.

::

    alone                    all of it
    another one comes        gets nothing yet; the first, when it asks again, is left with half;
                             a second later the other half is free, and goes to the one who waits
    one leaves, or dies      its share is free a second later; or, if nobody knows that it died, when its time is over

The sum of all shares never exceeds the whole, and a share that changes hands lies still for a second. So no window of
a second sees more than the whole, however many senders come, go and die. A share is a whole number: if there are more
senders than messages a second, those who came first have one each, and the others wait for them to finish.
Rejected: the whole divided by the number of leases (half the speed is lost to a sender that waits for something
else), and turns (a sender that is slower than the limit would use half of its turn, and two would be no faster).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

GOOD_FOR_S = 5
"""How long a share may be used without asking again."""

_LIES_STILL_S = 2
"""How long a share that changes hands is nobody's: a second, and one more because times are whole seconds."""


@dataclass(frozen=True, slots=True)
class SharedRate:
    """A limit: in one second, all senders together may send so many messages."""

    count: int


@dataclass(frozen=True, slots=True)
class SenderShare:
    """What one sender has until a moment (Unix seconds). A share that lies still has the sender ""."""

    sender: str
    count: int
    until: int


def divide(
    whole: int, shares: Sequence[SenderShare], *, sender: str, living: Collection[str], now: int, leaves: bool = False
) -> tuple[int, Sequence[SenderShare]]:
    """What ``sender`` may have from now on, in messages a second, and all shares as they are then.

    ``whole`` is the rate, ``living`` names all senders that are at work; one that ``leaves`` gives its share back.
    """
    shares = [_as_seen(share, living, now) for share in shares if share.until > now]
    had = next((share for share in shares if share.sender == sender), None)
    if had is None:
        had = SenderShare(sender, 0, now)
        shares.append(had)
    left = max(0, whole - sum(share.count for share in shares if share != had))  # it may just have been lowered
    count = 0 if leaves else min(_fair_share(whole, shares, sender), left)
    mine = SenderShare(sender, count, now + GOOD_FOR_S + _LIES_STILL_S)
    after = [mine if share == had else share for share in shares]
    if count < had.count:
        after.append(SenderShare("", had.count - count, now + _LIES_STILL_S))
    return count, [share for share in after if not (leaves and share == mine)]


def _fair_share(whole: int, shares: Sequence[SenderShare], sender: str) -> int:
    """Divide the rate: every sender has the same, and what is left over goes to those who came first."""
    senders = [share.sender for share in shares if share.sender]
    each, over = divmod(whole, len(senders))
    return each + (senders.index(sender) < over)


def _as_seen(share: SenderShare, living: Collection[str], now: int) -> SenderShare:
    """A dead sender's share lies still. None lasts longer than a new one, whatever the clock has done."""
    share = replace(share, until=min(share.until, now + GOOD_FOR_S + _LIES_STILL_S))
    if share.sender and share.sender not in living:
        return replace(share, sender="", until=min(share.until, now + _LIES_STILL_S))
    return share
