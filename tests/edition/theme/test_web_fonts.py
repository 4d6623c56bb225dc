"""A publication's own fonts: declared, hosted with the edition, named in its head, and looked at at their lines."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

from composer import shipped
from composer.checks.finding import Finding
from composer.compose import check_folder
from composer.edition import Edition, build_edition
from composer.issue import load_issue
from composer.message.compile import compile_message
from composer.message.links import Site, assets_url
from composer.message.recipient import Recipient
from composer.output.pdf import print_pdf
from tests.support.authoring import NEWSLETTER, issue_of, write_issue
from tests.support.editions import read_as
from tests.support.fonts import block_font, block_font_of_type

TEXT = "- block: text\n  title: Spring\n  body: Hello"
FONTS = """\
theme: {font_title: "'Block Letters', Georgia, serif"}
fonts:
  - family: Block Letters
    file: fonts/block.woff2
"""
LINE = len(NEWSLETTER.splitlines()) + 1


def project(root: Path, newsletter: str = FONTS, files: dict[str, bytes] | None = None, theme: str = "") -> Path:
    """An issue whose newsletter says ``newsletter`` too; ``files`` are named from the root of the project."""
    folder = write_issue(root / "issues", issue_of(TEXT), newsletter=NEWSLETTER + newsletter)
    for name, content in (files or {"issues/fonts/block.woff2": block_font()}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    if theme:
        (root / "templates").mkdir(exist_ok=True)
        (root / "templates/theme.yaml").write_text(theme, encoding="utf-8")
    return folder


def edition_of(root: Path) -> Edition:
    templates = (root / "templates", shipped.TEMPLATES)
    return build_edition(load_issue(root / "issues/spring"), templates=templates)


def told(folder: Path) -> list[str]:
    """What the checks say of the newsletter and the themes."""
    templates = (folder.parent.parent / "templates", shipped.TEMPLATES)

    def line(found: Finding) -> str:
        place = found.position
        return f"{found.code} {place.file.name}:{place.line}:{place.column} {found.message}; {found.hint}"

    found = [each for each in check_folder(folder, templates=templates).findings if each.code != "language-missing"]
    return [line(each) for each in found if each.position.file.name in ("newsletter.yaml", "theme.yaml")]


def test_a_font_becomes_a_file_of_the_edition_and_a_rule_in_its_head(tmp_path: Path) -> None:
    project(tmp_path)
    edition = edition_of(tmp_path)
    fonts = {asset.name: asset for asset in edition.assets if asset.media_type == "font/woff2"}
    assert fonts["fonts/block.woff2"].content == block_font()
    for html in (read_as(edition.html), read_as(edition.print_html), read_as(edition.web_html)):
        rule = re.search(r'<style>(@font-face\{font-family:"Block Letters";font-style[^}]*\})</style>', html)
        assert rule is not None
        assert 'src:url("https://news.example.org/assets/fonts/block.woff2") format("woff2")' in rule[1]
        assert html.index(rule[0]) < html.index("</head>")
        assert re.search("[\"']?Block Letters[\"']?, ?Georgia, ?serif", html), "what stands behind it stays"


def test_outlook_sees_only_what_stands_in_for_the_font(tmp_path: Path) -> None:
    project(tmp_path)
    html = read_as(edition_of(tmp_path).html)
    hidden = "<!--[if !mso]><!--><style>@font-face"
    assert html.count("src:url(") == html.count(hidden) == 1
    for_word = re.search(r"<!--\[if mso\]><style>(@font-face[^<]*)</style><!\[endif\]-->", html)
    assert for_word is not None
    assert for_word[1] == '@font-face{font-family:"Block Letters";mso-font-alt:"Georgia";mso-generic-font-family:roman}'


def test_the_address_of_a_font_is_that_of_the_site_in_a_message(tmp_path: Path) -> None:
    project(tmp_path, FONTS + "pictures: embedded\n")
    edition = edition_of(tmp_path)
    site = Site("https://letters.example.org", b"k" * 32)
    message = compile_message(edition, site=site, mailing=1, date=dt.datetime(2020, 3, 31, tzinfo=dt.UTC))
    data = message.render(Recipient("ana@example.org", subscriber=1, mailing=1, fields={})).data
    address = f"{assets_url(edition, site=site)}/fonts/block.woff2"
    assert address.encode() in data.replace(b"=\r\n", b"").replace(b"=3D", b"=")


def test_a_font_that_no_stack_names_is_in_no_mail(tmp_path: Path) -> None:
    folder = project(tmp_path, FONTS.replace("'Block Letters', ", ""))
    edition = edition_of(tmp_path)
    assert "@font-face" not in read_as(edition.html)
    assert [asset.name for asset in edition.assets] == []
    assert told(folder) == [
        f"css-font newsletter.yaml:{LINE + 3}:11 the font 'Block Letters' is declared and never used; "
        "name it first in a stack of the theme, as font_title: \"'Block Letters', Georgia, serif\""
    ]


def test_a_theme_brings_its_own_fonts_along(tmp_path: Path) -> None:
    theme = (
        "font_title: \"'Block Letters', Georgia, serif\"\nfonts:\n  - {family: Block Letters, file: fonts/b.woff2}\n"
        "  - {family: Block Letters, file: fonts/i.woff2, style: italic, weight: 300 800}\n"
    )
    bold = block_font(width=900)
    files = {"templates/fonts/b.woff2": block_font(), "templates/fonts/i.woff2": bold}
    folder = project(tmp_path, "", files, theme=theme)
    edition = edition_of(tmp_path)
    assert [asset.name for asset in edition.assets] == ["fonts/b.woff2", "fonts/i.woff2"]
    assert "font-style:italic;font-weight:300 800;" in read_as(edition.html)
    assert told(folder) == []
    # The newsletter's font of that name, weight and style is the stronger one.
    project(tmp_path, FONTS.split("\n", 1)[1], {"issues/fonts/block.woff2": block_font(width=500)}, theme=theme)
    assert [asset.name for asset in edition_of(tmp_path).assets] == ["fonts/block.woff2", "fonts/i.woff2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a" + b"\0" * 40, "'fonts/block.woff2' is no font; use a WOFF2 file"),
        (block_font_of_type("woff"), "'fonts/block.woff2' is WOFF, which is several times as large as WOFF2; choose"),
        (block_font_of_type(""), "'fonts/block.woff2' is TrueType, which is several times as large as WOFF2; choose"),
        (block_font()[:-7], "'fonts/block.woff2' is a damaged font; copy it again"),
        (b"wOF2" + b"\0" * 5_000_000, "'fonts/block.woff2' has 5,000,001 bytes; leave out letters"),
    ],
)
def test_what_is_no_font_for_mails_is_told_where_it_is_declared(tmp_path: Path, content: bytes, said: str) -> None:
    folder = project(tmp_path, files={"issues/fonts/block.woff2": content})
    lines = told(folder)
    assert len(lines) == 1
    assert lines[0].startswith(f"edition-invalid newsletter.yaml:{LINE + 3}:11 {said}"), lines


def test_all_that_is_wrong_with_fonts_is_told_at_once_in_newsletter_and_theme(tmp_path: Path) -> None:
    wrong = """\
fonts:
  - {family: "Block; Letters", file: fonts/block.woff2}
  - {family: Block Letters, file: fonts/block.woff2, wieght: 400}
  - {family: Block Letters, file: fonts/block.woff2, weight: heavy}
  - {family: Block Letters, file: fonts/block.woff2, weight: 800 300, style: slanted}
"""
    lines = told(project(tmp_path, wrong))
    places = [re.sub(r"issue-invalid newsletter\.yaml:(\d+):.*", r"\1", line) for line in lines]
    assert places == [str(LINE + row) for row in (1, 2, 3, 4, 4)], lines
    assert "did you mean 'weight'?" in lines[1]
    assert "write the lighter one first" in "".join(lines)

    missing = "gutter: 24px\nfonts:\n  - {family: A, file: ../b.woff2}\n  - {family: B, file: fonts/blok.woff2}\n"
    lines = told(project(tmp_path, "", {"templates/fonts/block.woff2": block_font()}, theme=missing))
    assert [re.sub(r"template-invalid theme\.yaml:(\d+):(\d+) .*", r"\1:\2", line) for line in lines] == [
        "1:9", "3:23", "4:23",
    ], lines  # fmt: skip
    assert "is outside" in lines[1]
    assert "did you mean 'fonts/block.woff2'?" in lines[2]


def test_a_link_out_of_the_project_is_no_font(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.woff2"
    elsewhere.write_bytes(block_font())
    folder = project(tmp_path / "project", files={"issues/fonts/other.woff2": block_font()})
    (tmp_path / "project/issues/fonts/block.woff2").symlink_to(elsewhere)
    assert "is a link to a file outside" in told(folder)[0]


def test_a_heavy_font_and_one_without_a_fallback_are_told(tmp_path: Path) -> None:
    alone = FONTS.replace(", Georgia, serif", "")
    folder = project(tmp_path, alone, {"issues/fonts/block.woff2": block_font(bytes_more=110_000)})
    lines = told(folder)
    assert lines[0].startswith(f"css-font newsletter.yaml:{LINE}:21 font_title names no font that all readers have")
    assert re.match(rf"font-heavy newsletter\.yaml:{LINE + 3}:11 the font 'fonts/block\.woff2' has 11\d kB", lines[1])


def test_the_printed_page_has_the_font_in_its_pdf(tmp_path: Path) -> None:
    project(tmp_path)
    edition = edition_of(tmp_path)
    values = {f"links.{name}": "https://x.example.org" for name in ("unsubscribe", "browser", "print")}
    page = pypdfium2.PdfDocument(print_pdf(edition, values))[0]
    assert any("Block" in each.get_font().get_base_name() for each in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT]))
