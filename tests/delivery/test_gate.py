"""A gate lets one pass when all its limits do, and names the one that does not."""

from __future__ import annotations

from composer.delivery.gate import FOREVER_NS, Gate
from composer.delivery.pace import SECOND_NS, Rate, Unit
from composer.delivery.reserve import Grant
from composer.delivery.rules import NO_CAP, Cap
from composer.delivery.warmup import parse_warm_up

NOW = 10**15


def test_a_gate_without_a_limit_is_none() -> None:
    assert not Gate("to gmail", NO_CAP).limits


def test_speed_is_limited_evenly() -> None:
    gate = Gate("to gmail", Cap((Rate(10, Unit.SECOND),)))
    assert gate.wait(NOW) == (0, "")
    gate.let_pass(NOW)
    assert gate.wait(NOW) == (SECOND_NS // 10, "10/second to gmail")
    assert gate.wait(NOW + SECOND_NS // 10) == (0, "")


def test_connections_are_limited_until_one_is_done() -> None:
    gate = Gate("to gmail", Cap(connections=2))
    gate.let_pass(NOW)
    assert gate.wait(NOW) == (0, "")
    gate.let_pass(NOW)
    assert gate.wait(NOW) == (FOREVER_NS, "2 connections to gmail")
    gate.open -= 1
    assert gate.wait(NOW) == (0, "")


def test_a_quota_is_asked_for_when_its_purse_is_empty_or_old() -> None:
    gate = Gate("", Cap((Rate(100, Unit.MINUTE),)))
    (purse,) = gate.lacking(NOW)
    wish = purse.wish()
    assert (wish.name, wish.count, wish.unneeded) == ("all mail, per minute", 2, 0)
    purse.fill(Grant(2, at=1000, usable_until=1001, wait_s=0), NOW)
    assert not list(gate.lacking(NOW))
    gate.let_pass(NOW)
    assert not list(gate.lacking(NOW))
    assert list(gate.lacking(NOW + SECOND_NS)) == [purse], "it has run out"
    assert (purse.wish().unneeded, purse.wish().granted_at) == (1, 1000)
    gate.let_pass(NOW)
    assert list(gate.lacking(NOW)) == [purse]


def test_a_quota_that_is_used_up_closes_the_gate_until_it_comes_back() -> None:
    gate = Gate("to gmail", Cap((Rate(100, Unit.HOUR),)))
    (purse,) = gate.lacking(NOW)
    purse.fill(Grant(0, at=1000, usable_until=1030, wait_s=7), NOW)
    assert not list(gate.lacking(NOW)), "the ledger has said it"
    assert gate.wait(NOW) == (7 * SECOND_NS, "100/hour to gmail")
    assert list(gate.lacking(NOW + 7 * SECOND_NS)) == [purse]


def test_the_limit_that_holds_longest_is_named() -> None:
    gate = Gate("by a.example", Cap((Rate(10, Unit.SECOND),), warm_up=parse_warm_up("200x1.5", setting="X")))
    gate.let_pass(NOW)
    (purse,) = gate.purses
    purse.fill(Grant(0, at=1000, usable_until=1300, wait_s=3600), NOW)
    assert gate.wait(NOW) == (3600 * SECOND_NS, "warm-up 200x1.5 by a.example")


def test_a_slowdown_begins_with_the_first_complaint_and_ends_by_itself() -> None:
    gate = Gate("to gmail", NO_CAP)
    gate.slow_down(10.0, NOW)
    assert gate.limits
    wait_ns, limit = gate.wait(NOW)
    assert 0.19 * SECOND_NS < wait_ns <= 0.2 * SECOND_NS
    assert limit == "slowed to 5.0/second to gmail"
    assert gate.wait(NOW + 301 * SECOND_NS) == (0, "")
    assert not gate.limits
