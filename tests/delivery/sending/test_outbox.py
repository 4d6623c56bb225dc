"""Which delivery goes next: every limit is kept, nobody is held up by somebody else's, nobody gets lost or doubled."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant
from composer.delivery.limits.limiter import FOREVER_NS, Wait
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.limits.settings import parse_limits
from composer.delivery.limits.shared_rate import SharedRate
from composer.delivery.outcome import Delivery
from composer.delivery.sending.outbox import PLENTY, Outbox
from composer.delivery.smtp.relay import parse_relays

NOW = 10**15
SENDERS = {"en": "news.example.org", "fr": "infos.example.org"}


def outbox(urls: str = "smtp://a.example", **words: str) -> Outbox:
    empty = dict.fromkeys(("rate", "rate_from", "rate_to", "providers", "sending_window"), "")
    return Outbox(parse_relays(urls), parse_limits(**{**empty, **words}), senders=SENDERS)


def deliveries(count: int, domain: str = "example.org", *, first: int = 1, language: str = "en") -> list[Delivery]:
    return [Delivery(one, one, f"r{one}@{domain}", language, {}, 1) for one in range(first, first + count)]


def drain(box: Outbox, relay: int = 0, now_ns: int = NOW) -> list[int]:
    """Everything that may go now; speeds are all ours."""
    taken = []
    while True:
        while delivery := box.pop_next(relay, now_ns):
            taken.append(delivery.id)
        rates = {one.name: one.limit for one in box.grant_requests() if isinstance(one.limit, SharedRate)}
        if not rates:
            return taken
        grants = {name: Grant(rate.count, at=1000, usable_until=1005, wait_s=0) for name, rate in rates.items()}
        box.apply_grants(grants, now_ns)


def test_without_limits_everything_goes_in_order() -> None:
    box = outbox()
    box.enqueue(deliveries(1000), NOW)
    assert drain(box) == list(range(1, 1001))
    wait = box.find_next(0, NOW)
    assert wait == Wait(FOREVER_NS)


def test_what_is_taken_stays_in_hand_until_it_is_done() -> None:
    box = outbox()
    (one,) = deliveries(1)
    box.enqueue([one], NOW)
    assert box.pop_next(0, NOW) == one
    assert box.in_hand == {1}
    box.mark_done(one)
    assert box.in_hand == set()


def test_a_slow_provider_holds_up_nobody_else() -> None:
    box = outbox(rate_to="gmail 10/second")
    box.enqueue([*deliveries(5, "gmail.com"), *deliveries(5, "googlemail.com", first=6), *deliveries(5, first=11)], NOW)
    assert sorted(drain(box)) == [1, 11, 12, 13, 14, 15]
    wait = box.find_next(0, NOW)
    assert wait == Wait(NOW + SECOND_NS // 10, "10/second to gmail")
    assert drain(box, now_ns=NOW + SECOND_NS // 10) == [2]


def test_a_limit_for_every_other_is_one_for_each() -> None:
    box = outbox(rate_to="* 1/second")
    box.enqueue([*deliveries(2, "a.example"), *deliveries(2, "b.example", first=3)], NOW)
    assert sorted(drain(box)) == [1, 3]
    assert sorted(drain(box, now_ns=NOW + SECOND_NS)) == [2, 4]


def test_senders_are_limited_by_their_own_domain() -> None:
    box = outbox(rate_from="infos.example.org 1/second")
    box.enqueue([*deliveries(3), *deliveries(3, first=4, language="fr")], NOW)
    assert sorted(drain(box)) == [1, 2, 3, 4]


def test_connections_to_a_provider_are_counted() -> None:
    box = outbox(rate_to="gmail 2 connections")
    mail = deliveries(4, "gmail.com")
    box.enqueue(mail, NOW)
    assert drain(box) == [1, 2]
    wait = box.find_next(0, NOW)
    assert wait is not None
    assert wait.reason == "2 connections to gmail"
    box.mark_done(mail[0])
    assert drain(box) == [3]


def test_a_quota_is_asked_for_and_then_used() -> None:
    box = outbox(rate="100/day")
    box.enqueue(deliveries(5), NOW)
    assert drain(box) == []
    (request,) = box.grant_requests()
    box.apply_grants({request.name: Grant(2, at=1000, usable_until=1300, wait_s=0)}, NOW)
    assert drain(box) == [1, 2]
    (request,) = box.grant_requests()
    box.apply_grants({request.name: Grant(0, at=1000, usable_until=1300, wait_s=50)}, NOW)
    wait = box.find_next(0, NOW)
    assert wait == Wait(NOW + 50 * SECOND_NS, "100/day")
    assert not box.needs_grants


def test_asking_what_the_ledger_is_to_be_asked_changes_nothing() -> None:
    box = outbox("smtp://a.example smtp://b.example", rate="100/day", rate_to="gmail 10/hour")
    box.enqueue([*deliveries(4, "gmail.com"), *deliveries(4, first=5)], NOW)
    assert (box.needs_grants, list(box.grant_requests())) == (False, []), "nobody has looked for the next one yet"
    assert [box.find_next(relay, NOW) is None for relay in (0, 1)] == [False, False]
    asked = list(box.grant_requests())
    assert {request.name for request in asked} == {"all mail, per day", "to gmail, per hour"}
    assert list(box.grant_requests()) == asked
    box.apply_grants({"all mail, per day": Grant(2, at=1000, usable_until=1300, wait_s=0)}, NOW)
    assert [request.name for request in box.grant_requests()] == ["to gmail, per hour"]


def test_what_is_left_of_a_quota_can_be_given_back() -> None:
    box = outbox(rate="100/day")
    box.enqueue(deliveries(1), NOW)
    drain(box)
    (request,) = box.grant_requests()
    box.apply_grants({request.name: Grant(2, at=1000, usable_until=1300, wait_s=0)}, NOW)
    assert drain(box) == [1]
    assert [(request.unneeded, request.count) for request in box.return_unused()] == [(1, 0)]


def test_more_is_claimed_while_one_provider_is_full_but_not_of_that_provider() -> None:
    box = outbox(rate_to="gmail 1/hour")
    box.enqueue(deliveries(PLENTY, "gmail.com"), NOW)
    drain(box)
    assert box.wants_more
    assert set(box.crowded_domains()) == {"gmail.com", "googlemail.com"}
    box.enqueue(deliveries(500, first=10_000), NOW)
    assert not box.wants_more


def test_shares_follow_the_weights() -> None:
    box = outbox("smtp://a.example?weight=3 smtp://b.example")
    box.enqueue(deliveries(100), NOW)
    assert len(drain(box, 0)) == 75
    assert len(drain(box, 1)) == 25


def test_a_domain_goes_by_its_own_relay() -> None:
    box = outbox("smtp://a.example smtp://b.example?from=infos.example.org")
    box.enqueue([*deliveries(3), *deliveries(3, first=4, language="fr")], NOW)
    assert drain(box, 0) == [1, 2, 3]
    assert drain(box, 1) == [4, 5, 6]


def test_what_waits_for_a_relay_that_is_closed_goes_by_the_other() -> None:
    box = outbox("smtp://a.example smtp://b.example")
    box.enqueue(deliveries(10), NOW)
    box.close_relay(0)
    assert sorted(drain(box, 1)) == list(range(1, 11))
    box.reopen_relay(0)
    box.enqueue(deliveries(10, first=11), NOW)
    assert len(drain(box, 0)) == 5


def test_a_spare_relay_works_only_while_the_other_is_closed() -> None:
    box = outbox("smtp://a.example?per_second=1 smtp://spare.example?weight=0")
    box.enqueue(deliveries(10), NOW)
    assert drain(box, 1) == []
    drain(box, 0)
    assert drain(box, 1, NOW + SECOND_NS // 2) == []
    box.close_relay(0)
    assert len(drain(box, 1, NOW + SECOND_NS // 2)) == 9


def test_what_a_limited_relay_cannot_take_goes_by_the_other() -> None:
    box = outbox("smtp://a.example?per_second=1 smtp://b.example")
    box.enqueue(deliveries(100), NOW)
    assert len(drain(box, 0)) == 1
    assert len(drain(box, 1)) == 99


def test_a_relay_that_hangs_loses_its_share_and_one_that_works_keeps_it() -> None:
    box = outbox("smtp://a.example smtp://b.example")
    box.enqueue(deliveries(100), NOW)
    assert box.pop_next(0, NOW)
    assert len(drain(box, 1, NOW + SECOND_NS)) == 50
    assert len(drain(box, 1, NOW + 6 * SECOND_NS)) == 49


def test_a_provider_that_asks_for_less_is_slowed_and_with_it_the_relay() -> None:
    box = outbox()
    box.enqueue([*deliveries(10, "gmail.com"), *deliveries(10, first=11)], NOW)
    assert len([box.pop_next(0, NOW) for _ in range(10)]) == 10
    box.slow_down(0, "r1@gmail.com", now_ns=NOW)
    assert drain(box) == []
    wait = box.find_next(0, NOW)
    assert wait is not None
    assert wait.reason.startswith("slowed to 4.0/second"), "it is asked again in a quarter of a second"
    assert len(drain(box, now_ns=NOW + SECOND_NS // 4)) == 1


def test_a_relay_slows_down_from_its_own_speed_whatever_the_other_does() -> None:
    box = outbox("smtp://a.example smtp://b.example?weight=3")
    box.enqueue(deliveries(400), NOW)
    assert [len(drain(box, relay)) for relay in (0, 1)] == [100, 300]
    (backoff,) = box.slow_down(0, None, now_ns=NOW).values()
    assert backoff.full == 100


def test_a_backoff_that_another_sender_heard_of_slows_this_one_too() -> None:
    box = outbox()
    box.enqueue([*deliveries(10, "gmail.com"), *deliveries(10, first=11)], NOW)
    now = NOW / SECOND_NS
    box.adopt_backoffs({"to gmail": Backoff(2.0, 1.0, now), "by elsewhere.example:587": Backoff(2.0, 1.0, now)}, NOW)
    assert sorted(drain(box))[1:] == list(range(11, 21))
    box.adopt_backoffs({"by a.example:587": Backoff(2.0, 1.0, now)}, NOW)
    assert drain(box, now_ns=NOW + SECOND_NS) != []
    assert drain(box, now_ns=NOW + SECOND_NS) == []


LIMITS = {
    "rate": st.sampled_from(["", "50/second", "30/minute"]),
    "rate_to": st.sampled_from(["", "gmail 3/second", "* 2/second; gmail 1 connection", "gmail 20/hour"]),
    "rate_from": st.sampled_from(["", "* 20/second"]),
}
RELAYS = st.sampled_from(
    ["smtp://a.example", "smtp://a.example smtp://b.example?weight=2", "smtp://a.example?per_second=5 smtp://b.example"]
)


class Bench:
    """An outbox, what is on its way from it, and how often each delivery was done."""

    def __init__(self, urls: str, words: dict[str, str]) -> None:
        self.box = outbox(urls, **words)
        self.relays = len(parse_relays(urls))
        self.now_ns = NOW
        self.last = 0
        self.passing: list[Delivery] = []
        self.times_done: Counter[int] = Counter()

    def put(self, domain: str, language: str) -> None:
        self.box.enqueue(deliveries(5, domain, first=self.last + 1, language=language), self.now_ns)
        self.last += 5

    def take(self) -> None:
        found = (self.box.pop_next(relay, self.now_ns) for relay in range(self.relays))
        self.passing += [delivery for delivery in found if delivery]

    def finish(self) -> None:
        for delivery in self.passing:
            self.box.mark_done(delivery)
            self.times_done[delivery.id] += 1
        self.passing = []

    def fill(self) -> None:
        now = self.now_ns // SECOND_NS
        grant = Grant(3, at=now, usable_until=now + 60, wait_s=0)
        self.box.apply_grants({request.name: grant for request in self.box.grant_requests()}, self.now_ns)

    def drain(self) -> None:
        for _ in range(20_000):
            if not self.box.in_hand:
                return
            self.take()
            self.finish()
            self.fill()
            self.now_ns += 10 * SECOND_NS


@settings(deadline=None, max_examples=60)
@given(RELAYS, st.fixed_dictionaries(LIMITS), st.data())
def test_nobody_is_lost_or_taken_twice_whatever_happens(urls: str, words: dict[str, str], data: st.DataObject) -> None:
    bench = Bench(urls, words)
    steps = {
        "put gmail": lambda: bench.put("gmail.com", "en"),
        "put others": lambda: bench.put("example.org", "fr"),
        "take": bench.take,
        "finish": bench.finish,
        "slow": lambda: bench.box.slow_down(0, "r@gmail.com", now_ns=bench.now_ns),
        "close": lambda: bench.box.close_relay(0),
        "reopen": lambda: bench.box.reopen_relay(0),
        "fill": bench.fill,
    }
    for step in data.draw(st.lists(st.sampled_from(sorted(steps)), max_size=40)):
        bench.now_ns += data.draw(st.integers(0, 2 * SECOND_NS))
        steps[step]()
    bench.box.reopen_relay(0)
    bench.drain()
    assert bench.times_done == Counter(range(1, bench.last + 1))
    bench.take()
    assert bench.passing == [], "nothing waits there twice"
