"""Mistakes of every kind are told in one run: no kind hides another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer import shipped
from composer.compose import check_folder
from composer.issue import read_issue
from tests.support.authoring import issue_of, write_issue

ISSUE = """\
subjet: Spring {{ subscriber.frist_name }}
preheader: Three dates for {{ subscriber.first_name
date: 31.3.2020
blocks:
  - block: artcle
    title: A survey
  - block: article
    titel: A festival
    body: It is in Nice, dear {{ subscriber.firstname }}.
    layout: middle
    link: {label: Read on, url: "http://localhost/x"}
  - block: text
    body: |
      Some text with [a link]() and

      a second {{ links.unsubscrib }} one.
  - block: agenda
    title: Dates
    entries:
      - title: Webinar {{ subscriber.first_name | defalt("x") }}
        date: 2020-04-07
        time: 11h00
        timezone: Europe/Pari
  - block: image
    picture: {file: missing.png, alt: A bridge}
  - block: button
    label: click here
    url: https://network.test/x
"""

EXPECTED = {
    "1:1": "issue-invalid",  # a misspelt key …
    "1:16": "edition-invalid",  # … and a misspelt merge field behind it
    "2:28": "edition-invalid",
    "3:7": "issue-invalid",
    "5:5": "issue-invalid",
    "8:5": "issue-invalid",
    "9:31": "edition-invalid",
    "10:13": "issue-invalid",
    "11:33": "link-local",
    "14:29": "link-empty",
    "16:16": "edition-invalid",
    "20:24": "edition-invalid",
    "22:15": "issue-invalid",
    "23:19": "issue-invalid",
    "25:21": "issue-invalid",
    "28:10": "link-vague",
}


@pytest.mark.parametrize("name", ["lost.png", '"lost.png"', "'lost.png'", '"été (1).png"'])
def test_a_picture_that_is_not_there_is_told_once_however_its_name_is_written(tmp_path: Path, name: str) -> None:
    folder = write_issue(tmp_path, issue_of(f"- block: image\n  picture: {{file: {name}, alt: A bridge.}}\n"))
    found = check_folder(folder, templates=[shipped.TEMPLATES]).findings
    assert [one.code for one in found if "no picture" in one.message] == ["issue-invalid"]


def test_mistakes_of_every_kind_are_told_in_one_run(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, ISSUE)
    checked = check_folder(folder, templates=[shipped.TEMPLATES])
    told = {f"{found.position.line}:{found.position.column}": found.code for found in checked.findings}
    assert told == EXPECTED
    assert checked.issue is None
    assert not checked.editions


def test_what_is_told_of_a_broken_issue_stays_when_its_first_mistakes_are_mended(tmp_path: Path) -> None:
    mended = ISSUE.replace("subjet", "subject").replace("titel", "title").replace("31.3.2020", "2020-03-31")
    before = check_folder(write_issue(tmp_path / "one", ISSUE), templates=[shipped.TEMPLATES]).findings
    after = check_folder(write_issue(tmp_path / "two", mended), templates=[shipped.TEMPLATES]).findings
    mended_places = {(1, 1), (8, 5), (3, 7)}
    assert {(found.position.line, found.code) for found in after} == {
        (found.position.line, found.code)
        for found in before
        if (found.position.line, found.position.column) not in mended_places
    }


def test_the_part_that_is_left_reads_a_misspelt_key_as_it_was_meant(tmp_path: Path) -> None:
    issue, problems = read_issue(write_issue(tmp_path, ISSUE))
    assert problems
    assert issue is not None
    (content,) = issue.contents.values()
    assert [block.block for block in content.blocks] == ["article", "text", "agenda", "image", "button"]
    assert content.subject.startswith("Spring")


@settings(max_examples=60)
@given(cut=st.integers(0, len(ISSUE)), put=st.text(alphabet=":-{}[]|#\n ab2", max_size=6))
def test_no_damage_to_a_file_is_too_much(tmp_path_factory: pytest.TempPathFactory, cut: int, put: str) -> None:
    folder = write_issue(tmp_path_factory.mktemp("damaged"), ISSUE[:cut] + put + ISSUE[cut:])
    assert check_folder(folder, templates=[shipped.TEMPLATES]).findings


def test_what_stands_in_for_a_value_is_not_told_as_a_mistake_of_its_own(tmp_path: Path) -> None:
    folder = write_issue(
        tmp_path,
        """\
subject: Spring
preheader: Three dates
date: 2020-03-31
blocks:
  - block: image
    picture:
      file: ""
      alt: A bridge
""",
    )
    found = [one for one in check_folder(folder, templates=[shipped.TEMPLATES]).findings if one.position.line == 7]
    assert [(one.position.column, one.message) for one in found] == [(13, "'file' is empty")]
