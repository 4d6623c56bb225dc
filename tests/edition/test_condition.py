"""Conditions: read with exact places, and true for whom they say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.condition import (
    AllOf,
    AnyOf,
    Condition,
    ConditionError,
    Is,
    Known,
    Not,
    dump_condition,
    fields_of,
    holds,
    parse_condition,
    restore_condition,
)

FIELDS = ("subscriber.language", "subscriber.city", "subscriber.first_name")
ANA = {"subscriber.language": "fr", "subscriber.city": " Nice ", "subscriber.lists.members": "yes"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('subscriber.language == "fr"', True),
        ("subscriber.language == 'en'", False),
        ('subscriber.language != "en"', True),
        ("subscriber.city == “Nice”", True),
        ('subscriber.city == "nice"', False),
        ('subscriber.city in ["Turin", "Nice"]', True),
        ('subscriber.city not in ["Turin","Nice"]', False),
        ('"members" in subscriber.lists', True),
        ('"board" in subscriber.lists', False),
        ('"board" not in subscriber.lists', True),
        ("subscriber.city", True),
        ("subscriber.first_name", False),
        ("not subscriber.first_name", True),
        ('subscriber.first_name == ""', True),
        ('subscriber.city == "Turin" or subscriber.language == "fr" and subscriber.city', True),
        ('(subscriber.city == "Turin" or subscriber.language == "fr") and not subscriber.city', False),
        ("not not subscriber.city", True),
        ("  subscriber.city  ", True),
    ],
)
def test_a_condition_holds_for_those_it_says(text: str, shown: bool) -> None:
    assert holds(parse_condition(text, fields=FIELDS), ANA) is shown


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ('subscriber.citty == "Nice"', 0, "no field 'subscriber.citty'", "did you mean 'subscriber.city'?"),
        ('subscriber.city = "Nice"', 16, "no '='", "write =="),
        ('subscriber.city && "x" in subscriber.lists', 16, "no '&&'", "write and"),
        ("!subscriber.city", 0, "no '!'", "write not"),
        ("subscriber.city == Nice", 19, "'Nice' cannot be read", 'put it into quotes: "Nice"'),
        ("subscriber.city == 75001", 19, "'75001' cannot be read", 'put it into quotes: "75001"'),
        ('subscriber.city == "Nice', 19, "the text is never closed", 'close it with "'),
        ("subscriber.city ==", 18, "ends too early", "looks like"),
        ("(subscriber.city", 16, "never closed", "close it with )"),
        ("subscriber.lists", 0, "cannot be compared", '"members" in subscriber.lists'),
        ('"members" in subscriber.city', 13, "cannot be read", "only subscriber.lists"),
        ('subscriber.city in "Nice"', 19, "cannot be read", 'in ["Nice", "Turin"]'),
        ("subscriber.city subscriber.language", 16, "cannot be read", "looks like"),
        ("{{ subscriber.city }}", 0, "cannot be read", "looks like"),
        ("subscriber.city.upper()", 0, "no field", "fields are"),
        ("not " * 60 + "subscriber.city", 84, "nested too deep", "simpler"),
        ("(" * 400, 21, "nested too deep", "simpler"),
    ],
)
def test_a_mistake_is_told_at_its_character(text: str, offset: int, message: str, hint: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse_condition(text, fields=FIELDS)
    assert (raised.value.offset, message in str(raised.value), hint in raised.value.hint) == (offset, True, True)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_condition(text, fields=FIELDS)
    except ConditionError as error:
        assert 0 <= error.offset <= len(text)  # noqa: PT017  not every text is refused


def conditions() -> st.SearchStrategy[Condition]:
    fields = st.sampled_from(["subscriber.a", "subscriber.b", "subscriber.lists.members"])
    leaves = st.builds(Is, fields, st.lists(st.sampled_from(["x", "y", ""]), max_size=2).map(tuple))
    return st.recursive(
        leaves | st.builds(Known, fields),
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
        ),
        max_leaves=8,
    )


@given(conditions(), st.dictionaries(st.sampled_from(["subscriber.a", "subscriber.b"]), st.sampled_from(["x", "y"])))
def test_a_condition_comes_back_from_json_and_reads_only_its_fields(
    condition: Condition, values: dict[str, str]
) -> None:
    assert restore_condition(json.loads(json.dumps(dump_condition(condition)))) == condition
    read = {name: value for name, value in values.items() if name in fields_of(condition)}
    assert holds(condition, read) is holds(condition, values)
