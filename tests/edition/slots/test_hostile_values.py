"""Merge fields in every place of an issue, filled with what nobody should have as a name."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from composer.edition import Context, Edition, Slot
from composer.edition.model import every_piece
from tests.support.authoring import png
from tests.support.editions import build, read_as

NAME = "{{ subscriber.first_name }}"
HEAD = f"subject: 'Hello {NAME}'\npreheader: 'For {NAME}, and nobody else'\ntitle: 'Dear {NAME}'\ndate: 2020-03-31\n"
BLOCKS = f"""
- block: text
  title: 'Title {NAME}'
  body: |
    Body {NAME}, **strong {NAME}**, [words {NAME}](https://example.org/path/{NAME}/x?query={NAME}#part).

    [whole]({{{{ subscriber.city }}}}) and <span title="{NAME}">raw HTML</span>, ![alt {NAME}](a.png)
- block: article
  kicker: 'Kicker {NAME}'
  title: 'Title {NAME}'
  body: Body
  picture: {{file: a.png, alt: 'Alt {NAME}', caption: 'Caption {NAME}', credit: 'Credit {NAME}'}}
  link: {{label: 'Label {NAME}', url: 'https://example.org/{NAME}?a={NAME}'}}
- block: button
  label: 'Press {NAME}'
  url: 'mailto:{NAME}@example.org?subject={NAME}'
- block: events
  title: 'Events {NAME}'
  events: [{{date: 2020-04-01, title: 'Event {NAME}', place: 'Place {NAME}'}}]
"""
TEMPLATE_CODE = (
    "{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "{{ ''.__class__.__mro__ }}", "{{ links.unsubscribe }}", "${7*7}",
    "<%= 7*7 %>", "{{ subscriber.first_name }}", "{{{7*7}}}", "#{7*7}", "{%raw%}", "m0000000000z",
)  # fmt: skip
HTML_CODE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onclick='x", "javascript:alert(1)", "-->",
    "<!--", "]]>", "</title></style></head>", "<![endif]-->", "&lt;b&gt;", "//evil.test", "x\r\nBcc: y", "\x00\ud800",
)  # fmt: skip
HOSTILE = st.one_of(
    st.text(), st.sampled_from(TEMPLATE_CODE + HTML_CODE), st.text().map(lambda text: f"{{{{{text}}}}}")
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return build(tmp_path_factory.mktemp("hostile"), BLOCKS, head=HEAD, files={"a.png": png(8, 8)})


class Skeleton(HTMLParser):
    """Tags, the names of attributes, whether addresses have a scheme or none, and what is in conditional comments."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[object] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, [name for name, _ in attrs]))
        for name, value in attrs:
            if name in ("href", "src") and value is not None and not value.startswith("mailto:"):
                self.parts.append(re.match(r"[a-z]+://[^/?#]*|#|$", value) is not None)

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(tag)

    def handle_comment(self, data: str) -> None:
        self.parts.append(Skeleton(data.partition("]>")[2]).parts)

    def handle_decl(self, decl: str) -> None:
        self.parts.append(decl)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_field_may_stand_in_every_kind_of_place(edition: Edition) -> None:
    contexts = {piece.context for piece in every_piece(edition.html) if isinstance(piece, Slot)}
    assert contexts == {Context.TEXT, Context.ATTRIBUTE, Context.URL, Context.URL_PART}
    for segments, wanted in ((edition.subject, Context.HEADER), (edition.text, Context.PLAIN)):
        assert wanted in {piece.context for piece in every_piece(segments) if isinstance(piece, Slot)}


@pytest.mark.parametrize("part", ["html", "print_html"])
@given(value=HOSTILE)
@example(value="{{ 7 * 7 }}")
@example(value="<![endif]-->")
def test_no_value_changes_a_page(edition: Edition, part: str, value: str) -> None:
    segments = getattr(edition, part)
    usual = Skeleton(read_as(segments, first_name="Ana", city="https://city.example.org/"))
    assert Skeleton(read_as(segments, first_name=value, city="https://city.example.org/")).parts == usual.parts
    assert Skeleton(read_as(segments, first_name="Ana", city=value)).parts == usual.parts


@pytest.mark.parametrize("code", TEMPLATE_CODE)
def test_template_code_in_a_value_is_only_text(edition: Edition, code: str) -> None:
    page = Skeleton(read_as(edition.html, first_name=code))
    assert page.words.count(code) >= 5
    assert "49" not in page.words
    assert code in read_as(edition.text, first_name=code)
    assert read_as(edition.subject, first_name=code) == f"Hello {code}"


@given(value=HOSTILE)
def test_no_value_adds_a_line_to_the_subject_or_to_the_text(edition: Edition, value: str) -> None:
    assert len(read_as(edition.subject, first_name=value).splitlines()) == 1
    usual = read_as(edition.text, first_name="Ana").count("\n")
    assert read_as(edition.text, first_name=value).count("\n") == usual
    assert len(read_as(edition.text, first_name=value).splitlines()) == usual
