"""Any limits, relays and senders, on a simulated clock: no limit is exceeded in any window, and the end is reached."""

from __future__ import annotations

import heapq
import itertools
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.delivery.ledger.shared_limits import decide
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.limiter import FOREVER_NS
from composer.delivery.limits.providers import find_provider
from composer.delivery.limits.quota import SECOND_NS, Rate, Unit
from composer.delivery.limits.settings import LimitSet, LimitSettings, parse_limits
from composer.delivery.outcome import Delivery
from composer.delivery.sending.outbox import Outbox
from composer.delivery.smtp.relay import Relay, parse_relays

SENDERS = {"en": "news.example.org", "fr": "infos.example.org"}
DOMAINS = ("gmail.com", "googlemail.com", "a.example", "b.example")
WORKERS = 3


class Table:
    """The limits' state, as the database keeps it."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.living: set[str] = set()

    def decide(self, request: GrantRequest, sender: str, now: int) -> Grant:
        kept = json.loads(self.rows.get(request.name, "[]"))
        grant, state = decide(request, kept, sender=sender, living=self.living, now=now)
        self.rows[request.name] = json.dumps(state)
        return grant


@dataclass
class Sent:
    """One message that began."""

    at_ns: int
    delivery: Delivery
    relay: int


@dataclass
class World:
    """Senders with their outboxes, a clock, and what is on its way."""

    boxes: dict[str, Outbox]
    took_ns: Iterator[int]
    table: Table = field(default_factory=Table)
    now_ns: int = 1_790_000_000 * SECOND_NS
    sent: list[Sent] = field(default_factory=list)
    on_its_way: list[tuple[int, int, str, Delivery, int]] = field(default_factory=list)
    open: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    number: Iterator[int] = field(default_factory=itertools.count)

    def run(self, relays: int) -> None:
        """Until nothing is in hand any more, or nothing can happen."""
        self.table.living = set(self.boxes)
        while any(box.in_hand for box in self.boxes.values()):
            next_ns = min(
                self.take_all(name, relay) for name, relay in itertools.product(list(self.boxes), range(relays))
            )
            if self.on_its_way:
                next_ns = min(next_ns, self.on_its_way[0][0])
            assert next_ns < FOREVER_NS, "nothing would ever happen again"
            self.now_ns = max(next_ns, self.now_ns + 1)
            self.finish()

    def take_all(self, name: str, relay: int) -> int:
        """Everything that may go now; when more may."""
        box = self.boxes[name]
        while True:
            if self.open[name, relay] == WORKERS:
                return FOREVER_NS
            if delivery := box.pop_next(relay, self.now_ns):
                self.sent.append(Sent(self.now_ns, delivery, relay))
                self.open[name, relay] += 1
                ends_ns = self.now_ns + next(self.took_ns)
                heapq.heappush(self.on_its_way, (ends_ns, next(self.number), name, delivery, relay))
            wait = box.find_next(relay, self.now_ns)
            if box.needs_grants:
                self.answer(name)
            elif wait:
                return wait.until_ns

    def answer(self, name: str) -> None:
        box, now = self.boxes[name], self.now_ns // SECOND_NS
        box.apply_grants(
            {request.name: self.table.decide(request, name, now) for request in box.grant_requests()}, self.now_ns
        )

    def finish(self) -> None:
        while self.on_its_way and self.on_its_way[0][0] <= self.now_ns:
            _, _, name, delivery, relay = heapq.heappop(self.on_its_way)
            self.open[name, relay] -= 1
            self.boxes[name].mark_done(delivery)
        for name, box in list(self.boxes.items()):
            if not box.in_hand and name in self.table.living:  # its run is over
                for request in box.return_unused():
                    self.table.decide(request, name, self.now_ns // SECOND_NS)
                self.table.living.discard(name)


def kept(times_ns: Sequence[int], rate: Rate) -> bool:
    """Whether no window of the unit's length has more."""
    length_ns = rate.unit.seconds * SECOND_NS
    return all(bisect_left(times_ns, begin + length_ns) - index <= rate.count for index, begin in enumerate(times_ns))


def subjects(
    limits: LimitSettings, relays: Sequence[Relay], sent: Sequence[Sent]
) -> Iterator[tuple[str, LimitSet, list[int]]]:
    """Every limit, with the moments of all that it has to count."""
    provider = find_provider(limits.domains)
    yield "all", limits.overall, [one.at_ns for one in sent]
    for domain in set(SENDERS.values()):
        times = [one.at_ns for one in sent if SENDERS[one.delivery.language] == domain]
        yield domain, limits.for_sender(domain), times
    for name in {provider(one.delivery.email) for one in sent}:
        yield (
            name,
            limits.for_provider(name),
            [one.at_ns for one in sent if provider(one.delivery.email) == name],
        )
    for number, relay in enumerate(relays):
        yield relay.name, relay.limits, [one.at_ns for one in sent if one.relay == number]


RULES = st.builds(
    lambda rate, rate_from, rate_to: parse_limits(
        rate=rate, rate_from=rate_from, rate_to=rate_to, providers="", sending_window=""
    ),
    st.sampled_from(["", "9/second", "60/second 40/minute", "1/second", "30/minute"]),
    st.sampled_from(["", "* 6/second", "infos.example.org 20/minute"]),
    st.sampled_from(["", "gmail 3/second", "* 2/second; gmail 1 connection", "gmail 15/minute 2 connections"]),
)
RELAYS = st.sampled_from(
    [
        "smtp://a.example",
        "smtp://a.example?per_second=4",
        "smtp://a.example?weight=3&per_minute=20 smtp://b.example",
        "smtp://a.example?from=infos.example.org smtp://b.example?per_second=2 smtp://c.example?weight=0",
    ]
)
ONE = st.tuples(st.sampled_from(DOMAINS), st.sampled_from(sorted(SENDERS)))
PEOPLE = st.builds(
    lambda count, pattern: list(itertools.islice(itertools.cycle(pattern), count)),
    st.integers(1, 120),
    st.lists(ONE, min_size=1, max_size=7),
)


@settings(deadline=None, max_examples=80)
@given(RULES, RELAYS, PEOPLE, st.integers(1, 3), st.lists(st.integers(1, 400), min_size=1, max_size=9))
def test_no_limit_is_exceeded_in_any_window_and_the_end_is_reached(
    limits: LimitSettings, urls: str, people: list[tuple[str, str]], senders: int, took_ms: list[int]
) -> None:
    relays = parse_relays(urls)
    boxes = {str(number): Outbox(relays, limits, senders=SENDERS) for number in range(senders)}
    world = World(boxes, (ms * 1_000_000 for ms in itertools.cycle(took_ms)))
    everyone = [
        Delivery(number, number, f"r{number}@{domain}", language, {}, 1)
        for number, (domain, language) in enumerate(people)
    ]
    for number, box in enumerate(boxes.values()):
        box.enqueue(everyone[number::senders], world.now_ns)
    began_ns = world.now_ns
    world.run(len(relays))
    assert sorted(one.delivery.id for one in world.sent) == list(range(len(people)))
    longest_s = 30.0 + len(people) * max(took_ms) / 1000
    for name, limit_set, times in subjects(limits, relays, world.sent):
        for rate in limit_set.rates:
            assert kept(times, rate), f"{rate} {name}"
            longest_s += (len(times) / rate.count + 1) * (rate.unit.seconds + (3 if rate.unit is Unit.MINUTE else 0))
    assert (world.now_ns - began_ns) / SECOND_NS <= longest_s, "somebody had to wait for nothing"
