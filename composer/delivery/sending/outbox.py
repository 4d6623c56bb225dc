"""Deliveries in hand, handed out when every limit lets one go. No clock is read, nothing is awaited.

::

    enqueue ──▶ a relay is chosen (relay_choice.py) ──▶ a queue for each set of limiters (relay_queue.py)
                                                             └──▶ pop_next: the first one that may go

Without limits there is one queue without limiters, and that costs no more than any queue.

Relays get shares by weight as long as they keep up. One that a limit holds, that hangs, or that is closed gives what it
cannot take to another that has nothing left.

What only the ledger can tell is collected here, and nowhere else: ``find_next`` and ``pop_next`` note which limits need
a grant, ``grant_requests`` says what to ask, ``apply_grants`` takes the answers over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from composer.address import domain_of
from composer.delivery.judgement import About
from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.limiter import FOREVER_NS, Limiter, SharedLimit, Wait
from composer.delivery.limits.outlook import LimitForecast
from composer.delivery.limits.providers import find_provider
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.limits.settings import LimitSettings
from composer.delivery.outcome import Delivery
from composer.delivery.sending.limiter_registry import LimiterRegistry
from composer.delivery.sending.provider_stops import ProviderStops
from composer.delivery.sending.relay_choice import WeightedRoundRobin, relays_for
from composer.delivery.sending.relay_queue import RelayQueue
from composer.delivery.smtp.relay import Relay

PLENTY = 250
"""So many waiting for one provider are enough: no more of them are claimed."""

_ENOUGH = 500
_HANGS_NS = 5 * SECOND_NS
_MOVED_AT_ONCE = 50


class Outbox:
    """All deliveries that this process has claimed, sorted by relay and by what limits them.

    ``senders`` gives the From domain of each language. ``in_hand`` has the ids of all that came in and are not done.
    """

    def __init__(self, relays: Sequence[Relay], limits: LimitSettings, *, senders: Mapping[str, str]) -> None:
        self.in_hand: set[int] = set()
        self._relays = relays
        self._serving = {language: relays_for(domain, relays) for language, domain in senders.items()}
        self._round_robin = WeightedRoundRobin.of([relay.weight for relay in relays])
        self._registry = LimiterRegistry(relays, limits, senders=senders)
        self._relay_queues = [RelayQueue() for _ in relays]
        self.stops = ProviderStops(find_provider(limits.domains), limits.domains, len(relays))
        self._aside: list[Delivery] = []  # that no relay which may carry them takes now
        self._in_flight: dict[int, tuple[Limiter, ...]] = {}  # what each one that is on its way has passed
        self._needed: dict[str, SharedLimit] = {}  # what the ledger is to be asked for
        self._sort_again()

    # What comes in

    def enqueue(self, deliveries: Iterable[Delivery], now_ns: int) -> None:
        """Choose a relay for each delivery, and put it into the queue of its limiters."""
        self._registry.forget_idle(
            (limiter for relay in self._relay_queues for limiters in relay.queues for limiter in limiters), now_ns
        )
        for relay_queue in self._relay_queues:
            if not relay_queue.queues:
                relay_queue.asked_at_ns = now_ns  # it had nothing to ask for
        for delivery in deliveries:
            self.in_hand.add(delivery.id)
            self._enqueue_anew(delivery)

    @property
    def wants_more(self) -> bool:
        """Whether it is worth claiming more, which may go although these must wait."""
        return sum(count for name, count in self._counts().items() if not name or count < PLENTY) < _ENOUGH

    def crowded_domains(self) -> Sequence[str]:
        """The domains of which so many wait here that no more should be claimed, and those that nobody carries to."""
        names = [name for name, count in self._counts().items() if name and count >= PLENTY]
        crowded = [domain for name in names for domain in self._registry.domains(name)]
        return [*crowded, *self.domains_of_nobody()]

    def domains_of_nobody(self) -> Sequence[str]:
        """The domains to which no relay carries anything now, because it refuses everybody there, or is away."""
        closed = [number for number, one in enumerate(self._relay_queues) if one.is_closed]
        return self.stops.domains_of_nobody(closed) if self.stops else ()

    # What goes out

    def find_next(self, relay: int, now_ns: int) -> Wait | None:
        """Make ready what goes next by this relay: None if a delivery may go, else what it waits for."""
        relay_queue = self._relay_queues[relay]
        relay_queue.asked_at_ns = now_ns
        if not relay_queue.queues and len(self._relay_queues) > 1 and not relay_queue.is_closed:
            self._take_over(relay, now_ns)
        wait, needs = relay_queue.find_next(now_ns)
        for need in needs:
            self._needed[need.name] = need
        return wait

    def pop_next(self, relay: int, now_ns: int) -> Delivery | None:
        """The next delivery for this relay, on its way until ``mark_done``; None if none may go."""
        if self.find_next(relay, now_ns):
            return None
        delivery, limiters = self._relay_queues[relay].pop_next(now_ns)
        if limiters:
            self._in_flight[delivery.id] = limiters
            for limiter in limiters:
                if share := limiter.expiring_share(now_ns):
                    self._needed[share.name] = share
        return delivery

    def mark_done(self, delivery: Delivery) -> None:
        """The delivery is no longer on its way, however it ended."""
        self.in_hand.discard(delivery.id)
        if limiters := self._in_flight.pop(delivery.id, None):
            for limiter in limiters:
                limiter.end_message()
            if any(limiter.connections for limiter in limiters):
                self._wake()

    def find_earliest_ns(self, now_ns: int) -> int:
        """When something may go by any relay that is open: ``now_ns`` if it may, FOREVER_NS if nothing says when."""
        waits = [self.find_next(number, now_ns) for number, one in enumerate(self._relay_queues) if not one.is_closed]
        return min((wait.until_ns if wait else now_ns for wait in waits), default=FOREVER_NS)

    # What the ledger grants

    @property
    def needs_grants(self) -> bool:
        """Whether the ledger is to be asked, because something waits for it or soon will."""
        return bool(self._needed)

    def grant_requests(self) -> Sequence[GrantRequest]:
        """What the ledger is to be asked for: more of every limit that something waits for."""
        return [limit.request() for limit in self._needed.values()]

    def apply_grants(self, grants: Mapping[str, Grant], asked_ns: int) -> None:
        """Take over the ledger's answers, by the names of the requests, which were made at ``asked_ns``."""
        for name, grant in grants.items():
            if limit := self._needed.pop(name, None):
                limit.apply(grant, asked_ns)
        self._wake()

    def return_unused(self) -> Sequence[GrantRequest]:
        """Keep nothing of what other senders could use; what goes next has to ask again."""
        return [request for limiter in self._registry.all() for request in limiter.return_unused()]

    # What is known of the pace

    def speed(self) -> float:
        """How many messages a second went of late, by all relays together."""
        return sum(relay_queue.speed.per_second() for relay_queue in self._relay_queues)

    def forecasts(self, now_ns: int, now: float) -> tuple[LimitForecast, ...]:
        """What the limits let go that everything has to pass; ``now`` is the same moment in Unix seconds."""
        limiters = set(self._relay_queues[0].common).intersection(*(one.common for one in self._relay_queues))
        return tuple(forecast for limiter in limiters for forecast in limiter.forecasts(now_ns, now))

    # What the other side says

    def slow_down(self, relay: int, email: str | None, *, now_ns: int) -> Mapping[str, Backoff]:
        """The relay is busy; with ``email``, it or that provider has had enough. Gives the backoffs by key."""
        limiters = [self._registry.of_relay(relay)]
        if email is not None:
            limiters.append(self._registry.of_provider(email))
        is_new, speed = not all(limiter.is_active for limiter in limiters), self._relay_queues[relay].speed
        for limiter in limiters:
            if email is None:
                limiter.slow_down(speed.per_second(), now_ns)
            else:
                limiter.shut(speed.per_second(), now_ns, sent=speed.total, since_ns=speed.first_ns)
        if is_new:
            self._sort_again()
        return {limiter.key: limiter.backoff for limiter in limiters if limiter.backoff}

    def note_taken(self, relay: int, delivery: Delivery, now_ns: int) -> None:
        """The delivery, which is on its way, has gone well: the limits that it passed may learn from it."""
        limiters = self._in_flight.get(delivery.id, ())
        for limiter in limiters:
            limiter.note_taken(now_ns)
        if self.stops and any(one in limiters for one in self.stops.limiters(relay, delivery.email)):
            self.end_stop(relay, self.stops.provider(delivery.email))

    def note_refused(self, relay: int, delivery: Delivery, about: About, now_ns: int) -> None:
        """The delivery has been refused: if it asked how its provider is, that is known now."""
        if self.stops and self.stops.note_refused(relay, delivery.email, about, now_ns):
            self._sort_again()

    def stop_provider(self, relay: int, provider: str, words: str, now_ns: int) -> None:
        """The relay refuses everybody of the provider: what is for it goes by the others, or stays pending."""
        if self.stops.stop(relay, provider, words, now_ns):
            self._sort_again()

    def end_stop(self, relay: int, provider: str) -> None:
        """The relay takes the provider's mail again."""
        if self.stops.end(relay, provider):
            self._sort_again()

    def wake_stops(self, now_ns: int) -> bool:
        """Ask again how the providers are that have rested; whether there are any."""
        is_any = bool(self.stops) and self.stops.wake(now_ns)
        if is_any:
            self._sort_again()
        return is_any

    def adopt_backoffs(self, backoffs: Mapping[str, Backoff], now_ns: int) -> None:
        """Slow down as other senders were asked to."""
        if self._registry.adopt_backoffs(backoffs, now_ns):
            self._sort_again()

    def close_relay(self, relay: int) -> None:
        """The relay is away: what waits for it goes by the others, if they carry it."""
        if not self._relay_queues[relay].is_closed:
            self._relay_queues[relay].is_closed = True
            self._sort_again()

    def reopen_relay(self, relay: int) -> None:
        """The relay may be asked again, and gets its share of what comes."""
        self._relay_queues[relay].is_closed = False

    # Inside

    def _choose_relay(self, delivery: Delivery) -> int | None:
        serving: Sequence[int] = self._serving[delivery.language]
        if self.stops:
            serving = [relay for relay in serving if not self.stops.is_stopped(relay, delivery.email)]
        if len(serving) <= 1:
            return serving[0] if serving else None
        able = [relay for relay in serving if not self._relay_queues[relay].is_closed]
        chosen, self._round_robin = self._round_robin.choose(able or serving)
        return chosen

    def _enqueue_anew(self, delivery: Delivery) -> None:
        """Choose a relay; what none takes is left pending, or waits aside for one that may not carry everybody."""
        if self.stops and domain_of(delivery.email) in self.domains_of_nobody():
            self.in_hand.discard(delivery.id)
        elif (relay := self._choose_relay(delivery)) is not None:
            self._enqueue_for(relay, delivery)
        else:
            self._aside.append(delivery)

    def _enqueue_for(self, relay: int, delivery: Delivery) -> None:
        provider, limiters = self._registry.own(delivery)
        if self.stops and (probing := self.stops.limiters(relay, delivery.email)):
            provider, limiters = self.stops.provider(delivery.email), (*limiters, *probing)
        self._relay_queues[relay].enqueue(delivery, provider, limiters)

    def _take_over(self, relay: int, now_ns: int) -> None:
        """Nothing is left for this relay: move some deliveries here from relays that cannot keep up."""
        carries = frozenset(language for language, serving in self._serving.items() if relay in serving)
        for number, relay_queue in enumerate(self._relay_queues):
            if number == relay or not self._cannot_keep_up(number, now_ns, spare=not self._relays[relay].weight):
                continue
            # A list, because what this relay does not take goes back to where it was.
            for delivery in list(relay_queue.pop_last(carries, at_most=_MOVED_AT_ONCE)):
                takes_it = not self.stops.is_stopped(relay, delivery.email)
                self._enqueue_for(relay if takes_it else number, delivery)

    def _cannot_keep_up(self, number: int, now_ns: int, *, spare: bool) -> bool:
        relay_queue = self._relay_queues[number]
        if spare or relay_queue.is_closed:
            return relay_queue.is_closed
        return now_ns - relay_queue.asked_at_ns > _HANGS_NS or self._registry.of_relay(number).wait(now_ns) is not None

    def _sort_again(self) -> None:
        """Limiters or relays have changed, so every delivery is put into a queue anew."""
        for number, relay_queue in enumerate(self._relay_queues):
            relay_queue.common = self._registry.common(number)
        for number, deliveries in [(number, one.pop_all()) for number, one in enumerate(self._relay_queues)]:
            for delivery in deliveries:
                if self._relay_queues[number].is_closed or self.stops.is_stopped(number, delivery.email):
                    self._enqueue_anew(delivery)
                else:
                    self._enqueue_for(number, delivery)
        aside, self._aside = self._aside, []
        for delivery in aside:
            self._enqueue_anew(delivery)

    def _wake(self) -> None:
        for relay_queue in self._relay_queues:
            relay_queue.wake()

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for relay_queue in self._relay_queues:
            for queue in relay_queue.queues.values():
                counts[queue.provider] += len(queue.deliveries)
        return counts
