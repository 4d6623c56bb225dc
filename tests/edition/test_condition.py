"""Conditions come back from JSON as they were, and read only their own fields."""

import json

from hypothesis import given
from hypothesis import strategies as st

from composer.edition.conditions.condition import (
    AllOf,
    AnyOf,
    Compared,
    Condition,
    Contains,
    Is,
    Known,
    Not,
    dump_condition,
    fields_of,
    holds,
    restore_condition,
)


def conditions() -> st.SearchStrategy[Condition]:
    fields = st.sampled_from(["subscriber.a", "subscriber.b", "subscriber.lists.members"])
    numbers = st.sampled_from(["0", "-1.5"])
    leaves: st.SearchStrategy[Condition] = st.builds(Contains, fields, st.just("x")) | st.builds(
        Compared, fields, st.just("number"), st.sampled_from(["==", "<", ">="]), st.tuples(numbers)
    )
    leaves |= st.builds(Is, fields, st.lists(st.sampled_from(["x", "y", ""]), max_size=2).map(tuple))
    return st.recursive(
        leaves | st.builds(Known, fields),
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
        ),
        max_leaves=8,
    )


@given(
    conditions(),
    st.dictionaries(st.sampled_from(["subscriber.a", "subscriber.b"]), st.sampled_from(["x", "y", "-1.5"])),
)
def test_a_condition_comes_back_from_json_and_reads_only_its_fields(
    condition: Condition, values: dict[str, str]
) -> None:
    assert restore_condition(json.loads(json.dumps(dump_condition(condition)))) == condition
    read = {name: value for name, value in values.items() if name in fields_of(condition)}
    assert holds(condition, read) is holds(condition, values)
