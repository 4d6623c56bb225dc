"""A throttle lets one pass when all its limits do, and names the one that does not."""

from __future__ import annotations

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant
from composer.delivery.limits.limiter import FOREVER_NS, Throttle
from composer.delivery.limits.quota import SECOND_NS, Rate, Unit
from composer.delivery.limits.settings import UNLIMITED, LimitSet
from composer.delivery.limits.shared_rate import GOOD_FOR_S
from composer.delivery.limits.warmup import parse_warm_up

NOW = 10**15


def test_a_throttle_without_a_limit_is_none() -> None:
    assert not Throttle("to gmail", UNLIMITED).is_active


def test_speed_is_limited_evenly() -> None:
    throttle = Throttle("to gmail", LimitSet((Rate(10, Unit.SECOND),)))
    grant_speed(throttle, 10)
    assert throttle.wait(NOW) == (0, "")
    throttle.let_pass(NOW)
    assert throttle.wait(NOW) == (SECOND_NS // 10, "10/second to gmail")
    assert throttle.wait(NOW + SECOND_NS // 10) == (0, "")


def grant_speed(throttle: Throttle, count: int, now_ns: int = NOW) -> None:
    """The ledger has answered."""
    for one in throttle.lacking(now_ns):
        one.fill(Grant(count, at=1000, usable_until=1005, wait_s=0), now_ns)


def test_a_part_of_a_speed_is_kept_until_its_time_is_over_and_asked_for_before() -> None:
    throttle = Throttle("to gmail", LimitSet((Rate(10, Unit.SECOND),)))
    grant_speed(throttle, 5)
    throttle.let_pass(NOW)
    assert throttle.wait(NOW) == (SECOND_NS // 5, "10/second to gmail")
    assert throttle.ageing(NOW + SECOND_NS) is None
    assert throttle.ageing(NOW + GOOD_FOR_S * SECOND_NS // 2) is not None
    assert not list(throttle.lacking(NOW + GOOD_FOR_S * SECOND_NS - 1))
    assert list(throttle.lacking(NOW + GOOD_FOR_S * SECOND_NS))


def test_another_speed_begins_after_what_has_gone_at_the_old_one() -> None:
    throttle = Throttle("to gmail", LimitSet((Rate(10, Unit.SECOND),)))
    grant_speed(throttle, 2)
    throttle.let_pass(NOW)
    (share,) = throttle.lacking(NOW + 5 * SECOND_NS)
    share.fill(Grant(10, at=1000, usable_until=1005, wait_s=0), NOW)
    assert throttle.wait(NOW) == (SECOND_NS // 2, "10/second to gmail")


def test_a_sender_without_a_part_waits_and_asks_again() -> None:
    throttle = Throttle("to gmail", LimitSet((Rate(1, Unit.SECOND),)))
    (share,) = throttle.lacking(NOW)
    share.fill(Grant(0, at=1000, usable_until=1005, wait_s=1), NOW)
    assert throttle.wait(NOW) == (SECOND_NS, "1/second to gmail")
    assert list(throttle.lacking(NOW + SECOND_NS)) == [share]


def test_the_slower_of_two_slowdowns_counts_whoever_heard_of_it() -> None:
    throttle = Throttle("to gmail", UNLIMITED)
    now = NOW / SECOND_NS
    throttle.adopt(Backoff(10.0, 5.0, now), NOW)
    throttle.adopt(Backoff(100.0, 50.0, now), NOW)
    assert throttle.backoff is not None
    assert throttle.backoff.speed_at(now) == 5
    throttle.adopt(Backoff(10.0, 1.0, now), NOW)
    assert throttle.backoff.speed_at(now) == 1


def test_connections_are_limited_until_one_is_done() -> None:
    throttle = Throttle("to gmail", LimitSet(connections=2))
    throttle.let_pass(NOW)
    assert throttle.wait(NOW) == (0, "")
    throttle.let_pass(NOW)
    assert throttle.wait(NOW) == (FOREVER_NS, "2 connections to gmail")
    throttle.open -= 1
    assert throttle.wait(NOW) == (0, "")


def test_a_quota_is_asked_for_when_its_reserve_is_empty_or_old() -> None:
    throttle = Throttle("", LimitSet((Rate(100, Unit.MINUTE),)))
    (reserve,) = throttle.lacking(NOW)
    request = reserve.request()
    assert (request.name, request.count, request.unneeded) == ("all mail, per minute", 2, 0)
    reserve.fill(Grant(2, at=1000, usable_until=1001, wait_s=0), NOW)
    assert not list(throttle.lacking(NOW))
    throttle.let_pass(NOW)
    assert not list(throttle.lacking(NOW))
    assert list(throttle.lacking(NOW + SECOND_NS)) == [reserve], "it has run out"
    assert (reserve.request().unneeded, reserve.request().granted_at) == (1, 1000)
    throttle.let_pass(NOW)
    assert list(throttle.lacking(NOW)) == [reserve]


def test_a_quota_that_is_used_up_closes_the_throttle_until_it_comes_back() -> None:
    throttle = Throttle("to gmail", LimitSet((Rate(100, Unit.HOUR),)))
    (reserve,) = throttle.lacking(NOW)
    reserve.fill(Grant(0, at=1000, usable_until=1030, wait_s=7), NOW)
    assert not list(throttle.lacking(NOW)), "the ledger has said it"
    assert throttle.wait(NOW) == (7 * SECOND_NS, "100/hour to gmail")
    assert list(throttle.lacking(NOW + 7 * SECOND_NS)) == [reserve]


def test_the_limit_that_holds_longest_is_named() -> None:
    throttle = Throttle(
        "by a.example", LimitSet((Rate(10, Unit.SECOND),), warm_up=parse_warm_up("200x1.5", setting="X"))
    )
    reserve, _ = throttle.lacking(NOW)
    grant_speed(throttle, 10)
    reserve.fill(Grant(0, at=1000, usable_until=1300, wait_s=3600), NOW)
    assert throttle.wait(NOW) == (3600 * SECOND_NS, "warm-up 200x1.5 by a.example")


def test_a_slowdown_begins_when_less_is_asked_for_and_ends_by_itself() -> None:
    throttle = Throttle("to gmail", UNLIMITED)
    throttle.slow_down(10.0, NOW)
    assert throttle.is_active
    wait_ns, limit = throttle.wait(NOW)
    assert 0.19 * SECOND_NS < wait_ns <= 0.2 * SECOND_NS
    assert limit == "slowed to 5.0/second to gmail"
    assert throttle.wait(NOW + 301 * SECOND_NS) == (0, "")
    assert not throttle.is_active
