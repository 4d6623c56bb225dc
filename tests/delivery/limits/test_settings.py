"""The operator's words about limits, read; and every mistake in them named."""

from __future__ import annotations

import pytest

from composer.address import domain_of
from composer.delivery.limits.quota import Rate, Unit
from composer.errors import SettingsError
from tests.support.pacing import limits


def test_nothing_said_limits_nothing() -> None:
    nothing = limits()
    assert not nothing.overall
    assert not nothing.for_sender("example.org")
    assert not nothing.for_provider("gmail")
    assert nothing.hours is None


def test_limits_for_some_and_for_every_other() -> None:
    found = limits(
        rate="50/second 20000/day",
        rate_from="news.example.org 1000/hour; * 200/hour",
        rate_to="gmail 20/second 5000/hour 10 connections; * 1 connection",
    )
    assert found.overall.rates == (Rate(50, Unit.SECOND), Rate(20_000, Unit.DAY))
    assert found.for_sender("news.example.org").rates == (Rate(1000, Unit.HOUR),)
    assert found.for_sender("other.example").rates == (Rate(200, Unit.HOUR),)
    assert found.for_provider("gmail").connections == 10
    assert found.for_provider("gmail").rates == (Rate(20, Unit.SECOND), Rate(5000, Unit.HOUR))
    assert found.for_provider("nice.example").connections == 1


def test_a_limit_holds_for_a_domain_however_it_is_spelled() -> None:
    found = limits(rate_from="xn--bcher-kva.example 1000/hour", rate_to="Bücher.example 1 connection")
    assert found.for_sender(domain_of("news@bücher.example")).rates == (Rate(1000, Unit.HOUR),)
    assert found.for_provider(domain_of("ana@XN--BCHER-KVA.example")).connections == 1


@pytest.mark.parametrize(
    ("setting", "text", "words"),
    [
        ("rate", "fast", "NEWSLETTER_RATE has 'fast'"),
        ("rate_to", "gmail", "a name and its limits"),
        ("rate_to", "20/second", "a name and its limits"),
        ("rate_to", "gmail 20/second; gmail 30/second", "names gmail twice"),
        ("rate_to", "bücher.example 1/day; xn--bcher-kva.example 2/day", "names xn--bcher-kva.example twice"),
        ("rate_to", "gmail ten connections", "'ten' before connections"),
        ("rate_to", "gmail connections", "before connections"),
        ("rate_from", "example.org 5", "NEWSLETTER_RATE_FROM has '5'"),
        ("providers", "gmail", "NEWSLETTER_PROVIDERS"),
        ("sending_window", "always", "NEWSLETTER_SENDING_WINDOW"),
    ],
)
def test_a_mistake_is_named(setting: str, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        limits(**{setting: text})
