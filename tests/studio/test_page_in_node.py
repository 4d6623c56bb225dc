"""Parts of the studio's page without a browser, in Node, against a studio that answers them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from composer.studio.session import FORGERY_HEADER
from tests.support.node import run_node
from tests.support.projects import SESSION, SLUG, ProjectFolder
from tests.support.studio_client import COOKIE, TOKEN

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "support" / "page_in_node.mjs"

Play = Callable[[str], Any]


@pytest.fixture
def play(studio_url: str) -> Play:
    """What comes of a play of the script."""
    cookie = f"{SESSION.cookie_name}={COOKIE}"
    asked = {"url": studio_url, "cookie": cookie, "token": TOKEN[FORGERY_HEADER], "slug": SLUG}
    return lambda name: run_node(SCRIPT, ROOT, {**asked, "play": name})


def test_each_look_at_a_translation_is_one_of_its_own(play: Play) -> None:
    assert play("looks") == 2


def test_why_the_database_cannot_be_used_is_told_and_asked_once(
    play: Play, project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project_folder.root)
    (project_folder.root / "newsletter.db").write_bytes(b"no database" * 1000)
    told = play("faults")
    assert "newsletter.db" in told["refused"]
    assert told == {"refused": told["refused"], "asked": 1, "fault": told["refused"], "isPassing": False}


def test_a_file_that_was_being_opened_when_its_issue_was_left_is_not_shown(play: Play) -> None:
    assert play("leaves") == {"slug": "", "file": None}


def test_whoever_looks_at_the_disk_waits_for_the_newest_look(play: Play) -> None:
    assert play("looksAgain") == 1


def test_the_place_where_a_block_is_added_goes_along_with_the_block_behind_it(play: Play) -> None:
    assert play("gaps") == [0, 1, 2, 2, 1, 2, 3]


def test_a_block_is_added_where_it_was_wanted_though_others_go_meanwhile(play: Play) -> None:
    assert play("queued") == {"kinds": ["image", "divider"], "selected": 1}


def test_the_same_block_is_added_to_two_issues_though_the_first_has_no_answer_yet(
    play: Play, project_folder: ProjectFolder
) -> None:
    shutil.copytree(project_folder.issues / SLUG, project_folder.issues / "2026-11-market")
    assert play("issues") == [["text", "divider", "image"]] * 2


def test_what_is_taken_as_one_name_with_a_comma_is_told_of_a_test_mail(play: Play) -> None:
    assert play("names") == [["Doe, Zoë", "Anna Berg, Ben"], []]


def test_how_long_relays_have_answered_nothing_is_told_as_people_say_it(play: Play) -> None:
    told = [words.removeprefix("not known: nothing has been answered for ") for words in play("silences")]
    assert told == ["less than a minute", "2 minutes", "3 hours"]


def test_a_masthead_is_added_first_a_footer_last_and_all_else_between_them(play: Play) -> None:
    assert play("frames") == ["masthead", "divider", "text", "image", "button", "footer"]


def test_what_is_mended_in_several_ways_is_told_once_for_each(play: Play) -> None:
    assert play("groups") == [1, 2]
