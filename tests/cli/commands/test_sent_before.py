"""A letter that was sent before is not sent again under another name, wherever its folder has gone; another one is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.sending_commands import Say
from tests.support.truth_sink import Sink

SENT = "the texts are those of spring, which was sent as mailing 1"


def begin(folder: Path, *changes: tuple[str, str]) -> None:
    """Begin ``issues/summer`` as a copy of the first issue with these changes, and delete that one."""
    issues = folder / "issues"
    shutil.move(issues / "spring", issues / "summer")
    text = (issues / "summer" / "issue.yaml").read_text().replace("2020-03-31", "2020-06-30\nnumber: 7")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (issues / "summer" / "issue.yaml").write_text(text)


@pytest.mark.parametrize("subject", ["Spring", "Summer is here"])
@pytest.mark.parametrize("words", [("send", "--yes"), ("plan", "--json")])
def test_a_letter_that_was_sent_before_stops_at_the_gate(
    say: Say,
    sink: Sink,
    tmp_path: Path,
    words: tuple[str, ...],
    subject: str,
) -> None:
    assert say("send", "spring", "--list", "members", "--yes")[0] == 0
    taken = len(sink.taken())
    begin(tmp_path, ("subject: Spring", f"subject: {subject}"))
    code, _, errors = say(words[0], "summer", "--list", "members", *words[1:])
    assert code == 1
    assert "issue.yaml:1:10" in errors
    assert "issue-repeated" in errors
    assert SENT in " ".join(errors.split())
    assert len(sink.taken()) == taken
    assert say("check", "summer")[0] == 0, "check asks no database"
    assert say("plan", "summer", "--list", "members", "--allow", "issue-repeated")[0] == 0


CHANGES = [("welcome to spring", "welcome to summer"), ("welcome", "7 times")]


@pytest.mark.parametrize("change", CHANGES)
def test_a_letter_that_was_rewritten_is_sent(say: Say, sink: Sink, tmp_path: Path, change: tuple[str, str]) -> None:
    assert say("send", "spring", "--list", "members", "--yes")[0] == 0
    begin(tmp_path, change)
    code, output, errors = say("send", "summer", "--list", "members", "--yes")
    assert code == 0, output + errors


def test_a_plan_that_nobody_got_is_no_letter_that_was_sent(say: Say, tmp_path: Path) -> None:
    assert re.search("Nothing has been sent", say("plan", "spring", "--list", "members")[1])
    begin(tmp_path)
    assert say("plan", "summer", "--list", "members")[0] == 0


def test_letters_without_words_are_told_apart_by_their_subjects(say: Say, sink: Sink, tmp_path: Path) -> None:
    file = tmp_path / "issues" / "spring" / "issue.yaml"
    head, blocks, _ = file.read_text().partition("blocks:")
    assert blocks
    file.write_text(f"{head}blocks:\n  - block: divider\n")
    sent = say("send", "spring", "--list", "members", "--yes")
    assert sent[0] == 0, sent
    begin(tmp_path, ("subject: Spring", "subject: Summer"))
    assert say("plan", "summer", "--list", "members")[0] == 0
    file = tmp_path / "issues" / "summer" / "issue.yaml"
    file.write_text(file.read_text().replace("subject: Summer", "subject: Spring"))
    assert say("plan", "summer", "--list", "members")[0] == 1
