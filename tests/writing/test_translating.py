"""A translation beside the first language: what stands for what, what is missing, and what is older."""

from __future__ import annotations

from typing import Any

import pytest

from composer.writing.translating import BlockRow, begun_block, confirmed, remembered, rows_of

FIRST: dict[str, Any] = {
    "subject": "News of the quay",
    "preheader": "A bridge opens.",
    "blocks": [
        {"block": "text", "id": "hello", "body": "Dear all, the bridge opens."},
        {"block": "divider"},
        {
            "block": "events",
            "id": "dates",
            "title": "Coming up",
            "events": [
                {"date": "2027-01-15", "title": "A walk along the quay", "place": "Nice"},
                {"date": "2027-01-16", "title": "A boat trip"},
            ],
        },
    ],
}


def _states(rows: list[BlockRow]) -> dict[tuple[object, ...], str]:
    return {pair.there: pair.state for row in rows for pair in row.pairs}


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([{"id": "hello", "body": "Bonjour, le pont ouvre."}], id="by ids"),
        pytest.param([{"body": "Bonjour, le pont ouvre."}, {}, {}], id="by order"),
        pytest.param([{"block": "text", "body": "Bonjour, le pont ouvre."}], id="on its own"),
        pytest.param([{"block": "text", "id": ["x"], "body": "Bonjour, le pont ouvre."}], id="a name that is none"),
    ],
)
def test_texts_find_their_counterparts_however_a_translation_is_written(blocks: list[dict[str, Any]]) -> None:
    rows = rows_of(FIRST, {"subject": "Nouvelles du quai", "blocks": blocks}, memory={})
    states = _states(rows)
    assert states[("subject",)] == "translated"
    assert states[("preheader",)] == "missing"
    assert states[("blocks", 0, "body")] == "translated"
    assert states[("blocks", 2, "events", 0, "title")] == "missing"
    assert states[("blocks", 2, "events", 0, "place")] == "same"
    assert [row.label for row in rows] == ["Issue", "Text", "List of dates"]
    assert rows[1].here == 0


def test_words_that_are_still_those_of_the_first_language_are_missing() -> None:
    rows = rows_of(FIRST, FIRST, memory={})
    assert set(_states(rows).values()) == {"missing", "same"}


def test_a_text_whose_source_was_changed_since_is_told_until_it_is_written_anew_or_confirmed() -> None:
    french = {"subject": "Nouvelles du quai", "blocks": []}
    memory = remembered({}, rows_of(FIRST, french, memory={}))
    changed = {**FIRST, "subject": "News of the harbour"}
    rows = rows_of(changed, french, memory=memory)
    assert _states(rows)[("subject",)] == "newer"
    assert remembered(memory, rows) == memory
    assert _states(rows_of(FIRST, french, memory=memory))[("subject",)] == "translated"
    right = confirmed(memory, rows, ("subject",))
    assert _states(rows_of(changed, french, memory=right))[("subject",)] == "translated"
    anew = {**french, "subject": "Nouvelles du port"}
    assert _states(rows_of(changed, anew, memory=memory))[("subject",)] == "translated"


def test_a_block_that_is_missing_begins_with_the_words_of_the_first_language_at_its_place() -> None:
    own = {"blocks": [{"block": "text", "body": "Bonjour."}]}
    assert begun_block(FIRST, own, 2) == (1, FIRST["blocks"][2])
    by_ids = {"blocks": [{"id": "dates", "title": "À venir"}]}
    assert begun_block(FIRST, by_ids, 0) == (0, {"id": "hello", "body": "Dear all, the bridge opens."})
    assert begun_block(FIRST, by_ids, 1) is None
