"""What two people did to one file is kept where it touches different blocks or fields."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.errors import EditRefused
from composer.writing.document import Document, read_document
from composer.writing.editing import edited
from composer.writing.edits import edit_from_json
from composer.writing.merge import Side, merge
from composer.writing.shape import Shape
from tests.support.written import edits_of, typed_yaml

ISSUE = Shape.of_issue()

LETTER = """\
subject: Spring   # short
date: 2020-03-31
blocks:
  # The greeting
  - block: text
    id: greeting
    body: Dear readers

  - block: article
    title: Who feels safe?
    body: |
      First.

      Second.
  - block: divider
  - block: events
    title: Dates
    events:
      - {date: 2020-04-01, title: April}
      - {date: 2020-05-01, title: May}
"""


def document(text: str, name: str = "issue.yaml") -> Document:
    return read_document(name, text.encode(), shape=ISSUE)


BASE = document(LETTER)


def after(*edits: dict[str, Any], begin: Document = BASE) -> Document:
    for edit in edits:
        begin = edited(begin, edit_from_json(edit))
    return begin


def setting(*path: str | int, value: Any) -> dict[str, Any]:
    return {"edit": "set", "path": list(path), "value": value}


def test_what_only_one_side_did_is_taken() -> None:
    mine = after(setting("subject", value="Mine"))
    assert merge(BASE, mine, BASE).document.file == mine.file
    assert merge(BASE, BASE, mine).document.file == mine.file
    assert merge(BASE, mine, mine).document.file == mine.file


def test_different_lines_keep_the_comments_of_both() -> None:
    mine = document(LETTER.replace("  # The greeting", "  # My greeting").replace("title: Dates", "title: My dates"))
    theirs = document(LETTER.replace("# short", "# their word").replace("First.", "Their first."))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    expected = LETTER.replace("  # The greeting", "  # My greeting").replace("title: Dates", "title: My dates")
    assert merged.document.text == expected.replace("# short", "# their word").replace("First.", "Their first.")


def test_different_fields_of_neighbouring_lines_are_no_conflict() -> None:
    mine = after(setting("blocks", 1, "title", value="Mine"))
    theirs = after(setting("blocks", 1, "body", value="Theirs."), setting("blocks", 1, "lead", value=True))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert merged.document.values["blocks"][1] == {
        "block": "article",
        "title": "Mine",
        "body": "Theirs.\n",
        "lead": "true",
    }
    assert "  # The greeting\n" in merged.document.text


def test_one_field_that_both_changed_is_a_conflict_with_both_sides() -> None:
    mine = after(setting("blocks", 1, "title", value="Mine"), setting("subject", value="Mine too"))
    theirs = after(setting("blocks", 1, "title", value="Theirs"), setting("date", value="2020-04-01"))
    merged = merge(BASE, mine, theirs)
    (conflict,) = merged.conflicts
    assert conflict.as_json() == {
        "path": ["blocks", 1, "title"],
        "base": "Who feels safe?",
        "mine": "Mine",
        "theirs": "Theirs",
    }
    assert merged.document.values["subject"] == "Mine too"
    assert merged.document.values["date"] == "2020-04-01"
    sides: list[tuple[Side, str]] = [("mine", "Mine"), ("theirs", "Theirs")]
    for side, title in sides:
        settled = merge(BASE, mine, theirs, choices={conflict.path: side})
        assert settled.conflicts == ()
        assert settled.document.values["blocks"][1]["title"] == title


def test_a_block_that_one_moved_and_the_other_changed_is_moved_and_changed() -> None:
    mine = after({"edit": "move", "path": ["blocks", 0], "to": 3})
    theirs = after(setting("blocks", 0, "body", value="Dear all"), setting("blocks", 3, "title", value="Coming"))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    blocks = merged.document.values["blocks"]
    assert [block["block"] for block in blocks] == ["article", "divider", "events", "text"]
    assert (blocks[3]["body"], blocks[2]["title"]) == ("Dear all", "Coming")
    assert "  # The greeting\n  - block: text\n" in merged.document.text


def test_blocks_that_both_added_at_one_place_are_both_there() -> None:
    added = {"edit": "add", "path": ["blocks"], "index": 1}
    mine = after({**added, "value": {"block": "text", "body": "Mine"}})
    theirs = after({**added, "value": {"block": "text", "body": "Theirs"}})
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    bodies = [block.get("body") for block in merged.document.values["blocks"]]
    assert sorted(bodies[1:3]) == ["Mine", "Theirs"]
    assert len(bodies) == 6


def test_a_block_that_one_took_out_and_the_other_changed_is_a_conflict() -> None:
    mine = after(setting("blocks", 1, "title", value="Mine"))
    theirs = after({"edit": "remove", "path": ["blocks", 1]})
    (conflict,) = merge(BASE, mine, theirs).conflicts
    assert (conflict.path, conflict.theirs, conflict.mine["title"]) == (("blocks", 1), None, "Mine")
    kept = merge(BASE, mine, theirs, choices={("blocks", 1): "mine"})
    assert kept.document.values == mine.values
    gone = merge(BASE, mine, theirs, choices={("blocks", 1): "theirs"})
    assert gone.document.values == theirs.values


def test_a_block_that_one_took_out_stays_out() -> None:
    mine = after({"edit": "remove", "path": ["blocks", 2]})
    theirs = after(setting("blocks", 3, "events", 1, "title", value="The first of May"))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert [block["block"] for block in merged.document.values["blocks"]] == ["text", "article", "events"]
    assert merged.document.values["blocks"][2]["events"][1]["title"] == "The first of May"


def test_entries_are_merged_one_by_one() -> None:
    mine = after({"edit": "add", "path": ["blocks", 3, "events"], "index": 2, "value": {"date": "2020-06-01"}})
    theirs = after(setting("blocks", 3, "events", 1, "title", value="Mayday"))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert [event.get("title") for event in merged.document.values["blocks"][3]["events"]] == ["April", "Mayday", None]


@pytest.mark.parametrize("who", ["mine", "theirs"])
def test_a_side_that_cannot_be_read_is_merged_by_lines_or_shown_whole(who: str) -> None:
    broken, sound = (
        document(LETTER.replace("2020-03-31", "[2020")),
        after(setting("blocks", 3, "title", value="Coming")),
    )
    mine, theirs = (broken, sound) if who == "mine" else (sound, broken)
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert "date: [2020\n" in merged.document.text
    assert "title: Coming\n" in merged.document.text
    both = after(setting("date", value="2021-01-01"))
    mine, theirs = (broken, both) if who == "mine" else (both, broken)
    (conflict,) = merge(BASE, mine, theirs).conflicts
    assert (conflict.path, conflict.mine, conflict.theirs) == ((), mine.text, theirs.text)
    assert merge(BASE, mine, theirs, choices={(): "mine"}).document.text == mine.text


def test_a_comment_of_mine_is_never_lost_without_a_word() -> None:
    mine = document(LETTER.replace("  # The greeting\n", "  # Ask Ana first!\n").replace("Dear readers", "Dear all"))
    theirs = document(LETTER.replace("  # The greeting\n", "").replace("id: greeting", "id: hello"))
    (conflict,) = merge(BASE, mine, theirs).conflicts
    assert (conflict.path, conflict.mine) == ((), mine.text)


def some(data: st.DataObject, begin: Document) -> Document:
    for _ in range(data.draw(st.integers(1, 3))):
        try:
            now = edited(begin, edit_from_json(data.draw(edits_of(begin.values))))
        except EditRefused:
            continue
        begin = now if now.values and now.values.get("blocks") else begin
    return begin


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_yaml())
def test_any_two_sides_can_be_merged_and_any_conflict_settled(data: st.DataObject, text: str) -> None:
    base = document(text)
    mine, theirs = some(data, base), some(data, base)
    merged = merge(base, mine, theirs)
    side: Side = data.draw(st.sampled_from(["mine", "theirs"]))
    settled = merge(base, mine, theirs, choices={conflict.path: side for conflict in merged.conflicts})
    assert settled.conflicts == ()
    if not merged.conflicts:
        assert settled.document.file == merged.document.file


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_yaml())
def test_changes_of_different_blocks_are_both_kept(data: st.DataObject, text: str) -> None:
    base = document(text + "\n" if not text.endswith("\n") else text)
    size = len(base.values["blocks"])
    first, second = data.draw(st.permutations(range(size)).map(lambda order: (order[0], order[-1])))
    mine = after(setting("blocks", first, "body", value="Mine"), begin=base)
    theirs = after(setting("blocks", second, "kicker", value="Theirs"), begin=base)
    merged = merge(base, mine, theirs)
    assert merged.conflicts == ()
    assert merged.document.values["blocks"][first]["body"].rstrip() == "Mine"
    assert merged.document.values["blocks"][second]["kicker"] == "Theirs"
