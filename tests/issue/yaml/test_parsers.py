"""What libyaml reads is what ruamel.yaml reads, a parser of its own kin: the same values at the same places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from composer import shipped
from composer.errors import Problem
from composer.issue.tree import Node, plain
from composer.issue.yaml.read import decode, read_yaml_text

FILE = Path("issue.yaml")
SAMPLES = sorted([*shipped.SAMPLE_ISSUES.rglob("*.yaml"), *shipped.TEMPLATES.rglob("*.yaml")])
SNIPPETS = [
    "a: ", "b:", "key: value", "- ", "- - ", "\n", "\n", "\n  ", "\n    ", "  ", "|", "|2", "|-", ">", ">+", "'",
    '"', "''", "[", "]", "{", "}", ", ", ": ", " #c", "#", "&a ", "*a", "!t ", "? ", "---", "...", "\\n", "\\x41",
    "\\u00e9", "\\ ", "\\\n", "~", "null", "x", "word word", "é", "😀", "\xa0", "\r\n", "\r", "%YAML 1.1", "%TAG",
    "a:b", "-", "<<: ", "12:30", "@", "`", "%", "=", "k" * 1030, "https://example.org/a?b#c", "{{ x }}", "**b**",
    "\x7f", "\\UFFFFFFFF",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(SNIPPETS), max_size=16).map("".join)


def read(text: str) -> tuple[Node | None, list[Problem]]:
    problems: list[Problem] = []
    return read_yaml_text(text, file=FILE, problems=problems), problems


def events(parsed: Iterator[Any], text: str) -> list[tuple[object, ...]]:
    """What the parser says, as values: the kind, the place, and of texts how they were written."""
    return [
        (
            type(event).__name__,
            getattr(event, "value", None),
            getattr(event, "style", None) or "",
            # Where nothing is written there is no place; the reader takes that of the key.
            getattr(event, "value", None) and (event.start_mark.line, event.start_mark.column),
            getattr(event, "value", None) and text[event.start_mark.index : event.end_mark.index],
        )
        for event in parsed
    ]


def by_libyaml(text: str) -> list[tuple[object, ...]]:
    return events(yaml.parse(text, Loader=yaml.CSafeLoader), text)


def by_ruamel(text: str) -> list[tuple[object, ...]]:
    return events(YAML(typ="safe", pure=True).parse(text), text)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_each_shipped_file_has_the_same_values_at_the_same_places(file: Path) -> None:
    text = decode(file.read_bytes(), file=file, problems=[])
    assert text is not None
    assert by_libyaml(text) == by_ruamel(text)


@given(TEXTS | TEXTS.map("k: {}".format))
@example('a: "\\u00e9 \\\n  x"\nb: >+\n  x\n\n\nc: |2-\n    y\n')
@example("a: 'it''s'\r\nb: |\r\n  x\r\n  y\r\n# c\r\n")
@settings(max_examples=400, deadline=None)
def test_whatever_both_can_read_has_the_same_values_at_the_same_places(text: str) -> None:
    try:
        expected = by_ruamel(text)
    except (YAMLError, ValueError, OverflowError):
        assume(False)
    _, problems = read(text)
    if not problems:
        assert by_libyaml(text) == expected


@given(TEXTS | TEXTS.map("k: {}".format))
@example("a: |# not a comment\n  x\n")
@example("a: >-#x\n")
@settings(max_examples=400, deadline=None)
def test_what_ruamel_refuses_is_refused(text: str) -> None:
    try:
        by_ruamel(text)
    except (YAMLError, ValueError, OverflowError) as error:
        assume("more indented follow up line" not in str(error))  # which YAML allows
        assert read(text)[1]


@pytest.mark.parametrize(
    "written", ["a:\tx\n", "a: \tx\n", "a: x\t\n", "a: [x,\ty]\n", "a: x\t# a comment\n", "a: 'x'\t\n"]
)
def test_a_tab_where_a_blank_may_stand_is_one(written: str) -> None:
    tree, problems = read(written)
    assert not problems
    assert tree is not None
    assert plain(tree) in ({"a": "x"}, {"a": ["x", "y"]})


@pytest.mark.parametrize("written", ["a: \ufeffx y\nb: z\n", "\ufeffa: 'x'\n", "a: x\n\ufeffb: 'y'\n"])
def test_a_byte_order_mark_in_the_midst_of_a_text_moves_no_place(written: str) -> None:
    assert read(written)[1] == []
    tree, _ = read(written)
    assert tree is not None
    assert isinstance(tree.content, dict)
    for entry in tree.content.values():
        (span,) = entry.node.spans
        line = written.split("\n")[span.position.line - 1].replace("\ufeff", "")
        assert line[span.position.column - 1 :].startswith(str(entry.node.content).strip("\ufeff'"))


def test_without_libyaml_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (shipped.SAMPLE_ISSUES / "newsletter.yaml").read_text(encoding="utf-8")
    fast = read(text)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert read(text) == fast
    assert fast[0] is not None
