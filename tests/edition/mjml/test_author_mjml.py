"""The designer's own MJML: what it may do, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml.html import document_fromstring

from composer.edition import build_edition
from composer.edition.mjml.author_mjml import find_mistakes
from composer.errors import EditionError
from composer.issue import load_issue
from tests.support.authoring import issue_of, png, write_issue
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
        "<mj-text><p style=\"--a:'https://elsewhere.org/x';background:image-set(var(--a) 1x)\">B</p></mj-text>",
        "<mj-text><p style=\"--a:'\\2f/elsewhere.org/x';background:src(var(--a))\">B</p></mj-text>",
        "<mj-text><p style=\"background:image('HTTPS:elsewhere.org/x')\">B</p></mj-text>",
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


FIELD = "{{ subscriber.first_name }}"
EVIL = [
    "javascript:alert(1)",
    "javascript",
    "//elsewhere.org",
    'x" onclick="alert(1)',
    "'><script>alert(1)</script>",
    "java\nscript:x()",
    "&quot; onclick=x()",
]


@pytest.mark.parametrize(
    "written",
    [
        f"<mj-text>{FIELD}</mj-text>",
        f'<mj-text><a href="{FIELD}">A</a></mj-text>',
        f'<mj-text><a href="{FIELD}:alert(1)">A</a></mj-text>',
        f'<mj-button href="{FIELD}{FIELD}">A</mj-button>',
        f'<mj-button href="https://a.example.org/{FIELD}?q={FIELD}#{FIELD}">A</mj-button>',
        f'<mj-image src="p.png" alt="{FIELD}" href="{FIELD}" />',
        f'<mj-text css-class="{FIELD}"><p title="{FIELD}" id="{FIELD}">A</p></mj-text>',
        "<mj-text><a href='{{ subscriber.first_name | default(\"x\") }}'>A</a></mj-text>",
        f"<mj-table><tr><td bgcolor='{FIELD}'>{FIELD}</td></tr></mj-table>",
    ],
)
def test_a_readers_value_stays_a_value_in_it(tmp_path: Path, written: str) -> None:
    html = build(tmp_path, BLOCK.format(written), files={"p.png": png(30, 20)}).html
    for value in EVIL:
        page = document_fromstring(read_as(html, first_name=value))
        for element in page.iter("*"):
            assert element.tag != "script"
            assert not [name for name in element.attrib if name.startswith("on")]
            assert not (element.get("href") or "").lower().lstrip().startswith(("javascript:", "//"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (f'<mj-text><p style="color:{FIELD}">A</p></mj-text>', f":10:36: {FIELD} ends up in the attribute style"),
        (f'<mj-text color="{FIELD}">A</mj-text>', f":10:27: {FIELD} ends up in the attribute style"),
        (f'<mj-text><a href="https://{FIELD}/">A</a></mj-text>', f":10:37: {FIELD} ends up in the host of an address"),
        (f'<mj-image src="{FIELD}" alt="A" />', f":10:26: '{FIELD}' names no picture"),
        (f'<mj-image src="p.png" alt="A" width="{FIELD}" />', f":10:48: {FIELD} is lost in width=… of <mj-image>"),
        (f'<mj-image src="p.png" alt="A" width="3{FIELD}" />', f"{FIELD} is lost in width=… of <mj-image>"),
        (f'<mj-text mj-class="{FIELD}">A</mj-text>', f":10:30: {FIELD} is lost in mj-class=… of <mj-text>"),
        (f'<mj-text><p {FIELD}="x">A</p></mj-text>', f"{FIELD}=… cannot stand in a mail"),
        (f'<mj-button href="java{FIELD}script:x()">A</mj-button>', f"'java{FIELD}script:x()' is no address"),
        (f'<mj-button href="mailto:{FIELD}">A</mj-button>', f"'mailto:{FIELD}' is no address"),
    ],
)
def test_a_field_where_no_value_can_stand_is_told_in_its_authors_words(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(EditionError) as raised:
        build(tmp_path, BLOCK.format(written), files={"p.png": png()})
    assert told in str(raised.value)


def test_a_translation_has_mjml_of_its_own_with_fields(tmp_path: Path) -> None:
    french = "subject: S\nblocks:\n- body: W\n  mjml: |\n    " + WORDS.format(f"Bonjour {FIELD}")
    blocks = BLOCK.format(f"<mj-text>Hello {FIELD}</mj-text>")
    folder = write_issue(tmp_path / "issues", issue_of(blocks), files={"issue.fr.yaml": french})
    issue = load_issue(folder)
    assert "Bonjour Ana" in read_as(build_edition(issue, language="fr").html, first_name="Ana")
    assert "Hello Ana" in read_as(build_edition(issue, language="en").html, first_name="Ana")


@pytest.mark.parametrize(
    "written",
    [
        "<mj-text>write href='a b' or src='q.png'</mj-text>",
        "<mj-image src=\"p.png\" alt=\"href='https://a.example.org/onerror=x()/' src='q.png'\" />",
        '<mj-text><img src="p.png" alt="x href=\'a&quot; onerror=x()\'" /></mj-text>',
    ],
)
def test_words_that_look_like_attributes_stay_words(tmp_path: Path, written: str) -> None:
    page = document_fromstring(read_as(build(tmp_path, BLOCK.format(written), files={"p.png": png()}).html))
    words = [*page.xpath("//img/@alt"), page.text_content()]
    assert any("href='" in text for text in words)
    assert not page.xpath("//@onerror")


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
