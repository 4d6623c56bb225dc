"""``newsletter lists``: lists are made and set, everything that is wrong is told at once, and nothing is half done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import run

NEWSLETTER = "name: The Harbour\norganisation: The Harbour\nlanguages: [en, fr]\n"


@pytest.fixture(autouse=True)
def in_a_newsletter(in_a_project: None) -> None:
    welcome = Path("issues/2026-welcome")
    welcome.mkdir(parents=True)
    (welcome / "issue.yaml").write_text("title: Welcome\n", encoding="utf-8")
    Path("issues/newsletter.yaml").write_text(NEWSLETTER, encoding="utf-8")


def _shown(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert run("lists", "show", name, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_list_is_made_as_it_is_said_and_changed_by_what_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--title", "The quay", "--title-in", "fr=Le quai", "--description", "Each month.", "--public")
    more = ("--languages", "en,fr", "--sender-name", "The quay", "--sender-email", "quay@bücher.example")
    assert run("lists", "add", "quay", *words, *more, "--description-in", "fr=Tous les mois.") == 0
    made = _shown("quay", capsys)
    said = {
        "title": "The quay",
        "titles": {"fr": "Le quai"},
        "descriptions": {"en": "Each month.", "fr": "Tous les mois."},
        "is_public": True,
        "opt_in": "double",
        "languages": ["en", "fr"],
        "sender_email": "quay@bücher.example",
        "welcome": None,
    }
    assert {name: made[name] for name in said} == said
    changes = ("--private", "--single-opt-in", "--welcome", "2026-welcome", "--sender-email", "", "--title-in", "fr=")
    assert run("lists", "set", "quay", *changes) == 0
    changed = {"is_public": False, "opt_in": "single", "welcome": "2026-welcome", "sender_email": None, "titles": {}}
    assert {name: _shown("quay", capsys)[name] for name in said} == {**said, **changed}
    assert run("lists", "set", "quay", "--private") == 0
    assert "is as it was" in capsys.readouterr().out
    assert run("lists", "show", "quay") == 0
    assert "single: at once" in capsys.readouterr().out
    assert run("lists") == 0
    table = capsys.readouterr().out
    assert "The quay" in table
    assert "private" in table


def test_everything_that_is_wrong_is_told_at_once_and_no_list_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--languages", "en,Klingonese", "--title-in", "it=Il molo", "--title", "x" * 600)
    assert run("lists", "add", "quay", *words, "--sender-email", "quay@", "--welcome", "2026-welcom") == 1
    told = capsys.readouterr().err
    for word in ("Klingonese", "no language “it”", "at most 500", "sender's address", "did you mean '2026-welcome'"):
        assert word in told
    assert run("lists", "show", "quay") == 1
    assert "There is no list" in capsys.readouterr().err
    assert run("lists", "add", "quay") == 0
    assert run("lists", "set", "quay") == 2, "nothing is named"
    assert run("lists", "set", "quay", "--title-in", "Le quai") == 2
    assert run("lists", "set", "quai", "--public") == 1
    assert "Did you mean “quay”?" in capsys.readouterr().err


def test_a_description_without_a_newsletter_has_to_say_its_language(capsys: pytest.CaptureFixture[str]) -> None:
    Path("issues/newsletter.yaml").unlink()
    assert run("lists", "add", "quay", "--description", "Each month.") == 1
    assert "say in which language" in capsys.readouterr().err
    assert run("lists", "add", "quay", "--description-in", "en=Each month.") == 0
    assert _shown("quay", capsys)["descriptions"] == {"en": "Each month."}
