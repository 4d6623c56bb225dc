"""YAML as authors get it wrong: refused in words, at the place, and never with an exception of the parser."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from composer.errors import IssueError, Problem
from composer.issue import load_issue
from composer.issue.blocks import BLOCKS, AgendaEntry, Link
from composer.issue.model import Content, Newsletter
from composer.issue.tree import plain
from composer.issue.yaml.read import MAX_SIZE_BYTES, MAX_VALUES, read_yaml
from tests.support.authoring import ISSUE, write_issue
from tests.support.counting import steps_of

FILE = Path("issue.yaml")


def told(data: str | bytes) -> list[str]:
    """What read_yaml says about a file."""
    _, problems = read_yaml(data if isinstance(data, bytes) else data.encode(), file=FILE)
    return [str(problem).removeprefix("issue.yaml:") for problem in problems]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("title: *bold*\n", "1:8: a value that begins with * refers to another one"),
        ("title: &name x\n", "1:8: a value that begins with & names it for later"),
        ("title: !important x\n", "1:8: a value that begins with ! has a type (!important)"),
        ("title: !!python/object:os.system x\n", "1:8: a value that begins with ! has a type"),
        ("a: 1\nb: 2\na: 3\n", "3:1: the key 'a' is here a second time; the first one is in line 1"),
        ("a:\n\tb: 1\n", "2:1: a tab stands here"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document begins here"),
        ("a: 1\n...\nb: 2\n", "3:1: this does not belong here; check the indentation; if a line above is ..."),
        ("- a\n- b\n", "1:1: the file must consist of keys and values"),
        ("# nothing yet\n---", "2:1: the file must consist of keys and values"),
        ("just words\n", "1:1: the file must consist of keys and values"),
        ("", "1:1: the file is empty"),
        ("# only a comment\n", "1:1: the file is empty"),
        ("title: {{ subscriber.first_name }}, hello\n", "1:9: braces or brackets stand where a key was expected"),
        ("title: Webinar 2: hate speech\n", "1:17: a colon and a space begin a value, and one has begun before"),
        ('a: "unclosed\nb: 1\n', "1:4: a quotation mark is opened here and never closed"),
        ("a: 1\nsubject\nb: 2\n", "2:1: this line has no colon after its key"),
        ("a: @home\n", "1:4: a text cannot begin with this character"),
        ("a: %d\n", "1:4: a text cannot begin with this character"),
        ("a: `x`\n", "1:4: a text cannot begin with this character"),
        ('a: "C:\\data"\n', "1:8: a backslash has a meaning of its own"),
        ("a: [1, 2\nb: 3\n", "1:4: a [ is opened here and never closed; write a: [1, 2]"),
        ("a: | text\n  more\n", "1:6: nothing may follow | or > on its line"),
        ("a:\n  b: 1\n c: 2\n", "3:2: this does not belong here; check the indentation and"),
        ("title: [link](https://example.org)\n", "1:8: a text cannot begin with ["),
        (b"title: caf\xe9\n", "1:11: the file is not UTF-8 text (byte 0xe9); save it again"),
        ("title: x\n".encode("utf-16"), "1:1: the file is not UTF-8 text"),
        ("title: a\x00b\n", "1:9: a character that no text can hold"),
        ("[" * 1000, "nested more than 20 levels deep"),
        ("accent: #0b5fff\n", "1:1: what begins with # is a comment, so this is empty"),
        ("title: **bold** words\n", "1:8: a value that begins with *"),
        ("subject: # nothing yet\n", ""),
    ],
)
def test_a_mistake_in_the_yaml_is_told_in_words(written: str | bytes, expected: str) -> None:
    problems = told(written)
    assert any(expected in problem for problem in problems) if expected else problems == []
    assert len(problems) <= 1


@pytest.mark.parametrize(
    "written",
    ["a: *Really* good", "a: *Really*", "a: &amp; more", "a: &amp;2020", "a: !<x y", "a: [*one*, two]", "a: {b: *c*}"],
)
def test_what_stands_below_emphasis_is_read_all_the_same(written: str) -> None:
    tree, problems = read_yaml(f"{written}\nb: **bold** words\nc: 1\nc: 2\n".encode(), file=FILE)
    assert [problem.position.line for problem in sorted(problems, key=lambda told: told.position)] == [1, 2, 4]
    assert tree is not None
    assert plain(tree)["c"] == "1"


def test_ten_lines_with_emphasis_are_told_of_at_most() -> None:
    assert told("- *a*\n- b\n") == [
        '1:1: the file must consist of keys and values; such as "subject: Spring news"',
        "1:3: a value that begins with * refers to another one, which is not possible here; "
        "if it is meant as text, put the whole value in quotes",
    ]
    assert len(told("".join(f"key{number}: *very* much\n" for number in range(50)))) == 10


def test_a_word_that_begins_with_a_star_is_told_of_whatever_stops_the_parser_below_it() -> None:
    assert [line.split(" which")[0] for line in told("a:\n  *b : 1\n  c: 2\n d: 3\n")] == [
        "2:3: a value that begins with * refers to another one,",
        "4:2: this does not belong here; check the indentation and the quotes above it",
    ]


def test_a_file_that_is_too_large_is_not_read() -> None:
    (problem,) = told(b"a: " + b"x" * MAX_SIZE_BYTES)
    assert "at most 5,000,000 can be read" in problem


def test_aliases_that_grow_without_end_are_refused_one_by_one() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert len(told(bomb)) == 6


def test_a_byte_order_mark_and_windows_lines_do_no_harm() -> None:
    tree, problems = read_yaml(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n", file=FILE)
    assert not problems
    assert tree is not None
    assert plain(tree) == {"a": "1", "b": "x\ny\n"}


YAMLISH = st.text(st.sampled_from("ab:-|>\"'[]{}#&*!%@`,?~ \t\n\\0x1é\u2028"), max_size=60)


@given(st.binary(max_size=200) | YAMLISH.map(str.encode) | YAMLISH.map(lambda text: (ISSUE + text).encode()))
@example(b'a: "\\UFFFFFFFF"')
@example(b"---")
@example(b"%YAML 9.9\n---\na: 1")
@example(b"? [a]\n: b")
@example(b"a: " + b"9" * 5000)
@example(b"!<tag:yaml.org,2002:str> a: b")
@settings(deadline=None, max_examples=150)
def test_whatever_the_bytes_there_is_an_issue_or_an_issue_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = write_issue(tmp_path_factory.getbasetemp() / "any-bytes")
    (folder / "issue.yaml").write_bytes(data)
    # YAML knows more line breaks than newline: CR, NEL, and the separators of Unicode.
    lines = sum(data.count(end) for end in (b"\n", b"\r", b"\xe2\x80", b"\xc2\x85")) + 1
    problems = problems_in(folder)
    assert all(1 <= problem.position.line <= lines for problem in problems)


MODELS: list[type[BaseModel]] = [Content, Newsletter, *BLOCKS.values(), AgendaEntry, Link]
KEYS = sorted({key for model in MODELS for key in model.model_fields})
VALUES = st.recursive(
    st.none()
    | st.sampled_from([*BLOCKS, "en", "2020-03-31", "11:00", "x.png", "https://x.example.org", "", "{{ x }}"]),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "unknown"]), inside, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES), st.dictionaries(st.sampled_from(KEYS), VALUES))
@settings(deadline=None)
def test_whatever_the_values_every_mistake_has_a_place_and_words(
    tmp_path_factory: pytest.TempPathFactory, issue: dict[str, object], french: dict[str, object]
) -> None:
    files: dict[str, str | bytes] = {"issue.fr.yaml": json.dumps(french)}
    folder = write_issue(tmp_path_factory.getbasetemp() / "any-values", json.dumps(issue), files=files)
    for problem in problems_in(folder):
        assert problem.position.file.parent == folder
        assert problem.position.column > 0
        assert problem.message


def problems_in(folder: Path) -> Sequence[Problem]:
    try:
        load_issue(folder)
    except IssueError as error:
        return error.problems
    return ()


PASTED: dict[str, Callable[[int], str]] = {
    "aliases": lambda count: "blocks: [" + "*b, " * count + "]\n",
    "entries": lambda count: "blocks:\n" + "-\n" * count,
    "pairs on one line": lambda count: "blocks: [" + "a: b, " * count + "]\n",
    "keys": lambda count: "".join(f"k{number}: 1\n" for number in range(count)),
    "keys that are there already": lambda count: "a: 1\n" * count,
}


@pytest.mark.parametrize("kind", PASTED)
def test_a_file_of_more_values_than_any_newsletter_has_is_not_read_on(kind: str) -> None:
    """Twice as much of it costs no step more, of this stage and of all that would judge the values; counted."""
    much, more = (PASTED[kind](count).encode() for count in (2 * MAX_VALUES, 4 * MAX_VALUES))
    assert told(b"---\n" + much)[-1].partition(": ")[2].startswith("the file has more than 20,000 keys and values")
    costs = [steps_of(partial(read_yaml, data, file=FILE)) for data in (much, more)]
    assert costs[1] <= costs[0] * 1.1
    assert read_yaml(more, file=FILE)[0] is None


def test_a_long_newsletter_is_read_whole() -> None:
    """Three thousand blocks of three keys and values are not refused."""
    tree, problems = read_yaml(("blocks:\n" + "- block: text\n  id: a\n  body: b\n" * 2800).encode(), file=FILE)
    assert (tree is not None, problems) == (True, [])
