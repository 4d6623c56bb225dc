"""Conditions as rows and in words: what the form writes is read as what it showed, for the same readers."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.conditions.condition import AllOf, AnyOf, Condition, Is, Known, Not, fields_of, holds
from composer.edition.conditions.show_if import parse_condition
from composer.edition.conditions.words import say_condition, say_missing
from composer.edition.segments import subscriber_fields
from composer.issue.model import Newsletter
from composer.studio.condition_rows import ReaderTest, RowError, Rows, rows_of, write_rows
from composer.studio.who_sees import read_condition

TYPED = Newsletter.model_validate(
    {
        "name": "N",
        "organisation": "O",
        "fields": {"age": {"meaning": "A", "type": "number"}, "renewed": {"meaning": "R", "type": "date"}},
    }
)
FIELDS = ("subscriber.language", "subscriber.first_name", "subscriber.city")

_values = st.text("aé \"'“”,]\\{#:", min_size=1, max_size=6).map(str.strip).filter(bool)
_fields = st.sampled_from(["language", "first_name", "city"])
_row = (
    st.builds(
        ReaderTest, _fields, st.sampled_from(["is", "is_not"]), st.lists(_values, min_size=1, max_size=3).map(tuple)
    )
    | st.builds(ReaderTest, _fields, st.sampled_from(["known", "unknown"]))
    | st.builds(ReaderTest, st.just(""), st.sampled_from(["on", "off"]), st.tuples(_values))
)
_rows = st.builds(Rows, st.sampled_from(["all", "any"]), st.lists(_row, min_size=1, max_size=4).map(tuple))


@given(_rows)
def test_rows_that_are_written_are_read_as_the_same_rows(rows: Rows) -> None:
    if any({'"', "'", "”"} <= set(value) for row in rows.rows for value in row.values):
        with pytest.raises(RowError, match="quotation mark"):
            write_rows(rows)
        return
    text = write_rows(rows)
    read = rows_of(parse_condition(text, fields=FIELDS))
    assert read is not None
    assert read.rows == rows.rows
    assert len(rows.rows) == 1 or read.join == rows.join


_leaf: st.SearchStrategy[Condition] = st.builds(
    Is, st.sampled_from(FIELDS), st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=2).map(tuple)
) | st.builds(Known, st.sampled_from([*FIELDS, "subscriber.lists.m"]))
_conditions = st.recursive(
    _leaf,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(AllOf, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=5,
)


@given(_conditions)
def test_a_condition_laid_out_in_rows_holds_for_the_same_readers(condition: Condition) -> None:
    assert say_condition(condition).startswith("Only readers ")
    rows = rows_of(condition)
    if rows is None:
        return
    again = parse_condition(write_rows(rows), fields=FIELDS)
    fields = sorted(fields_of(condition) | fields_of(again))
    for values in product(("", "a", "b", "c"), repeat=len(fields)):
        reader = dict(zip(fields, values, strict=True))
        assert holds(again, reader) is holds(condition, reader), (write_rows(rows), reader)


@pytest.mark.parametrize(
    ("text", "words", "rows"),
    [
        ('subscriber.language == "fr"', "whose language is French", 1),
        ('subscriber.language == "de-LU"', "whose language is German (Luxembourg)", 1),
        ('subscriber.language != "xq"', "whose language is not “xq”", 1),
        ('subscriber.city in ["Nice", "Turin", "Genoa"]', "whose city is “Nice”, “Turin” or “Genoa”", 1),
        ('subscriber.city not in ["Nice", "Turin"]', "whose city is neither “Nice” nor “Turin”", 1),
        ("subscriber.first_name", "whose first name is known", 1),
        ('subscriber.first_name == ""', "whose first name is not known", 1),
        ('"members" in subscriber.lists', "who are on the list “members”", 1),
        ('"members" not in subscriber.lists', "who are not on the list “members”", 1),
        ("not not subscriber.city", "whose city is known", 1),
        ('subscriber.city and subscriber.language == "fr"', "whose city is known and whose language is French", 2),
        (
            'subscriber.city or subscriber.first_name and "m" in subscriber.lists',
            "whose city is known or (whose first name is known and who are on the list “m”)",
            None,
        ),
        (
            "not (subscriber.city or subscriber.first_name)",
            "of whom this is not so: (whose city is known or whose first name is known)",
            None,
        ),
        ('subscriber.city in ["", "Nice"]', "whose city is empty or “Nice”", None),
    ],
)
def test_a_condition_is_said_in_words(text: str, words: str, rows: int | None) -> None:
    report = read_condition(text, fields=FIELDS)
    assert (report.words, report.problem) == (f"Only readers {words}", "")
    assert (None if report.rows is None else len(report.rows)) == rows


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("subscriber.age < 18", "whose age is less than 18"),
        ("subscriber.age not in [18, 19.50]", "whose age is neither 18 nor 19.5"),
        ('subscriber.renewed >= "1 year ago"', "whose renewed is not before 1 December 2025 (1 year ago)"),
        ('subscriber.renewed != "2026-01-31"', "whose renewed is not 31 January 2026"),
        ("not subscriber.age > 2", "of whom this is not so: whose age is more than 2"),
        ('"@nice.example" not in subscriber.email', "whose email does not contain “@nice.example”"),
        ('"vip" not in subscriber.tags', "who do not have the tag “vip”"),
        ('received("winter") or not received("spring")', "who received “winter” or who did not receive “spring”"),
        (
            'outcome("winter") in ["refused", "bounced"]',
            "of whose message of “winter” the outcome is refused or bounced",
        ),
        ('joined_after("2026-01-31", "press")', "who came onto the list “press” after 31 January 2026"),
        ('joined_before("today")', "who came onto the first of their lists before 1 December 2026 (today)"),
    ],
)
def test_a_segment_is_said_in_words(text: str, words: str) -> None:
    condition = parse_condition(text, fields=subscriber_fields(TYPED), is_segment=True)
    assert say_condition(condition, today=dt.date(2026, 12, 1)) == f"Only readers {words}"


def test_whom_a_not_includes_is_said() -> None:
    def said(text: str) -> str:
        return say_missing(parse_condition(text, fields=subscriber_fields(TYPED), is_segment=True))

    assert said('subscriber.first_name != "Ana"') == "“Not” is true also of those whose first name is not known"
    assert "age or renewed is" in said('not (subscriber.age < 18 or subscriber.renewed == "today")')
    assert said('subscriber.language != "fr" and subscriber.age > 3 and not not subscriber.age > 4') == ""


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ('subscriber.citty == "Nice"', "no field 'subscriber.citty'", "did you mean 'subscriber.city'?"),
        ("subscriber.city == Nice", "cannot be read", "put it into quotes"),
    ],
)
def test_a_condition_that_cannot_be_read_says_why(text: str, problem: str, hint: str) -> None:
    report = read_condition(text, fields=FIELDS)
    assert problem in report.problem
    assert hint in report.hint
    assert (report.words, report.rows) == ("", None)


@pytest.mark.parametrize(
    ("row", "message"),
    [(ReaderTest("first_name", "is", (" ",)), "say which first name"), (ReaderTest("", "on"), "say which list")],
)
def test_a_row_that_says_too_little_asks_for_it(row: ReaderTest, message: str) -> None:
    with pytest.raises(RowError, match=message):
        write_rows(Rows("all", (row,)))
