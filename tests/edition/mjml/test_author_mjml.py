"""The designer's own MJML: what it may do, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.edition.mjml.author_mjml import find_mistakes
from composer.errors import EditionError
from tests.support.authoring import png
from tests.support.editions import build, read_as

WORDS = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
BLOCK = """\
- block: mjml
  body: The same in words.
  mjml: |
    <mj-section>
      <mj-column>
        {}
      </mj-column>
    </mj-section>
"""


def test_it_stands_in_the_mail_and_its_words_in_the_text(tmp_path: Path) -> None:
    edition = build(tmp_path, BLOCK.format("<mj-text>Ten years, {{ subscriber.first_name }}</mj-text>"))
    assert "Ten years, Ana" in read_as(edition.html, first_name="Ana")
    assert "The same in words." in read_as(edition.text)
    assert "Ten years" not in read_as(edition.text)


def test_its_quotes_stay_as_they_are(tmp_path: Path) -> None:
    html = read_as(build(tmp_path, BLOCK.format("<mj-text css-class='own'>A</mj-text>")).html)
    assert 'class="own"' in html


def test_a_picture_beside_the_issue_is_shown_by_its_name(tmp_path: Path) -> None:
    edition = build(tmp_path, BLOCK.format('<mj-image src="p.png" alt="A" />'), files={"p.png": png(30, 20)})
    assert 'src="https://news.example.org/assets/p' in read_as(edition.html)
    assert len(edition.assets) == 1


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("<mj-text><script>alert(1)</script></mj-text>", "issue.yaml:10:21: <script> cannot stand in a mail"),
        ('<mj-text><b onclick="x()">B</b></mj-text>', "onclick=… would run in the reader's browser"),
        ('<mj-button href="javascript:x()">B</mj-button>', "'javascript:x()' is no address for a mail"),
        ('<mj-button href="javascript&colon;x()">B</mj-button>', "'javascript:x()' is no address for a mail"),
        ('<mj-image src="https://elsewhere.org/x.gif" />', "would be loaded from elsewhere"),
        ('<mj-image src="data:image/png;base64,AA" />', "'data:image/png;base64,AA' is no address for a mail"),
        ('<mj-include path="/etc/passwd" />', "<mj-include> cannot stand in a mail"),
        ('<mj-text><form action="https://example.org/">F</form></mj-text>', "<form> cannot stand in a mail"),
        ("<mj-text>Salt & pepper</mj-text>", "the MJML cannot be read"),
        ("<mj-text>Open", "the MJML cannot be read: mismatched tag"),
        ('<mj-image src="q.png" />', "there is no picture 'q.png'"),
    ],
)
def test_what_would_run_load_or_break_is_told_at_its_line(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(EditionError) as raised:
        build(tmp_path, BLOCK.format(written), files={"p.png": png()})
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "written",
    [
        '<mj-button href="&#106;avascript:x()">B</mj-button>',
        '<mj-button href="java&Tab;script:x()">B</mj-button>',
        '<mj-button href=" JavaScript:x()">B</mj-button>',
        '<mj-text><a href="vbscript:x">B</a></mj-text>',
        '<mj-text><a href="data:text/html,x">B</a></mj-text>',
        '<mj-text><a xlink:href="javascript:x">B</a></mj-text>',
        '<mj-navbar base-url="javascript:"><mj-navbar-link href="x()">B</mj-navbar-link></mj-navbar>',
        "<mj-text padding='0\" onclick=\"x()'>B</mj-text>",
        "<mj-text css-class='a\" onclick=\"x()'>B</mj-text>",
        "<mj-text><p title='a\" onclick=\"x()'>B</p></mj-text>",
        '<mj-text font-family="x;background:url(https://elsewhere.org/x)">B</mj-text>',
        '<mj-text color="url(https://elsewhere.org/x)">B</mj-text>',
        '<mj-text><p style="background:u\\72l(//elsewhere.org/x)">B</p></mj-text>',
        "<mj-text><p style=\"background-image:image-set('https://elsewhere.org/x' 1x)\">B</p></mj-text>",
        '<mj-text><p style="width:expression(x())">B</p></mj-text>',
        '<mj-text><table background="https://elsewhere.org/x"><tr><td>B</td></tr></table></mj-text>',
        '<mj-image src="//elsewhere.org/x.gif" />',
        '<mj-image src="\\\\elsewhere.org/x.gif" />',
        '<mj-image src="p.png" srcset="p.png 1x, https://elsewhere.org/x 2x" />',
        '<mj-social><mj-social-element name="facebook" href="https://elsewhere.org">F</mj-social-element></mj-social>',
        '<mj-accordion icon-wrapped-url="https://elsewhere.org/x"><mj-accordion-element /></mj-accordion>',
        '<mj-text><!--[if mso]><img src="https://elsewhere.org/x.gif" /><![endif]-->B</mj-text>',
        '<mj-text><meta http-equiv="refresh" content="0" /></mj-text>',
        '<mj-text><details ontoggle="x()" open="">B</details></mj-text>',
        '<mj-text><video src="p.mp4" /></mj-text>',
        '<mj-raw><button formaction="x">B</button></mj-raw>',
    ],
)
def test_it_is_judged_as_a_browser_reads_it(written: str) -> None:
    assert find_mistakes(f"<mj-section><mj-column>{written}</mj-column></mj-section>")


def test_nothing_is_declared_or_loaded_around_its_sections() -> None:
    assert find_mistakes('<mj-section background-url="https://elsewhere.org/x.gif"></mj-section>')
    assert find_mistakes('<!DOCTYPE x [<!ENTITY a "b">]><mj-section></mj-section>')


def test_an_address_with_blanks_and_a_picture_behind_a_section_are_put_right(tmp_path: Path) -> None:
    written = "<mj-text><a href='https://a.example.org/a b'>A</a></mj-text>"
    html = read_as(build(tmp_path, BLOCK.format(written)).html)
    assert 'href="https://a.example.org/a%20b"' in html
    mjml = "- block: mjml\n  body: W\n  mjml: <mj-section background-url='p.png'></mj-section>\n"
    assert "/assets/p" in read_as(build(tmp_path, mjml, files={"p.png": png(30, 20)}).html)


@pytest.mark.parametrize(
    "mjml",
    [
        "<mj-text>Alone</mj-text>",
        "words <mj-section></mj-section>",
        WORDS.format("a") + "</mjml><mj-head></mj-head><mjml>",
    ],
)
def test_only_whole_sections_stand_on_their_own(mjml: str) -> None:
    assert find_mistakes(mjml)


@pytest.mark.parametrize(
    "mjml",
    [
        WORDS.format(
            "<p style=\"margin:0;font-family:'A'\" lang='de'>&euro; <a href='https://a.example.org'>A</a></p>"
        ),
        WORDS.format("Fish &amp; chips&nbsp;<br />"),
        "<mj-wrapper></mj-wrapper>\n<mj-hero></mj-hero>",
    ],
)
def test_what_designers_write_is_let_through(mjml: str) -> None:
    assert find_mistakes(mjml) == []
