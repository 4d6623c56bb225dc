"""An edit of an issue in Markdown says what was meant, and leaves the rest as it was typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.errors import EditRefused
from composer.issue.blocks import BLOCKS
from composer.writing.document import Document, read_document
from composer.writing.editing import edited
from composer.writing.edits import edit_from_json
from composer.writing.markdown.layout import MarkdownLayout
from composer.writing.shape import Shape
from composer.writing.values import same
from tests.support.written import BLOCKS as SOME_BLOCKS
from tests.support.written import edits_of, typed_markdown

ISSUE = Shape.of_issue()


def document(text: str) -> Document:
    return read_document("issue.md", text.encode(), shape=ISSUE)


def after(text: str, **edit: Any) -> str:
    return edited(document(text), edit_from_json(edit)).text


@given(typed_markdown())
def test_the_layout_finds_the_blocks_that_the_loader_finds(text: str) -> None:
    read = document(text)
    assert read.problems == ()
    layout = MarkdownLayout(read.text, BLOCKS)
    assert len(layout.blocks) == len(read.values["blocks"])
    ends = [0]
    for block, said in zip(layout.blocks, read.values["blocks"], strict=True):
        assert ends[-1] <= block.lead <= block.start < block.end
        ends.append(block.end)
        alone = f"---\nsubject: S\n---\n{read.text[block.start : block.end]}\n\n[ref]: https://example.org/\n"
        assert [one["block"] for one in document(alone).values["blocks"]] == [said["block"]]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_markdown())
def test_any_edits_say_what_was_meant(data: st.DataObject, text: str) -> None:
    now = document(text)
    for _ in range(data.draw(st.integers(1, 3))):
        edit = edit_from_json(data.draw(edits_of(now.values)))
        try:
            intended = edit.intended(now.values)
        except EditRefused:
            continue  # nothing that could be meant
        if not all(
            isinstance(block, dict) and str(block.get("block")) in BLOCKS for block in intended.get("blocks") or [0]
        ):
            continue  # no file of Markdown can say a block that is none
        now = edited(now, edit)
        assert same(now.values, intended)
        assert now.problems == ()


def comments(text: str) -> list[str]:
    return sorted(line for line in text.splitlines() if line.startswith("<!--"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_markdown())
def test_a_move_keeps_every_comment(data: st.DataObject, text: str) -> None:
    before = document(text)
    size = len(before.values["blocks"])
    start, to = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    there = edited(before, edit_from_json({"edit": "move", "path": ["blocks", start], "to": to}))
    assert comments(there.text) == comments(text)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_markdown(), SOME_BLOCKS)
def test_a_new_block_leaves_the_others_as_they_are(data: st.DataObject, text: str, block: Any) -> None:
    before = document(text)
    index = data.draw(st.integers(0, len(before.values["blocks"])))
    now = edited(before, edit_from_json({"edit": "add", "path": ["blocks"], "index": index, "value": block}))
    assert same(now.values["blocks"][:index] + now.values["blocks"][index + 1 :], before.values["blocks"])
    assert comments(now.text) == comments(text)


LETTER = """\
---
subject: 'Spring'   # short
preheader: A promise
date: 2020-03-31
---

# The headline

Dear {{ subscriber.first_name | default("reader") }},

<!-- the story of the month -->
## Who feels safe? {#canada lead kicker="Gender and security"}

First text.

![A bridge](bridge.png "At night")

Second text.

[Read on](https://example.org/)

:::callout
figure: 27 %   # of all
---
The body.

[Register](https://example.org/register)
:::
"""


@pytest.mark.parametrize(
    ("edit", "before", "then"),
    [
        pytest.param(
            {"edit": "set", "path": ["subject"], "value": "It's"},
            "subject: 'Spring'   # short",
            "subject: 'It''s'   # short",
            id="a key in front",
        ),
        pytest.param(
            {"edit": "set", "path": ["title"], "value": "New"}, "# The headline\n", "# New\n", id="the headline"
        ),
        pytest.param(
            {"edit": "set", "path": ["number"], "value": 4},
            "date: 2020",
            "number: 4\ndate: 2020",
            id="a new key in front",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "title"], "value": "Who *feels* safe"},
            "## Who feels safe? {#canada",
            r"## Who \*feels\* safe {#canada",
            id="a title",
        ),
        pytest.param(
            {"edit": "remove", "path": ["blocks", 1, "lead"]}, "{#canada lead kicker", "{#canada kicker", id="a brace"
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "picture", "alt"], "value": "A gate"},
            "![A bridge](bridge.png",
            "![A gate](bridge.png",
            id="a picture where it stands",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "link", "url"], "value": "https://example.org/x"},
            "[Read on](https://example.org/)",
            "[Read on](https://example.org/x)",
            id="a link",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 2, "figure"], "value": "28 %"},
            "27 %   # of all",
            "28 %   # of all",
            id="a key of a fence",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 2, "body"], "value": "Another.\n\n# Within"},
            "The body.\n",
            "Another.\n\n### Within\n",
            id="the body of a fence, with a headline",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 2, "link", "label"], "value": "Come"},
            "[Register](",
            "[Come](",
            id="a link in the body of a fence",
        ),
        pytest.param(
            {"edit": "remove", "path": ["blocks", 1, "link"]}, "[Read on](https://example.org/)\n\n", "", id="no link"
        ),
        pytest.param(
            {"edit": "remove", "path": ["blocks", 2]},
            LETTER[LETTER.index("\n\n:::callout") :],
            "\n",
            id="a block goes with its lines",
        ),
    ],
)
def test_an_edit_is_what_an_engineer_would_have_typed(edit: dict[str, Any], before: str, then: str) -> None:
    assert LETTER.count(before) == 1
    assert after(LETTER, **edit) == LETTER.replace(before, then)


def test_text_that_would_join_the_story_above_is_fenced() -> None:
    moved = after(LETTER, edit="move", path=["blocks", 0], to=1)
    assert ':::text\n---\nDear {{ subscriber.first_name | default("reader") }},\n:::\n' in moved
    assert "<!-- the story of the month -->\n## Who feels safe?" in moved


def test_a_note_goes_along_with_a_picture_that_is_fenced() -> None:
    text = "---\nsubject: S\n---\n\n<!-- ask Ana -->\n![A bridge](bridge.png)\n\n## A story\n\nText\n"
    moved = after(text, edit="move", path=["blocks", 0], to=1)
    assert "Text\n\n<!-- ask Ana -->\n:::image\npicture:\n  file: bridge.png\n  alt: A bridge\n:::\n" in moved


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_line_breaks_stay(line_break: str) -> None:
    text = LETTER.replace("\n", line_break)
    now = after(text, edit="set", path=["blocks", 2, "body"], value="One.\n\nTwo.")
    assert now == text.replace("The body.", f"One.{line_break}{line_break}Two.")


def test_places_are_those_of_the_text() -> None:
    read = document(LETTER)
    shown = {path: LETTER[place.start : place.end] for path, place in read.places.items()}
    assert shown["subject",] == "subject: 'Spring'"
    assert shown["title",] == "# The headline"
    assert shown["blocks", 1].startswith("## Who feels")
    assert shown["blocks", 2, "figure"] == "figure: 27 %"
    assert [block["lines"] for block in read.as_json()["blocks"]] == [[9, 9], [12, 20], [22, 28]]
