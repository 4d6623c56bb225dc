"""Every reader of Markdown has the same grammar, and says what it does differently."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import composer
from composer.commonmark import Addresses, markdown_parser


@pytest.mark.parametrize("addresses", Addresses)
def test_tables_and_strikethrough_are_part_of_the_grammar(addresses: Addresses) -> None:
    html = markdown_parser(addresses=addresses).render("| a |\n| - |\n| ~~b~~ |\n")
    assert "<table>" in html
    assert "<s>b</s>" in html


@pytest.mark.parametrize(
    ("addresses", "written", "html"),
    [
        (Addresses.SAFE, "[x](javascript:run)", "<p>[x](javascript:run)</p>"),
        (Addresses.ANY, "[x](javascript:run)", '<p><a href="javascript:run">x</a></p>'),
        (Addresses.AS_WRITTEN, "[x](javascript:run)", '<p><a href="javascript:run">x</a></p>'),
        (Addresses.SAFE, "[x](https://example.org/é)", '<p><a href="https://example.org/%C3%A9">x</a></p>'),
        (Addresses.ANY, "[x](https://example.org/é)", '<p><a href="https://example.org/%C3%A9">x</a></p>'),
        (Addresses.AS_WRITTEN, "[x](https://example.org/é)", '<p><a href="https://example.org/é">x</a></p>'),
    ],
)
def test_addresses_are_taken_as_the_reader_needs_them(addresses: Addresses, written: str, html: str) -> None:
    assert markdown_parser(addresses=addresses).render(written).strip() == html


def test_quotation_marks_are_those_asked_for_or_as_written() -> None:
    assert markdown_parser(quotes="«»“”").render("\"a 'b'\"") == "<p>«a “b”»</p>\n"
    assert markdown_parser().render('"a"') == "<p>&quot;a&quot;</p>\n"


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("これは**「重要」**という", "これは<strong>「重要」</strong>という"),
        ("**“强调”**的。", "<strong>“强调”</strong>的。"),
        ("그는 **'중요'**라고", "그는 <strong>'중요'</strong>라고"),
        ('คือ*"สำคัญ"*ที่', "คือ<em>&quot;สำคัญ&quot;</em>ที่"),
        ("値は~~（旧）~~です", "値は<s>（旧）</s>です"),
        ("a**😀!**b", "a**😀!**b"),
    ],
)
def test_emphasis_is_read_in_scripts_that_have_no_blanks(written: str, html: str) -> None:
    assert markdown_parser().render(written) == f"<p>{html}</p>\n"


def test_emphasis_in_other_scripts_is_that_of_commonmark() -> None:
    signs = random.Random(9)
    ours, plain = markdown_parser(), MarkdownIt("commonmark").enable("strikethrough")
    for _ in range(5000):
        written = "".join(signs.choices('***___~~ab.(" é“€', k=12))
        assert ours.renderInline(written) == plain.renderInline(written), written


def test_no_other_module_makes_a_parser() -> None:
    folder = Path(composer.__file__).parent
    makers = re.compile(r"\bMarkdownIt\(|\(MarkdownIt\)")
    found = [file.name for file in folder.rglob("*.py") if makers.search(file.read_text(encoding="utf-8"))]
    assert found == ["commonmark.py"]
