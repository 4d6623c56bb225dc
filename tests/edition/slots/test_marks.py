"""Marks survive what happens to words, and no author can forge one."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from composer.edition.slots.marks import Marks, unused_prefix


@given(st.lists(st.text()))
def test_a_prefix_stands_in_no_text_and_is_the_same_for_the_same_texts(texts: list[str]) -> None:
    prefix = unused_prefix("m", texts)
    assert prefix == unused_prefix("m", texts)
    assert not any(prefix in text.lower() for text in texts)


def test_an_author_who_knows_a_prefix_cannot_write_it_for_the_text_that_it_is_of() -> None:
    forged = unused_prefix("m", ["Dear reader"])
    assert unused_prefix("m", [f"Dear reader {forged}0000z"]) != forged


def test_a_mark_is_found_in_any_case_beside_letters_and_in_an_address() -> None:
    marks: Marks[str] = Marks("mabcdefg234")
    mark = marks.mark("name")
    text = f"İ x{mark}y ẞ{mark.upper()} {mark.capitalize()} \ud800 {quote(mark)} {mark.title().swapcase()}"
    assert [thing for _, thing in marks.find(text)] == ["name"] * 5
    assert [match[0].lower() for match, _ in marks.find(text)] == [mark] * 5


def test_a_cut_mark_is_noticed() -> None:
    marks: Marks[str] = Marks("mabcdefg234")
    mark = marks.mark("name")
    assert not marks.broken(f"a {mark} b {mark.upper()}")
    assert marks.broken(f"a {mark[:-3]}… b {mark}")
    assert marks.broken(f"a {mark[:9]}…")
