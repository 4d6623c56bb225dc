"""A value of a typed field has one spelling, or is refused in words; it is never guessed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.audience.attributes import (
    FieldDeclaration,
    FieldType,
    ValueRefused,
    canonical,
    canonical_all,
)

NUMBER, DATE, YES_NO = (FieldDeclaration(kind) for kind in (FieldType.NUMBER, FieldType.DATE, FieldType.YES_NO))
SIZE = FieldDeclaration(FieldType.CHOICE, ("Small", "Très large", "XL"))


@pytest.mark.parametrize(
    ("declared", "text", "kept"),
    [
        (NUMBER, "1234.50", "1234.5"),
        (NUMBER, "1234,5", "1234.5"),
        (NUMBER, "1 234,5", "1234.5"),
        (NUMBER, "1.234,5", "1234.5"),
        (NUMBER, "1,234.5", "1234.5"),
        (NUMBER, "1,234,567", "1234567"),
        (NUMBER, "1.234.567", "1234567"),
        (NUMBER, "\N{MINUS SIGN}3", "-3"),
        (NUMBER, "-0", "0"),
        (NUMBER, "007", "7"),
        (NUMBER, "0,500", "0.5"),
        (NUMBER, "1.234", "1.234"),
        (NUMBER, "  ", ""),
        (DATE, "2026-01-31", "2026-01-31"),
        (DATE, "2026-1-3", "2026-01-03"),
        (DATE, "20260131", "2026-01-31"),
        (DATE, "31.1.2026", "2026-01-31"),
        (DATE, "31/01/2026", "2026-01-31"),
        (DATE, "01/31/2026", "2026-01-31"),
        (DATE, "05-05-2026", "2026-05-05"),
        (DATE, "2026-01-31T10:00:00.000Z", "2026-01-31"),
        (DATE, "2026-01-31 10:00:00 +0000 UTC", "2026-01-31"),
        (YES_NO, "Oui", "yes"),
        (YES_NO, "SÍ", "yes"),
        (YES_NO, "não", "no"),
        (YES_NO, "0", "no"),
        (SIZE, "tres LARGE", "Très large"),
        (SIZE, "XL", "XL"),
        (FieldDeclaration(), " Nice ", "Nice"),
    ],
)
def test_a_value_has_one_spelling(declared: FieldDeclaration, text: str, kept: str) -> None:
    assert canonical(text, declared) == kept
    assert canonical(kept, declared) == kept


@pytest.mark.parametrize(
    ("declared", "text", "words"),
    [
        (NUMBER, "1,234", "two numbers"),
        (NUMBER, "twelve", "no number"),
        (NUMBER, "1e5", "no number"),
        (NUMBER, "NaN", "no number"),
        (NUMBER, "١٢", "no number"),
        (NUMBER, "9" * 41, "no number"),
        (DATE, "03/04/2026", "two days"),
        (DATE, "2026-02-30", "no day"),
        (DATE, "31.31.2026", "no day"),
        (DATE, "soon", "no date"),
        (YES_NO, "perhaps", "neither yes nor no"),
        (SIZE, "smal", "did you mean “Small”"),
        (SIZE, "huge", "one of Small, Très large, XL"),
    ],
)
def test_what_is_no_value_is_refused_in_words(declared: FieldDeclaration, text: str, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        canonical(text, declared)


def test_who_knows_the_order_of_day_and_month_says_it() -> None:
    assert canonical("03/04/2026", DATE, day_first=True) == "2026-04-03"
    assert canonical("03/04/2026", DATE, day_first=False) == "2026-03-04"
    assert canonical("31/04/2026"[3:5] + "/13/2026", DATE, day_first=True) == "2026-04-13"


def test_good_values_come_in_and_the_others_are_told_by_name() -> None:
    declared = {"age": NUMBER, "size": SIZE}
    good, refused = canonical_all({"age": "old", "size": "xl", "city": "Nice"}, declared)
    assert good == {"size": "XL", "city": "Nice"}
    assert refused.keys() == {"age"}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_every_number_stays_itself(number: Decimal) -> None:
    assert Decimal(canonical(format(number, "f"), NUMBER)) == number


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_every_day_stays_itself(day: dt.date) -> None:
    assert canonical(day.isoformat(), DATE) == day.isoformat()
    assert canonical(f"{day.day}.{day.month}.{day.year}", DATE) == day.isoformat()
