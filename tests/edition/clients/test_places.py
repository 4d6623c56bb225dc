"""Where a feature is used, how often, and who reads that part of the mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.edition.clients import (
    ReadBy,
    Support,
    feature_findings,
    losses_by_program,
    readers_of,
    uses_in_css,
    uses_in_html,
    uses_of_parts,
)
from composer.edition.clients.html_source import Kind, attributes_of, pieces_of
from composer.edition.clients.html_uses import _Walk, parts_of

PAGES = Path(__file__).with_name("pages")
PROGRAMS = {"outlook_windows": 12.0, "gmail_ios": 6.0, "apple_mail_ios": 30.0}


def shown(html: str, feature: str) -> list[str]:
    """What stands at each place of a feature."""
    return [html[use.offset :].split("\n")[0][:16] for use in uses_in_html(html) if use.feature == feature]


@pytest.mark.parametrize(
    ("html", "feature", "places"),
    [
        (
            "<p\n style='color:red;\n float:left'>a</p>\n<p style=float:right>",
            "css-float",
            ["float:left'>a</p", "float:right>"],
        ),
        ('<p style="a&#58;b;c:&copy;;float:left">', "css-float", ['float:left">']),
        ('<p style="float:left;c:&copy;;c:&copy;">', "css-float", ["float:left;c:&co"]),
        ("<style>@media (hover: hover) { }</style>", "css-at-media-hover", ["hover: hover) { "]),
        ("<style>\r\n.a,\r\n.b { c: d }</style>", "css-selector-class", [".a,\r", ".b { c: d }</sty"]),
        ("<style>p::before, .x:hover { }</style>", "css-pseudo-element-before", ["::before, .x:hov"]),
        ("<img alt='' SRCSET='a.png 1x, b.webp 2x'>", "image-webp", ["b.webp 2x'>"]),
        ("<table><td  width=4>", "html-width", ["width=4>"]),
        ("<style>/* a */ p { /* b */ }</style>", "css-comments", ["/* a */ p { /* b", "/* b */ }</style"]),
        (
            "<style>@media (hover) { }\f@media (hover) { }</style>",
            "css-at-media-hover",
            ["hover) { }\f@medi", "hover) { }</styl"],
        ),
    ],
)
def test_every_use_has_its_place(html: str, feature: str, places: list[str]) -> None:
    assert shown(html, feature) == places


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ("<p a=b a=c B = 'd' e>", [("p", {"a": "b", "b": "d", "e": ""})]),
        ('<a href="?a&copy=1&notit;&amp;b&copy;&#65;&#x42">', [("a", {"href": "?a&copy=1&notit;&b©AB"})]),
        ("<p title='a>b' =c>", [("p", {"title": "a>b", "=c": ""})]),
        ("<p/a=b/>", [("p", {"a": "b/"})]),
        ("</ <b><//<i>> < u><u", []),
        ("<p title='never closed><b>", []),
        ("<!--><b><!---><i><!-- --!><u><!-- <s>", [("b", {}), ("i", {}), ("u", {})]),
        ("<TITLE><b></title ><textarea><i></TEXTAREA><u>", [("title", {}), ("textarea", {}), ("u", {})]),
        ("<style><b></styles></style/><u><plaintext><i>", [("style", {}), ("u", {}), ("plaintext", {})]),
        ("<?a <b>c><!x <i>d><u>", [("u", {})]),
        ("<svg><title><b></title></svg>", [("svg", {}), ("title", {}), ("b", {})]),
    ],
)
def test_html_is_taken_apart_as_browsers_do(html: str, tags: list[tuple[str, dict[str, str]]]) -> None:
    found = [piece for piece in pieces_of(html) if piece.kind is Kind.START_TAG]
    read = [attributes_of(html[piece.start : piece.end]) for piece in found]
    told = [{name: value.text for name, value in attributes.items()} for attributes in read]
    assert list(zip([piece.name for piece in found], told, strict=True)) == tags


@pytest.mark.parametrize(
    ("html", "readers"),
    [
        ("{}", ReadBy.EVERYBODY),
        ("<!--[if mso]>{}<![endif]-->", ReadBy.OUTLOOK),
        ("<!--[IF (gte mso 9)|(IE)]>{}<![endif]-->", ReadBy.OUTLOOK),
        ("<!--[if mso 12]>{}<![endif]-->", ReadBy.OUTLOOK),
        ("<!--[if lt mso 17]><!-- -->{}<!--<![endif]-->", ReadBy.EVERYBODY),
        ("<!--[if !mso]><!-->{}<!--<![endif]-->", ReadBy.OTHERS),
        ("<!--[if !mso]><!-- -->{}<!-- <![endif]-->", ReadBy.OTHERS),
        ("<![if !mso]>{}<![endif]>", ReadBy.OTHERS),
        ("<!--[if !mso]><!-->a<!--<![endif]-->{}", ReadBy.EVERYBODY),
        ("<!--[if mso]>a<![endif]-->{}", ReadBy.EVERYBODY),
        ("<!--[if IE]>{}<![endif]-->", None),
        ("<!--[if lt mso 9]>{}<![endif]-->", None),
        ("<!--[if !(mso & vml)]><!-->{}<!--<![endif]-->", ReadBy.OTHERS),
        ("<!-- {} -->", None),
    ],
)
def test_a_conditional_comment_is_read_by_whom_it_is_for(html: str, readers: ReadBy | None) -> None:
    found = [use.read_by for use in uses_in_html(html.format("<marquee>a</marquee>")) if use.feature == "html-marquee"]
    assert found == ([] if readers is None else [readers])


def test_only_those_who_read_a_part_are_counted() -> None:
    assert set(readers_of(ReadBy.OUTLOOK, PROGRAMS)) == {"outlook_windows"}
    assert set(readers_of(ReadBy.OTHERS, PROGRAMS)) == {"gmail_ios", "apple_mail_ios"}
    hidden = uses_in_html("<!--[if mso]><p style='position:fixed'>a</p><![endif]-->")
    (position,) = [each for each in feature_findings(hidden, PROGRAMS) if each.feature.slug == "css-position"]
    assert [answer.program for answer in position.answers] == ["outlook_windows"]
    assert (position.share_percent(Support.NO), position.share_percent(Support.PARTLY)) == (12, 0)


def test_a_feature_is_told_once_with_all_its_places_and_the_notes_of_each_program() -> None:
    uses = uses_in_html("<p style='gap:4px'>a</p><p style='gap:0'>b</p>")
    (gap,) = [each for each in feature_findings(uses, PROGRAMS) if each.feature.slug == "css-gap"]
    assert len(gap.uses) == 2
    assert (gap.answers[0].program, gap.answers[0].support) == ("outlook_windows", Support.NO)
    (gmail,) = [answer for answer in gap.answers if answer.program == "gmail_ios"]
    assert gmail.notes == ("Partial. Supports column-gap for flexbox.",)
    assert gap.harm is not None
    (harming,) = [each for each in feature_findings(uses, PROGRAMS, only_harm=True) if each.feature.slug == "css-gap"]
    assert len(harming.uses) == 1
    assert {answer.support for answer in harming.answers} == {Support.NO}


def test_a_program_loses_what_it_reads_and_does_not_understand() -> None:
    html = "<p style=gap:4px>a</p><!--[if mso]><p style=gap:1px>b</p><![endif]-->"
    html += "<!--[if !mso]><!--><svg></svg><!--<![endif]-->"
    outlook, gmail = losses_by_program(html, {"gmail_ios": 6, "outlook_windows": 12, "apple_mail_ios": 0})
    assert (outlook.name, outlook.share_percent, gmail.name) == ("Outlook (Windows)", 12, "Gmail (iOS)")
    counts = {loss.program: {each.feature.slug: len(each.uses) for each in loss.findings} for loss in (outlook, gmail)}
    assert counts["outlook_windows"]["css-gap"] == 2
    assert counts["gmail_ios"]["css-gap"] == 1
    assert "html-svg" not in counts["outlook_windows"]
    assert "html-svg" in counts["gmail_ios"]
    assert [each.feature.slug for each in outlook.harming] == ["css-gap"]
    assert [each.feature.slug for each in gmail.harming] == ["html-svg"]


def test_a_field_that_is_filled_in_later_is_a_word_of_css() -> None:
    html = "<p style='border: solid {{ accent }}; float: left'>"
    html += "<style>.a { color: {{c}}; gap: 4px } .b { inset: 0 }</style>"
    found = [
        (use.feature, html[use.offset :].split(" ")[0])
        for use in uses_in_html(html)
        if use.feature in {"css-border", "css-float", "css-gap", "css-inset"}
    ]
    assert found == [("css-border", "border:"), ("css-float", "float:"), ("css-gap", "gap:"), ("css-inset", "inset:")]


def test_what_a_program_understands_is_not_told() -> None:
    uses = uses_in_html("<p style='gap:4px'>a</p>")
    assert "css-gap" not in {each.feature.slug for each in feature_findings(uses, {}, programs=("apple_mail_ios",))}


def test_a_whole_mail_has_pictures_of_its_own_and_a_part_for_amp() -> None:
    html = "<img src=\"cid:a%40b\"><td style='background:url(cid:c)'>"
    found = uses_of_parts(html, {"a@b": "image/webp", "c": "image/png"}, has_amp=True)
    assert [use.feature for use in found] == ["amp", "image-webp", "image-png"]


@pytest.mark.parametrize(
    "html",
    [
        "<a" * 100_000,
        "<p style='" + "(" * 5000 + "'>",
        "<style>" + "a{" * 5000 + "</style>",
        "<!--[if " + "(" * 5000 + "mso]>a<![endif]-->",
        "<!--[if mso]>" * 2000,
        "<p " + "=\"'" * 50_000 + ">",
    ],
    ids=lambda html: html[:12],
)
def test_whatever_a_stranger_writes_comes_to_an_end(html: str) -> None:
    assert isinstance(uses_in_html(html), tuple)


def test_a_style_sheet_by_itself_is_read_by_everybody() -> None:
    assert {use.read_by for use in uses_in_css("p { float: left } a:hover { color: red }")} == {ReadBy.EVERYBODY}


def test_a_mail_is_read_in_parts_as_if_in_one() -> None:
    pages = [page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.html"))]
    # What one page leaves open goes on in the next, wherever it would be cut.
    whole = "\n".join(f"<div>{page}</div><p>between</p>" for page in pages) * 2
    for html in (whole, f"<!--[if mso]><svg>{whole}", whole.replace("</svg>", "").replace("</video>", "")):
        parts = list(parts_of(html))
        assert "".join(part for _, part in parts) == html
        walked = tuple(_Walk(html).uses(0, len(html), ReadBy.EVERYBODY))
        assert uses_in_html(html) == walked
    assert len(list(parts_of(pages[1] * 60))) > 10
