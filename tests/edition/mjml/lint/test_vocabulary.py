"""The table that ships is what MJML and our renderer do."""

from __future__ import annotations

import json

import pytest

from composer.edition.mjml.lint.vocabulary import TABLE, is_valid, type_in_words, vocabulary
from tools.fetch_mjml_vocabulary import ignored_attributes

ABOUT = json.loads(TABLE.read_text(encoding="utf-8"))


def test_the_table_says_where_it_comes_from() -> None:
    assert ABOUT["source"] == "npm mjml-preset-core"
    assert ABOUT["version"] == "5.4.1"
    assert ABOUT["licence"].startswith("MIT")
    assert ABOUT["read"] > "2026"


def test_the_installed_renderer_ignores_what_the_table_says() -> None:
    assert ignored_attributes(ABOUT["elements"]) == {
        tag: sorted(kind.ignored) for tag, kind in vocabulary().kinds.items() if kind.ignored
    }


def test_what_may_stand_in_an_element_is_an_element() -> None:
    kinds = vocabulary().kinds
    assert {child for kind in kinds.values() for child in kind.children} <= {*kinds, "*"}


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("color", "a colour, such as #1a2b3c"),
        ("boolean", "true or false"),
        ("enum(left,center,right)", "left, center or right"),
        ("unit(px)", "a length in px, such as 20px"),
        ("unit(px,%,)", "a length in px or %, or a number, such as 20px"),
        ("unit(px,auto)", "a length in px, or auto, such as 20px"),
        ("unit(px,%){1,4}", "one to four lengths in px or %, such as 20px"),
    ],
)
def test_a_type_is_told_in_words(type_: str, words: str) -> None:
    assert type_in_words(type_) == words


def test_every_type_of_the_table_can_be_judged_and_told() -> None:
    for type_ in {type_ for kind in vocabulary().kinds.values() for type_ in kind.attributes.values()} - {"string"}:
        assert not is_valid("no such value", type_)
        assert type_in_words(type_)
