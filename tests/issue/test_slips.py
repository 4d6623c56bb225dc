"""One slip of the keys is one error, at its place; and whoever does what the hint says has mended it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from composer.issue.load import read_issue
from tests.support.authoring import NEWSLETTER, write_issue

ISSUE = """\
subject: News of the town
preheader: One sentence about it
date: 2026-11-26
blocks:
  - block: article
    title: A new bridge
    body: |
      It is long.
    link:
      label: Read on
      url: https://www.example.org/bridge
  - block: text
    title: Dear members
    body: Some words of ours.
  - block: events
    title: Dates
    events:
      - date: 2026-12-01
        title: Market
      - date: 2026-12-05
        title: Fair
"""


def problems_of(folder: Path) -> list[str]:
    """What is wrong in the issue, with the file's name alone."""
    return [str(problem).replace(f"{folder}/", "") for problem in read_issue(folder)[1]]


# What is right, the slip, and the line of the error; its hint begins with "write".
WRITTEN = [
    ("title: A new bridge", "title: The bridge: a new one", 6),
    ("subject: News", "subject: News: news", 1),
    ("title: Market", "title: Market: open", 19),
    ("label: Read on", 'label: Read "on": now', 10),
    ("title: A new bridge", "title: “The bridge: new”", 6),
    ("title: A new bridge", 'title: "The bridge" and more', 6),
    ("title: A new bridge", "title: 'The town's bridge'", 6),
    ("title: A new bridge", 'title: "A new bridge",', 6),
    ("title: A new bridge", "title: [Draft] A new bridge", 6),
    ("title: A new bridge", "title: @home", 6),
    ("title: A new bridge", "title: % of all", 6),
    ("title: A new bridge", "title: `code`", 6),
    ("title: A new bridge", "title: #1 bridge", 6),
    ("title: A new bridge", "title:A new bridge", 6),
    ("subject: News", "subject:News", 1),
    ("subject: News", "subject：News", 1),
    ("  - block: text", "  -block: text", 12),
    ("  - block: text", "  -   block: text", 12),
    ("title: A new bridge", 'title: "A new bridge', 6),
    ("title: A new bridge", 'title: "A new bridge”', 6),
    ("title: A new bridge", '"title: A new bridge', 6),
    ("title: A new bridge", "title A new bridge", 6),
    ("title: A new bridge", "title:\u00a0A new bridge", 6),
    ("title: Dear members", "title:- Dear members", 13),
    ("subject: News of", "subject News of", 1),
    ("subject: News of", "subject = News of", 1),
    ("      - date: 2026-12-01", "      date: 2026-12-01", 18),
    ("date: 2026-11-26", "date: 26.11.2026", 3),
    ("date: 2026-11-26", "date: 26/11/2026", 3),
    (
        "    link:\n      label: Read on\n      url: https://www.example.org/bridge",
        "    link: {label: Read on, url: 'https://a.test'",
        9,
    ),
    ("  - block: text", "  – block: text", 12),
    ("  - block: article", "  - article", 5),
    ("date: 2026-11-26", "date: 20261126", 3),
]


def mended(text: str, line: int, hint: str) -> str:
    """The text, with what the hint says instead of the line from its key on."""
    lines = text.split("\n")
    right = hint.removeprefix("write ")
    start = re.match(r"\s*(?:- +)?" if not right.startswith("- ") else r"\s*", lines[line - 1])
    assert start
    lines[line - 1] = start[0] + right
    return "\n".join(lines)


@pytest.mark.parametrize(("right", "slip", "line"), WRITTEN)
def test_a_slip_is_one_error_and_its_hint_mends_it(tmp_path: Path, right: str, slip: str, line: int) -> None:
    assert right in ISSUE
    wrong = ISSUE.replace(right, slip, 1)
    (told,) = problems_of(write_issue(tmp_path, wrong))
    assert told.startswith(f"issue.yaml:{line}:"), told
    if "is not a day" in told:
        told = told.replace("; write ", "; write date: ")
    hint = told[told.rindex("; write ") + 2 :]
    assert problems_of(write_issue(tmp_path, mended(wrong, line, hint))) == []


@pytest.mark.parametrize(
    ("right", "slip", "place", "said"),
    [
        ("    title: A new", "     title: A new", "6:6", "begin it under 'block', with 4 spaces before it"),
        ("    title: A new", "   title: A new", "6:4", "begin it under 'block', with 4 spaces before it"),
        ("    title: A new", "  title: A new", "6:3", "begin it under 'block', with 4 spaces before it"),
        ("        title: Fair", "      title: Fair", "21:7", "begin it under 'date', with 8 spaces before it"),
        ("  - block: events", "- block: events", "15:1", "begin it under the dash above, with 2 spaces before it"),
        ("      It is", "    It is", "8:5", "begin it with 6 spaces before it, as all lines of 'body'"),
        ("body: Some words of ours.", "body: Some words\n  Of ours.", "15:3", "begin with body: |"),
        ("    title: A new", "    - title: A new", "6:5", "write title: A new"),
        ("blocks:\n", "", "4:3", "write the key of the list on a line above it"),
        ("body: Some words of ours.", "body: **Some** *words* of ours.", "14:11", "put the whole value in quotes"),
        ("title: Market", "title: {a: 1 b: 2}", "19:23", "write a comma between two parts"),
        ("    title: A new", "\ttitle: A new", "6:1", "a tab stands here"),
        ("    title: A new", "\u00a0   title: A new", "6:1", "type a space"),
        ("title: A new bridge", 'title: "A new bridge', "6:12", "a quotation mark is opened here and never closed"),
        ("title: Dear members", "title: 'Dear members", "13:12", "a quotation mark is opened here and never closed"),
        ("block: article", "block: artcle", "5:5", "did you mean 'article'?"),
        ("    title: A new", "    titel: A new", "6:5", "did you mean 'title'?"),
        ("      label: Read on\n      url:", "      - label: Read on\n        url:", "10:7", "delete the dashes"),
        (
            "    link:\n      label: Read on\n      url: h",
            "    link: h",
            "9:11",
            "such as: link: {label: Read on, url: http",
        ),
        ("      - date: 2026-12-05", "        date: 2026-12-05", "20:9", "write - date: 2026-12-05"),
        ("  - block: text", "    block: text", "12:5", "write - block: text"),
        ("    title: A new", "    title: Old\n    title: A new", "7:5", "the key 'title' is here a second time"),
        ("blocks:", "---\nblocks:", "4:1", "delete the line"),
        ("    title: A new", "<<<<<<< HEAD\n    title: A new", "6:1", "two versions of the file were merged"),
        ("title: A new bridge", "title A new bridge", "6:5", "has no colon"),
        ("title: A new bridge", "title:", "6:5", "'title' is empty"),
        ("    body: Some", "    text: Some", "14:5", "did you mean 'body'? It is missing"),
        ("    events:", "    entries:", "17:5", "did you mean 'events'? It is missing"),
        ("- date: 2026-12-01\n        t", "- {date:2026-12-01, t", "18:10", "write date: 2026-12-01"),
        ("- date: 2026-12-01\n        t", "-{date: 2026-12-01, t", "18:7", "write - {date: 2026-12-01, title: Market}"),
        ("- date: 2026-12-01\n        t", "- date: 2026-12-01, t", "18:15", "write {date: 2026-12-01, title: Market}"),
        ("    events:\n", "", "17:7", "write the key of the list on a line above it"),
        ("body: Some words of", 'body: "Some words\n      of', "14:11", 'write " where its text ends'),
        ("body: Some words of ours.", "body: Some words\n  of ours.", "15:3", "write it behind 'body' on one line"),
    ],
)
def test_a_slip_is_one_error_with_its_cause(tmp_path: Path, right: str, slip: str, place: str, said: str) -> None:
    assert right in ISSUE
    wrong = ISSUE.replace(right, slip, 1)
    if "{" in slip:  # an entry on one line, which ends there
        wrong = wrong.replace("title: Market", "title: Market}")
    (told,) = problems_of(write_issue(tmp_path, wrong))
    assert told.startswith(f"issue.yaml:{place}: "), told
    assert said in told


def test_entries_without_their_dash_are_read_as_entries(tmp_path: Path) -> None:
    """What stands in them is judged too, and what they lack is no consequence."""
    wrong = ISSUE.replace("  - block: events", "    block: events").replace("Fair", "Fair\n        place: ''")
    told = problems_of(write_issue(tmp_path, wrong))
    assert [problem.split(": ")[0] for problem in told] == ["issue.yaml:15:5", "issue.yaml:22:16"]


MARKDOWN = """\
---
subject: News
preheader: One sentence
date: 2026-11-26
---

:::events
title: Dates
events:
  - date: 2026-12-01
    title: Market
:::
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("title: Dates", "title: Dates: all", 8),
        ("    title: Market", "\ttitle: Market", 11),
        ("subject: N", "subject: N: N", 2),
    ],
)
def test_a_slip_in_markdown_is_one_error(tmp_path: Path, right: str, slip: str, line: int) -> None:
    folder = write_issue(tmp_path, files={"issue.md": MARKDOWN.replace(right, slip)})
    (folder / "issue.yaml").unlink()
    (told,) = problems_of(folder)
    assert told.startswith(f"issue.md:{line}:")


FRENCH = """\
subject: Nouvelles
preheader: Une phrase
blocks:
  - {title: Un pont, body: Il est long., link: {label: Lire}}
  - {title: Chers membres, body: Quelques mots.}
  - {title: Agenda, events: [{title: Marché}, {title: Foire}]}
"""


@pytest.mark.parametrize(
    ("right", "slip"),
    [
        ("subject: News", "subject: News: news"),
        ("block: article", "block: artcle"),
        ("date: 2026-12-01", "date: 2026-12-32"),
    ],
)
def test_a_slip_in_the_first_language_is_no_error_of_a_translation(tmp_path: Path, right: str, slip: str) -> None:
    folder = write_issue(tmp_path, ISSUE.replace(right, slip), newsletter=NEWSLETTER, files={"issue.fr.yaml": FRENCH})
    (told,) = problems_of(folder)
    assert told.startswith("issue.yaml:"), told


TIMES = {
    "17h30": "17:30", "17 h": "17:00", "17.30": "17:30", "17:30 Uhr": "17:30", "17 Uhr": "17:00", "5 pm": "17:00",
    "5:30 p.m.": "17:30", "12 am": "00:00", "kl. 11.00": "11:00", "午後": "hours:minutes",
    "11:00:00": "11:00", "17時30分": "17:30",
    "9-17": "hours:minutes", "25 h": "hours:minutes", "13 pm": "hours:minutes",
}  # fmt: skip


@pytest.mark.parametrize(("written", "right"), TIMES.items())
def test_a_time_as_people_write_it_is_told_with_the_time_that_is_meant(
    tmp_path: Path, written: str, right: str
) -> None:
    wrong = ISSUE.replace("        title: Market", f"        time: '{written}'\n        title: Market")
    (told,) = problems_of(write_issue(tmp_path, wrong))
    assert f"is not a time; write {right}" in told


@pytest.mark.parametrize("written", ["5/6/2026", "31.02.2026", "March 3, 2026"])
def test_a_day_that_may_be_two_days_is_not_guessed(tmp_path: Path, written: str) -> None:
    (told,) = problems_of(write_issue(tmp_path, ISSUE.replace("date: 2026-11-26", f"date: {written}")))
    assert "write year-month-day, such as" in told
