"""Deliveries in hand, handed out when every limit lets one go. No clock is read, nothing is awaited.

::

    put ──▶ dealt to a relay (routing.py) ──▶ a lane for each set of gates ──▶ take: the first lane that may go

A *lane* is a queue of deliveries that the same gates limit, so one slow provider holds up nobody else; a send
without limits has one lane without gates, and costs no more than a queue. Lanes that must wait are set aside:
until a time, or until something happens (a connection is done, the ledger has answered).

Relays get shares by weight as long as they keep up. One that a limit holds, that hangs, or that is closed gives what it
cannot take to another that has nothing left.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from composer.delivery.gate import FOREVER_NS, NOTHING, Gate, Limit, Purse
from composer.delivery.outcome import Delivery
from composer.delivery.pace import SECOND_NS
from composer.delivery.providers import find_provider
from composer.delivery.relay import Relay
from composer.delivery.routing import Rota, relays_for
from composer.delivery.rules import Cap, Rules

PLENTY = 250
"""So many waiting for one provider are enough: no more of them are claimed."""

_ENOUGH = 500
_HANGS_NS = 5 * SECOND_NS
_SHARED_AT_ONCE = 50
_GATES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing may go now. ``wait_ns``: before that nothing can change by itself; ``limit``: what holds, in words."""

    wait_ns: int
    limit: Limit


@dataclass(slots=True)
class _Lane:
    provider: str
    gates: tuple[Gate, ...]
    queue: deque[Delivery] = field(default_factory=deque)


@dataclass(slots=True)
class _Desk:
    """One relay's lanes."""

    lanes: dict[tuple[Gate, ...], _Lane] = field(default_factory=dict)
    ready: deque[_Lane] = field(default_factory=deque)
    timed: list[tuple[int, int, _Lane, Limit]] = field(default_factory=list)  # a heap
    waiting: list[_Lane] = field(default_factory=list)
    limit: Limit = NOTHING  # what a waiting lane waits for
    closed: bool = False
    asked_at_ns: int = 0

    def backlog(self) -> int:
        return sum(len(lane.queue) for lane in self.lanes.values())

    def wake(self, now_ns: int) -> None:
        """Lanes whose time has come are looked at again."""
        while self.timed and self.timed[0][0] <= now_ns:
            self.ready.append(heapq.heappop(self.timed)[2])

    def wake_waiting(self) -> None:
        """Something has happened."""
        if self.waiting:
            self.ready.extend(self.waiting)
            self.waiting.clear()

    def drop(self, lane: _Lane) -> None:
        """An empty lane that stands first."""
        self.ready.popleft()
        del self.lanes[lane.gates]

    def clear(self) -> Iterator[Delivery]:
        """Take everything away."""
        for lane in self.lanes.values():
            yield from lane.queue
        self.lanes, self.ready, self.timed, self.waiting = {}, deque(), [], []


class Outbox:
    """``senders`` gives the From domain of each language. ``in_hand``: ids of all that were put and are not done."""

    def __init__(self, relays: Sequence[Relay], rules: Rules, *, senders: Mapping[str, str]) -> None:
        self.in_hand: set[int] = set()
        self.lacking: dict[str, Purse] = {}
        self._relays = relays
        self._rules = rules
        self._senders = senders
        self._serving = {domain: relays_for(domain, relays) for domain in set(senders.values())}
        self._rota = Rota.of([relay.weight for relay in relays])
        self._desks = [_Desk() for _ in relays]
        self._provider = find_provider(rules.domains)
        self._by_provider = bool(rules.providers)
        self._gates: dict[str, Gate] = {}
        self._passing: dict[int, tuple[Gate, ...]] = {}
        self._number = itertools.count()
        self._always = [self._fixed_gates(number) for number in range(len(relays))]

    # What comes in

    def put(self, deliveries: Iterable[Delivery], now_ns: int) -> None:
        """Deal them to the relays, and sort them into lanes."""
        if len(self._gates) > _GATES_MAX:
            self._forget_idle_gates(now_ns)
        for desk in self._desks:
            if not desk.lanes:
                desk.asked_at_ns = now_ns  # it had nothing to ask for
        for delivery in deliveries:
            self.in_hand.add(delivery.id)
            self._place(delivery, self._deal(delivery))

    @property
    def backlog(self) -> int:
        """How many wait here."""
        return sum(desk.backlog() for desk in self._desks)

    @property
    def wants_more(self) -> bool:
        """Whether it is worth claiming more, which may go although these must wait."""
        return sum(count for name, count in self._counts().items() if not name or count < PLENTY) < _ENOUGH

    def plenty(self) -> Sequence[str]:
        """Domains of which enough are here."""
        if not self._by_provider:
            return ()
        names = [name for name, count in self._counts().items() if name and count >= PLENTY]
        return [domain for name in names for domain in self._rules.domains.get(name, (name,))]

    # What goes out

    def hold(self, relay: int, now_ns: int) -> Hold | None:
        """What keeps the next delivery of this relay; None if one may go."""
        desk = self._desks[relay]
        desk.asked_at_ns = now_ns
        if desk.timed:
            desk.wake(now_ns)
        if not desk.lanes and len(self._desks) > 1 and not desk.closed:
            self._share(relay, now_ns)
        while desk.ready:
            lane = desk.ready[0]
            if not lane.queue:
                desk.drop(lane)
            elif not lane.gates or self._may_go(lane, desk, now_ns):
                return None
        if desk.timed:
            return Hold(desk.timed[0][0] - now_ns, desk.timed[0][3])
        return Hold(FOREVER_NS, desk.limit if desk.waiting else NOTHING)

    def take(self, relay: int, now_ns: int) -> Delivery | None:
        """The next delivery for this relay, on its way until ``done``; None if none may go."""
        if self.hold(relay, now_ns):
            return None
        desk = self._desks[relay]
        lane = desk.ready[0]
        delivery = lane.queue.popleft()
        if lane.gates:
            for gate in lane.gates:
                gate.let_pass(now_ns)
            self._passing[delivery.id] = lane.gates
        if not lane.queue:
            desk.drop(lane)
        elif len(desk.ready) > 1:
            desk.ready.rotate(-1)
        return delivery

    def done(self, delivery: Delivery) -> None:
        """It is no longer on its way, however it ended."""
        self.in_hand.discard(delivery.id)
        if gates := self._passing.pop(delivery.id, None):
            for gate in gates:
                gate.open -= 1
            if any(gate.connections for gate in gates):
                self.wake()

    def wake(self) -> None:
        """Look again at the lanes that wait for something to happen."""
        for desk in self._desks:
            desk.wake_waiting()

    def filled(self, purses: Iterable[Purse]) -> None:
        """The ledger has answered."""
        for purse in purses:
            self.lacking.pop(purse.name, None)
        self.wake()

    def purses(self) -> Sequence[Purse]:
        """All that have something left, to give it back at the end."""
        return [purse for gate in self._gates.values() for purse in gate.purses if purse.left]

    def soonest_ns(self, now_ns: int) -> int:
        """How long until something may go by any relay that is open."""
        holds = [self.hold(relay, now_ns) for relay, desk in enumerate(self._desks) if not desk.closed]
        return min((hold.wait_ns if hold else 0 for hold in holds), default=FOREVER_NS)

    # What the other side says

    def slow_down(self, relay: int, email: str | None, *, speed: float, now_ns: int) -> None:
        """The relay asks for less; with ``email``, its provider may be why. ``speed``: messages a second now."""
        self._relay_gate(relay).slow_down(speed, now_ns)
        if email is not None:
            self._by_provider = True
            provider = self._provider(email)
            self._gate(f"to {provider}", self._rules.for_provider(provider)).slow_down(speed, now_ns)
        self._sort_again()

    def close(self, relay: int) -> None:
        """It is away: what waits for it goes by the others, if they carry it."""
        if not self._desks[relay].closed:
            self._desks[relay].closed = True
            self._sort_again()

    def reopen(self, relay: int) -> None:
        """It is back."""
        self._desks[relay].closed = False

    # Inside

    def _deal(self, delivery: Delivery) -> int:
        serving = self._serving[self._senders[delivery.language]]
        if len(serving) == 1:
            return serving[0]
        able = [relay for relay in serving if not self._desks[relay].closed]
        chosen, self._rota = self._rota.choose(able or serving)
        return chosen

    def _place(self, delivery: Delivery, relay: int) -> None:
        desk = self._desks[relay]
        provider, gates = self._gates_of(delivery, relay)
        lane = desk.lanes.get(gates)
        if lane is None:
            lane = desk.lanes[gates] = _Lane(provider, gates)
            desk.ready.append(lane)
        lane.queue.append(delivery)

    def _gates_of(self, delivery: Delivery, relay: int) -> tuple[str, tuple[Gate, ...]]:
        """With the provider, if it has a gate of its own."""
        fixed = self._always[relay][self._senders[delivery.language]]
        if not self._by_provider:
            return "", fixed
        provider = self._provider(delivery.email)
        subject = f"to {provider}"
        cap = self._rules.for_provider(provider)
        if not cap and subject not in self._gates:
            return "", fixed
        return provider, (*fixed, self._gate(subject, cap))

    def _fixed_gates(self, relay: int) -> dict[str, tuple[Gate, ...]]:
        """From domain → the gates of all its mail by this relay."""
        fixed = {}
        for domain in self._serving:
            gates = (
                self._gate("", self._rules.overall),
                self._gate(f"from {domain}", self._rules.for_sender(domain)),
                self._relay_gate(relay),
            )
            fixed[domain] = tuple(gate for gate in gates if gate.limits)
        return fixed

    def _relay_gate(self, number: int) -> Gate:
        """The connections of a relay are its workers, so they are not counted again."""
        relay = self._relays[number]
        return self._gate(f"by {relay.name}", replace(relay.cap, connections=None), key=f"by {relay.account}")

    def _gate(self, subject: str, cap: Cap, *, key: str = "") -> Gate:
        gate = self._gates.get(key or subject)
        if gate is None:
            gate = self._gates[key or subject] = Gate(subject, cap, key=key)
        return gate

    def _forget_idle_gates(self, now_ns: int) -> None:
        """A limit for "*" makes one gate for every domain of the world."""
        used = {gate for desk in self._desks for lane in desk.lanes.values() for gate in lane.gates}
        used.update(gate for fixed in self._always for gates in fixed.values() for gate in gates)
        self._gates = {key: gate for key, gate in self._gates.items() if gate in used or gate.is_busy(now_ns)}

    def _may_go(self, lane: _Lane, desk: _Desk, now_ns: int) -> bool:
        """Whether the lane's next one may go. If not, the lane, which stands first, is set aside."""
        wait_ns, limit = max((gate.wait(now_ns) for gate in lane.gates), key=_length)
        if wait_ns == 0:
            purses = [purse for gate in lane.gates for purse in gate.lacking(now_ns)]
            if not purses:
                return True
            self.lacking.update((purse.name, purse) for purse in purses)
            limit = purses[0].limit
        desk.ready.popleft()
        if 0 < wait_ns < FOREVER_NS:
            heapq.heappush(desk.timed, (now_ns + wait_ns, next(self._number), lane, limit))
        else:
            desk.waiting.append(lane)
            desk.limit = limit
        return False

    def _share(self, relay: int, now_ns: int) -> None:
        """Nothing is left for this relay: take some from those that cannot keep up."""
        for number, desk in enumerate(self._desks):
            if number == relay or not self._cannot_keep_up(number, now_ns, spare=not self._relays[relay].weight):
                continue
            for delivery in self._withdraw(desk, relay):
                self._place(delivery, relay)

    def _cannot_keep_up(self, number: int, now_ns: int, *, spare: bool) -> bool:
        desk = self._desks[number]
        if spare or desk.closed:
            return desk.closed
        return now_ns - desk.asked_at_ns > _HANGS_NS or self._relay_gate(number).wait(now_ns)[0] > 0

    def _withdraw(self, desk: _Desk, relay: int) -> Iterator[Delivery]:
        """The last ones of that desk that this relay may carry. A lane that this empties is dropped when it is met."""
        room = _SHARED_AT_ONCE
        for lane in list(desk.lanes.values()):
            while lane.queue and room and relay in self._serving[self._senders[lane.queue[-1].language]]:
                yield lane.queue.pop()
                room -= 1

    def _sort_again(self) -> None:
        """Gates or relays have changed."""
        self._always = [self._fixed_gates(number) for number in range(len(self._relays))]
        placed = [(number, list(desk.clear())) for number, desk in enumerate(self._desks)]
        for number, deliveries in placed:
            for delivery in deliveries:
                self._place(delivery, self._deal(delivery) if self._desks[number].closed else number)

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for desk in self._desks:
            for lane in desk.lanes.values():
                counts[lane.provider] += len(lane.queue)
        return counts


def _length(wait: tuple[int, Limit]) -> int:
    return wait[0]
