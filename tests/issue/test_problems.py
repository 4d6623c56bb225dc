"""Mistakes in the values: told in words that an author can act on, at the place of the mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.issue.nearest import nearest
from tests.issue.test_load import problems_of
from tests.support.authoring import issue_of, write_issue

ARTICLE = "- block: article\n  title: T\n  body: B\n"


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (ARTICLE + "  titel: x\n", "8:5: unknown key 'titel'; did you mean 'title'? An article has the keys id"),
        (ARTICLE + "  zzz: x\n", "8:5: unknown key 'zzz'; an article has the keys id, show_if, block, kicker"),
        (ARTICLE + "  link: {label: L}\n", "8:11: a link has no 'url'; add 'url': Where it leads."),
        (ARTICLE + "  link: here\n", "8:11: 'link' must be keys and values, indented below it, not 'here'"),
        (
            ARTICLE + "  picture: a.png\n",
            "8:14: 'picture' must be keys and values, indented below it, not 'a.png'; such as",
        ),
        (
            ARTICLE + "  layout: rigth\n",
            "8:13: 'layout' cannot be 'rigth'; did you mean 'right'? Allowed: top, left, right",
        ),
        (ARTICLE + "  lead: maybe\n", "8:11: 'lead' must be true or false, not 'maybe'"),
        (ARTICLE + "  lead:\n  kicker: K\n", "8:5: 'lead' is empty; give it a value, or delete the line"),
        (ARTICLE + "  id: Agenda 1\n", "8:9: 'id': 'Agenda 1' cannot be an id; use small letters"),
        (ARTICLE + "  kicker: |\n    one\n    two\n", "8:13: 'kicker': 'one\\ntwo' must be one line"),
        (ARTICLE + "  kicker: ''\n", "8:13: 'kicker' is empty; The theme or project"),
        (ARTICLE + f"  kicker: {'x' * 501}\n", "8:13: 'kicker' is 501 characters long; at most 500 are possible"),
        (ARTICLE + "  kicker: [a]\n", "8:13: 'kicker' must be text, not a list"),
        (
            "- block: artcle\n  title: T\n",
            "5:5: unknown block 'artcle'; did you mean 'article'? Blocks are masthead, hero, text",
        ),
        ("- title: T\n", '5:5: this block does not say what it is; begin it with "- block: text"'),
        ("- block: article\n  body: B\n", "5:5: an article has no 'title'; add 'title': The headline."),
        ("- only words\n", "5:5: entry 1 of 'blocks' must be keys and values, indented below it, not 'only words'"),
        ("- block: events\n  title: T\n  events: []\n", "7:13: 'events' is empty; at least one is needed"),
        ("- block: events\n  title: T\n  events: soon\n", "7:13: 'events' must be a list"),
        (
            "- block: button\n  label: L\n  url: www.x.org\n",
            "7:10: 'url': 'www.x.org' is not an address; write https://",
        ),
        (
            "- block: events\n  title: T\n  events:\n    - {title: E, date: 2020-11-27, until: 2020-11-25}\n",
            "8:45: 'until': the last day (2020-11-25) is before the first (2020-11-27); exchange date and until",
        ),
        (
            "- block: agenda\n  title: T\n  entries:\n    - {title: E, date: 2020-02-30, time: 25:00}\n",
            "8:26: 'date': there is no day '2020-02-30'; write year-month-day, such as 2020-03-31",
        ),
        (
            "- block: agenda\n  title: T\n  entries:\n    - {title: E, date: 2020-02-03, time: 11h00}\n",
            "8:44: 'time': '11h00' is not a time; write 11:00",
        ),
        (
            "- block: agenda\n  title: T\n  entries:\n    - {title: E, date: 2020-02-03, language: french}\n",
            "8:48: 'language': 'french' is not a language code; write en, fr or pt-BR",
        ),
        (
            "- block: agenda\n  title: T\n  entries:\n    - {title: E, date: 2020-02-03, timezone: Paris}\n",
            "8:48: 'timezone': there is no time zone 'Paris'",
        ),
    ],
)
def test_a_mistake_is_told_with_what_is_allowed(tmp_path: Path, blocks: str, expected: str) -> None:
    told = problems_of(write_issue(tmp_path, issue_of(blocks)))
    assert any(expected in problem.removeprefix("issue.yaml:") for problem in told), told


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("number: three\n", "1:9: 'number' must be a whole number, not 'three'"),
        ("number: 0\n", "1:9: 'number' must be 1 or more, not '0'"),
        ("number: 1.5\n", "1:9: 'number' must be a whole number, not '1.5'"),
        ("date: 2020\n", "1:7: 'date': '2020' is not a day"),
        ("date: 0206-03-31\n", "1:7: 'date': '0206-03-31' is in no year that is meant; write one from 1000 to 9998"),
        ("date: 9999-12-31\n", "1:7: 'date': '9999-12-31' is in no year that is meant"),
        ("language: english\n", "1:11: 'language': 'english' is not a language code"),
        ("language: de\n", "1:11: the newsletter does not appear in 'de'"),
        ("title: {a: b}\n", "1:8: 'title' must be text, not a mapping"),
    ],
)
def test_a_mistake_in_the_issue_itself_is_told(tmp_path: Path, head: str, expected: str) -> None:
    rest = "subject: S\npreheader: P\n" + ("" if head.startswith("date") else "date: 2020-03-31\n")
    told = problems_of(write_issue(tmp_path, issue_of("- block: divider\n", head=head + rest)))
    assert [problem for problem in told if expected in problem] == told


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fields:\n  City: x\n", "4:3: 'City': 'City' cannot be a field's name"),
        ("fields:\n  age: {type: number}\n", "4:8: a field has no 'meaning'; add 'meaning': What it says"),
        (
            "fields:\n  age: {meaning: M, type: nummer}\n",
            "4:27: 'type' cannot be 'nummer'; did you mean 'number'? Allowed: text, number, date, yes/no, choice",
        ),
        (
            "fields:\n  table: {meaning: M, typ: date}\n",
            "4:23: unknown key 'typ'; did you mean 'type'? A field has the keys meaning, type, choices",
        ),
        (
            "fields:\n  size: {meaning: M, type: choice}\n",
            "4:9: 'size': a choice has no values to choose from; add choices: [small, medium, large]",
        ),
        (
            "fields:\n  size: {meaning: M, type: number, choices: [1]}\n",
            "4:45: 'choices': the values of type number are not chosen; write type: choice, or delete the choices",
        ),
        (
            "fields:\n  size: {meaning: M, type: choice, choices: [S, L, S]}\n",
            "4:45: 'choices': 'S' is there twice; delete one of the two",
        ),
        ("fields:\n  size: [S, L]\n", "4:9: 'size' must be keys and values, indented below it, not a list"),
        ("fields:\n  size:\n", "4:3: 'size' is empty"),
        ("theme:\n  accent: [1]\n", "4:11: 'accent' must be text, not a list"),
        ("languages: []\n", "3:12: 'languages' is empty"),
        ("sender: news@example.org\n", "3:9: 'sender' must be keys and values"),
        ("sender:\n  name: N\n  mail: n@example.org\n", "5:3: unknown key 'mail'; did you mean 'email'?"),
    ],
)
def test_a_mistake_in_the_newsletter_is_told(tmp_path: Path, line: str, expected: str) -> None:
    told = problems_of(write_issue(tmp_path, newsletter="name: N\norganisation: O\n" + line))
    assert told[0].startswith(f"newsletter.yaml:{expected}"), told


def test_the_nearest_word_is_offered_only_if_it_is_near() -> None:
    assert nearest("Titel", ["title", "body"]) == "did you mean 'title'?"
    assert nearest("xyz", ["title", "body"]) == ""


TEN_MISTAKES = """\
subjet: Spring in the network
preheader: A survey and three dates
date: 31.3.2020
number: third
blocks:
  - block: artcle
    title: A survey
  - block: article
    titel: A festival
    body: It is in Nice.
    layout: middle
    link: {label: Read on, url: network.example.org}
  - block: agenda
    title: Dates
    entries:
      - title: Webinar
        date: 2020-04-07
        time: 11h00
        timezone: Europe/Pari
  - block: image
    picture: {file: missing.png, alt: A bridge}
  - block: events
    title: Later
    events:
      - {title: Festival, date: 2020-11-27, until: 2020-11-25}
"""


def test_ten_different_mistakes_are_all_told_in_one_run(tmp_path: Path) -> None:
    told = "\n".join(problems_of(write_issue(tmp_path, TEN_MISTAKES)))
    for place, words in [
        ("1:1", "did you mean 'subject'?"),
        ("3:7", "'31.3.2020' is not a day"),
        ("4:9", "must be a whole number, not 'third'"),
        ("6:5", "unknown block 'artcle'; did you mean 'article'?"),
        ("9:5", "unknown key 'titel'; did you mean 'title'?"),
        ("11:13", "'layout' cannot be 'middle'; allowed: top, left, right"),
        ("12:33", "'network.example.org' is not an address"),
        ("18:15", "'11h00' is not a time"),
        ("19:19", "did you mean 'Europe/Paris'?"),
        ("21:21", "there is no picture 'missing.png'"),
        ("25:52", "the last day (2020-11-25) is before the first"),
    ]:
        assert f"issue.yaml:{place}: " in told, told
        assert words in told, told


@pytest.mark.parametrize(("written", "keys"), [("link", ["label", "url", "align"]), ("items", ["title", "entries"])])
def test_a_word_that_only_shares_letters_is_not_proposed(written: str, keys: list[str]) -> None:
    assert nearest(written, keys) == ""
