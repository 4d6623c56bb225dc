"""Both sides of every condition can be looked at."""

from __future__ import annotations

import pytest

from composer.edition.conditions.condition import Condition, holds
from composer.edition.conditions.show_if import parse_condition
from composer.issue.model import SubscriberField
from composer.output.sample_readers import sample_readers
from composer.studio.branches import branch_readers

FULL = sample_readers("en", {"city": SubscriberField(meaning="The city.")})[0]
FIELDS = {
    "subscriber.language": SubscriberField(meaning="L"),
    "subscriber.city": SubscriberField(meaning="C"),
    "subscriber.age": SubscriberField(meaning="A", type="number"),
    "subscriber.renewed": SubscriberField(meaning="R", type="date"),
}


def condition(text: str) -> Condition:
    return parse_condition(text, fields=FIELDS)


@pytest.mark.parametrize(
    "texts",
    [
        ['subscriber.city == "Nice"'],
        ['"members" in subscriber.lists', 'not ("members" in subscriber.lists)'],
        ['subscriber.city in ["Nice", "Turin"] and subscriber.language == "fr"', "subscriber.city"],
        ['subscriber.age < 18 and subscriber.renewed >= "2026-01-31"', '"ic" in subscriber.city'],
        ['subscriber.language != "fr" or "board" in subscriber.lists', 'subscriber.city == "Lyon"'],
    ],
)
def test_every_condition_is_seen_from_both_sides(texts: list[str]) -> None:
    conditions = [condition(text) for text in texts]
    readers = branch_readers(conditions, like=FULL)
    for one in conditions:
        assert {holds(one, reader.values({})) for reader in readers} == {True, False}
    assert len(readers) <= 4
    assert len({reader.key for reader in readers}) == len({reader.label for reader in readers}) == len(readers)


def test_an_issue_without_conditions_has_no_further_readers() -> None:
    assert branch_readers([], like=FULL) == ()


def test_a_reader_is_named_after_what_sets_them_apart() -> None:
    labels = {reader.label for reader in branch_readers([condition('"members" in subscriber.lists')], like=FULL)}
    assert labels == {"on the list members", "not on the list members"}
