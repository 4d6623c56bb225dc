"""What a relay does without: nothing goes to a provider that is stopped, one asks, and an answer decides."""

from __future__ import annotations

from composer.delivery.judgement import About
from composer.delivery.limits.providers import find_provider
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.sending.provider_stops import ProviderStops
from composer.mailbox_providers import PROVIDERS

ANA = "ana@googlemail.com"
WORDS = "a.example refuses everybody of gmail"


def stops(relays: int = 1) -> ProviderStops:
    return ProviderStops(find_provider(PROVIDERS), PROVIDERS, relays)


def test_a_stop_is_of_one_relay_and_all_domains_of_the_provider() -> None:
    found = stops(2)
    assert found.stop(0, "gmail", WORDS, 0)
    assert not found.stop(0, "gmail", WORDS, 0), "it is stopped already"
    assert found.is_stopped(0, ANA)
    assert not found.is_stopped(1, ANA)
    assert not found.is_stopped(0, "ana@a.example")
    assert list(found.words()) == [WORDS]


def test_nobody_claims_what_no_relay_carries() -> None:
    found = stops(2)
    found.stop(0, "gmail", WORDS, 0)
    assert found.domains_of_nobody([]) == []
    assert found.domains_of_nobody([1]) == ["gmail.com", "googlemail.com"], "the other relay is away"
    assert found.domains_of_nobody([0, 1]) == [], "with both away, it is not about the provider"
    found.stop(1, "gmail", WORDS, 0)
    found.stop(1, "a.example", WORDS, 0)
    assert found.domains_of_nobody([]) == ["gmail.com", "googlemail.com"]


def test_after_a_rest_that_grows_one_message_asks() -> None:
    found, now, rests = stops(), 0, []
    found.stop(0, "gmail", WORDS, now)
    for _ in range(7):
        since = now
        while not found.wake(now):
            now += 10 * SECOND_NS
        rests.append((now - since) // SECOND_NS)
        assert not found.is_stopped(0, ANA)
        assert [limiter.connections for limiter in found.limiters(0, ANA)] == [1]
        assert found.note_refused(0, ANA, About.US, now)
        assert found.is_stopped(0, ANA)
    assert rests == [30, 60, 120, 240, 480, 600, 600]


def test_people_who_may_really_be_dead_are_not_the_answer() -> None:
    found = stops()
    found.probe(0, "gmail", WORDS)
    assert [found.note_refused(0, ANA, About.PERSON, 0) for _ in range(10)] == [False] * 9 + [True]


def test_one_that_is_taken_ends_it() -> None:
    found = stops()
    found.probe(0, "gmail", WORDS)
    assert found.end(0, "gmail")
    assert not found.end(0, "gmail")
    assert found.limiters(0, ANA) == ()
    assert not found
