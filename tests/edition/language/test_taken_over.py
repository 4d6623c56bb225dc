"""What a translation took over from the first language says which language it is in, in mail and pages."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest

from composer import shipped
from composer.edition import build_edition
from composer.edition.language.taken_over import is_in_a_language, say_taken_over
from composer.edition.model import Edition, every_piece
from composer.issue import load_issue
from tests.support.authoring import NEWSLETTER, issue_of, png, write_issue

BLOCKS = """\
- block: article
  title: Who feels safe, & where?
  body: |
    A survey of *the whole* country.

    It was {{ subscriber.first_name | default("reader") }} who asked.
  picture: {file: a.png, alt: A bridge over the river Seine}
  link: {label: Read about the survey, url: "https://network.example.org/"}
- block: quote
  body: We had never asked before.
  person: Carole Anne Mancel-Blanchard
- block: text
  body: 27 %
"""
HEAD = "subject: S\npreheader: P\n"
TAKEN_OVER = HEAD + "blocks:\n  - {}\n  - {}\n  - {}\n"
WRITTEN_AGAIN = (
    HEAD
    + """\
blocks:
  - {title: Qui est en sûreté ?, body: Une enquête., picture: {alt: Un pont}, link: {label: Lire}}
  - {body: On ne l’avait jamais demandé.}
  - {}
"""
)


def edition(folder: Path, translation: str, language: str, *, first: str = "en") -> Edition:
    newsletter = NEWSLETTER.replace("[en, fr]", f"[{first}, {language}]")
    files = {f"issue.{language}.yaml": translation, "a.png": png(600, 300)}
    written = write_issue(folder, issue_of(BLOCKS), newsletter=newsletter, files=files)
    return build_edition(load_issue(written), language=language, templates=(shipped.TEMPLATES,))


def spoken(html: str) -> dict[str, tuple[str | None, str | None]]:
    """The language and the direction of each element that says them, by its words or its picture's alt text."""
    root = lxml.html.document_fromstring(html)
    said = [each for each in root.iter() if isinstance(each.tag, str) and each.get("lang")]
    return {
        " ".join((each.get("alt") or each.text_content()).split())[:20]: (each.get("lang"), each.get("dir"))
        for each in said
        if each.tag not in ("html", "body")
    }


def joined(edition: Edition) -> str:
    return "".join(part for part in every_piece(edition.html) if isinstance(part, str))


def test_what_is_taken_over_says_its_language_and_names_and_figures_do_not(tmp_path: Path) -> None:
    told = spoken(joined(edition(tmp_path, TAKEN_OVER, "fr")))
    english = {name: said for name, said in told.items() if said[0] == "en"}
    beginnings = ["Who feels safe", "A survey of the", "A bridge over", "Read about the", "We had never"]
    for beginning in beginnings:
        assert any(name.lstrip("“«").strip().startswith(beginning) for name in english), (beginning, english)
    assert len(english) == len(beginnings), english
    assert {direction for _, direction in english.values()} == {None}


def test_the_direction_is_said_where_it_differs(tmp_path: Path) -> None:
    told = spoken(joined(edition(tmp_path, TAKEN_OVER, "ar")))
    assert ("en", "ltr") in {said for name, said in told.items() if name.startswith("A survey")}


def test_what_is_written_again_says_nothing_of_its_own(tmp_path: Path) -> None:
    assert "en" not in {said[0] for said in spoken(joined(edition(tmp_path, WRITTEN_AGAIN, "fr"))).values()}


def test_the_first_language_and_another_region_of_it_say_nothing(tmp_path: Path) -> None:
    other_region = edition(tmp_path / "region", TAKEN_OVER, "en-GB")
    assert {said[0] for said in spoken(joined(other_region)).values()} == {"en-GB"}, "of the whole mail"


@pytest.mark.parametrize(
    ("text", "is_words"),
    [
        ("27 % of 1,000", False),
        ("Efus", False),
        ("Nice, 25 November", False),
        ("Ten young voices met", True),
        ("", False),
    ],
)
def test_a_figure_and_a_name_are_in_no_language(text: str, is_words: bool) -> None:
    assert is_in_a_language(text) is is_words


def test_only_an_element_of_just_these_words_says_it() -> None:
    words = "Ten young voices met"
    html = f"<p>{words}</p><p>{words}.</p></p>{words}</p><b lang=de>{words}</b>"
    said = say_taken_over(html, [words], attributes=' lang="en"')
    assert said == html.replace(f"<p>{words}</p>", f'<p lang="en">{words}</p>', 1)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<img alt="Ten &quot;young&quot; voices met">', '<img alt="Ten &quot;young&quot; voices met" lang="en">'),
        ("<a>&nbsp;Ten&#160;young\nvoices met →</a>", '<a lang="en">&nbsp;Ten&#160;young\nvoices met →</a>'),
        ("<p>Efus<br>Ten young voices met</p>", "<p>Efus<br>Ten young voices met</p>"),
        ("<p>A &amp; B go on</p><p>Look: here → there</p>", '<p lang="en">A &amp; B go on</p>'
         '<p lang="en">Look: here → there</p>'),
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_written(html: str, said: str) -> None:
    lines = ["Ten young voices met", 'Ten "young" voices met', "A & B go on", "Look: here → there"]
    assert say_taken_over(html, lines, attributes=' lang="en"') == said
