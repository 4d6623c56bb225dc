"""Deliveries in hand, handed out when every limit lets one go. No clock is read, nothing is awaited.

::

    put ──▶ dealt to a relay (routing.py) ──▶ a lane for each set of limiters (desk.py, limiter_registry.py)
                                                       └──▶ take: the first one that may go

Without limits there is one lane without limiters, and that costs no more than a queue.

Relays get shares by weight as long as they keep up. One that a limit holds, that hangs, or that is closed gives what it
cannot take to another that has nothing left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import GrantRequest
from composer.delivery.limits.limiter import FOREVER_NS, Limiter, QuotaReserve, RateShare
from composer.delivery.limits.outlook import LimitForecast
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.limits.settings import LimitSettings
from composer.delivery.outcome import Delivery
from composer.delivery.sending.limiter_registry import LimiterRegistry
from composer.delivery.sending.relay_choice import Rota, relays_for
from composer.delivery.sending.relay_queue import Desk, Hold, Questions
from composer.delivery.smtp.relay import Relay

PLENTY = 250
"""So many waiting for one provider are enough: no more of them are claimed."""

_ENOUGH = 500
_HANGS_NS = 5 * SECOND_NS
_SHARED_AT_ONCE = 50


class Outbox:
    """``senders`` gives the From domain of each language. ``in_hand``: ids of all that were put and are not done."""

    def __init__(self, relays: Sequence[Relay], limits: LimitSettings, *, senders: Mapping[str, str]) -> None:
        self.in_hand: set[int] = set()
        self.lacking: Questions = {}
        self._relays = relays
        self._serving = {language: relays_for(domain, relays) for language, domain in senders.items()}
        self._rota = Rota.of([relay.weight for relay in relays])
        self._registry = LimiterRegistry(relays, limits, senders=senders)
        self._desks = [Desk(self.lacking) for _ in relays]
        self._passing: dict[int, tuple[Limiter, ...]] = {}
        self._sort_again()

    # What comes in

    def put(self, deliveries: Iterable[Delivery], now_ns: int) -> None:
        """Deal them to the relays, and sort them into lanes."""
        self._registry.forget_idle((limiter for desk in self._desks for lane in desk.lanes for limiter in lane), now_ns)
        for desk in self._desks:
            if not desk.lanes:
                desk.asked_at_ns = now_ns  # it had nothing to ask for
        for delivery in deliveries:
            self.in_hand.add(delivery.id)
            self._place(delivery, self._deal(delivery))

    @property
    def backlog(self) -> int:
        """How many wait here."""
        return sum(self._counts().values())

    @property
    def wants_more(self) -> bool:
        """Whether it is worth claiming more, which may go although these must wait."""
        return sum(count for name, count in self._counts().items() if not name or count < PLENTY) < _ENOUGH

    def plenty(self) -> Sequence[str]:
        """Domains of which enough are here."""
        names = [name for name, count in self._counts().items() if name and count >= PLENTY]
        return [domain for name in names for domain in self._registry.domains(name)]

    # What goes out

    def hold(self, relay: int, now_ns: int) -> Hold | None:
        """What keeps the next delivery of this relay; None if one may go."""
        desk = self._desks[relay]
        desk.asked_at_ns = now_ns
        if not desk.lanes and len(self._desks) > 1 and not desk.closed:
            self._share(relay, now_ns)
        return desk.hold(now_ns)

    def take(self, relay: int, now_ns: int) -> Delivery | None:
        """The next delivery for this relay, on its way until ``done``; None if none may go."""
        if self.hold(relay, now_ns):
            return None
        delivery, limiters = self._desks[relay].take(now_ns)
        if limiters:
            self._passing[delivery.id] = limiters
        return delivery

    def done(self, delivery: Delivery) -> None:
        """It is no longer on its way, however it ended."""
        self.in_hand.discard(delivery.id)
        if limiters := self._passing.pop(delivery.id, None):
            for limiter in limiters:
                limiter.open -= 1
            if any(limiter.connections for limiter in limiters):
                self._wake()

    def filled(self, answered: Iterable[QuotaReserve | RateShare]) -> None:
        """The ledger has answered."""
        for one in answered:
            self.lacking.pop(one.name, None)
        self._wake()

    def give_back(self) -> Sequence[GrantRequest]:
        """Keep nothing of what other senders could use; what goes next has to ask again."""
        return [request for limiter in self._registry.all() for request in limiter.give_back()]

    def soonest_ns(self, now_ns: int) -> int:
        """How long until something may go by any relay that is open."""
        holds = [self.hold(relay, now_ns) for relay, desk in enumerate(self._desks) if not desk.closed]
        return min((hold.wait_ns if hold else 0 for hold in holds), default=FOREVER_NS)

    # What is known of the pace

    def speed(self) -> float:
        """Messages a second of late."""
        return sum(desk.speed.per_second() for desk in self._desks)

    def forecasts(self, now_ns: int, now: float) -> tuple[LimitForecast, ...]:
        """Of the limits that everything has to pass; ``now`` is the same moment in Unix seconds."""
        limiters = set(self._desks[0].common).intersection(*(desk.common for desk in self._desks))
        return tuple(forecast for limiter in limiters for forecast in limiter.forecasts(now_ns, now))

    # What the other side says

    def slow_down(self, relay: int, email: str | None, *, now_ns: int) -> Mapping[str, Backoff]:
        """The relay asks for less; with ``email``, its provider may be why. Gives what is to be kept."""
        limiters = [self._registry.of_relay(relay)]
        if email is not None:
            limiters.append(self._registry.of_provider(email))
        is_new = not all(limiter.is_active for limiter in limiters)
        for limiter in limiters:
            limiter.slow_down(self._desks[relay].speed.per_second(), now_ns)
        if is_new:
            self._sort_again()
        return {limiter.key: limiter.backoff for limiter in limiters if limiter.backoff}

    def adopt(self, backoffs: Mapping[str, Backoff], now_ns: int) -> None:
        """What other senders have heard."""
        if self._registry.adopt(backoffs, now_ns):
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
        serving = self._serving[delivery.language]
        if len(serving) == 1:
            return serving[0]
        able = [relay for relay in serving if not self._desks[relay].closed]
        chosen, self._rota = self._rota.choose(able or serving)
        return chosen

    def _place(self, delivery: Delivery, relay: int) -> None:
        self._desks[relay].put(delivery, *self._registry.own(delivery))

    def _share(self, relay: int, now_ns: int) -> None:
        """Nothing is left for this relay: take some from those that cannot keep up."""
        carries = frozenset(language for language, serving in self._serving.items() if relay in serving)
        for number, desk in enumerate(self._desks):
            if number == relay or not self._cannot_keep_up(number, now_ns, spare=not self._relays[relay].weight):
                continue
            for delivery in desk.withdraw(carries, at_most=_SHARED_AT_ONCE):
                self._place(delivery, relay)

    def _cannot_keep_up(self, number: int, now_ns: int, *, spare: bool) -> bool:
        desk = self._desks[number]
        if spare or desk.closed:
            return desk.closed
        return now_ns - desk.asked_at_ns > _HANGS_NS or self._registry.of_relay(number).wait(now_ns)[0] > 0

    def _sort_again(self) -> None:
        """LimiterRegistry or relays have changed."""
        for number, desk in enumerate(self._desks):
            desk.common = self._registry.common(number)
        for number, deliveries in [(number, desk.clear()) for number, desk in enumerate(self._desks)]:
            for delivery in deliveries:
                self._place(delivery, self._deal(delivery) if self._desks[number].closed else number)

    def _wake(self) -> None:
        """Look again at the lanes that wait for something to happen."""
        for desk in self._desks:
            desk.wake()

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for desk in self._desks:
            for lane in desk.lanes.values():
                counts[lane.provider] += len(lane.queue)
        return counts
