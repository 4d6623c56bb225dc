"""What a character of a document stands in, held against a scanner that lists every tag, one after the other."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from composer.edition.slots.regions import ClosedRegion, DocumentRegions

TAG = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<[!?][^>]*>"
    r"|</[a-zA-Z][^>]*>"
    # A name goes on to a blank, a slash or the end, and gives nothing of itself back to the attributes.
    r"|<(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[^\"'>]|\"[^\"]*\"|'[^']*')*+)>",
    re.DOTALL,
)
RAW = {"style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext"}


def parts(html: str, start: int, stop: int) -> list[str]:
    """What each character from start to stop stands in, by reading the document from its beginning."""
    said = ["text"] * (stop - start)

    def say(begins: int, ends: int, what: str) -> None:
        said[begins - start : ends - start] = [what] * (ends - begins)

    at = start
    while found := TAG.search(html, at, stop):
        say(found.start(), found.end(), f"<{found['name']}>" if found["name"] else "an end tag or a declaration")
        at = found.end()
        if found["comment"] is not None:
            say(found.start(), found.end(), "a comment")
            if inner := re.match(r"\[if [^\]]*\]>(.*)<!\[endif\]", found["comment"], re.DOTALL):
                begins, ends = (found.start("comment") + place for place in inner.span(1))
                said[begins - start : ends - start] = parts(html, begins, ends)
        elif (found["name"] or "").lower() in RAW:
            closing = re.compile(f"</{found['name']}", re.IGNORECASE | re.ASCII).search(html, at, stop)
            until = closing.start() if closing else stop
            say(at, until, f"the words of <{found['name'].lower()}>")
            at = until
    return said


def said_by(regions: DocumentRegions, offset: int) -> str:
    match regions.around(offset):
        case None:
            return "text"
        case ClosedRegion(what):
            return f"the words of {what}" if what.startswith("<") else what
        case tag:
            name = re.match(r"<([^\s/>]+)", tag[0])
            assert name
            return f"<{name[1]}>"


PIECES = (
    "text", "<", ">", "\"", "'", "-->", "<!--", "<!-->", "<!---->", "<!-- a > b -->", "<!DOCTYPE html>", "<?xml ?>",
    "<p>", "</p>", "<p", "<a href=\"x>y\">", "<a href='", "</", "<1>", "<br/>", "<!--[if mso]>", "<![endif]-->",
    "<!--[if !mso]><!-->", "<!--<![endif]-->", "<style>", "<STYLE a='b'>", "</style>", "</Style >", "</styles>",
    "<styled>", "<script src=x>", "</script", "<plaintext>", "<style", " ", "<!", "<![CDATA[x]]>",
    "<td background=\"", "--", "<p \"<style>\">", "<ſtyle>", "</ſtyle>", "<scrıpt>", "<İframe>",
)  # fmt: skip


@example('<p"<td background=">', Random(1))
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.randoms(use_true_random=False))
def test_every_character_stands_in_what_a_whole_reading_says(html: str, random: object) -> None:
    expected = parts(html, 0, len(html))
    in_order, in_any_order = DocumentRegions(html), DocumentRegions(html)
    assert [said_by(in_order, offset) for offset in range(len(html))] == expected
    offsets = list(range(len(html)))
    random.shuffle(offsets)  # type: ignore[attr-defined]
    assert {offset: said_by(in_any_order, offset) for offset in offsets} == dict(enumerate(expected))
    assert [said_by(DocumentRegions(html), offset) for offset in range(len(html))] == expected


@pytest.mark.parametrize("piece", ["<!-- ", '<a "', "<style>", "< ", "<p>", "<!--[if mso]><p><![endif]-->"])
def test_a_long_document_is_read(piece: str) -> None:
    html = piece * 2000 + "word"
    assert said_by(DocumentRegions(html), len(html) - 1) == parts(html, 0, len(html))[-1]


def test_letters_that_only_look_like_those_of_a_style_neither_open_nor_close_one() -> None:
    html = "<scrıpt>a</scrıpt><style>b</ſtyle>c</style>d"
    regions = DocumentRegions(html)
    assert [said_by(regions, html.index(word, html.index(">"))) for word in ("a<", "c<", "d")] == [
        "text",
        "the words of <style>",
        "text",
    ]


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("<!--[if mso]>", "<p>word</p>", "<![endif]-->"),
        ("<!--[if mso]>", "<a href='word'>", "<![endif]-->"),
        ("<!--", "word ", "-->"),
        ("<style>", "word ", "</style>"),
        ("", "<style>word</style>", ""),
    ],
)
def test_a_comment_or_style_with_many_marks_is_not_read_for_each_of_them(
    before: str, piece: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed_over: list[int] = []
    look = DocumentRegions._look

    def counting(regions: DocumentRegions, at: int, offset: int) -> object:
        passed_over.append(offset - at)
        return look(regions, at, offset)

    monkeypatch.setattr(DocumentRegions, "_look", counting)
    html = before + piece * 8000 + after
    regions = DocumentRegions(html)
    said = {said_by(regions, found.start()) for found in re.finditer("word", html)}
    assert len(said) == 1
    assert sum(passed_over) < 3 * len(html)  # thousands of times as many, if each is looked for from the beginning
