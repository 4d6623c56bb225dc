"""Two links of the same words lead to the same place, or stand where one can tell them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer import shipped
from composer.checks.access.link_purpose import target
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, issue_of, write_issue

SITE = "https://network.example.org"
ARTICLE = "- block: article\n  title: {0}\n  body: Words of it.\n  link: {{label: {1}, url: '{2}'}}\n"
TWO_EVENTS = """\
- block: events
  title: Dates
  events:
    - {date: 2020-04-07, title: Toolbox, link: {label: Register, url: "https://network.example.org/toolbox"}}
    - {date: 2020-04-08, title: {second}, link: {label: Register, url: "https://network.example.org/webinar"}}
"""
IN_ITEMS = f"- block: text\n  body: |\n    - Ana: [slides]({SITE}/ana)\n    - Bo: [slides]({SITE}/bo)\n"
IN_ROWS = (
    "- block: text\n  body: |\n    | who | what |\n    | --- | --- |\n"
    f"    | Ana | [slides]({SITE}/ana) |\n    | Bo | [slides]({SITE}/bo) |\n"
)


def articles(*links: tuple[str, str]) -> str:
    return "".join(ARTICLE.format(f"Story {number}", *link) for number, link in enumerate(links))


def ambiguous(folder: Path, blocks: str, *, languages: str = "[en]", files: dict[str, str] | None = None) -> list[str]:
    """Where a link is told, as ``line:column`` of issue.yaml, whose fifth line is the first of the blocks, and how."""
    newsletter = NEWSLETTER.replace("[en, fr]", languages)
    folder = write_issue(folder, issue_of(blocks), newsletter=newsletter, files=files)
    found = check_folder(folder, templates=(shipped.TEMPLATES,)).findings
    return [f"{one.position.line}:{one.position.column} {one.message}" for one in found if one.code == "link-ambiguous"]


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        ("Read more", "[en]"),
        ("Lire la suite", "[fr]"),
        ("続きを読む", "[ja]"),
        ("اقرأ المزيد", "[ar]"),
        ("Devamını oku", "[tr]"),
    ],
)
def test_the_same_words_for_other_addresses_are_told_at_each_of_them(
    tmp_path: Path, words: str, languages: str
) -> None:
    blocks = articles((words, f"{SITE}/a"), ("See the map", f"{SITE}/map"), (words.upper(), f"{SITE}/b"))
    message = f"“{words}” leads to 2 addresses (lines 8 and 16)"
    found = ambiguous(tmp_path, blocks, languages=languages)
    assert [one.partition(" ")[2] for one in found] == [message] * 2
    assert [one.partition(":")[0] for one in found] == ["8", "16"]


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("one address, two buttons", articles(("Read more", f"{SITE}/a"), ("Read more", f"{SITE}/a"))),
        (
            "counted otherwise, another anchor, no www",
            articles(
                ("Read more", f"{SITE}/a?utm_source=mail&x=1"),
                ("Read more", f"{SITE}/a/?x=1&fbclid=1#top"),
                ("Read more", "http://www.network.example.org/a?x=1"),
            ),
        ),
        ("entries have their titles", TWO_EVENTS.replace("{second}", "Webinar")),
        ("items", IN_ITEMS),
        ("rows", IN_ROWS),
        ("numbers of sources", f"- block: text\n  body: So [1]({SITE}/a) and so [1]({SITE}/b).\n"),
        (
            "for different readers",
            "".join(
                f'- block: button\n  show_if: subscriber.language {sign} "fr"\n'
                f"  label: Sign up\n  url: {SITE}/{sign[0]}x\n"
                for sign in ("==", "!=")
            ),
        ),
        ("a mail and a page", f"- block: text\n  body: '[Ana](mailto:ana@x.org) or [Ana]({SITE}/ana)'\n"),
        ("within the mail", "- block: text\n  id: a\n  body: '[up](#a) and [up](#b)'\n- {block: divider, id: b}\n"),
    ],
    ids=lambda value: value if " " not in value[:6] and len(value) < 45 else "",
)
def test_what_one_can_tell_apart_is_not_told(tmp_path: Path, name: str, blocks: str) -> None:
    assert ambiguous(tmp_path, blocks) == [], name


@pytest.mark.parametrize(
    ("blocks", "places"),
    [
        (f"- block: text\n  body: The [report]({SITE}/a), and the [Report!]({SITE}/b).\n", ["6:24", "6:74"]),
        (TWO_EVENTS.replace("{second}", "Toolbox").replace("04-08", "04-07"), ["8:73", "9:73"]),
        (
            f"- block: button\n  label: Sign up\n  url: {SITE}/a\n"
            f'- block: button\n  show_if: subscriber.language == "fr"\n  label: Sign up\n  url: {SITE}/b\n',
            ["7:10", "11:10"],
        ),
        (IN_ITEMS.replace("/ana)", f"/ana), [slides]({SITE}/later)"), ["7:23", "7:66"]),
    ],
    ids=["a text", "entries of one title", "one for all and one for some", "one item"],
)
def test_what_one_cannot_tell_apart_is_told(tmp_path: Path, blocks: str, places: list[str]) -> None:
    assert [one.partition(" ")[0] for one in ambiguous(tmp_path, blocks)] == places


def test_a_translation_is_judged_by_itself(tmp_path: Path) -> None:
    blocks = articles(("Read the survey", f"{SITE}/a"), ("See the map", f"{SITE}/b"))
    french = "blocks:\n  - {link: {label: Lire}}\n  - {link: {label: Lire}}\n"
    found = ambiguous(tmp_path, blocks, languages="[en, fr]", files={"issue.fr.yaml": french})
    assert [one.split(" ", 1)[1] for one in found] == ["“Lire” leads to 2 addresses (lines 8 and 12)"] * 2


def test_an_address_that_is_none_is_its_own_target() -> None:
    assert target("https://[x") == "https://[x"
    assert target("HTTPS://WWW.x.org:443/a%20b/") == target("http://x.org/a b")
