"""Words that a language has no own ones for say that they are English, wherever an element can say it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from composer import shipped
from composer.edition.build import build_edition
from composer.edition.language.fallback import marked, say_fallback
from composer.edition.model import Edition
from composer.issue.load import load_issue
from tests.support.authoring import NEWSLETTER, issue_of, png, write_issue

BLOCKS = """\
- block: agenda
  title: 予定
  entries:
    - date: 2020-04-07
      until: 2020-04-09
      time: 9:00
      end_time: 17:00
      title: 会議
      language: fr
      sessions:
        - title: 開会
          language: fr
- block: events
  title: 日程
  events:
    - date: 2020-05-07
      title: 会合
- block: sponsor
  title: 会社
  body: 広告
- block: image
  picture: {file: dot.png, alt: 点, credit: 山田}
"""
ENGLISH = ["Read in your browser", "Print", "Unsubscribe", "Sponsored", "Add to calendar"]
RTL = dict.fromkeys(("html", "print_html", "web_html"), "rtl")


def edition_in(folder: Path, language: str, locale: str | None = None) -> Edition:
    newsletter = NEWSLETTER.replace("[en, fr]", f"[{language}]") + "contact: hello@network.example.org\n"
    head = "subject: S\npreheader: P\ndate: 2020-03-31\nnumber: 7\n"
    issue = write_issue(folder, issue_of(BLOCKS, head=head), newsletter=newsletter, files={"dot.png": png(8, 8)})
    own = folder / "templates" / "locales"
    own.mkdir(parents=True)
    if locale is not None:
        (own / f"{language}.yaml").write_text(locale, encoding="utf-8")
    return build_edition(load_issue(issue), templates=(folder / "templates", shipped.TEMPLATES))


def documents(edition: Edition) -> dict[str, str]:
    """The three documents, their slots left out."""
    parts = {"mail": edition.html, "print": edition.print_html, "web": edition.web_html}
    return {name: "".join(one if isinstance(one, str) else "" for one in segments) for name, segments in parts.items()}


def spoken(document: str) -> dict[str, tuple[str | None, str | None]]:
    """Each piece of text that has letters, with the language and direction that its nearest element says."""
    found = {}
    for piece in lxml_html.fromstring(document).xpath("//body//text()[not(ancestor::style or ancestor::script)]"):
        element = piece.getparent() if piece.is_text else piece.getparent().getparent()
        around = [element, *element.iterancestors()]
        found[" ".join(str(piece).split()).rstrip(":")] = (
            next((one.get("lang") for one in around if one.get("lang")), None),
            next((one.get("dir") for one in around if one.get("dir") and one.get("lang")), None),
        )
    return found


def test_a_language_without_any_words_has_english_ones_that_say_so(tmp_path: Path) -> None:
    edition = edition_in(tmp_path, "ja")
    mail = spoken(documents(edition)["mail"])
    assert {words: mail[words] for words in ENGLISH} == dict.fromkeys(ENGLISH, ("en", "ltr"))
    assert mail["会議"] == mail["予定"] == ("ja", "ltr")
    # What stands in a gap of English words is in the reader's language again.
    assert mail["In"] == mail["Picture"] == mail["daily"] == ("en", "ltr")
    assert mail["フランス語"] == mail["山田"] == ("ja", "ltr")
    assert mail["No. 7"] == ("en", "ltr")
    page = spoken(documents(edition)["web"])
    assert page["Sponsored"] == page["In"] == ("en", "ltr")
    assert page["フランス語"] == ("ja", "ltr")


def test_a_mail_from_right_to_left_has_its_own_words_and_english_ones_from_left_to_right(tmp_path: Path) -> None:
    edition = edition_in(tmp_path, "ar", "browser: اقرأ في المتصفح\nsponsored: إعلان\n")
    assert edition.direction == "rtl"
    mail = spoken(documents(edition)["mail"])
    assert mail["اقرأ في المتصفح"] == mail["إعلان"] == ("ar", "rtl")
    assert mail["Unsubscribe"] == mail["Print"] == ("en", "ltr")
    assert mail["الفرنسية"] == ("ar", "rtl")


@pytest.mark.parametrize("language", ["fr", "en", "en-US", "fr-CA", "en-GB"])
def test_words_that_are_there_cost_not_a_byte(tmp_path: Path, language: str) -> None:
    for document in documents(edition_in(tmp_path, language)).values():
        assert re.findall(r"<span[^>]* lang=", document) == []


@pytest.mark.parametrize("language", ["ja", "ar"])
def test_no_sign_is_left_anywhere(tmp_path: Path, language: str) -> None:
    edition = edition_in(tmp_path, language)
    text = "".join(one if isinstance(one, str) else "" for one in edition.text)
    assert "Unsubscribe" in text
    for document in (*documents(edition).values(), text):
        assert not re.search("[\U0010ff10-\U0010ff13]", document)


def test_dates_of_a_language_that_nobody_knows_are_said_in_english(tmp_path: Path) -> None:
    mail = spoken(documents(edition_in(tmp_path, "tlh"))["mail"])
    assert mail["31 March 2020"] == mail["Apr"] == ("en", "ltr")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<p>{}</p>", '<p><span lang="en" dir="ltr">Read <span lang="ar" dir="rtl">س</span> on</span></p>'),
        ('<img alt="{}">', '<img alt="Read س on">'),
        ("<img alt='a > b {}'>", "<img alt='a > b Read س on'>"),
        ("<title>{}</title>", "<title>Read س on</title>"),
        ("<style>a::after{{content:'{}'}}</style>", "<style>a::after{content:'Read س on'}</style>"),
        ("<!--[if mso]><p>{}</p><![endif]-->", "<!--[if mso]><p>Read س on</p><![endif]-->"),
    ],
)
def test_where_no_element_can_stand_the_words_stand_alone(written: str, said: str) -> None:
    words = written.format(marked("Read {x} on").format(x="س"))
    assert say_fallback(words, language="ar", direction="rtl") == said


@pytest.mark.parametrize("cut", [slice(1), slice(1, None), slice(0, 3), slice(3, None), slice(-1)])
def test_words_that_a_template_has_cut_make_no_broken_html(cut: slice) -> None:
    html = f"<p>{marked('Read {x} on').format(x='<b>1</b>')[cut]}</p>"
    said = say_fallback(html, language="ar", direction="rtl")
    assert said.count("<span") == said.count("</span>")
    assert not re.search("[\U0010ff10-\U0010ff13]", said)


def test_an_element_is_never_opened_in_one_and_closed_in_another() -> None:
    words = marked("Read on")
    html = f"<p>{words[:5]}</p><p>{words[5:]}</p>"
    assert say_fallback(html, language="ar", direction="rtl") == "<p>Read</p><p> on</p>"


def test_signs_and_numbers_are_in_no_language() -> None:
    assert marked("“") == "“"
    assert marked("{number}.") == "{number}."
