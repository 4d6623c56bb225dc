"""``newsletter import``: what is taken from a newsletter of another program, and what is left out by name."""

from __future__ import annotations

import base64
import datetime as dt
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.cli.main import main
from composer.compose import check_folder
from composer.importer import draft_of, read_foreign_markdown, read_html
from composer.importer.pictures import Pictures
from composer.issue import Content, load_issue
from composer.issue.markdown.read import read_markdown
from tests.support.projects import ProjectFolder, png

MAIL = (Path(__file__).parent / "letter.html").read_bytes()


@pytest.fixture(autouse=True)
def _in_the_project(project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_folder.root)


def run(file: str, *options: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(["import", file, *options])
    code = exit_.value.code
    assert isinstance(code, int)
    return code


def imported(text: str | bytes, name: str = "letter.html") -> Content:
    """The issue that a file of this text becomes."""
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    assert run(name, "--slug", "old") == 0
    return load_issue(Path("issues/old")).contents["en"]


def bodies(text: str) -> list[str]:
    return [getattr(block, "body", "") for block in imported(f"<html><body>{text}</body></html>").blocks]


@pytest.fixture
def mail(project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> Content:
    """A mail of tables, as it was sent by another program."""
    images = project_folder.root / "images"
    images.mkdir()
    for name in ("logo.png", "bridge.png"):
        (images / name).write_bytes(png(300, 100))
    (images / "photo.webp").write_bytes(b"RIFF")
    return imported(MAIL)


def test_a_mail_becomes_an_issue_of_its_words(mail: Content) -> None:
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


def test_everything_that_is_left_out_is_named(mail: Content, capsys: pytest.CaptureFixture[str]) -> None:
    told = capsys.readouterr().out
    assert "issue.md: 3 articles, 2 pictures" in told
    for words in (
        "a line of the frame: View this email in your browser",
        "the footer: Harbour Association, 1 Quay Unsubscribe",
        "the footer: © 2020 All rights",
        "an icon: Facebook, which led to https://facebook.com/h",
        "a picture of a pixel or two, which counts readers or makes space: https://t.example.org/open.gif",
        "a picture that is not on this machine; save it in the issue's folder: https://cdn.example.org/stall.jpg",
        "a picture that mail programs do not show, save it as PNG or JPEG: images/photo.webp",
    ):
        assert words in told


def test_what_is_still_to_be_written_is_found_by_the_checks(mail: Content, project_folder: ProjectFolder) -> None:
    checked = check_folder(Path("issues/old"), templates=project_folder.project.templates)
    assert checked.editions
    assert [found.message for found in checked.findings if found.code == "text-placeholder"] == [
        "'TODO' looks like a text still to be written"
    ] * 2


def test_paragraphs_in_large_letters_are_headlines_where_there_are_no_others() -> None:
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


def test_merge_tags_in_the_subject_and_the_preheader_are_ours_or_harmless() -> None:
    content = imported(
        "<title>For *|FNAME|*</title><div style='display:none'>%%First_Name%%, {% if x %}{{ other }}</div><p>Words.</p>"
    )
    assert content.subject == 'For {{ subscriber.first_name | default("reader") }}'
    assert content.preheader == '{{ subscriber.first_name | default("reader") }}, \\{% if x %}\\{{ other \\}}'


def test_lists_quotations_code_and_rules() -> None:
    (body,) = bodies(
        "<ol><li><p>one</p><li>two<hr></ol><blockquote><p>said</p><p>twice</p></blockquote><pre>x\n```y</pre>"
    )
    assert body == "1. one\n2. two\n\n> said\n>\n> twice\n\n````\nx\n```y\n````\n"


@pytest.mark.parametrize(
    "text",
    [
        *("# not a headline", "- not a list", "1. not a list", ":::callout", "--- x", "> not a quotation", "=== x"),
        *("+ a", "a_b*c`d[e](f)<g>", "&amp;copy; \\", "{{ other.field }} {% if x %}", "~~a~~ | b |", "<!-- a"),
    ],
)
def test_text_stays_text(text: str) -> None:
    (body,) = bodies(f"<p>{escape(text)}</p>")
    again = read_foreign_markdown(body.encode(), file=Path("x.md"))
    assert [piece.words for piece in again.pieces] == [text]  # type: ignore[union-attr]


def test_pictures_written_into_the_page_are_taken() -> None:
    data = base64.b64encode(png(10, 10)).decode()
    content = imported(
        f"<body><img src='data:image/png;base64,{data}' alt='A [bridge]'><img src='data:,x' alt='y'></body>"
    )
    assert content.blocks[0].model_dump()["picture"]["alt"] == "A [bridge]"
    assert Path("issues/old/picture.png").read_bytes() == png(10, 10)


@pytest.mark.parametrize("source", ["../secret.png", "/etc/hostname", "file:///etc/hostname", "a\x00b.png", "x" * 5000])
def test_a_page_cannot_take_files_from_elsewhere(project_folder: ProjectFolder, source: str) -> None:
    (project_folder.root.parent / "secret.png").write_bytes(png(1, 1))
    imported(f"<body><p>Text</p><img src='{source}' alt='A'></body>")
    assert [file.name for file in Path("issues/old").iterdir()] == ["issue.md"]


def test_a_link_around_paragraphs_is_kept() -> None:
    content = imported("<body><a href='https://a.example.org/'><p>The market</p><p>moves</p></a></body>")
    button, text = (block.model_dump(exclude_unset=True) for block in content.blocks)
    assert button == {"block": "button", "label": "The market", "url": "https://a.example.org/"}
    assert text["body"] == "moves\n"


def test_markdown_keeps_what_it_says_at_other_levels() -> None:
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


def test_other_encodings_are_read() -> None:
    head = "<meta charset=iso-8859-1><title>L’été</title>".replace("’", "'")
    assert imported(f"{head}<body>Été à Nice</body>".encode("iso-8859-1")).subject == "L'été"


def test_the_folder_is_named_after_the_file() -> None:
    Path("My Old Letter.html").write_text("<p>Hello</p>")
    assert run("My Old Letter.html") == 0
    (folder,) = Path("issues").glob("*-my-old-letter")
    assert load_issue(folder)


@pytest.mark.parametrize(
    ("name", "data"),
    [("none.html", None), ("empty.html", b""), ("bad.md", b"\xff\xfe\x00"), ("deep.html", b"<div>" * 300)],
)
def test_a_file_that_cannot_be_read_is_told_in_words(
    capsys: pytest.CaptureFixture[str], name: str, data: bytes | None
) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    assert run(name, "--slug", "old") == 1
    assert "Traceback" not in capsys.readouterr().err
    assert not Path("issues/old").exists()


TAGS = (
    *("<p>", "</p>", "<h1>", "<h2>", "</h2>", "<table><tr><td>", "<th>", "</table>", "<a href='x'>", "</a>", "<b>"),
    *("<ul><li>", "</ul>", "<img src='a.png' alt='b'>", "<br>", "text", "# x", ":::", "{{", "<pre>", "<blockquote>"),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(TAGS), max_size=20))
def test_whatever_the_page_the_draft_can_be_read(tmp_path_factory: pytest.TempPathFactory, tags: list[str]) -> None:
    draft = draft_of(read_html(f"<body>{''.join(tags)}</body>".encode()), Pictures(Path()), today=dt.date(2020, 3, 31))
    tree, problems = read_markdown(draft.text.encode(), file=Path("issue.md"))
    assert tree is not None, draft.text
    assert not problems, (draft.text, problems)
