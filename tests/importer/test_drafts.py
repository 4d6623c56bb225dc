"""A newsletter of another program becomes the draft of an issue: its words, links, lists and pictures."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import NewsletterError
from composer.importer import IssueDraft, draft_of, read_foreign_markdown, read_html
from composer.importer.pictures import Pictures
from composer.issue import Content, load_issue
from composer.issue.markdown.read import read_markdown
from tests.support.authoring import png, write_issue

LETTER = (Path(__file__).parents[1] / "support" / "letter.html").read_bytes()

Import = Callable[..., Content]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """The issue that a file of some text becomes, in ``spring``; pictures are looked for in ``foreign``."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()

    def make(text: str | bytes, name: str = "letter.html") -> Content:
        data = text if isinstance(text, bytes) else text.encode()
        read = read_foreign_markdown(data, file=foreign / name) if name.endswith(".md") else read_html(data)
        draft = draft_of(read, Pictures(foreign), today=dt.date(2020, 3, 31))
        folder = write_issue(tmp_path, files={"issue.md": draft.text, **draft.pictures})
        (folder / "issue.yaml").unlink()
        return load_issue(folder).contents["en"]

    return make


def bodies(content: Content) -> list[str]:
    return [getattr(block, "body", "") for block in content.blocks]


CASES = {
    "a list that tells of reading and leaving": (
        "## A\n\n- [Actix, an open web framework, is out](https://a.test/1)\n- [How to unsubscribe](https://a.test/2)\n"
        "- [Read the news online](https://a.test/3)\n\n## B\n\nb\n",
        ["open web framework", "How to unsubscribe", "Read the news online"],
        [],
    ),
    "links of the frame": (
        "[View this email in your browser](https://a.test/)\n\n## A\n\na\n\n## B\n\nA law lets you unsubscribe if "
        "you no longer want mails.\n\nDon't want these? [Click here](https://a.list-manage.com/unsubscribe?u=1)\n\nFarewell!\n\n"
        "Town, 1 Street, 75001 Paris\n\nCopyright 2026 Town\n",
        ["A law lets you unsubscribe", "Farewell!"],
        [
            "View this email in your browser",
            "Don't want these? Click here",
            "Town, 1 Street, 75001 Paris",
            "Copyright 2026",
        ],
    ),
    "a line among others": (
        "<h2>A</h2><p>a</p><h2>B</h2><p>A last story of ours.<br><a href='https://a.test/u'>Unsubscribe</a></p>",
        ["A last story of ours."],
        ["Unsubscribe"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_lines_of_the_frame_are_left_out_one_by_one_and_named_in_full(case: str) -> None:
    written, kept, left_out = CASES[case]
    draft = drafted(written)
    for words in kept:
        assert words in draft.text
    assert len(draft.left_out) == len(left_out)
    assert all(any(words in sentence for sentence in draft.left_out) for words in left_out)
    everything = drafted(written, keep_all=True)
    assert not [sentence for sentence in everything.left_out if sentence.startswith(("the footer", "a line"))]


def drafted(written: str, *, keep_all: bool = False) -> IssueDraft:
    data = written.encode()
    read = read_html(data) if written.startswith("<") else read_foreign_markdown(data, file=Path("a.md"))
    return draft_of(read, Pictures(Path("/nowhere")), today=dt.date(2020, 3, 31), keep_all=keep_all)


def test_code_and_raised_and_lowered_letters_and_keys_are_kept() -> None:
    draft = drafted("Use `a * b --onto`, H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>.")
    assert "Use `a * b --onto`, H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>." in draft.text


EMPHASIS = [
    ('<b>"Quoted"</b>text', '<b>"Quoted"</b>text'),
    ("in<i>(side)</i> <b>Note:</b> x", "in<i>(side)</i> **Note:** x"),
    ("a<s>(b)</s>c", "a<s>(b)</s>c"),
    ("<b>bold </b>and<i> it</i>", "**bold** and *it*"),
    ("これは<b>「重要」</b>です", "これは**「重要」**です"),
    ("x <b>a <i>(b)</i>c</b>", "x **a <i>(b)</i>c**"),
]


@pytest.mark.parametrize(("html", "written"), EMPHASIS)
def test_emphasis_is_written_so_that_markdown_reads_it(html: str, written: str) -> None:
    assert f"\n{written}\n" in drafted(f"<p>{html}</p>").text


@pytest.mark.parametrize("html", ["<h2>in<i>(side)</i></h2><p>x</p>", "<p><b>in<i>(side)</i></b></p><p>x</p>"])
def test_a_headline_has_words_alone(html: str) -> None:
    assert "## in(side)\n" in drafted(html).text.replace("*", "")


def test_braces_of_a_program_are_no_merge_fields(imported: Import) -> None:
    code = bodies(imported("<p>Code:</p><pre>x = 1\ny = {{ z }}</pre><p>and <code>{% raw %}</code></p>"))
    assert "y = \\{{ z \\}}" in code[0]
    assert "\\{% raw %}" in code[0]


FRAMES = [
    ("ブラウザで見る", "配信停止はこちら", "本を読む人はブラウザで見る人より多い。配信停止のお知らせ。"),
    ("在浏览器中查看", "退订", "在浏览器中查看地图的人越来越多。退订的原因很多。"),
    ("브라우저에서 보기", "수신거부", "브라우저에서 보기 좋은 지도가 나왔다. 수신거부 방법을 배운다."),
    ("Tarayıcıda görüntüle", "Abonelikten çık", "Kanaldan abonelikten çıkanlar arttı."),
    ("Zobacz w przeglądarce", "Wypisz", "Zobacz w przeglądarce mapę miasta, potem wypisz nazwy ulic."),
    ("Открыть в браузере", "Отписаться", "Можно открыть в браузере карту. Отписаться от рекламы легко."),
    ("Bekijk deze mail in je browser", "Afmelden", "Bekijk de kaart in je browser en kom. Afmelden kan tot mei."),
    ("Ver no navegador", "Cancelar inscrição", "Quem quer ver no navegador o mapa pode cancelar inscrição na feira."),
]


@pytest.mark.parametrize(("view", "leave", "story"), FRAMES)
def test_the_frame_is_known_in_other_languages(view: str, leave: str, story: str) -> None:
    draft = drafted(
        f"<p><a href='https://a.test/v'>{view}</a></p><h1>A</h1><p>{story}</p><h2>B</h2><p>{story}</p>"
        f"<p><a href='https://a.test/unsubscribe'>{leave}</a></p>"
    )
    assert draft.text.count(f"\n{story}\n") == 2
    assert len(draft.left_out) == 2
    assert view not in draft.text.replace(story, "")
    assert leave not in draft.text.replace(story, "")


def test_a_lone_headline_above_the_level_of_the_articles_is_a_text_of_its_own(imported: Import) -> None:
    issue = imported("## One\n\na\n\n## Two\n\nb\n\n# Quote of the week\n\nTo be.\n", "a.md")
    assert [(block.block, getattr(block, "title", "")) for block in issue.blocks] == [
        ("article", "One"),
        ("article", "Two"),
        ("text", "Quote of the week"),
    ]


STORIES = {
    "a sentence before the words of a link": "Words of the survey. [Read online](https://a.test/1)",
    "a button below a story": "[Read online](https://a.test/1)",
    "a question that is none of the mail's": "Want to know more about the survey? [Read online](https://a.test/1)",
    "a sentence that links to a page about leaving": (
        "Spring is here. We made it easier to [unsubscribe from our old list](https://a.test/1)."
    ),
    "a dash": "Who feels safe – [lire en ligne](https://a.test/1)",
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
@pytest.mark.parametrize(
    "page", ["# Night\n\nHello.\n\n{}\n", "## A\n\nHello.\n\n{}\n\n## B\n\nb\n"], ids=["one", "two"]
)
def test_words_of_a_story_are_no_line_of_the_frame(page: str, story: str) -> None:
    draft = drafted(page.format(story))
    assert "](https://a.test/1)" in draft.text
    assert draft.left_out == ()


def test_the_frame_goes_with_what_is_said_of_the_mail(imported: Import) -> None:
    draft = drafted(
        "Trouble reading this? [View online](https://a.test/v)\n\nIssue 12 | [View in browser](https://a.test/v)\n\n"
        "## A\n\na\n\n## B\n\nb\n\n*Copyright Town*\\\nOur mailing address is:\\\n1 Street\\\nWant to change how you "
        "receive these emails?\\\nYou can update your preferences or unsubscribe from this list.\n"
    )
    assert draft.text.endswith("---\n\n## A\n\na\n\n## B\n\nb\n")


def test_the_head_of_a_mail_that_was_passed_on_is_left_out() -> None:
    html = (
        b"<title>WG: Fwd: News</title><div>---------- Forwarded message ---------<br>From: Ana &lt;a@a.test&gt;<br>"
        b"Subject: News<br></div><p>Hello.</p>"
    )
    draft = draft_of(read_html(html), Pictures(Path("/nowhere")), today=dt.date(2020, 3, 31))
    assert 'subject: "News"\n' in draft.text
    assert draft.text.endswith("---\n\nHello.\n")
    assert "the head of a forwarded mail: ---------- Forwarded message" in draft.left_out[0]


def test_footnotes_stand_below_the_paragraph_that_refers_to_them() -> None:
    draft = drafted(
        "Hi.\n\n## A\n\nOne[^a], two[^2].\n\nMore, `[^a]`[^9].\n\n[^a]: First\n    of all.\n[^2]: *Second*\n"
    )
    assert draft.text.endswith(
        "## A\n\nOne[^a], two[^2].\n\n[^a]: First of all.\n\n[^2]: *Second*\n\nMore, `[^a]`\\[^9\\].\n"
    )


def test_lists_and_tables_of_a_word_processor_are_some() -> None:
    html = (
        "<p>Hello.</p><p class=MsoListParagraph>·&nbsp;&nbsp; One</p><p class=MsoListParagraph>·&nbsp; Two</p>"
        "<table border=1><tr><td><p><b>City</b></p></td><td><p>People</p></td></tr>"
        "<tr><td>Nice</td><td>342,669</td></tr>"
        "</table><table border=0><tr><td>only</td><td>layout</td></tr><tr><td>a</td><td>b</td></tr></table>"
    )
    draft = draft_of(read_html(html.encode()), Pictures(Path("/nowhere")), today=dt.date(2020, 3, 31))
    assert "Hello.\n\n- One\n- Two\n\n| City | People |\n| --- | --- |\n| Nice | 342,669 |\n" in draft.text
    assert "| only |" not in draft.text


def test_a_lone_headline_below_words_begins_a_section_where_the_subject_is_known() -> None:
    draft = drafted("---\ntitle: News\n---\nHello.\n\nSurvey\n======\n\nWords.\n\nTalks\n-----\n\nMore.\n")
    assert draft.text.endswith("---\n\nHello.\n\n## Survey\n\nWords.\n\n### Talks\n\nMore.\n")


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: Hi there\ndate: 2021-06-09\ntags: [a, b]\n---\n",
        '+++\ntitle = "Hi there"\ndate = 2021-06-09T10:00:00Z\ntags = ["a", "b"]\n+++\n',
        '{\n"title": "Hi there", "date": "2021-06-09", "tags": ["a", "b"]\n}\n',
        "Title: Hi there\nDate: 2021-06-09 10:20\nTags: a, b\n",
        '---json\n{\n"title": "Hi there", "date": "2021-06-09", "tags": ["a", "b"]\n}\n---\n',
    ],
)
def test_what_other_programs_write_above_the_words_is_read(head: str) -> None:
    draft = drafted(f"{head}\nHello.\n")
    assert 'subject: "Hi there"\n' in draft.text
    assert "date: 2021-06-09\n" in draft.text
    assert draft.text.endswith("---\n\nHello.\n")
    assert draft.left_out == ("the key 'tags' of the front matter: a, b",)


def test_words_that_look_like_a_head_are_words() -> None:
    assert "Summary: we won." in drafted("Summary: we won.\n\nMore.\n").text


@pytest.mark.parametrize("html", ['<p style="font-size:1.2.3px">x</p>', "<table><th>a</th></table><p>x</p>"])
def test_html_that_is_no_html_is_read(html: str) -> None:
    assert "x" in drafted(html).text


@pytest.mark.parametrize("data", [b"", b"\x00\x01\xff" * 9, b"<b>" * 3000 + b"x"])
def test_what_is_no_newsletter_is_told(data: bytes) -> None:
    with pytest.raises(NewsletterError):
        read_html(data)


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>x</p>\n" + "<div>" * 300 + "x", "line 2: the HTML is nested more than 256 levels deep"),
        (
            "<p>x</p>\n<img src='data:,{}'>",
            "line 2: a text, an address or a comment .* longer than 10 million characters",
        ),
        ("<p>x<!--{}--></p>", "line 1: a text, an address or a comment"),
        ("<?{}>x", "line 1: a text, an address or a comment"),
    ],
    ids=["depth", "address", "comment", "the whole beginning"],
)
def test_each_limit_of_html_is_told_in_its_own_words(html: str, told: str) -> None:
    with pytest.raises(NewsletterError, match=told):
        read_html(html.replace("{}", "a" * 10_000_100).encode())


@pytest.mark.parametrize("text", ["", "---\ntitle: x\n---\n", "> " * 5000 + "x"])
def test_markdown_without_words_is_told(text: str) -> None:
    with pytest.raises(NewsletterError, match="no newsletter"):
        read_foreign_markdown(text.encode(), file=Path("a.md"))


def test_a_mail_becomes_an_issue_of_its_words(imported: Import, tmp_path: Path) -> None:
    (tmp_path / "foreign" / "images").mkdir()
    for name in ("logo.png", "bridge.png"):
        (tmp_path / "foreign" / "images" / name).write_bytes(png(300, 100))
    (tmp_path / "foreign" / "images" / "photo.webp").write_bytes(b"RIFF")
    mail = imported(LETTER)
    assert (mail.subject, mail.preheader) == ("The Harbour Letter, May", "A bridge opens, and a market moves.")
    assert mail.title == "News from the harbour"
    assert [block.block for block in mail.blocks] == ["image", "text", "article", "article", "article"]
    _, greeting, bridge, market, _ = (block.model_dump(exclude_unset=True) for block in mail.blocks)
    assert greeting["body"] == (
        'Dear {{ subscriber.first_name | default("reader") }},\n\n'
        "it is **spring** & the 1. of *May*. \\[Really\\] \\*yes\\*!\\\nYour crew\n"
    )
    assert bridge == {
        "block": "article",
        "title": "The bridge opens",
        "body": "After [three years](https://harbour.example.org/bridge?id=7), it opens.\n\nMore:\n\n"
        "- a walk\n- a **concert**\n  - brass\n",
        "picture": {"file": "bridge.png", "alt": "TODO: what the picture shows"},
        "link": {"label": "Come to the opening", "url": "https://harbour.example.org/opening"},
    }
    assert market["link"] == {"label": "The market moves", "url": "https://harbour.example.org/market"}
    assert "| Monday | 8–12 \\| 14–16 |" in market["body"]


def test_paragraphs_in_large_letters_are_headlines_where_there_are_no_others(imported: Import) -> None:
    content = imported(
        "<title>T</title><body><p style='font-size:24px'>First</p><p>Words of the first.</p>"
        "<p style='font-size:24px'>Second</p><p>Words of the <b>second</b>.</p>"
        "<p style='font-size:24px'><a href='https://a.example.org/'>A button</a></p></body>"
    )
    assert [(block.block, getattr(block, "title", "")) for block in content.blocks] == [
        ("article", "First"),
        ("article", "Second"),
    ]
    assert content.blocks[1].model_dump()["link"]["label"] == "A button"


def test_merge_tags_in_the_subject_and_the_preheader_are_ours_or_harmless(imported: Import) -> None:
    content = imported(
        "<title>For *|FNAME|*</title><div style='display:none'>%%First_Name%%, {% if x %}{{ other }}</div><p>Words.</p>"
    )
    assert content.subject == 'For {{ subscriber.first_name | default("reader") }}'
    assert content.preheader == '{{ subscriber.first_name | default("reader") }}, \\{% if x %}\\{{ other \\}}'


def test_lists_quotations_code_and_rules(imported: Import) -> None:
    (body,) = bodies(
        imported(
            "<html><body><ol><li><p>one</p><li>two<hr></ol><blockquote><p>said</p><p>twice</p></blockquote>"
            "<pre>x\n```y</pre></body></html>"
        )
    )
    assert body == "1. one\n2. two\n\n> said\n>\n> twice\n\n````\nx\n```y\n````\n"


@pytest.mark.parametrize(
    "text",
    [
        *("# not a headline", "- not a list", "1. not a list", ":::callout", "--- x", "> not a quotation", "=== x"),
        *("+ a", "a_b*c`d[e](f)<g>", "&amp;copy; \\", "{{ other.field }} {% if x %}", "~~a~~ | b |", "<!-- a"),
    ],
)
def test_text_stays_text(imported: Import, text: str) -> None:
    (body,) = bodies(imported(f"<html><body><p>{escape(text)}</p></body></html>"))
    again = read_foreign_markdown(body.encode(), file=Path("x.md"))
    assert [piece.words for piece in again.pieces] == [text]  # type: ignore[union-attr]


def test_pictures_written_into_the_page_are_taken(imported: Import, tmp_path: Path) -> None:
    data = base64.b64encode(png(10, 10)).decode()
    content = imported(
        f"<body><img src='data:image/png;base64,{data}' alt='A [bridge]'><img src='data:,x' alt='y'></body>"
    )
    assert content.blocks[0].model_dump()["picture"]["alt"] == "A [bridge]"
    assert (tmp_path / "spring" / "picture.png").read_bytes() == png(10, 10)


@pytest.mark.parametrize("source", ["../secret.png", "/etc/hostname", "file:///etc/hostname", "a\x00b.png", "x" * 5000])
def test_a_page_cannot_take_files_from_elsewhere(imported: Import, tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.png").write_bytes(png(1, 1))
    imported(f"<body><p>Text</p><img src='{source}' alt='A'></body>")
    assert [file.name for file in (tmp_path / "spring").iterdir()] == ["issue.md"]


def test_a_link_around_paragraphs_is_kept(imported: Import) -> None:
    content = imported("<body><a href='https://a.example.org/'><p>The market</p><p>moves</p></a></body>")
    button, text = (block.model_dump(exclude_unset=True) for block in content.blocks)
    assert button == {"block": "button", "label": "The market", "url": "https://a.example.org/"}
    assert text["body"] == "moves\n"


def test_markdown_keeps_what_it_says_at_other_levels(imported: Import) -> None:
    content = imported(
        "---\ntitle: Spring\ndate: 2020-03-31T10:00\nauthor: Ana\n---\n\nHello *you*.\n\nFirst\n=====\n\nText.\n\n"
        "## Below\n\n1. one\n\n# Second\n\n![A bridge](missing.png)\n\n[Read](https://a.example.org/)\n",
        "old.md",
    )
    assert (content.subject, str(content.date)) == ("Spring", "2020-03-31")
    assert [(block.block, getattr(block, "title", "")) for block in content.blocks] == [
        ("text", None),
        ("article", "First"),
        ("article", "Second"),
    ]
    assert content.blocks[1].model_dump()["body"] == "Text.\n\n# Below\n\n1. one\n"


def test_other_encodings_are_read(imported: Import) -> None:
    head = "<meta charset=iso-8859-1><title>L’été</title>".replace("’", "'")
    assert imported(f"{head}<body>Été à Nice</body>".encode("iso-8859-1")).subject == "L'été"


TAGS = (
    *("<p>", "</p>", "<h1>", "<h2>", "</h2>", "<table><tr><td>", "<th>", "</table>", "<a href='x'>", "</a>", "<b>"),
    *("<ul><li>", "</ul>", "<img src='a.png' alt='b'>", "<br>", "text", "# x", ":::", "{{", "<pre>", "<blockquote>"),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(TAGS), max_size=20))
def test_whatever_the_page_the_draft_can_be_read(tags: list[str]) -> None:
    draft = draft_of(read_html(f"<body>{''.join(tags)}</body>".encode()), Pictures(Path()), today=dt.date(2020, 3, 31))
    tree, problems = read_markdown(draft.text.encode(), file=Path("issue.md"))
    assert tree is not None, draft.text
    assert not problems, (draft.text, problems)
