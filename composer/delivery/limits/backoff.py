"""Slower when a receiver says so, faster again slowly. Pure; one for each relay, one for each provider.

::

    421                  half the speed, at once; no more than one halving in 5 s
    4.7.x, or 4yz in words about our speed
                         shut: nothing goes but one message in a while, after 0.25 s, 0.5, 1, 2 … 30 s
    one is taken again   open. Had it stayed shut for several, what was taken since the last opening, over all that
                         time, is the speed that the relay bears, and 95 % of it ours; otherwise half the speed
    no such answer       back in a straight line: from standstill to full speed in ten minutes; a speed that was found
                         grows by a fifth in a minute, to the double

A limit per minute or hour lets a crowd through and then nothing, so halving would come down to nothing before it opens
again, and know nothing then; a whole period, open and shut, has its rate.

For congestion, this is additive increase, multiplicative decrease, as TCP does it: it finds a speed that the other side
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
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 30.0
_WAS_SHUT_S = 1.0
"""A pause that was this long says that several messages in a row were turned away."""
_OF_THE_RATE = 0.95
_GROWS_TO = 2.0
_FULL_AT_LEAST = 10.0
"""Messages a second to come back to: what is asked in the first moments finds a speed that says nothing yet."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """A lowered speed on its way back, in messages a second; moments are seconds of any steady clock.

    ``full`` is the speed before, to which it returns; ``speed`` is what it was at the moment ``since``; ``due`` is when
    the next message may go.

    ``pause_s`` is 0 while the other side is open to us, else how long it is left alone before a message asks again;
    ``is_asking``: that one has left. ``taken`` messages have gone well since ``opened_at`` (0: not known). Of these
    each sender has its own.
    """

    full: float
    speed: float
    since: float
    due: float = 0.0
    pause_s: float = 0.0
    is_asking: bool = False
    taken: int = 0
    opened_at: float = 0.0

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

    def shut(self, now: float) -> Self:
        """The other side has had enough for a while. What was on its way meanwhile gets the same answer, once."""
        if self.pause_s and not self.is_asking:
            return self
        pause_s = min(_LONGEST_PAUSE_S, 2 * self.pause_s) or _FIRST_PAUSE_S
        return replace(self, pause_s=pause_s, is_asking=False, due=now + pause_s)

    def took(self, now: float) -> Self:
        """A message has gone well. After a pause, that opens; one that was on its way when it began does not."""
        taken = self.taken + 1
        if not (self.pause_s and self.is_asking):
            return replace(self, taken=taken, opened_at=self.opened_at or now)
        opened = replace(self, pause_s=0.0, is_asking=False, taken=1, opened_at=now)
        if self.pause_s < _WAS_SHUT_S or not self.opened_at:
            return replace(opened.slower(now), due=now)
        rate = max(_SLOWEST, _OF_THE_RATE * self.taken / (now - self.opened_at))
        return replace(opened, speed=rate, full=_GROWS_TO * rate, since=now, due=now + 1 / rate)

    def speed_at(self, now: float) -> float:
        if self.pause_s:
            return 1 / self.pause_s
        return min(self.full, self.speed + self.full * (now - self.since) / _RECOVERY_S)

    def shifted(self, seconds: float) -> Self:
        """The same backoff on a clock that is so many seconds ahead, without what each sender has for itself."""
        return type(self)(self.full, self.speed, self.since + seconds)

    def is_over(self, now: float) -> bool:
        return not self.pause_s and self.speed_at(now) >= self.full

    def wait_s(self, now: float) -> float:
        """How long the next message has to wait; 0: it may go."""
        return max(0.0, self.due - now)

    def after_message(self, now: float) -> Self:
        """The backoff after a message has gone, which says when the next one is due."""
        return replace(self, is_asking=self.pause_s > 0, due=max(self.due, now) + 1 / self.speed_at(now))


def asks_for_less(reply: Reply) -> bool:
    """Whether a reply says that we are too fast, or not welcome just now."""
    return reply.code == 421 or says_too_much(reply)
