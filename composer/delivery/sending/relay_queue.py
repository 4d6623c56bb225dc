"""One relay's deliveries, in queues: which one may go next, and if none may, what it waits for. No clock is read.

A *queue* has the deliveries that the same limiters hold, so one slow provider holds up nobody else. Queues that must
wait are set aside: until a moment, or until something happens (a message is done, the ledger has answered). The
limiters that all mail of the relay has to pass are asked once, not for every queue.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from composer.delivery.limits.limiter import FOREVER_NS, Limiter, SharedLimit, Wait
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.outcome import Delivery

_SPEED_OF_NS = 10 * SECOND_NS

_Found = tuple[Wait | None, Sequence[SharedLimit]]
"""What to wait for (None: a delivery may go), and what the ledger has to be asked for."""

_MAY_GO: _Found = (None, ())


@dataclass(slots=True)
class Queue:
    """Deliveries that the same limiters hold: to one provider, or ("") to all that have no limiter of their own."""

    provider: str
    limiters: tuple[Limiter, ...]
    deliveries: deque[Delivery] = field(default_factory=deque)


class RelayQueue:
    """The queues of one relay. ``common`` are the limiters of all its mail, set by whoever knows them."""

    def __init__(self) -> None:
        self.common: tuple[Limiter, ...] = ()
        self.queues: dict[tuple[Limiter, ...], Queue] = {}
        self.is_closed = False
        self.asked_at_ns = 0
        self.speed = Speedometer()
        self._ready: deque[Queue] = deque()
        self._timed: list[tuple[int, int, Queue, str]] = []  # a heap, by the moment until which they wait
        self._waiting: list[Queue] = []  # until something happens
        self._waiting_for = ""  # the limit that holds the last of them
        self._number = itertools.count()

    def enqueue(self, delivery: Delivery, provider: str, limiters: tuple[Limiter, ...]) -> None:
        """Put a delivery at the end of the queue that these limiters hold."""
        queue = self.queues.get(limiters)
        if queue is None:
            queue = self.queues[limiters] = Queue(provider, limiters)
            self._ready.append(queue)
        queue.deliveries.append(delivery)

    def find_next(self, now_ns: int) -> _Found:
        """Bring a queue to the front whose first delivery may go; set aside those that must wait."""
        while self._timed and self._timed[0][0] <= now_ns:
            self._ready.append(heapq.heappop(self._timed)[2])
        needed: list[SharedLimit] = []
        while self._ready:
            queue = self._ready[0]
            if not queue.deliveries:
                self._drop_first()
                continue
            if queue.limiters:
                wait, needs = _ask(queue.limiters, now_ns)
                if wait:
                    needed.extend(needs)
                    self._set_first_aside(wait)
                    continue
            if not self.common:
                return (None, needed) if needed else _MAY_GO
            wait, needs = _ask(self.common, now_ns)
            return wait, [*needed, *needs]
        if self._timed:
            return Wait(self._timed[0][0], self._timed[0][3]), needed
        return Wait(FOREVER_NS, self._waiting_for if self._waiting else ""), needed

    def pop_next(self, now_ns: int) -> tuple[Delivery, tuple[Limiter, ...]]:
        """Take out the delivery that ``find_next`` has found; the limiters that it passes have counted it."""
        queue = self._ready[0]
        delivery = queue.deliveries.popleft()
        limiters = (*self.common, *queue.limiters)
        for limiter in limiters:
            limiter.begin_message(now_ns)
        self.speed.count_message(now_ns)
        if not queue.deliveries:
            self._drop_first()
        elif len(self._ready) > 1:
            self._ready.rotate(-1)
        return delivery, limiters

    def wake(self) -> None:
        """Look again at the queues that wait until something happens."""
        if self._waiting:
            self._ready.extend(self._waiting)
            self._waiting.clear()

    def pop_all(self) -> Sequence[Delivery]:
        """Take out every delivery, which leaves no queue."""
        deliveries = [delivery for queue in self.queues.values() for delivery in queue.deliveries]
        self.queues, self._ready, self._timed, self._waiting = {}, deque(), [], []
        return deliveries

    def pop_last(self, languages: frozenset[str], *, at_most: int) -> Iterator[Delivery]:
        """Take out the last deliveries in these languages. A queue that this empties is dropped when it is met."""
        for queue in self.queues.values():
            while queue.deliveries and at_most and queue.deliveries[-1].language in languages:
                yield queue.deliveries.pop()
                at_most -= 1

    def _drop_first(self) -> None:
        del self.queues[self._ready.popleft().limiters]

    def _set_first_aside(self, wait: Wait) -> None:
        queue = self._ready.popleft()
        if wait.until_ns < FOREVER_NS:
            heapq.heappush(self._timed, (wait.until_ns, next(self._number), queue, wait.reason))
        else:
            self._waiting.append(queue)
            self._waiting_for = wait.reason


def _ask(limiters: Sequence[Limiter], now_ns: int) -> _Found:
    """What these limiters say of the next message: the longest wait that is certain, or else what is not known."""
    longest: Wait | None = None
    for limiter in limiters:
        wait = limiter.wait(now_ns)
        if wait and (longest is None or wait.until_ns > longest.until_ns):
            longest = wait
    if longest:
        return longest, ()
    needs = [need for limiter in limiters for need in limiter.needs(now_ns)]
    return (Wait(FOREVER_NS, needs[0].reason), needs) if needs else _MAY_GO


class Speedometer:
    """Measures messages a second of late: of the last 10 to 20 seconds in which something went."""

    def __init__(self) -> None:
        self._since_ns = self._last_ns = 0
        self._before = self._counted = 0
        self.total = 0
        """How many went in all, since the moment ``first_ns``."""
        self.first_ns = 0

    def count_message(self, now_ns: int) -> None:
        """Count a message that goes now."""
        if now_ns - self._since_ns >= _SPEED_OF_NS:
            rests = now_ns - self._last_ns >= _SPEED_OF_NS
            self._before, self._counted = 0 if rests else self._counted, 0
            self._since_ns = now_ns
        self._counted += 1
        self._last_ns = now_ns
        self.total += 1
        self.first_ns = self.first_ns or now_ns

    def per_second(self) -> float:
        """Messages a second, as it was when the last one went."""
        span_ns = self._last_ns - self._since_ns + (_SPEED_OF_NS if self._before else 0)
        return (self._before + self._counted) / max(1.0, span_ns / SECOND_NS)
