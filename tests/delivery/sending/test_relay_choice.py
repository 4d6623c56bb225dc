"""The sender's domain and the weights say which relay a message goes by, the same in every run."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.sending.relay_choice import WeightedRoundRobin, relays_for
from composer.delivery.smtp.relay import parse_relays
from composer.errors import SettingsError


def turns(round_robin: WeightedRoundRobin, able: set[int], count: int) -> list[int]:
    chosen = []
    for _ in range(count):
        one, round_robin = round_robin.choose(able)
        chosen.append(one)
    return chosen


def test_turns_are_mixed() -> None:
    assert turns(WeightedRoundRobin.of([3, 1]), {0, 1}, 8) == [0, 0, 1, 0, 0, 0, 1, 0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 5))
def test_shares_are_exactly_the_weights_in_every_round(weights: list[int], rounds: int) -> None:
    chosen = turns(WeightedRoundRobin.of(weights), set(range(len(weights))), rounds * sum(weights))
    assert Counter(chosen) == {one: weight * rounds for one, weight in enumerate(weights)}


@given(st.lists(st.integers(0, 9), min_size=2, max_size=5), st.data())
def test_only_those_that_are_able_are_chosen_and_nobody_saves_up_for_later(
    weights: list[int], data: st.DataObject
) -> None:
    round_robin, everyone = WeightedRoundRobin.of(weights), set(range(len(weights)))
    for _ in range(30):
        able = data.draw(st.sets(st.sampled_from(sorted(everyone)), min_size=1))
        one, round_robin = round_robin.choose(able)
        assert one in able
        assert sum(round_robin.credit) == 0


def test_a_spare_is_used_only_when_no_other_is_left() -> None:
    round_robin = WeightedRoundRobin.of([1, 0])
    assert set(turns(round_robin, {0, 1}, 10)) == {0}
    assert set(turns(round_robin, {1}, 10)) == {1}


def test_a_domain_goes_by_the_relays_that_name_it_and_others_by_those_that_name_none() -> None:
    relays = parse_relays("smtp://a.example?from=cities.example smtp://b.example smtp://c.example?from=cities.example")
    assert relays_for("Cities.example", relays) == (0, 2)
    assert relays_for("other.example", relays) == (1,)


def test_a_domain_that_no_relay_carries_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(SettingsError, match=r"no relay of NEWSLETTER_SMTP_URL sends from other\.example"):
        relays_for("other.example", parse_relays("smtp://a.example?from=cities.example"))
