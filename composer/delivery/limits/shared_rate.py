"""A speed that all senders of one database keep together: each holds a part of it for a few seconds. Pure.

::

    alone                    all of it
    another one comes        gets nothing yet; the first, when it asks again, is left with half;
                             a second later the other half is free, and goes to the one who waits
    one leaves, or dies      its part is free a second later; or, if nobody knows that it died, when its time is over

The sum of all parts never exceeds the whole, and a part that changes hands lies still for a second. So no window of
a second sees more than the whole, however many senders come, go and die. A part is a whole number: if there are more
senders than messages a second, those who came first have one each, and the others wait for them to finish.
Rejected: the whole divided by the number of leases (half the speed is lost to a sender that waits for something
else), and turns (a sender that is slower than the limit would use half of its turn, and two would be no faster).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

GOOD_FOR_S = 5
"""How long a part may be used without asking again."""

_LIES_STILL_S = 2
"""A second, and one because times are whole seconds."""


@dataclass(frozen=True, slots=True)
class Speed:
    """So many messages a second, all senders together."""

    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one sender has until a moment (Unix seconds); a part that lies still has no sender."""

    sender: str
    count: int
    until: int


def divide(
    whole: int, parts: Sequence[Part], *, sender: str, living: Collection[str], now: int, leaves: bool = False
) -> tuple[int, Sequence[Part]]:
    """What ``sender`` may have from now on, and all parts as they are then. ``living``: all senders."""
    parts = [_as_seen(part, living, now) for part in parts if part.until > now]
    had = next((part for part in parts if part.sender == sender), None)
    if had is None:
        had = Part(sender, 0, now)
        parts.append(had)
    left = max(0, whole - sum(part.count for part in parts if part != had))  # the limit may just have been lowered
    count = 0 if leaves else min(_fair(whole, parts, sender), left)
    mine = Part(sender, count, now + GOOD_FOR_S + _LIES_STILL_S)
    after = [mine if part == had else part for part in parts]
    if count < had.count:
        after.append(Part("", had.count - count, now + _LIES_STILL_S))
    return count, [part for part in after if not (leaves and part == mine)]


def _fair(whole: int, parts: Sequence[Part], sender: str) -> int:
    """Equal parts; what is left over goes to those who came first."""
    senders = [part.sender for part in parts if part.sender]
    each, over = divmod(whole, len(senders))
    return each + (senders.index(sender) < over)


def _as_seen(part: Part, living: Collection[str], now: int) -> Part:
    """A dead sender's part lies still. No part lasts longer than a new one, whatever the clock has done."""
    part = replace(part, until=min(part.until, now + GOOD_FOR_S + _LIES_STILL_S))
    if part.sender and part.sender not in living:
        return replace(part, sender="", until=min(part.until, now + _LIES_STILL_S))
    return part
