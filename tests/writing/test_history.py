"""Whatever was done can be undone, byte for byte, and made again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.errors import EditRefused
from composer.writing.document import Document, read_document
from composer.writing.editing import edited
from composer.writing.edits import edit_from_json
from composer.writing.history import History, line_splices
from composer.writing.shape import Shape
from composer.writing.text import spliced
from tests.support.written import SHIPPED, edits_of, typed_yaml

ISSUE = Shape.of_issue()


def edit_and_undo(data: st.DataObject, opened: Document) -> None:
    """Make some edits, undo some on the way and all at the end, and make them all again."""
    now, history, texts = opened, History(), [opened.text]
    for _ in range(data.draw(st.integers(1, 6))):
        if history.done and data.draw(st.integers(0, 4)) == 0:
            history, _, text = history.undo({now.name: now.text})
            now = now.with_text(text)
            continue
        try:
            new = edited(now, edit_from_json(data.draw(edits_of(now.values))))
        except EditRefused:
            continue
        if not new.values:
            continue
        history = history.with_step(now.name, now.text, new.text)
        now = new
    last = now.file
    while history.done:
        history, _, text = history.undo({now.name: now.text})
        now = now.with_text(text)
        texts.append(text)
    assert now.file.encoded() == opened.file.encoded()
    for _ in range(len(texts) - 1):
        history, _, text = history.redo({now.name: now.text})
        now = now.with_text(text)
    assert now.file == last


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_yaml(), st.sampled_from(["", "\ufeff"]))
def test_any_edits_undone_give_the_same_bytes(data: st.DataObject, text: str, mark: str) -> None:
    edit_and_undo(data, read_document("issue.yaml", (mark + text).encode(), shape=ISSUE))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name[:7]}-{file.name}")
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_edits_of_a_shipped_issue_undone_give_the_same_bytes(file: Path, data: st.DataObject) -> None:
    edit_and_undo(data, read_document(file.name, file.read_bytes(), shape=ISSUE))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name[:7]}-{file.name}")
def test_a_file_that_is_opened_and_not_changed_is_the_same(file: Path) -> None:
    opened = read_document(file.name, file.read_bytes(), shape=ISSUE)
    assert opened.file.encoded() == file.read_bytes()
    assert edited(opened, edit_from_json({"edit": "text", "text": opened.text})).file == opened.file


def test_what_is_typed_into_one_field_is_one_step() -> None:
    history, text = History(), "subject: S"
    for typed in ("subject: Sp", "subject: Spr", "subject: Spring"):
        history = history.with_step("issue.yaml", text, typed, words="Subject", gesture="subject 1")
        text = typed
    history = history.with_step("issue.yaml", text, "subject: Spring!", gesture="subject 2")
    assert [(step.start, step.removed, step.added) for step in history.done] == [(10, "", "pring"), (15, "", "!")]
    assert history.as_json() == {"undo": "", "redo": None}
    history, _, text = history.undo({"issue.yaml": "subject: Spring!"})
    history, _, text = history.undo({"issue.yaml": text})
    assert text == "subject: S"
    assert history.as_json() == {"undo": None, "redo": "Subject"}
    with pytest.raises(EditRefused, match="nothing to undo"):
        history.undo({"issue.yaml": text})


def test_a_gesture_that_ends_where_it_began_is_no_step() -> None:
    history = History().with_step("a", "x", "xy", gesture="g")
    assert history.with_step("a", "xy", "x", gesture="g") == History()


def test_a_new_step_forgets_what_was_undone() -> None:
    history, _, text = History().with_step("a", "x", "xy").undo({"a": "xy"})
    history = history.with_step("a", text, "xz")
    with pytest.raises(EditRefused, match="nothing to redo"):
        history.redo({"a": "xz"})


def test_steps_of_several_files_are_undone_in_their_order() -> None:
    history = History().with_step("a", "1", "2").with_step("b", "x", "y").with_step("a", "2", "3")
    texts, files = {"a": "3", "b": "y"}, []
    while history.done:
        history, file, texts[file] = history.undo(texts)
        files.append(file)
    assert files == ["a", "b", "a"]
    assert texts == {"a": "1", "b": "x"}


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "# x\n"]), max_size=8).map("".join)


@given(LINES, LINES)
def test_lines_that_differ_are_told_as_splices(before: str, after: str) -> None:
    assert spliced(before, line_splices(before, after)) == after


@given(st.data())
def test_what_others_change_meanwhile_stays_when_steps_are_undone(data: st.DataObject) -> None:
    """My steps are in the first half, theirs in the second: both are there, or only theirs."""
    mine, theirs = data.draw(LINES), data.draw(LINES)
    middle = "-- middle --\n"
    history, text = History(), mine + middle + theirs
    for _ in range(data.draw(st.integers(1, 3))):
        new, at = data.draw(LINES), text.index(middle)
        history = history.with_step("a", text, new + text[at:])
        text = new + text[at:]
        other = text[: text.index(middle)] + middle + data.draw(LINES)
        history = history.with_foreign_change("a", text, other)
        text = other
    theirs = text[text.index(middle) :]
    while history.done:
        history, _, text = history.undo({"a": text})
    assert text == mine + theirs
    while history.undone:
        history, _, text = history.redo({"a": text})
    assert text.endswith(theirs)


def test_what_others_changed_at_the_same_place_ends_what_can_be_undone() -> None:
    history = History().with_step("a", "1\n2\n", "one\n2\n").with_step("a", "one\n2\n", "one\ntwo\n")
    after = history.with_foreign_change("a", "one\ntwo\n", "uno\ntwo\n")
    assert [step.added for step in after.done] == ["two"]
    _, _, text = after.undo({"a": "uno\ntwo\n"})
    assert text == "uno\n2\n"
