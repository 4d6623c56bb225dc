"""MJML → HTML → inlined: what must come through unharmed, and errors at the template's line."""

from __future__ import annotations

import re
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from composer.edition.mjml.document import finish_document
from composer.edition.mjml.inline_css import inline_css
from composer.edition.mjml.premailing import _needs_of
from composer.edition.mjml.render import MjmlError, mjml_to_html
from composer.edition.slots.marks import Marks
from composer.errors import TemplateError
from tests.support.authoring import png
from tests.support.editions import build, read_as

HEAD_CSS = (
    "@media (prefers-color-scheme: dark) { .card { color: #fff !important } } "
    "a:hover { color: red } u + .x > p { color: red }"
)
MJML = f"""<mjml lang="fr"><mj-head><mj-attributes><mj-all font-family="Georgia" /></mj-attributes>
<mj-style>{HEAD_CSS}</mj-style></mj-head><mj-body><mj-section background-url="m1/a.png"><mj-column>
<mj-text><div class="prose"><p>Zoë said <a href="m2?a=1&amp;b=2">yes</a></p></div></mj-text>
<mj-image src="m1/b.png" width="200px" alt="" /></mj-column></mj-section></mj-body></mjml>"""


@pytest.fixture(scope="module")
def before() -> str:
    return mjml_to_html(MJML)


@pytest.fixture(scope="module")
def after(before: str) -> str:
    return inline_css(before, css=".prose p { margin: 0 0 12px } .prose a { color: #b8391b !important }")


def test_prose_css_is_inlined_and_nothing_else(before: str, after: str) -> None:
    assert '<p style="margin:0 0 12px">Zoë said ' in after
    assert re.search(r'<a href="m2\?a=1&amp;b=2" style="color:#b8391b !important">', after)
    assert after.count(' style="') == before.count(' style="') + 2


def test_the_doctype_the_styles_and_the_media_queries_stay(before: str, after: str) -> None:
    assert after.startswith("<!doctype html><html")
    styles = re.compile(r"<style.*?</style>", re.DOTALL)
    assert styles.findall(after) == styles.findall(before)
    assert HEAD_CSS in after
    assert after.count("!important") == before.count("!important") + 1


def test_conditional_comments_and_outlooks_widths_stay(before: str, after: str) -> None:
    comments = re.compile(r"<!--\[if.*?<!\[endif\]-->", re.DOTALL)
    assert comments.findall(after) == comments.findall(before)
    assert len(comments.findall(after)) > 8
    assert ' width="200"' in after
    assert "data-premailer" not in after


@pytest.mark.parametrize(
    ("selector", "count"),
    [("p", 2), (".b", 1), ("p.B", 0), (".a .b", 1), (".a > p:first-child", 1), (".c", 0), ("ul", 0),
     (".a .c", 0), ("div.a p", 2), ("p + p", 1), ("*", 0), ("p:hover", 0)],
)  # fmt: skip
def test_a_rule_is_inlined_where_its_selector_matches(selector: str, count: int) -> None:
    html = '<!doctype html><html><body><div class="a"><P>1</P><p class="x b">2</p></div></body></html>'
    assert inline_css(html, css=f"{selector} {{ color: red }}").count("color:red") == count


@pytest.mark.parametrize(
    "tag", ["<p class=a>", '<p CLASS="a b">', "<p class = 'b a'>", '<p class="&#97;">', '<p class="a\n\tb">']
)
def test_a_class_is_found_however_html_writes_it(tag: str) -> None:
    html = f"<!doctype html><html><body>{tag}1</p></body></html>"
    assert inline_css(html, css=".a { color: red } .absent { top: 0 }").count("color:red") == 1


@pytest.mark.parametrize(
    ("selector", "needs"),
    [
        (".a.b > p .c", {"a", "b", "<p", "c"}),
        ("p:not(.a) .b", {"<p", "b"}),
        ("p:not(ul):first-child + h2", {"<p", "<h2"}),
        ('a[href$=".png"] .b', {"<a", "b"}),
        (r".sm\:a", {"sm:a"}),
        ("#top *", set()),
    ],
)
def test_the_needs_of_a_selector_are_those_without_which_it_selects_nothing(selector: str, needs: set[str]) -> None:
    assert _needs_of(selector) == needs


def test_no_attribute_is_made_from_a_style(before: str) -> None:
    css = "img { width: 9% } td { text-align: right; vertical-align: top; background-color: #fff } table { width: 9px }"
    after = inline_css(before, css=css)
    for attribute in (" width=", " align=", " valign=", " bgcolor=", " height="):
        assert after.count(attribute) == before.count(attribute)
    assert ' width="200"' in after


def test_no_font_is_fetched_from_anywhere(before: str) -> None:
    assert "googleapis" not in before
    assert "@import" not in before


def test_css_that_would_be_fetched_or_cannot_be_read_is_refused() -> None:
    for css in ("@import url(https://fonts.test/x.css);", "p { { color: red }"):
        with pytest.raises(ValueError):
            inline_css("<!doctype html><html><body><p>x</p></body></html>", css=css)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What is asked of files and the network by address, while ``.env`` lies in the folder where we are."""
    (tmp_path / ".env").write_text("NEWSLETTER_SECRET_KEY={k3y}\n")
    monkeypatch.chdir(tmp_path)
    asked: list[str] = []
    real = urllib.request.OpenerDirector.open

    def noting(self: Any, request: Any, *arguments: Any, **named: Any) -> Any:
        asked.append(getattr(request, "full_url", request))
        return real(self, request, *arguments, **named)

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", noting)

    def closed(*told: Any) -> Any:
        asked.append(str(told))
        raise OSError("there is no network here")

    monkeypatch.setattr(socket, "getaddrinfo", closed)
    return asked


@pytest.mark.parametrize("address", [".env", "file:{}/.env", "https://fonts.test/x.css", "//fonts.test/x.css"])
@pytest.mark.parametrize(
    "element",
    [
        '<STYLE>@import "{}";</STYLE>',
        '<Style media="screen">@IMPORT url({});</Style>',
        '<style\ttype="text/css">@import "{}";</style>',
        '<style data-premailer="x">@import "{}";</style>',
        '<svg><STYLE>@import "{}";</STYLE></svg>',
        '<link rel="stylesheet" href="{}">',
        '<LINK REL=StyleSheet HREF="{}">',
        '<base href="file:///"><link rel="stylesheet" href="{}">',
    ],
)
def test_nothing_in_a_document_is_followed(element: str, address: str, opened: list[str]) -> None:
    head = element.format(address.format(Path.cwd()))
    inlined = inline_css(f"<!doctype html><html><head>{head}</head><body><p>x</p></body></html>", css="p { margin: 0 }")
    assert not opened
    assert '<p style="margin:0">' in inlined
    assert address.format(Path.cwd()) in inlined, "what stands in a document of the designer's stays there"


@pytest.mark.parametrize(
    "css",
    [
        '@import ".env";',
        "@IMPORT url(file:.env);",
        '@\\69mport ".env";',
        '@charset "utf-8"; @Import "https://fonts.test/x.css" screen;',
        "@im\\70ort '.env'; p { margin: 0 }",
    ],
)
def test_no_sheet_is_imported_however_it_is_spelt(css: str, opened: list[str]) -> None:
    with pytest.raises(ValueError, match="@import is not followed") as refused:
        inline_css("<!doctype html><html><body><p>x</p></body></html>", css=css)
    assert not opened
    assert "k3y" not in str(refused.value)


def test_language_direction_and_a_padded_hidden_preheader_are_set(before: str) -> None:
    html = finish_document(before, language="ar", direction="rtl", preheader="Less <than> & more")
    assert '<html lang="ar" dir="rtl" xmlns=' in html
    assert '<body id="body" lang="ar" dir="rtl" ' in html
    hidden = re.search(r'<body[^>]*><div style="display:none[^"]*">Less &lt;than&gt; &amp; more([^<]+)</div>', html)
    assert hidden
    assert hidden[1] == "\u034f\u200c\u00a0" * (len(hidden[1]) // 3)
    assert len(hidden[1]) > 300


@pytest.mark.parametrize(("letters", "spaces"), [(1, 149), (100, 50), (140, 10), (142, 8), (400, 8)])
def test_a_preheader_is_padded_as_far_as_inboxes_read(before: str, letters: int, spaces: int) -> None:
    html = finish_document(before, language="en", direction="ltr", preheader="x" * letters)
    assert html.count("\u034f\u200c\u00a0") == spaces


@pytest.mark.parametrize("mjml", [MJML.replace("\n", "\r\n"), "\n  " + MJML])
def test_line_ends_and_spaces_around_do_not_matter(mjml: str, before: str) -> None:
    assert mjml_to_html(mjml) == before


def test_a_mistake_is_told_at_its_place_behind_paddings_of_nothing() -> None:
    mjml = '<mjml><mj-body><mj-section padding="0 0 0 0"><mj-include path="x.mjml" /></mj-section></mj-body></mjml>'
    with pytest.raises(MjmlError) as raised:
        mjml_to_html(mjml)
    assert raised.value.offset is not None
    assert mjml[raised.value.offset :].startswith("mj-include")


TEXT = """{# line 1 #}
<mj-section>
  <mj-column>
    <mj-text>{{ block.body | markdown }}</mj-text>
  </mj-column>
</mj-section>
"""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (TEXT.replace("</mj-column>", ""), ":6:3: MJML: mismatched tag (in the text at issue.yaml:5)"),
        (TEXT.replace("<mj-text>", "<mj-text>1 < 2"), ":4:17: MJML: not well-formed"),
        (TEXT.replace("<mj-column>", "<mj-column width=50>"), ":3:20: MJML: not well-formed"),
        (TEXT.replace("<mj-text>", "<mj-text>é &nbsp;a & b<br></mj-text>\n<mj-social><mj-foo /></mj-social><mj-text>"),
         ":5:12: <mj-foo> is no element of MJML (in the text at issue.yaml:5)"),
        (TEXT.replace("<mj-text>", "<mj-text>é &nbsp;a & b<br></mj-text>\n<mj-text><p>"),
         ":5:1: MJML: mismatched tag"),
        (TEXT.replace("<mj-column>", '<mj-column><mj-include path="x.mjml" />'), ":3:14: <mj-include> is not used"),
        (TEXT.replace("block.body", "block.boddy"),
         ":4:1: there is no 'boddy' here; did you mean 'body'? (in the text at issue.yaml:5)"),
        (TEXT.replace("block.body", "blok.body"), ":4:1: 'blok' is undefined"),
        (TEXT.replace("| markdown", "| markdwn"), ":4:1: No filter named 'markdwn'"),
        (TEXT.replace("| markdown", "| date"), ":4:1: "),
        (TEXT.replace("{{ block", "{% block"), ":4:1: "),
        (TEXT.replace("line 1 #}", '#}{% include "lost.j2" %}'), ":1:1: there is no template 'lost.j2'"),
        (TEXT.replace("block.body", "''.__class__"), ":4:1: a template cannot read '__class__' of a text"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_is_told_with_its_file_and_line(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(TemplateError) as raised:
        build(tmp_path, "- block: text\n  body: Hello", templates={"blocks/text/block.mjml.j2": wrong})
    assert str(raised.value).startswith(f"{tmp_path}/templates/blocks/text/block.mjml.j2{told}")


def test_a_mistake_in_a_macro_is_told_in_the_macro(tmp_path: Path) -> None:
    macro = "{# one #}\n{% macro title(words) %}\n<h2 class=wide>{{ words }}</h2>\n{% endmacro %}\n"
    block = TEXT.replace("{# line 1 #}", '{% import "partials/own.j2" as own %}').replace(
        "<mj-text>", "<mj-text>{{ own.title('a') }}</mj-text><mj-text>"
    )
    with pytest.raises(TemplateError, match=r"partials/own\.j2:3:1"):
        build(
            tmp_path,
            "- block: text\n  body: Hello",
            templates={"partials/own.j2": macro, "blocks/text/block.mjml.j2": block},
        )


def test_markdown_in_an_attribute_is_refused(tmp_path: Path) -> None:
    wrong = TEXT.replace("<mj-text>", '<mj-text css-class="{{ block.body | markdown }}">')
    with pytest.raises(TemplateError, match="can only stand between tags"):
        build(tmp_path, "- block: text\n  body: Hello", templates={"blocks/text/block.mjml.j2": wrong})


def test_a_merge_field_that_a_template_puts_into_a_style_is_told_where_it_was_written(tmp_path: Path) -> None:
    wrong = TEXT.replace("<mj-text>", '<mj-text><p style="color:{{ block.title }}">x</p>')
    with pytest.raises(Exception, match=r"issue\.yaml:6:13: \{\{ subscriber\.name \}\} ends up in the attribute style"):
        build(
            tmp_path,
            '- block: text\n  title: "{{ subscriber.name }}"\n  body: Hello',
            templates={"blocks/text/block.mjml.j2": wrong},
        )


def test_a_text_that_a_template_cuts_inside_a_merge_field_is_refused(tmp_path: Path) -> None:
    wrong = TEXT.replace("block.body | markdown", "block.title[:12]")
    with pytest.raises(Exception, match="a merge field is cut"):
        build(
            tmp_path,
            '- block: text\n  title: "{{ subscriber.name }}"\n  body: Hello',
            templates={"blocks/text/block.mjml.j2": wrong},
        )


def test_a_projects_own_template_replaces_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    edition = build(
        tmp_path,
        "- block: text\n  body: Hello",
        templates={"blocks/text/block.txt.j2": "* {{ block.body | upper }} *", "locales/en.yaml": "leave: Go away"},
    )
    assert "* HELLO *" in read_as(edition.text)


def test_a_changed_template_is_used_at_once(tmp_path: Path) -> None:
    for words in ("one", "two", "one"):
        edition = build(
            tmp_path, "- block: text\n  body: Hello", templates={"blocks/text/block.txt.j2": f"* {words} *"}
        )
        assert f"* {words} *" in read_as(edition.text)


CSS = ".prose p { margin: 0 } .outer .title { color: red } h2.title { margin: 1px } .absent { color: blue }"


def _document(block: str, *, cut: str = "", around: str = '<div class="outer">') -> str:
    return (
        "<!doctype html><html><head><style>.x{}</style></head><body>"
        f'{around}<p class="title">Head</p>{cut}{block}{cut}<p class="title">Foot</p></div></body></html>'
    )


BLOCK = (
    '<!--[if mso | IE]><table><tr><td><![endif]--><h2 class="title">É &amp; "x"</h2>'
    '<div class="prose"><p>A<br>B</p></div><!--[if mso | IE]></td></tr></table><![endif]-->'
)


@pytest.mark.parametrize(
    ("block", "around"),
    [
        (BLOCK, '<div class="outer">'),
        (BLOCK, '<div class="outer"><img alt=">"><!-- <div> --><span><b></b>'),
        (BLOCK, '<div class="outer" title="a &quot; b">'),
        (BLOCK, '</i></table><div class="outer">'),
        ("", '<div class="outer">'),
        # In a wrapper the pieces begin inside a conditional comment: the document is inlined at once.
        (f"<tr><td><![endif]-->{BLOCK}<!--[if mso | IE]></td></tr>", '<div class="outer"><!--[if mso | IE]><table>'),
    ],
)
def test_a_document_inlined_block_by_block_is_as_if_inlined_at_once(block: str, around: str) -> None:
    cuts: Marks[int] = Marks("kabcdefg234")
    cut = cuts.mark(0)
    by_pieces = inline_css(_document(block, cut=cut, around=around), css=CSS, cuts=cuts)
    assert by_pieces == inline_css(_document(block, around=around), css=CSS)
    assert cut not in by_pieces


def test_a_layout_that_prints_a_block_twice_or_moves_its_cuts_is_inlined_too() -> None:
    cuts: Marks[int] = Marks("kabcdefg234")
    a, b = cuts.mark(0), cuts.mark(1)
    for block in (f"{a}{BLOCK}{a}{b}<p>x</p>{b}{a}{BLOCK}{a}", f"{a}{BLOCK}{b}{BLOCK}{a}{b}", f"{a}{BLOCK}"):
        assert inline_css(_document(block), css=CSS, cuts=cuts) == inline_css(_document(cuts.without(block)), css=CSS)


def test_an_attribute_says_what_its_author_wrote(tmp_path: Path) -> None:
    words = "où ? à 20 h « ‍ é C:\\new\\up हिन्दी"
    blocks = f"- block: image\n  picture: {{file: p.png, alt: '{words}'}}\n"
    head = f"subject: 'x {words}'\npreheader: What is in it\ndate: 2020-03-31\n"
    html = read_as(build(tmp_path, blocks, head=head, files={"p.png": png()}).html)
    assert f'alt="{words}"' in html
    assert f'aria-label="x {words}"' in html
