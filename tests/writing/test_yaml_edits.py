"""An edit of a YAML file says what was meant, and leaves the rest of the file as it was typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from composer.errors import EditRefused
from composer.writing.document import Document, read_document
from composer.writing.editing import edited
from composer.writing.edits import edit_from_json
from composer.writing.shape import Shape
from composer.writing.values import at_path, same
from composer.writing.yaml.layout import lay_out
from tests.support.written import SHIPPED, TEXTS, edits_of, typed_yaml

ISSUE = Shape.of_issue()


def document(text: str | bytes, name: str = "issue.yaml") -> Document:
    return read_document(name, text if isinstance(text, bytes) else text.encode(), shape=ISSUE)


def after(text: str, **edit: Any) -> str:
    return edited(document(text), edit_from_json(edit)).text


@given(typed_yaml())
def test_the_layout_says_what_the_loader_says(text: str) -> None:
    read = document(text)
    assert read.problems == ()
    assert lay_out(read.text).plain() == read.values


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_yaml())
def test_any_edits_say_what_was_meant(data: st.DataObject, text: str) -> None:
    now = document(text)
    for _ in range(data.draw(st.integers(1, 4))):
        edit = edit_from_json(data.draw(edits_of(now.values)))
        try:
            intended = edit.intended(now.values)
        except EditRefused:
            continue  # a key into a text, say: nothing that could be meant
        now = edited(now, edit)
        assert same(now.values, intended)
        assert now.problems == ()
        if not now.values:
            break


def comments(text: str) -> list[str]:
    return sorted(line.split("#", 1)[1].strip() for line in text.splitlines() if "#" in line)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_yaml())
def test_a_move_there_and_back_gives_the_same_bytes_and_keeps_every_comment(data: st.DataObject, text: str) -> None:
    before = document(text)
    size = len(before.values["blocks"])
    start, to = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    there = edited(before, edit_from_json({"edit": "move", "path": ["blocks", start], "to": to}))
    assert comments(there.text) == comments(text)
    if text.endswith("\n") and "|+" not in text:  # else a text is written anew, for how it ends would change it
        back = edited(there, edit_from_json({"edit": "move", "path": ["blocks", to], "to": start}))
        assert back.file == before.file


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), typed_yaml())
def test_a_field_that_is_set_changes_nothing_outside_of_it(data: st.DataObject, text: str) -> None:
    before = document(text)
    path = data.draw(st.sampled_from([path for path in before.places if isinstance(at_path(before.values, path), str)]))
    now = edited(before, edit_from_json({"edit": "set", "path": list(path), "value": data.draw(TEXTS)}))
    place = before.places[path]
    line_end = before.text.find("\n", place.end)
    assert now.text[: place.start] == before.text[: place.start]
    assert now.text.endswith(before.text[line_end if line_end >= 0 else len(text) :])
    behind = before.text[place.end : line_end if line_end >= 0 else len(text)].strip()
    assert behind in now.text[place.start :]


@settings(max_examples=50, deadline=None)
@given(st.data(), typed_yaml())
def test_another_reader_of_yaml_reads_the_same(data: st.DataObject, text: str) -> None:
    now = edited(document(text), edit_from_json(data.draw(edits_of(document(text).values).filter(can_be(text)))))
    base = YAML(typ="base", pure=True)
    assert same(
        _nothing_is_empty(base.load(now.text.translate({0x85: " ", 0x2028: " ", 0x2029: " "}))),
        _nothing_is_empty(now.values),
    )


def can_be(text: str) -> Any:
    def meant(edit: Any) -> bool:
        try:
            edit_from_json(edit).intended(document(text).values)
        except EditRefused:
            return False
        return True

    return meant


def _nothing_is_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _nothing_is_empty(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_nothing_is_empty(inner) for inner in value]
    return "" if value in (None, "~", "null") else value


@pytest.mark.parametrize("file", [file for file in SHIPPED if file.suffix == ".yaml"], ids=lambda file: file.name)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_shipped_issues_take_any_edits(file: Any, data: st.DataObject) -> None:
    now = read_document(file.name, file.read_bytes(), shape=ISSUE)
    edit = edit_from_json(data.draw(edits_of(now.values).filter(can_be(now.text))))
    after = edited(now, edit)
    assert same(after.values, edit.intended(now.values))


LETTER = """\
# yaml-language-server: $schema=issue.json
subject: 'Spring in the network'   # at most 40 letters
date: 2020-03-31

blocks:
  # The greeting
  - block: text
    body: >-
      Folded lines
      of a greeting that goes on
      to here.
    # layout: left

  # --- Part two ---

  - block: article   # the main one
    title: "Who feels safe?"
    body: |
      First.

      Second.
    link: {label: Read, url: "https://example.org"}  # short
  - block: table
    head: [City, People]
    rows:
      - [Nice, "342 669"]
"""


@pytest.mark.parametrize(
    ("edit", "before", "then"),
    [
        pytest.param(
            {"edit": "set", "path": ["subject"], "value": "It's spring"},
            "subject: 'Spring in the network'   # at",
            "subject: 'It''s spring'   # at",
            id="single quotes stay",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "title"], "value": 'Who feels "safe"?'},
            'title: "Who feels safe?"',
            'title: "Who feels \\"safe\\"?"',
            id="double quotes stay",
        ),
        pytest.param(
            {"edit": "set", "path": ["date"], "value": "2020-04-01"}, "2020-03-31", "2020-04-01", id="plain stays plain"
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 0, "body"], "value": "Folded lines of a greeting that ends here."},
            "      of a greeting that goes on\n      to here.\n",
            "      of a greeting that ends here.\n",
            id="a folded text is folded, and its first line stays",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "body"], "value": "First.\n\nSecond.\n\nThird: #3."},
            "      Second.\n",
            "      Second.\n\n      Third: #3.\n",
            id="a literal text gets a line more",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "link", "label"], "value": "Read, now"},
            "{label: Read, url",
            '{label: "Read, now", url',
            id="what cannot be plain in braces is quoted",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "lead"], "value": True},
            '    link: {label: Read, url: "https://example.org"}  # short\n',
            '    lead: true\n    link: {label: Read, url: "https://example.org"}  # short\n',
            id="a new key stands where the model has it",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "kicker"], "value": "yes"},
            '    title: "Who',
            '    kicker: "yes"\n    title: "Who',
            id="a text that other programs take for a truth value is quoted",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 2, "rows", 0, 1], "value": "343 000"},
            '"342 669"',
            '"343 000"',
            id="a cell",
        ),
        pytest.param(
            {"edit": "add", "path": ["blocks", 2, "rows"], "index": 1, "value": ["Turin", "848 000"]},
            '      - [Nice, "342 669"]\n',
            '      - [Nice, "342 669"]\n      - [Turin, 848 000]\n',
            id="a row",
        ),
        pytest.param(
            {"edit": "remove", "path": ["blocks", 1, "body"]},
            "    body: |\n      First.\n\n      Second.\n    link",
            "    link",
            id="a key goes with its lines",
        ),
        pytest.param(
            {"edit": "remove", "path": ["blocks", 0]},
            LETTER[LETTER.index("  # The greeting") : LETTER.index("  # --- Part")],
            "",
            id="a block goes with the comments about it, and a headline stays",
        ),
        pytest.param(
            {"edit": "set", "path": ["blocks", 1, "title"], "value": "Two\nlines"},
            'title: "Who feels safe?"\n',
            "title: |\n      Two\n      lines\n",
            id="what no longer fits on a line is literal",
        ),
        pytest.param(
            {"edit": "set", "path": ["subject"], "value": "Two\nlines"},
            "subject: 'Spring in the network'   # at most 40 letters\n",
            "subject: |   # at most 40 letters\n  Two\n  lines\n",
            id="and the comment behind it stays",
        ),
    ],
)
def test_an_edit_is_what_an_engineer_would_have_typed(edit: dict[str, Any], before: str, then: str) -> None:
    assert LETTER.count(before) == 1
    assert after(LETTER, **edit) == LETTER.replace(before, then)


def test_lines_of_a_text_that_are_the_same_stay_as_they_were_typed() -> None:
    text = "subject: S\nblocks:\n- block: text\n  body: |\n      First.\n    \n      Second.\n   \n      Third.\n"
    now = after(text, edit="set", path=["blocks", 0, "body"], value="First.\n\nOther.\n\nThird.")
    assert now == text.replace("Second.", "Other.")


def test_a_block_takes_the_comments_about_it_along() -> None:
    moved = after(LETTER, edit="move", path=["blocks", 0], to=1)
    greeting = LETTER[LETTER.index("  # The greeting") : LETTER.index("\n\n  # --- Part")]
    article = LETTER[LETTER.index("  - block: article") : LETTER.index("  - block: table")]
    assert moved == LETTER.replace(greeting, "@").replace(article, "%").replace("@", article[:-1]).replace(
        "%", greeting + "\n"
    )


def test_a_copy_has_names_of_its_own() -> None:
    text = "subject: S\nblocks:\n  - block: events\n    id: dates\n    events:\n      - {uid: nice, date: 2020-01-01}\n"
    blocks = document(after(text, edit="duplicate", path=["blocks", 0])).values["blocks"]
    assert [(block["id"], block["events"][0]["uid"]) for block in blocks] == [("dates", "nice"), ("dates-2", "nice-2")]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_bytes_that_are_not_typed_stay(line_break: str, mark: str, end: str) -> None:
    text = (mark + LETTER.rstrip("\n") + end).replace("\n", line_break)
    now = edited(
        document(text),
        edit_from_json({"edit": "set", "path": ["blocks", 1, "body"], "value": "First.\nNew.\n\nSecond."}),
    )
    expected = text.replace(f"First.{line_break}", f"First.{line_break}      New.{line_break}")
    assert now.file.encoded() == expected.encode()


def test_the_source_keeps_the_line_breaks_of_the_file() -> None:
    now = edited(
        document("subject: a\r\ndate: b\r\n"), edit_from_json({"edit": "text", "text": "subject: c\ndate: b\n"})
    )
    assert now.file.encoded() == b"subject: c\r\ndate: b\r\n"


def test_a_file_with_a_mistake_takes_its_source_only() -> None:
    broken = document("subject: [a\n")
    assert not broken.can_be_edited
    with pytest.raises(EditRefused, match="mend it in its source"):
        edited(broken, edit_from_json({"edit": "set", "path": ["subject"], "value": "b"}))
    assert edited(broken, edit_from_json({"edit": "text", "text": "subject: a\n"})).values == {"subject": "a"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"edit": "set", "path": [], "value": "x"},
        {"edit": "set", "path": ["subject"]},
        {"edit": "fly", "path": ["subject"]},
        {"edit": "set", "path": ["subject", 1.5], "value": ""},
        {"edit": "add", "path": ["blocks"], "index": -1, "value": {}},
        ["set"],
        None,
    ],
)
def test_what_is_no_edit_is_refused(wrong: Any) -> None:
    with pytest.raises(EditRefused, match="this is no edit"):
        edit_from_json(wrong)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"edit": "remove", "path": ["blocks", 9]}, "there is nothing at blocks, entry 10"),
        ({"edit": "set", "path": ["subject", "x"], "value": "y"}, "has no keys"),
        ({"edit": "move", "path": ["blocks", 0], "to": 3}, "the list has 3"),
        ({"edit": "add", "path": ["blocks"], "index": 4, "value": {}}, "there is no place 4"),
        ({"edit": "set", "path": ["subject"], "value": "\ud800"}, "half of a character"),
        ({"edit": "duplicate", "path": ["blocks", 0, "body"]}, "no entry of a list"),
    ],
)
def test_an_edit_that_cannot_be_says_why(edit: dict[str, Any], words: str) -> None:
    with pytest.raises(EditRefused, match=words):
        after(LETTER, **edit)


def test_a_document_is_json_with_places_as_browsers_count() -> None:
    shown = document(LETTER.replace("Spring", "😀😀")).as_json()
    assert [block["kind"] for block in shown["blocks"]] == ["text", "article", "table"]
    assert shown["blocks"][0]["lines"] == [7, 11]
    title = next(one for one in shown["fields"] if one["path"] == ["blocks", 1, "title"])
    text = shown["text"].encode("utf-16-le")
    start, end = (2 * offset for offset in title["span"])
    assert text[start:end].decode("utf-16-le") == 'title: "Who feels safe?"'
    assert title["lines"] == [17, 17]
