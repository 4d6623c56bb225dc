"""npm's mjml is the oracle: our linter finds what its validator finds, in the same lines, and then a little more."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from composer.edition.mjml.lint import lint_mjml
from composer.edition.mjml.lint.vocabulary import is_valid, vocabulary
from tests.support.node import npm_package, run_node

ASK = Path(__file__).with_name("ask_mjml.mjs")

Mistakes = set[tuple[int, str]]
"""Lines and codes."""


def body(text: str, *, head: str = "") -> str:
    """A document whose body begins in line 2, with a head behind it."""
    return f"<mjml><mj-body>\n{text}\n</mj-body>\n<mj-head>\n<mj-title>x</mj-title>{head}</mj-head></mjml>"


def column(text: str) -> str:
    """A document with this content of a column in line 3."""
    return body(f"<mj-section><mj-column>\n{text}\n</mj-column></mj-section>")


GOOD = [
    column("<mj-text>Hello</mj-text>"),
    column('<mj-text padding="0 10px" line-height="1.5" letter-spacing="-1px" align="justify">Hello</mj-text>'),
    column('<mj-text mj-class="big red" css-class="lead">Hello</mj-text>'),
    column("<mj-text>5 &lt; 6 &amp;&nbsp;<p>one<br>two</p></mj-text>"),
    column('<mj-text><p title="a > b">one</p><!-- <mj-foo> --></mj-text>'),
    column("<mj-raw><![if !mso]><p>x</p><![endif]><!--[if mso]><table><tr><td><![endif]--></mj-raw>"),
    column('<mj-raw><div style="color: #fff">x</div></mj-raw>'),
    column('<mj-image src="a.png" alt="" width="200px" height="auto" fluid-on-mobile="true" />'),
    column('<mj-image src="a.png" alt="A" padding="10px" border-radius="50%" href="https://e.test/?a=1&amp;b=2"></mj-image>'),
    column('<mj-button href="https://e.test" color="white" background-color="#ABCDEF" width="50%">Go</mj-button>'),
    column('<mj-divider border-width="1px" border-style="dashed" border-color="rgba(1, 2, 3, 0.5)" />'),
    column('<mj-spacer height="30px" />'),
    column('<mj-table cellpadding="4" width="auto"><tr><td>1</td></tr></mj-table>'),
    column('<mj-social mode="vertical"><mj-social-element name="github" href="#">x</mj-social-element></mj-social>'),
    column('<mj-navbar hamburger="hamburger"><mj-navbar-link href="/a">A</mj-navbar-link></mj-navbar>'),
    column("<mj-accordion><mj-accordion-element><mj-accordion-title>a</mj-accordion-title>"
           "<mj-accordion-text>b</mj-accordion-text></mj-accordion-element></mj-accordion>"),
    column('<mj-carousel><mj-carousel-image src="a.png" alt="" /></mj-carousel>'),
    body("<mj-wrapper><mj-section><mj-column /></mj-section></mj-wrapper>"),
    body('<mj-section direction="rtl" full-width="full-width" background-url="a.png"><mj-column /></mj-section>'),
    body("<mj-section><mj-group><mj-column /><mj-column /></mj-group></mj-section>"),
    body('<mj-hero height="300px" background-color="#fff"><mj-text>x</mj-text></mj-hero>'),
    body("<mj-raw><p>x</p></mj-raw>"),
    body("", head='<mj-attributes><mj-all padding="0" /><mj-text color="red" /></mj-attributes>'),
    body("", head='<mj-attributes><mj-class name="big" font-size="20px" /></mj-attributes>'),
    body("", head='<mj-style>p > a { color: red }</mj-style><mj-breakpoint width="480px" />'),
    body("<!-- one\ntwo --><mj-section />"),
    "<mjml lang='fr' dir='ltr'><mj-body width='640px'/></mjml>",
]  # fmt: skip

BAD = [
    column("<mj-txt>Hello</mj-txt>"),
    column("<mj-foo />"),
    column("<p>Hello</p>"),
    column("<div><mj-text>Hello</mj-text></div>"),
    column('\n<mj-text colour="red">Hello</mj-text>'),
    column('<mj-text Color="red">Hello</mj-text>'),
    column('<mj-text class="lead">Hello</mj-text>'),
    column('<mj-text style="color: red" href="#">Hello</mj-text>'),
    column('<mj-text padding="big">Hello</mj-text>'),
    column('<mj-text padding="1px 2px 3px 4px 5px">Hello</mj-text>'),
    column('<mj-text padding=" 0 8px ">Hello</mj-text>'),
    column('<mj-text align=" left">Hello</mj-text>'),
    column('<mj-text font-size="17">Hello</mj-text>'),
    column('<mj-text font-size="1em">Hello</mj-text>'),
    column('<mj-text align="middle">Hello</mj-text>'),
    column('<mj-text color="notacolour">Hello</mj-text>'),
    column('<mj-text color="#12345">Hello</mj-text>'),
    column('<mj-image src="a.png" alt="" width="50%" />'),
    column('<mj-image src="a.png" alt="" fluid-on-mobile="yes" />'),
    column('<mj-image src="a.png" alt="" widht="200px" />'),
    column('<mj-button href="#" align="LEFT">Go</mj-button>'),
    column('<mj-button href="#" bgcolor="red">Go</mj-button>'),
    column('<mj-divider border-width="thin" />'),
    column('<mj-table cellpadding="none"><tr><td>1</td></tr></mj-table>'),
    column("<mj-column><mj-text>x</mj-text></mj-column>"),
    column("<mj-section />"),
    column("<mj-social><mj-text>x</mj-text></mj-social>"),
    column('<mj-social-element name="github" href="#">x</mj-social-element>'),
    column("<mj-accordion-title>x</mj-accordion-title>"),
    column('<mj-carousel><mj-image src="a.png" alt="" /></mj-carousel>'),
    body("<mj-column><mj-text>x</mj-text></mj-column>"),
    body("<mj-text>x</mj-text>"),
    body("<mj-section><mj-text>x</mj-text></mj-section>"),
    body("<mj-section>\n<mj-group>\n<mj-text>x</mj-text></mj-group></mj-section>"),
    body("<mj-wrapper><mj-column /></mj-wrapper>"),
    body("<mj-wrapper><mj-wrapper /></mj-wrapper>"),
    body("<mj-hero><mj-section /></mj-hero>"),
    body("<mj-style>p { color: red }</mj-style>"),
    body('<mj-section background-repeat="repeat-x" />\n<mj-section full-width="true" />'),
    body("", head="<mj-text>x</mj-text>"),
    body("", head='<mj-attributes><mj-text colour="red" /></mj-attributes>'),
    body("", head='<mj-breakpoint widht="480px" width="480px" />'),
]  # fmt: skip

STRICTER: Mapping[str, tuple[str, Mistakes]] = {
    "capitals are read as small letters by npm, and not by our renderer": (
        column("<MJ-TEXT>Hello</MJ-TEXT>"), {(3, "mjml-element")}),
    "MJML in text reaches readers as it is": (
        column('<mj-text>Hello <mj-button href="#">Go</mj-button></mj-text>'), {(3, "mjml-nesting")}),
    "words where elements belong are lost, or stand somewhere else": (
        body("<mj-section>\nHello\n<mj-column /></mj-section>"), {(3, "mjml-element")}),
    "what stands directly in mjml is lost": (
        "<mjml><mj-body />\n<mj-section /></mjml>", {(2, "mjml-nesting")}),
    "the first of two attributes is lost": (
        column('<mj-text color="red" color="blue">x</mj-text>'), {(3, "mjml-attribute")}),
    "mj-all and mj-class carry attributes of others": (
        body("", head='<mj-attributes><mj-all colour="red" /></mj-attributes>'), {(5, "mjml-attribute")}),
    "a picture needs words": (
        column('<mj-image src="a.png" />'), {(3, "mjml-missing")}),
    "a button leads somewhere": (
        column("<mj-button>Go</mj-button>"), {(3, "mjml-missing")}),
    "our renderer does not know the attribute": (
        column('<mj-text background-color="red">x</mj-text>'), {(3, "mjml-unsupported")}),
    "our renderer does not inline": (
        body("", head='<mj-style inline="inline">p { color: red }</mj-style>'), {(5, "mjml-unsupported")}),
    "the preheader is put in for the author": (
        body("", head="<mj-preview>Hello</mj-preview>"), {(5, "mjml-unsupported")}),
}  # fmt: skip
"""Why we complain where npm is content."""


def our_mistakes(mjml: str) -> Mistakes:
    return {(mjml.count("\n", 0, found.offset) + 1, found.code) for found in lint_mjml(mjml)}


def their_mistakes(answer: Any) -> Mistakes:
    kinds = {"exist": "element", "inside": "nesting", "illegal": "attribute", "invalid": "value"}
    return {(line, f"mjml-{kind}") for line, _, message in answer for word, kind in kinds.items() if word in message}


@pytest.fixture(scope="module")
def mjml_of_npm(request: pytest.FixtureRequest) -> Path:
    return npm_package(request.config, "mjml", "5.4.1")


@pytest.fixture(scope="module")
def answers(mjml_of_npm: Path) -> Mapping[str, Any]:
    documents = [*GOOD, *BAD, *(document for document, _ in STRICTER.values())]
    return dict(zip(documents, run_node(ASK, mjml_of_npm, {"documents": documents})["documents"], strict=True))


@pytest.mark.parametrize("document", GOOD)
def test_what_npm_is_content_with_is_no_mistake(document: str, answers: Mapping[str, Any]) -> None:
    assert answers[document] == []
    assert our_mistakes(document) == set()


@pytest.mark.parametrize("document", BAD)
def test_what_npm_finds_is_found_in_the_same_line(document: str, answers: Mapping[str, Any]) -> None:
    assert answers[document]
    assert our_mistakes(document) == their_mistakes(answers[document])


@pytest.mark.parametrize("why", STRICTER)
def test_where_we_are_stricter(why: str, answers: Mapping[str, Any]) -> None:
    document, mistakes = STRICTER[why]
    assert answers[document] == []
    assert our_mistakes(document) == mistakes


def test_every_type_takes_the_values_that_npm_takes(mjml_of_npm: Path) -> None:
    types = sorted({type_ for kind in vocabulary().kinds.values() for type_ in kind.attributes.values()})
    values = [
        "", "0", "1", "10px", "10.5px", "-1px", "-0.5em", "10 px", "10px ", " 10px", "10px 5px", "10px  5px", "0 0 0 0",
        "0 0 0 0 0", "1px 2% 3px 4%", "50%", "120%", "1.5", "1,5px", "2em", "auto", "auto auto", "full-width", "false",
        "true", "True", "left", "Left", "left,center", "justify", "top", "rtl", "red", "Red", "#fff", "#FFFFFF",
        "#ffff", "rgb(1,2,3)", "rgb(1, 2, 3)", "rgba(1,2,3,0.5)", "rgba(1,2,3,.5)", "x rgb(1,2,3)", "hsl(1,2%,3%)",
        "transparent", "currentcolor", "inherit", "none", "presentation", "file-start", "7 apples", "apples",
        "a\nb", "٣px",
    ]  # fmt: skip
    pairs = list(itertools.product(types, values))
    theirs = run_node(ASK, mjml_of_npm, {"values": pairs})["values"]
    assert [(type_, value, is_valid(value, type_)) for type_, value in pairs] == [
        (type_, value, verdict) for (type_, value), verdict in zip(pairs, theirs, strict=True)
    ]
