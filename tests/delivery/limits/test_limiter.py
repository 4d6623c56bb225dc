"""A limiter lets one pass when all its limits do, and names the one that does not."""

from __future__ import annotations

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant
from composer.delivery.limits.limiter import FOREVER_NS, Limiter, Wait
from composer.delivery.limits.quota import SECOND_NS, Rate, Unit
from composer.delivery.limits.settings import UNLIMITED, LimitSet
from composer.delivery.limits.shared_rate import GOOD_FOR_S
from composer.delivery.limits.warmup import parse_warm_up

NOW = 10**15


def test_a_limiter_without_a_limit_is_none() -> None:
    assert not Limiter("to gmail", UNLIMITED).is_active


def test_speed_is_limited_evenly() -> None:
    limiter = Limiter("to gmail", LimitSet((Rate(10, Unit.SECOND),)))
    grant_speed(limiter, 10)
    assert limiter.wait(NOW) is None
    limiter.begin_message(NOW)
    assert limiter.wait(NOW) == Wait(NOW + SECOND_NS // 10, "10/second to gmail")
    assert limiter.wait(NOW + SECOND_NS // 10) is None


def grant_speed(limiter: Limiter, count: int, now_ns: int = NOW) -> None:
    """The ledger has answered."""
    for one in limiter.needs(now_ns):
        one.apply(Grant(count, at=1000, usable_until=1005, wait_s=0), now_ns)


def test_a_part_of_a_speed_is_kept_until_its_time_is_over_and_asked_for_before() -> None:
    limiter = Limiter("to gmail", LimitSet((Rate(10, Unit.SECOND),)))
    grant_speed(limiter, 5)
    limiter.begin_message(NOW)
    assert limiter.wait(NOW) == Wait(NOW + SECOND_NS // 5, "10/second to gmail")
    assert limiter.expiring_share(NOW + SECOND_NS) is None
    assert limiter.expiring_share(NOW + GOOD_FOR_S * SECOND_NS // 2) is not None
    assert not list(limiter.needs(NOW + GOOD_FOR_S * SECOND_NS - 1))
    assert list(limiter.needs(NOW + GOOD_FOR_S * SECOND_NS))


def test_another_speed_begins_after_what_has_gone_at_the_old_one() -> None:
    limiter = Limiter("to gmail", LimitSet((Rate(10, Unit.SECOND),)))
    grant_speed(limiter, 2)
    limiter.begin_message(NOW)
    (share,) = limiter.needs(NOW + 5 * SECOND_NS)
    share.apply(Grant(10, at=1000, usable_until=1005, wait_s=0), NOW)
    assert limiter.wait(NOW) == Wait(NOW + SECOND_NS // 2, "10/second to gmail")


def test_a_sender_without_a_part_waits_and_asks_again() -> None:
    limiter = Limiter("to gmail", LimitSet((Rate(1, Unit.SECOND),)))
    (share,) = limiter.needs(NOW)
    share.apply(Grant(0, at=1000, usable_until=1005, wait_s=1), NOW)
    assert limiter.wait(NOW) == Wait(NOW + SECOND_NS, "1/second to gmail")
    assert list(limiter.needs(NOW + SECOND_NS)) == [share]


def test_the_slower_of_two_backoffs_counts_whoever_heard_of_it() -> None:
    limiter = Limiter("to gmail", UNLIMITED)
    now = NOW / SECOND_NS
    limiter.adopt_backoff(Backoff(10.0, 5.0, now), NOW)
    limiter.adopt_backoff(Backoff(100.0, 50.0, now), NOW)
    assert limiter.backoff is not None
    assert limiter.backoff.speed_at(now) == 5
    limiter.adopt_backoff(Backoff(10.0, 1.0, now), NOW)
    assert limiter.backoff.speed_at(now) == 1


def test_connections_are_limited_until_one_is_done() -> None:
    limiter = Limiter("to gmail", LimitSet(connections=2))
    limiter.begin_message(NOW)
    assert limiter.wait(NOW) is None
    limiter.begin_message(NOW)
    assert limiter.wait(NOW) == Wait(FOREVER_NS, "2 connections to gmail")
    limiter.end_message()
    assert limiter.wait(NOW) is None


def test_a_quota_is_asked_for_when_its_reserve_is_empty_or_old() -> None:
    limiter = Limiter("", LimitSet((Rate(100, Unit.MINUTE),)))
    (reserve,) = limiter.needs(NOW)
    request = reserve.request()
    assert (request.name, request.count, request.unneeded) == ("all mail, per minute", 2, 0)
    reserve.apply(Grant(2, at=1000, usable_until=1001, wait_s=0), NOW)
    assert not list(limiter.needs(NOW))
    limiter.begin_message(NOW)
    assert not list(limiter.needs(NOW))
    assert list(limiter.needs(NOW + SECOND_NS)) == [reserve], "it has run out"
    assert (reserve.request().unneeded, reserve.request().granted_at) == (1, 1000)
    limiter.begin_message(NOW)
    assert list(limiter.needs(NOW)) == [reserve]


def test_a_quota_that_is_used_up_closes_the_limiter_until_it_comes_back() -> None:
    limiter = Limiter("to gmail", LimitSet((Rate(100, Unit.HOUR),)))
    (reserve,) = limiter.needs(NOW)
    reserve.apply(Grant(0, at=1000, usable_until=1030, wait_s=7), NOW)
    assert not list(limiter.needs(NOW)), "the ledger has said it"
    assert limiter.wait(NOW) == Wait(NOW + 7 * SECOND_NS, "100/hour to gmail")
    assert list(limiter.needs(NOW + 7 * SECOND_NS)) == [reserve]


def test_the_limit_that_holds_longest_is_named() -> None:
    limiter = Limiter("by a.example", LimitSet((Rate(10, Unit.SECOND),), warm_up=parse_warm_up("200x1.5", setting="X")))
    reserve, _ = limiter.needs(NOW)
    grant_speed(limiter, 10)
    reserve.apply(Grant(0, at=1000, usable_until=1300, wait_s=3600), NOW)
    assert limiter.wait(NOW) == Wait(NOW + 3600 * SECOND_NS, "warm-up 200x1.5 by a.example")


def test_a_backoff_begins_when_less_is_asked_for_and_ends_by_itself() -> None:
    limiter = Limiter("to gmail", UNLIMITED)
    limiter.slow_down(10.0, NOW)
    assert limiter.is_active
    wait = limiter.wait(NOW)
    assert wait is not None
    assert 0.19 * SECOND_NS < wait.until_ns - NOW <= 0.2 * SECOND_NS
    assert wait.reason == "slowed to 5.0/second to gmail"
    assert limiter.wait(NOW + 301 * SECOND_NS) is None
    assert not limiter.is_active
