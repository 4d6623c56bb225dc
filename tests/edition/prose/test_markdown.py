"""Markdown as authors write it: HTML for the mail, the same as text, and mistakes at their line."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.pictures.files import PictureError
from composer.edition.prose.markdown import MarkdownRules, Prose, parse_markdown
from composer.edition.prose.plain_text import References, prose_text
from composer.errors import EditionError
from tests.support.authoring import png
from tests.support.editions import build, read_as


def picture_url(name: str) -> str:
    if name != "a.png":
        raise PictureError(f"there is no picture {name!r}", "put it there")
    return "MARK/a.png"


def parsed(text: str, language: str = "en") -> Prose:
    is_mark = lambda url: url.startswith("MARK")  # noqa: E731
    return parse_markdown(text, MarkdownRules(language, picture_url, is_mark, is_mark))


def html(text: str, language: str = "en") -> str:
    return parsed(text, language).html.strip()


def plain(text: str, *, indent: int = 0) -> str:
    return prose_text(parsed(text).tokens, References(), indent=indent)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("*a* **b** ~~c~~", "<p><em>a</em> <strong>b</strong> <s>c</s></p>"),
        ("# One\n\n###### Six", "<h3>One</h3>\n<h6>Six</h6>"),
        ("[a](https://example.org/?a=1&b=2)", '<p><a href="https://example.org/?a=1&amp;b=2">a</a></p>'),
        ("[a](MARK)", '<p><a href="MARK">a</a></p>'),
        ("![Two towers](a.png)", '<p><img src="MARK/a.png" alt="Two towers" /></p>'),
        ("a<br>b<script>alert(1)</script>", "<p>a<br>b</p>"),
        ('<a href="javascript:x" onclick="y">z</a>', "<p><a>z</a></p>"),
        ("<!-- note -->text", "text"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("Kind regards,\nAnna", "<p>Kind regards,<br />\nAnna</p>"),
        ("at www.example.org/a_b_c.", '<p>at <a href="https://www.example.org/a_b_c">www.example.org/a_b_c</a>.</p>'),
        (
            "(https://a.test/Mail_(post))",
            '<p>(<a href="https://a.test/Mail_(post)">https://a.test/Mail_(post)</a>)</p>',
        ),
        ("**https://a.test/it's**", "<p><strong><a href=\"https://a.test/it's\">https://a.test/it's</a></strong></p>"),
        ("mail ana@a.test!", '<p>mail <a href="mailto:ana@a.test">ana@a.test</a>!</p>'),
        (
            "`https://a.test` [www.a.test](https://a.test)",
            '<p><code>https://a.test</code> <a href="https://a.test">www.a.test</a></p>',
        ),
        ("[a](<https://bücher.test/a b>)", '<p><a href="https://xn--bcher-kva.test/a%20b">a</a></p>'),
        ("so[^x]\n\n[^x]: *why*", "<p>so<sup>1</sup></p>\n<p><small><sup>1</sup> <em>why</em></small></p>"),
    ],
)
def test_markdown_becomes_html_that_is_fit_for_a_mail(written: str, expected: str) -> None:
    assert html(written) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "“it’s ‘a’”"), ("fr", "«\u202fit’s “a”\u202f»"), ("de-AT", "„it’s ‚a‘“"), ("xx", "“it’s ‘a’”")],
)
def test_straight_quotes_become_those_of_the_language(language: str, expected: str) -> None:
    assert html("\"it's 'a'\"", language) == f"<p>{expected}</p>"


@pytest.mark.parametrize("url", ["page.html", "/about", "javascript:alert(1)", "ftp://x.test", "file:///etc/passwd"])
def test_a_link_that_leads_nowhere_in_a_mail_is_told(url: str) -> None:
    (wrong,) = parsed(f"first\n\nread [more]({url})").mistakes
    assert (wrong.words, wrong.line) == (url, 2)


@pytest.mark.parametrize("written", ['<img src="https://tracker.test/x.gif">', "a <IMG src='a.png'> b"])
def test_a_picture_in_raw_html_is_told_how_to_be_written(written: str) -> None:
    (wrong,) = parsed(written).mistakes
    assert (wrong.message, wrong.hint) == ("a picture in HTML is not shown", "write ![what it shows](picture.png)")


class Harmless(HTMLParser):
    """Fails on anything that could act in a mail."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "style", "iframe", "form", "object", "embed", "link", "meta", "base", "svg"}
        for name, value in attrs:
            assert not name.startswith("on")
            if tag == "img" and name == "src":
                assert (value or "").startswith("MARK")
            if name == "href":
                bad = (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:", "file:"))
                assert not bad


@given(
    st.lists(
        st.sampled_from(
            ["\n\n", "<script>", "</script>", "<img src=x onerror=y>", '<a href="', "javascript:", "[x](",
             ")", ">", "\n",
             "<svg onload=z>", "`", "*", "<!--", "-->", "<style>", "&lt;", "<iframe src=//x>", "<p", '"', " ", "text"]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_no_raw_html_does_harm(pieces: list[str]) -> None:
    prose = parsed("".join(pieces))
    if not prose.mistakes:
        Harmless().feed(prose.html)


def test_text_has_numbered_links_and_no_markup() -> None:
    assert plain("See [the *page*](https://a.test/) and [it](https://a.test/), or <https://b.test/>.") == (
        "See the page [1] and it [1], or https://b.test/.\n\n[1] https://a.test/"
    )


def test_numbers_of_links_go_on_over_the_mail_and_an_address_keeps_its_own() -> None:
    references = References()
    first = prose_text(parsed("[a](https://a.test/)").tokens, references)
    second = prose_text(parsed("[b](https://b.test/) [a](https://a.test/)").tokens, references)
    assert first == "a [1]\n\n[1] https://a.test/"
    assert second == "b [2] a [1]\n\n[2] https://b.test/\n[1] https://a.test/"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Kind regards,\nAnna", "Kind regards,\nAnna"),
        ("~~9 €~~ 5 €", "~9 €~ 5 €"),
        ("so[^x]\n\n[^x]: why", "so¹\n\n¹ why"),
        ("so[^x][^y]\n\n[^x]: a\n[^y]: b", "so¹\u2009²\n\n¹ a\n\n² b"),
        ("at www.bücher.test, ana@a.test", "at https://www.xn--bcher-kva.test, ana@a.test"),
        ("[call](tel:+331) [+33 1](tel:+331)", "call [1] +33 1\n\n[1] tel:+331"),
        ('<a href="https://a.test/b c">there</a>', "there [1]\n\n[1] https://a.test/b%20c"),
        ('x <a href="javascript:x">y</a>', "x y"),
        ('<p>one</p><p><a href="https://a.test/">two</a></p>', "one\ntwo [1]\n\n[1] https://a.test/"),
    ],
)
def test_a_text_keeps_line_breaks_strikes_notes_and_addresses(written: str, expected: str) -> None:
    assert plain(written) == expected


def test_an_anchor_is_no_link_in_a_text() -> None:
    assert plain("the [agenda](#agenda)") == "the agenda"


def test_lists_quotes_tables_and_code_are_text_too() -> None:
    written = (
        "## Plan\n\n- one\n- two\n  1. x\n  2. y\n\n> said\n> she\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code\n\n---"
    )
    assert plain(written) == (
        "Plan\n----\n\n- one\n- two\n  1. x\n  2. y\n\n> said\n> she\n\na | b\n1 | 2\n\n    code\n\n" + "-" * 24
    )


def test_a_loose_list_keeps_its_air_and_long_items_hang() -> None:
    text = plain(f"1. {'word ' * 20}\n\n2. b", indent=2)
    first, second, empty, last = text.splitlines()
    assert (first[:9], second[:9], empty, last) == ("  1. word", "     word", "", "  2. b")
    assert max(map(len, text.splitlines())) <= 72


@given(st.text(alphabet="abc  \n*-#>1.`|[]()<", max_size=200))
def test_any_text_can_be_written_plainly(text: str) -> None:
    assert all(line == line.rstrip() for line in plain(text).splitlines())


def test_mistakes_in_markdown_are_told_at_the_authors_line(tmp_path: Path) -> None:
    with pytest.raises(EditionError) as raised:
        build(
            tmp_path,
            """
            - block: text
              body: |
                Hello.

                See [this](nowhere.html) and ![that](lost.png).
            """,
        )
    file = tmp_path / "issues" / "spring" / "issue.yaml"
    assert [str(problem) for problem in raised.value.problems] == [
        f"{file}:9:18: the link 'nowhere.html' leads nowhere in a mail; "
        "write https://…, mailto:…, tel:…, #anchor, or {{ links.browser }}",
        f"{file}:9:44: there is no picture 'lost.png' in {file.parent}; put the file there",
    ]


def test_a_wrong_link_is_told_where_it_is_a_link_each_time_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(EditionError) as raised:
        build(
            tmp_path,
            """
            - block: text
              body: |
                mailto:a@b.example or <info@a.example>: [here](info@a.example), [here](<info@a.example>)

                [port](https://a.example:99999/) and [host](https://exämple..example/ü)
            """,
        )
    assert [str(problem).partition("issue.yaml:")[2] for problem in raised.value.problems] == [
        "7:54: the link 'info@a.example' leads nowhere in a mail; write mailto:info@a.example",
        "7:79: the link 'info@a.example' leads nowhere in a mail; write mailto:info@a.example",
        "9:14: the link 'https://a.example:99999/' has no port '99999'; copy the address again from the browser",
        "9:51: the link 'https://exämple..example/ü' has no correct host ('xn--exmple-cua..example'); "
        "copy the address again from the browser",
    ]


def test_an_anchor_with_an_accent_is_a_finding_and_no_fault(tmp_path: Path) -> None:
    build(tmp_path, """- block: text\n  body: "[x](#%C3%BCber) and [y](#über)" """)


def test_a_picture_in_markdown_is_an_asset_of_the_edition(tmp_path: Path) -> None:
    edition = build(tmp_path, "- block: text\n  body: '![A map](map.png)'", files={"map.png": png(4, 3)})
    assert [asset.name for asset in edition.assets] == ["map.png"]
    assert 'src="https://news.example.org/assets/map.png"' in read_as(edition.html)
    assert "[A map]" in read_as(edition.text)
