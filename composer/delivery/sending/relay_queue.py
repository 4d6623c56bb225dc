"""One relay's deliveries, in lanes: which one may go next, and if none may, what holds them. No clock is read.

A *lane* is a queue of deliveries that the same limiters limit, so one slow provider holds up nobody else. Lanes that
must wait are set aside: until a time, or until something happens (a connection is done, the ledger has answered). The
limiters that all mail of the relay has to pass are looked at once, not in every lane.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from composer.delivery.limits.limiter import FOREVER_NS, NOTHING, Limit, Limiter, QuotaReserve, RateShare
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.outcome import Delivery

Questions = dict[str, QuotaReserve | RateShare]
"""What the ledger is to be asked about, by name."""

_SPEED_OF_NS = 10 * SECOND_NS


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing may go now. ``wait_ns``: before that nothing can change by itself; ``limit``: what holds, in words."""

    wait_ns: int
    limit: Limit


@dataclass(slots=True)
class Lane:
    """Deliveries to one provider ("" for all those without a limiter of their own) that the same limiters limit."""

    provider: str
    limiters: tuple[Limiter, ...]
    queue: deque[Delivery] = field(default_factory=deque)


class Desk:
    """``common``: limiters of all its mail, set by whoever knows them. ``lacking`` belongs to all desks together."""

    def __init__(self, lacking: Questions) -> None:
        self.common: tuple[Limiter, ...] = ()
        self.lanes: dict[tuple[Limiter, ...], Lane] = {}
        self.closed = False
        self.asked_at_ns = 0
        self.speed = Speedometer()
        self._lacking = lacking
        self._ready: deque[Lane] = deque()
        self._timed: list[tuple[int, int, Lane, Limit]] = []  # a heap
        self._waiting: list[Lane] = []
        self._limit = NOTHING  # what a waiting lane waits for
        self._number = itertools.count()

    def put(self, delivery: Delivery, provider: str, limiters: tuple[Limiter, ...]) -> None:
        """At the end of its lane."""
        lane = self.lanes.get(limiters)
        if lane is None:
            lane = self.lanes[limiters] = Lane(provider, limiters)
            self._ready.append(lane)
        lane.queue.append(delivery)

    def hold(self, now_ns: int) -> Hold | None:
        """What keeps the next delivery; None if one may go."""
        while self._timed and self._timed[0][0] <= now_ns:
            self._ready.append(heapq.heappop(self._timed)[2])
        while self._ready:
            lane = self._ready[0]
            if not lane.queue:
                self._drop(lane)
            elif found := self._look(lane.limiters, now_ns):
                self._set_aside(found, now_ns)
            else:
                return self._look(self.common, now_ns)
        if self._timed:
            return Hold(self._timed[0][0] - now_ns, self._timed[0][3])
        return Hold(FOREVER_NS, self._limit if self._waiting else NOTHING)

    def take(self, now_ns: int) -> tuple[Delivery, tuple[Limiter, ...]]:
        """The one that ``hold`` let go, and the limiters that it has passed."""
        lane = self._ready[0]
        delivery = lane.queue.popleft()
        limiters = (*self.common, *lane.limiters)
        for limiter in limiters:
            limiter.let_pass(now_ns)
        self.speed.count(now_ns)
        if not lane.queue:
            self._drop(lane)
        elif len(self._ready) > 1:
            self._ready.rotate(-1)
        return delivery, limiters

    def wake(self) -> None:
        """Look again at the lanes that wait for something to happen."""
        if self._waiting:
            self._ready.extend(self._waiting)
            self._waiting.clear()

    def clear(self) -> Sequence[Delivery]:
        """Take everything away."""
        deliveries = [delivery for lane in self.lanes.values() for delivery in lane.queue]
        self.lanes, self._ready, self._timed, self._waiting = {}, deque(), [], []
        return deliveries

    def withdraw(self, languages: frozenset[str], *, at_most: int) -> Iterator[Delivery]:
        """The last ones in these languages. A lane that this empties is dropped when it is met."""
        for lane in self.lanes.values():
            while lane.queue and at_most and lane.queue[-1].language in languages:
                yield lane.queue.pop()
                at_most -= 1

    def _drop(self, lane: Lane) -> None:
        """An empty lane that stands first."""
        self._ready.popleft()
        del self.lanes[lane.limiters]

    def _look(self, limiters: tuple[Limiter, ...], now_ns: int) -> Hold | None:
        """What these limiters say."""
        if not limiters:
            return None
        wait_ns, limit = max((limiter.wait(now_ns) for limiter in limiters), key=_length)
        if wait_ns:
            return Hold(wait_ns, limit)
        lacking = [one for limiter in limiters for one in limiter.lacking(now_ns)]
        self._lacking.update((one.name, one) for one in lacking)
        if lacking:
            return Hold(FOREVER_NS, lacking[0].limit)
        self._lacking.update((one.name, one) for limiter in limiters if (one := limiter.ageing(now_ns)))
        return None

    def _set_aside(self, found: Hold, now_ns: int) -> None:
        """The lane that stands first."""
        lane = self._ready.popleft()
        if found.wait_ns < FOREVER_NS:
            heapq.heappush(self._timed, (now_ns + found.wait_ns, next(self._number), lane, found.limit))
        else:
            self._waiting.append(lane)
            self._limit = found.limit


class Speedometer:
    """Messages a second of late: of the last 10 to 20 seconds in which something went."""

    def __init__(self) -> None:
        self._since_ns = self._last_ns = 0
        self._before = self._counted = 0

    def count(self, now_ns: int) -> None:
        """One goes."""
        if now_ns - self._since_ns >= _SPEED_OF_NS:
            rests = now_ns - self._last_ns >= _SPEED_OF_NS
            self._before, self._counted = 0 if rests else self._counted, 0
            self._since_ns = now_ns
        self._counted += 1
        self._last_ns = now_ns

    def per_second(self) -> float:
        """As it was when the last one went."""
        span_ns = self._last_ns - self._since_ns + (_SPEED_OF_NS if self._before else 0)
        return (self._before + self._counted) / max(1.0, span_ns / SECOND_NS)


def _length(wait: tuple[int, Limit]) -> int:
    return wait[0]
