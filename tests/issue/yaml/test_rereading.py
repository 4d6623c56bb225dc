"""A file read again after an edit gives what reading all of it gives: the same values, places and mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from composer import shipped
from composer.errors import Problem
from composer.issue.tree import Node
from composer.issue.yaml.read import read_yaml, read_yaml_text
from composer.issue.yaml.rereading import Reading, read_edited

FILE = Path("issue.yaml")
_WRITTEN = """\
subject: Spring
blocks:
  - block: text
    title: One
    body: |
      First line.

      - a list # no comment
  # a comment between
  - block: text
    title: >-
      Folded
      and long
    links:
      - label: "quoted
          over lines"
        url: https://example.org
  -   block: text
      title:
date: 2020-03-31
"""
_LINES = [
    "", "  - block: text", "  -", "  - ", "- block: text", "    - block: text", "   - x: y", "    title: New",
    "    body: |", "    body: |2", "    body: >+", "      words", "    words", "  words", "words", "---", "...",
    "# words", "    # words", '    title: "open', '    title: open"', "    title: 'open", "    links: [a,",
    "    links: [a, b]", "    {", "    title: *x", "    title: &x", "    title: #fff", "    title:", "    links:",
    "      -", "      - label: x", "\ttab", "    title: One", "blocks:", "blocks: []", "date: x", "subject: x",
    "%YAML 1.1", "    ? key", "    : value", "    - -", "    title: a: b", "    title: a\r", "    title: a\u2028b",
    "    body: |\n      more\n\n", "  - {block: text}", "  - words",
]  # fmt: skip


def parse(text: str, lines_before: int = 0) -> Node | None:
    problems: list[Problem] = []
    tree = read_yaml_text(text, file=FILE, problems=problems, lines_before=lines_before)
    return None if problems else tree


def edited(written: str, new: str) -> Node | None:
    """The tree of ``new`` if a piece of it was enough."""
    tree = parse(written)
    assert tree is not None
    return read_edited(Reading(written, tree), new, parse=parse)


@st.composite
def edits(draw: st.DrawFn, written: str = _WRITTEN) -> str:
    lines = written.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(lines)))
        end = draw(st.integers(start, min(len(lines), start + 3)))
        lines[start:end] = draw(st.lists(st.sampled_from(_LINES), max_size=3))
    return "\n".join(lines)


@given(edits())
@example(_WRITTEN.replace("  -   block: text\n      title:\n", ""))
@example(_WRITTEN.replace("      title:\n", "      title:\n      links:\n        -\n"))
@example(_WRITTEN.removesuffix("\n"))
@settings(max_examples=200, deadline=None)
def test_what_a_piece_tells_is_what_the_whole_says(new: str) -> None:
    tree = edited(_WRITTEN, new)
    assert tree is None or tree == parse(new)


@given(st.lists(edits(), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_save_after_save_reads_what_a_first_reading_says(saves: list[str]) -> None:
    file = Path("saved.yaml")
    for text in (_WRITTEN, *saves):
        problems: list[Problem] = []
        whole = read_yaml_text(text.translate({0x2028: " "}), file=file, problems=problems)
        assert read_yaml(text.encode(), file=file) == (whole, problems)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("First line.", "First lines.\n\n      And more."),
        ("title: One", "title: Two\n    kicker: New"),
        ("      Folded\n      and long\n", "      Short\n"),
        ("      title:\n", "      title: Last\n"),
        ("  # a comment between\n", "  - block: text\n    title: A new block\n"),
    ],
)
def test_an_edit_within_blocks_is_read_from_a_piece(old: str, new: str) -> None:
    text = _WRITTEN.replace(old, new, 1)
    assert edited(_WRITTEN, text) == parse(text) is not None


@pytest.mark.parametrize(
    ("old", "new"), [("Spring", "Summer"), ("title: One", 'title: "One'), ("2020", "2021"), ("      - a list", "...")]
)
def test_other_edits_are_read_whole(old: str, new: str) -> None:
    assert edited(_WRITTEN, _WRITTEN.replace(old, new, 1)) is None


@pytest.mark.parametrize("file", sorted(shipped.SAMPLE_ISSUES.glob("*/issue*.yaml")), ids=lambda file: file.parent.name)
def test_every_line_of_the_samples_can_be_edited(file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    lines = written.split("\n")
    whole = parse(written)
    assert whole is not None
    for number in range(0, len(lines), 40):
        new = "\n".join([*lines[:number], lines[number] + " more", *lines[number + 1 :]])
        tree = read_edited(Reading(written, whole), new, parse=parse)
        assert tree is None or tree == parse(new)
