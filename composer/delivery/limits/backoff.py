"""Slower when a receiver says so, faster again slowly. Pure; one for each relay, one for each provider.

::

    421, 4.7.x, or 4yz in words about our speed
                         half the speed, at once; no more than one halving in 5 s
    no such answer       back in a straight line: from standstill to full speed in ten minutes

This is additive increase, multiplicative decrease, as TCP does it: it finds a speed that the other side
bears, and never stays above it for long. Replies about policy (RFC 3463 3.8: x.7.x) and "service not available"
(421) are about us and our speed; other 4yz replies are about one mailbox, and slow nobody else down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from composer.delivery.judgement import says_too_much
from composer.delivery.reply import Reply

_RECOVERY_S = 600.0
_CALM_S = 5.0
_SLOWEST = 0.1
"""A message in ten seconds keeps the question open whether it is better by now."""
_FULL_AT_LEAST = 10.0
"""Messages a second to come back to: what is asked in the first moments finds a speed that says nothing yet."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """A lowered speed on its way back, in messages a second; moments are seconds of any steady clock.

    ``full`` is the speed before, to which it returns; ``speed`` is what it was at the moment ``since``; ``due`` is when
    the next message may go.
    """

    full: float
    speed: float
    since: float
    due: float = 0.0

    @classmethod
    def begin(cls, speed: float, *, now: float) -> Self:
        """The other side asks for less for the first time: half of this speed from now on."""
        half = max(speed / 2, _SLOWEST)
        return cls(max(speed, _FULL_AT_LEAST), half, now, now + 1 / half)

    def slower(self, now: float) -> Self:
        """The other side asks again: half of what it is now. An answer within 5 s of the last one changes nothing,
        because it is about messages that were on their way then."""
        if now - self.since < _CALM_S:
            return self
        return replace(self, speed=max(_SLOWEST, self.speed_at(now) / 2), since=now)

    def speed_at(self, now: float) -> float:
        return min(self.full, self.speed + self.full * (now - self.since) / _RECOVERY_S)

    def shifted(self, seconds: float) -> Self:
        """The same backoff on a clock that is so many seconds ahead. ``due`` is left out: each sender has its own."""
        return replace(self, since=self.since + seconds, due=0.0)

    def is_over(self, now: float) -> bool:
        return self.speed_at(now) >= self.full

    def wait_s(self, now: float) -> float:
        """How long the next message has to wait; 0: it may go."""
        return max(0.0, self.due - now)

    def after_message(self, now: float) -> Self:
        """The backoff after a message has gone, which says when the next one is due."""
        return replace(self, due=max(self.due, now) + 1 / self.speed_at(now))


def asks_for_less(reply: Reply) -> bool:
    """Whether a reply says that we are too fast, or not welcome just now."""
    return reply.code == 421 or says_too_much(reply)
