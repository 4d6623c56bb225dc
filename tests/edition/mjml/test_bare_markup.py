"""HTML is inlined without its words, and they are put back: as if it had been inlined with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from composer.edition.mjml.bare_markup import with_words, without_words
from composer.edition.mjml.inline_css import _markup_within, inline_css
from composer.edition.slots.marks import Marks

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0\r<&\"'>"), max_size=12)
SIGNS = st.sampled_from(
    ["&amp;", "&lt;", "&gt;", "&nbsp;", "&#160;", "&eacute;", "&quot;", "'", "&", "é ", " ", "wordy"]
)
WRITTEN = st.lists(PLAIN | SIGNS, max_size=6).map("".join)
PIECE = '<td class="a"><!-- {2} --><a id="{1}" href="{1}" title="{2}">{0}</a>{0}<img src="{1}" alt="{2}"></td>'


def _read_and_written(piece: str) -> str:
    page = etree.fromstring(f"<html><body><table><tr>{piece}</tr></table></body></html>", etree.HTMLParser())
    written: bytes = etree.tostring(page, method="html", encoding="utf-8")
    return written.decode()


@given(WRITTEN, WRITTEN, WRITTEN)
def test_what_is_read_and_written_without_its_words_is_as_if_read_and_written_with_them(
    text: str, address: str, caption: str
) -> None:
    piece = PIECE.format(text, address, caption.replace("--", ""))
    markup, words = without_words(piece)
    assert with_words(_read_and_written(markup), words) in (None, _read_and_written(piece))


def test_articles_that_differ_only_in_what_they_say_have_the_same_markup() -> None:
    first = PIECE.format("One &amp; two", "https://a.test/?b=1&amp;c=2", "“A picture”")
    second = PIECE.format("Trois&nbsp;: quatre", "#there", "Une image")
    assert without_words(first).markup.replace("“A picture”", "Une image") == without_words(second).markup


@pytest.mark.parametrize("text", ["", " ", "\n", "&nbsp;", " &#160; "])
def test_a_text_of_nothing_but_space_stays(text: str) -> None:
    assert without_words(f"<p>{text}</p>").markup == f"<p>{text}</p>"


def test_markup_that_lost_a_place_takes_no_words() -> None:
    markup, words = without_words("<p>One</p><p>Two</p>")
    assert with_words(markup.replace("aTextOfAnAuthor", "", 1), words) is None


CSS = ".prose p { margin: 0 } .prose a { color: red }"


def _inlined(words: str, css: str = CSS) -> str:
    cuts: Marks[int] = Marks("kabcdefg234")
    block = f'{cuts.mark(0)}<div class="prose"><p><a href="https://a.test/{words}">{words}</a></p></div>{cuts.mark(0)}'
    return inline_css(f"<!doctype html><html><body>{block}</body></html>", css=css, cuts=cuts)


def test_a_block_of_other_words_is_not_inlined_again() -> None:
    first = _inlined("one")
    asked = _markup_within.cache_info().misses
    assert _inlined("two") == first.replace("one", "two")
    assert _markup_within.cache_info().misses == asked
    assert _inlined("two", f"{CSS} p {{ top: 0 }}") != _inlined("two")


@pytest.mark.parametrize("selector", ['a[href$="one"]', '[href$="/one"]'])
def test_a_sheet_that_selects_by_an_address_is_inlined_by_it(selector: str) -> None:
    css = f"{selector} {{ color: red }}"
    assert "color:red" in _inlined("one", css)
    assert "color:red" not in _inlined("two", css)


def test_the_word_that_stands_for_others_may_be_an_authors() -> None:
    assert ">aTextOfAnAuthor</a>" in _inlined("aTextOfAnAuthor")
    assert "&copy; aTextOfAnAuthor".replace("&copy;", "©") in _inlined("&copy; aTextOfAnAuthor")
