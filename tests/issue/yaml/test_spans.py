"""Every character of a text is found again where the author wrote it, whatever way of writing was chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.issue.tree import plain, source_of
from composer.issue.yaml.read import read_yaml

FILE = Path("issue.yaml")


def places_of(written: str) -> list[tuple[str, str]]:
    """Each visible character of the text at ``a.b``, and what stands in the file where it is said to be."""
    tree, problems = read_yaml(written.encode(), file=FILE)
    assert tree is not None, problems
    source, text = source_of(tree, file=FILE), plain(tree)["a"]["b"]
    lines = written.split("\n")
    found = []
    for offset, character in enumerate(text):
        if not character.isspace():
            position = source.position_in(("a", "b"), text, offset)
            found.append((character, lines[position.line - 1][position.column - 1]))
    return found


@pytest.mark.parametrize(
    "written",
    [
        "a:\n  b: plain words\n",
        "a:\n  b: plain words\n     over lines\n\n     and a gap\nc: 1\n",
        "a:\n  b: 'it''s quoted'\n",
        "a:\n  b: 'quoted words\n    over lines\n\n    and a gap'\n",
        'a:\n  b: "double words \\\n     without a gap\n     and with"\n',
        "a:\n  b: |\n    literal\n      indented\n\n    and a gap\n",
        "a:\n  b: |2-\n      indented from the start\n    less\n",
        "a:\n  b: >-\n    folded words\n    over lines\n\n    and a gap\n      kept\n      lines\n",
        "a:\n  b: |\n\n\n    after empty lines\n",
        "a:\n  b:\n    below\n    its key\n",
        "a: {b: [x]}\n".replace("[x]", "flow words"),
        "a:\n  b: | # a comment\n    literal\n",
    ],
)
def test_characters_are_found_where_they_stand(written: str) -> None:
    found = places_of(written)
    assert found
    assert all(character == there for character, there in found)


def test_after_an_escape_the_places_are_right_again() -> None:
    found = places_of('a:\n  b: "\\u00e9t\\u00e9 \\"ici\\" \\x41 end"\n')
    assert [there for _, there in found] == list("\\t\\\\ici\\\\end")


WORDS = st.lists(
    st.lists(st.text("abcé:#", min_size=1, max_size=5).map(lambda word: f"x{word}x"), min_size=1), min_size=1
)


@given(WORDS, st.sampled_from(["|", ">", ">-", "|+", "'", '"']), st.integers(1, 6))
@settings(deadline=None)
def test_any_text_is_found_again(lines: list[list[str]], style: str, indent: int) -> None:
    body = ("\n" + " " * (2 + indent)).join(" ".join(words) for words in lines)
    quote = style if style in "'\"" else ""
    head = quote or f"{style}\n{' ' * (2 + indent)}"
    found = places_of(f"a:\n  b: {head}{body}{quote}\n")
    assert "".join(character for character, _ in found) == "".join("".join(words) for words in lines)
    assert all(character == there for character, there in found)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('a:\n  b: "one\n    \\u00e9t\\u00e9"\n', ["o", "n", "e", "\\", "t", "\\"]),  # an escape begins a folded line
        ('a:\n  b: "one\\ \n    two"\n', ["o", "n", "e", "t", "w", "o"]),  # a blank that a backslash keeps
        ('a:\n  b: "one\\\n\n    two"\n', ["o", "n", "e", "t", "w", "o"]),  # a line that goes on, below an empty one
    ],
)
def test_what_stands_below_a_folded_line_is_found(written: str, expected: list[str]) -> None:
    assert [there for _, there in places_of(written)] == expected
