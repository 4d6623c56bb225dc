"""``newsletter subscribers`` about one person, as it is typed: set, tagged, moved, made one, and erased."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from composer.cli.examinations.stored import examine_database
from tests.support.command_line import run

NEWSLETTER = """\
name: The Harbour
organisation: The Harbour
fields:
  city: Where they live
  age: {meaning: How old they are, type: number}
"""


@pytest.fixture(autouse=True)
def in_a_newsletter(in_a_project: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "a key for tests, 32 bytes or more")
    Path("issues").mkdir()
    Path("issues/newsletter.yaml").write_text(NEWSLETTER, encoding="utf-8")
    for name in ("ana", "bob"):
        assert run("subscribers", "add", f"{name}@example.org", "--list", "members", "--new-list", "--tag", name) == 0


def _shown(email: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert run("subscribers", "show", email, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_values_are_checked_by_the_types_of_the_newsletter(capsys: pytest.CaptureFixture[str]) -> None:
    add = ("subscribers", "add", "eve@example.org", "--list", "members")
    assert run(*add, "--field", "age=old", "--language", "Klingonese") == 1
    told = capsys.readouterr().err
    assert "age: “old” is no number" in told
    assert "Klingonese" in told
    assert run(*add, "--field", "age=4,50", "--field", "city=Nice") == 0
    change = ("--first-name", "Eve", "--field", "city=", "--field", "age=1.234,5", "--tag", "VIP")
    assert run("subscribers", "set", "eve@example.org", *change) == 0
    shown = _shown("eve@example.org", capsys)
    assert (shown["first_name"], shown["attributes"], shown["tags"]) == ("Eve", {"age": "1234.5"}, ["VIP"])
    assert run("subscribers", "set", "eve@example.org", *change) == 0
    assert "is as it was" in capsys.readouterr().out
    assert run("subscribers", "list", "--tag", "vip") == 0
    assert "eve@example.org" in capsys.readouterr().out
    for words in ((), ("--field", "age")):
        assert run("subscribers", "set", "eve@example.org", *words) == 2


def test_two_are_made_one_after_a_look_at_what_comes_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("suppressions", "add", "bob@example.org", "--reason", "complained") == 0
    merge = ("subscribers", "merge", "ana@example.org", "bob@example.org")
    assert run(*merge, "--dry-run") == 0
    assert "Tags: ana, bob" in capsys.readouterr().out
    assert run(*merge) == 1, "nobody can be asked here"
    assert _shown("bob@example.org", capsys)["tags"] == ["bob"]
    assert run(*merge, "--yes", "--source", "mail of bob@example.org") == 0
    assert "ana@example.org is suppressed on every list (complained)" in capsys.readouterr().err
    shown = _shown("ana@example.org", capsys)
    assert [one["email"] for one in shown["addresses"]] == ["bob@example.org"]
    assert [one["source"] for one in shown["consent"]][-1] == "mail of (their address)"
    assert run("subscribers", "show", "bob@example.org") == 1
    assert run("subscribers", "change-address", "ana@example.org", "ana@new.example") == 0
    assert "is ana@new.example now, on 1 list." in capsys.readouterr().out
    assert run("subscribers", "show", "ana@new.example") == 0
    assert "Formerly" in capsys.readouterr().out


def test_a_file_takes_in_neither_who_was_erased_nor_a_former_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("subscribers", "erase", "ana@example.org", "--yes") == 0
    assert run("subscribers", "change-address", "bob@example.org", "bob@new.example") == 0
    people = "email\nAna@example.org\nbob@example.org\neve@example.org\n"
    Path("people.csv").write_text(people, encoding="utf-8")
    capsys.readouterr()
    assert run("subscribers", "import", "people.csv", "--list", "members", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["rows"]) == (1, 3)
    assert [one["reason"] for one in report["skipped"]] == ["erased", "former address"]
    assert run("subscribers", "add", "ana@example.org", "--list", "members", "--asked-anew") == 0
    assert run("subscribers", "import", "people.csv", "--list", "members") == 0
    assert run("subscribers", "show", "ana@example.org") == 0, "who has come back themselves stays"


def test_doctor_tells_whether_who_was_erased_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("subscribers", "erase", "ana@example.org", "--yes") == 0
    found = next(one for one in examine_database() if one.subject == "Erasures")
    assert (found.found, found.well) == ("1 address, kept in newsletter.db-erased", True)
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "another key, of 32 bytes or more than that")
    found = next(one for one in examine_database() if one.subject == "Erasures")
    assert "1 of them were erased with another secret key" in found.advice
