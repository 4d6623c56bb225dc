"""An issue becomes an edition: complete, without leftovers, the same everywhere, and without a network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer import shipped
from composer.edition import Asset, Context, Edition, Slot, build_edition, dump_edition, restore_edition
from composer.edition.model import SlottedText
from composer.errors import EditionError, NewsletterError
from composer.issue import Issue, find_issues, load_issue
from composer.issue.blocks import ArticleBlock, Link
from tests.support.authoring import NEWSLETTER, png
from tests.support.editions import build, read_as

SAMPLE = find_issues(shipped.SAMPLE_ISSUES)[0]


@pytest.fixture(scope="module", params=["en", "fr"])
def sample(request: pytest.FixtureRequest) -> Edition:
    return build_edition(_sample_issue(), language=request.param)


def test_the_sample_has_nothing_left_to_fill_but_its_slots(sample: Edition) -> None:
    for segments in (sample.subject, sample.preheader, sample.html, sample.text, sample.print_html):
        words = "".join(segment for segment in segments if isinstance(segment, str))
        assert not re.search(r"\b[mh][a-z2-7]{10}\d{4}z", words)
        assert "{{" not in words
        assert "{%" not in words


def test_the_sample_says_its_language_and_offers_the_way_out(sample: Edition) -> None:
    assert re.search(rf'<html lang="{sample.language}" dir="ltr"', read_as(sample.html))
    for segments in (sample.html, sample.text):
        assert any(isinstance(part, Slot) and part.name == "links.unsubscribe" for part in segments)
        assert "12 rue de l’Exemple" in read_as(segments)


def test_every_picture_of_the_sample_is_an_asset(sample: Edition) -> None:
    shown = set(re.findall(r'assets/([^"\')\s]+)', read_as(sample.html) + read_as(sample.print_html)))
    shown = {name for name in shown if not name.endswith(".ics")}
    assert shown == {asset.name for asset in sample.picture_files}


def test_the_text_part_is_wrapped_and_keeps_its_addresses_whole(sample: Edition) -> None:
    lines = read_as(sample.text, first_name="Ana").splitlines()
    assert [line for line in lines if len(line) > 72 and "://" not in line] == []
    assert sample.text[-1] != ""


def test_an_edition_survives_being_dumped_and_restored(sample: Edition) -> None:
    restored = restore_edition(dump_edition(sample), reversed(sample.assets))
    assert restored == sample
    assert restored.digest == sample.digest


def test_merge_fields_are_filled_in_every_place(tmp_path: Path) -> None:
    edition = build(
        tmp_path,
        """
        - block: text
          title: News for {{ subscriber.city | default("your city") }}
          body: |
            Dear **{{ subscriber.first_name | default("reader") }}**,
            [vote](https://example.org/?e={{ subscriber.email }})
        - block: button
          label: Go, {{ subscriber.first_name | upper }}
          url: "{{ links.browser }}"
        """,
        head=(
            "subject: \"{{ subscriber.first_name | default('Hello') }}, spring is here\"\n"
            'preheader: "For {{ subscriber.city }}"\ndate: 2020-03-31\n'
        ),
    )
    reader = {"first_name": "Zoë <b>", "city": "Nice & more", "email": "zoe+a@example.org"}
    html, text = read_as(edition.html, **reader), read_as(edition.text, **reader)
    assert read_as(edition.subject, **reader) == "Zoë <b>, spring is here"
    assert read_as(edition.preheader, **reader) == "For Nice & more"
    assert edition.title == "Hello, spring is here"
    assert ">For Nice &amp; more\u034f" in html
    assert "News for Nice &amp; more" in html
    assert re.search(r"Dear <strong[^>]*>Zoë &lt;b&gt;</strong>", html)
    assert 'href="https://example.org/?e=zoe%2Ba@example.org"' in html
    assert "GO, ZOË &lt;B&gt;" in html or "Go, ZOË &lt;B&gt;" in html
    assert 'href="https://news.example.org/browser"' in html
    assert "https://example.org/?e=zoe%2Ba@example.org" in text
    assert "Dear Zoë <b>," in text
    assert "NEWS FOR NICE" in text.upper()


def test_the_newsletters_own_texts_may_hold_merge_fields(tmp_path: Path) -> None:
    newsletter = NEWSLETTER + 'reason: "You read this as {{ subscriber.email }}."\n'
    edition = build(tmp_path, "- block: text\n  body: Hello", newsletter=newsletter)
    assert "You read this as a@example.org." in read_as(edition.text, email="a@example.org")


def test_all_the_authors_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(EditionError) as raised:
        build(
            tmp_path,
            """
            - block: text
              title: "{{ subscriber.frist_name }}"
              body: |
                one
                {{ subscriber.name | titel }}
            - block: button
              label: Go
              url: "https://example.org/?c={{ subscriber.town }}"
            """,
        )
    assert [(problem.position.line, problem.position.column) for problem in raised.value.problems] == [
        (6, 13),
        (9, 7),
        (12, 34),
    ]


def test_a_merge_field_cannot_name_the_host_of_a_link(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match=r"issue\.yaml:7:19: .* ends up in the host of an address"):
        build(tmp_path, '- block: button\n  label: Go\n  url: "https://{{ subscriber.city }}/"')


def test_a_language_that_the_issue_lacks_is_told_with_those_that_it_has() -> None:
    with pytest.raises(NewsletterError, match="not written in 'de'; it is written in en, fr"):
        build_edition(load_issue(SAMPLE), language="de")


def test_a_list_id_is_made_from_the_name_and_the_senders_domain(tmp_path: Path) -> None:
    assert build(tmp_path, "- block: text\n  body: Hello").list_id == "network-news.network.example.org"


_BUILD = """
import sys
from pathlib import Path
from composer.edition import build_edition, dump_edition
from composer.issue import load_issue
for language in ("en", "fr"):
    edition = build_edition(load_issue(Path(sys.argv[1])), language=language)
    print(edition.digest, len(dump_edition(edition)))
"""
_WITHOUT_SOCKETS = """
import socket
def refuse(*arguments, **named):
    raise AssertionError("a socket was opened")
socket.socket.__init__ = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
"""


def build_in_a_process(code: str, *before: str, seed: str = "0") -> str:
    command = [*before, sys.executable, "-c", code, str(SAMPLE)]
    environment = {"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": f"UTC-{seed}"}
    return subprocess.run(
        command, env=environment, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True
    ).stdout


def test_an_edition_is_the_same_in_any_process_without_any_network() -> None:
    isolated = ["unshare", "-rn"] if shutil.which("unshare") and _may_unshare() else []
    first = build_in_a_process(_WITHOUT_SOCKETS + _BUILD, seed="1")
    second = build_in_a_process(_BUILD, *isolated, seed="2")
    assert first == second
    assert len(first.splitlines()) == 2


def _may_unshare() -> bool:
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


WORDS = st.text(max_size=8)
FILTERS = st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=2).map(tuple)), max_size=2).map(tuple)
SLOTS = st.builds(Slot, WORDS, st.sampled_from(Context), FILTERS)
SEGMENTS = st.lists(WORDS | SLOTS, max_size=4).map(tuple)
ASSETS = st.lists(st.builds(Asset, WORDS, WORDS, st.binary(max_size=8)), max_size=3, unique=True).map(tuple)


@given(st.tuples(SEGMENTS, SEGMENTS, SEGMENTS, SEGMENTS, SEGMENTS), ASSETS, WORDS)
@settings(max_examples=50)
def test_any_edition_survives_being_dumped_and_restored(
    sample: Edition, texts: tuple[SlottedText, ...], assets: tuple[Asset, ...], words: str
) -> None:
    subject, preheader, html, text, print_html = texts
    edition = replace(
        sample, subject=subject, preheader=preheader, html=html, text=text, print_html=print_html,
        assets=assets, title=words, sender=(words, words), reply_to=words or None,
    )  # fmt: skip
    restored = restore_edition(dump_edition(edition), edition.assets)
    assert restored == edition
    assert (restored.digest, dump_edition(restored)) == (edition.digest, dump_edition(edition))
    assert edition.digest != sample.digest


def test_a_single_letter_or_byte_changes_the_digest(sample: Edition) -> None:
    first = sample.assets[0]
    other = Asset(first.name, first.media_type, first.content + b"\0")
    changed = [
        sample,
        replace(sample, text=(*sample.text, ".")),
        replace(sample, subject=(Slot("subscriber.name", Context.HEADER),)),
        replace(sample, subject=(Slot("subscriber.name", Context.PLAIN),)),
        replace(sample, direction="rtl"),
        replace(sample, assets=(other, *sample.assets[1:])),
    ]
    assert len({edition.digest for edition in changed}) == len(changed)


def test_a_language_that_is_written_from_right_to_left_says_so_and_swaps_its_sides(tmp_path: Path) -> None:
    edition = build(
        tmp_path,
        "- block: text\n  body: مرحبا {{ subscriber.first_name }}",
        newsletter=NEWSLETTER.replace("[en, fr]", "[ar]"),
        templates={"blocks/text/block.txt.j2": "{{ start }} {{ end }} {{ direction }} {{ issue.date | date }}"},
    )
    assert edition.direction == "rtl"
    assert '<html lang="ar" dir="rtl"' in read_as(edition.html)
    assert "right left rtl 31 مارس 2020" in read_as(edition.text)


def test_a_theme_may_show_pictures_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "templates" / "images").mkdir(parents=True)
    (tmp_path / "templates" / "images" / "print.png").write_bytes(png(20, 10))
    block = """<mj-section><mj-column><mj-text>
      {% set width, height = "images/print.png" | asset_size %}
      <img src="{{ "images/print.png" | asset }}" width="{{ width }}" height="{{ height }}" alt="" />
    </mj-text></mj-column></mj-section>"""
    edition = build(tmp_path, "- block: text\n  body: Hello", templates={"blocks/text/block.mjml.j2": block})
    assert [asset.name for asset in edition.assets] == ["images/print.png"]
    assert '<img src="https://news.example.org/assets/images/print.png" width="20" height="10"' in read_as(edition.html)


def test_two_different_pictures_of_one_name_are_told(tmp_path: Path) -> None:
    newsletter = NEWSLETTER + "logo: {file: a.png, alt: Us}\n"
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "a.png").write_bytes(png(1, 1))
    with pytest.raises(EditionError, match=r"two different pictures are named 'a\.png'; rename one"):
        build(
            tmp_path,
            "- block: image\n  picture: {file: a.png, alt: A}",
            newsletter=newsletter,
            files={"a.png": png(2, 2)},
        )


LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40).filter(str.strip)
BODIES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
    | st.sampled_from(
        ["# ", "\n\n", "- ", "> ", "```\n", "|a|b|\n|-|-|\n", "<b>", "</p>", "</td></table>", "<!--", "-->", "]]>",
         "&amp;", "***", "    ", "<![endif]-->", "\0", "\u2028", "\r\n", "</body></html>", "<script>"]
    ),
    min_size=1, max_size=10,
).map("".join).filter(bool)  # fmt: skip


@cache
def _sample_issue() -> Issue:
    return load_issue(SAMPLE)


def shape_around_prose(title: str, kicker: str, body: str) -> list[str]:
    """The tags of a mail with one article, without those of its Markdown. No tags if the article is refused."""
    issue = _sample_issue()
    link = Link(label=kicker, url="https://example.org/")
    block = ArticleBlock(block="article", title=title, kicker=kicker, body=body, link=link)
    content = issue.contents["en"].model_copy(update={"blocks": (block,), "preheader": kicker, "subject": title})
    try:
        edition = build_edition(replace(issue, contents={"en": content}))
    except EditionError:
        return []  # Hypothesis has hit upon a link or a brace
    html = re.sub(r'<div class="prose.*?</div>', "", read_as(edition.html), flags=re.DOTALL)
    return re.findall(r"</?[a-z][a-z0-9:]*", html)


@cache
def _plain_shape() -> list[str]:
    return shape_around_prose("A", "B", "C")


@given(LINES, LINES, BODIES)
@settings(max_examples=25, deadline=None)
def test_whatever_an_author_writes_the_mail_around_it_stays_whole(title: str, kicker: str, body: str) -> None:
    assert shape_around_prose(title, kicker, body) in (_plain_shape(), [])
