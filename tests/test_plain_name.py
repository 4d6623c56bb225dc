"""A name that is made of any words is one that every file system takes, and still read as the words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.plain_name import plain_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Été à Nice (2)", "ete-a-nice-2"),
        ("STRASSE, Straße, STRAẞE", "strasse-strasse-strasse"),
        ("Ørsted på Ærø", "orsted-pa-aero"),
        ("Łódź, Đakovo, Œuvre, Þingvellir", "lodz-dakovo-oeuvre-thingvellir"),
        ("İzmir ve Diyarbakır", "izmir-ve-diyarbakir"),
        ("ﬁne №5 ℡", "fine-no5-tel"),
        ("写真", ""),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_words_become_a_name_without_losing_a_letter(text: str, name: str) -> None:
    assert plain_name(text) == name


@given(st.text())
def test_a_name_is_of_small_letters_digits_and_single_hyphens(text: str) -> None:
    name = plain_name(text, longest=12)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", name)
    assert len(name) <= 12
    assert plain_name(name) == name
