"""What looks like markup and is none is told where it stands; what is markup, or only a sign, is not."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from composer import shipped
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, issue_of, write_issue

ENGLISH = NEWSLETTER.replace("[en, fr]", "[en]")
CODES = {"markup-unread", "markup-unmeant", "markup-in-line", "html-removed", "link-local"}


def found_in(folder: Path, body: str, title: str = "Title") -> list[tuple[str, int, int]]:
    """The codes found in a text, with line and column in its body; those of the title in line -1."""
    block = f"- block: text\n  title: {json.dumps(title)}\n  body: |\n{textwrap.indent(body, '    ')}\n"
    checked = check_folder(write_issue(folder, issue_of(block), newsletter=ENGLISH), templates=(shipped.TEMPLATES,))
    found = [(one.code, one.position.line - 7, one.position.column - 6) for one in checked.findings]
    return [one for one in found if one[0] in CODES]


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("a ** bold ** word", 1, 3),
        ("**open words", 1, 1),
        ("*open words", 1, 1),
        ("~~ a ~~", 1, 1),
        ("x\n\n##No space", 3, 1),
        ("-no space\n-two", 1, 1),
        ("• one\n• two", 1, 1),
        ("[text] (https://a.test)", 1, 1),
        ("the [plan](https://a.test/a b.pdf)", 1, 5),
        ("call [us](tel:+49 (0)30 1234)", 1, 6),
        ("write [us](<mailto:Ana <ana@a.test>>)", 1, 7),
        ("(text)[https://a.test]", 1, 1),
        ("[text](https://a.test", 1, 1),
        ("see [text[(https://a.test)", 1, 5),
        ("see [https://a.test](the words)", 1, 5),
        ("so[^1]", 1, 3),
        ("so\n\n[^1]: why", 3, 1),
        ("| a | b |\n| c | d |", 1, 1),
        ("H~2~O", 1, 2),
        ("one `tick", 1, 5),
        ("- [ ] to do", 1, 3),
        ("[b]x[/b]", 1, 1),
        ("a :smile: b", 1, 3),
    ],
)
def test_signs_that_markdown_does_not_read_are_told(tmp_path: Path, written: str, line: int, column: int) -> None:
    assert found_in(tmp_path, written)[0] == ("markup-unread", line, column)


def test_every_link_with_blanks_is_told(tmp_path: Path) -> None:
    written = "[a](https://a.test/a b) and [b](https://a.test/c d)\nand [c](https://a.test/e f)"
    assert found_in(tmp_path, written) == [
        ("markup-unread", 1, 1),
        ("markup-unread", 1, 29),
        ("markup-unread", 2, 5),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "**b** *i* ~~s~~ `a ** b` [l](https://a.test) H<sub>2</sub>O https://a.test/a_b [1] (2) [sic] [a] (b)",
        "5 * 3 = 15, snake_case_name, -5 °C, a-b, 10:30:15, R&D, <3, \\*\\*x\\*\\*",
        "9 €*\n\n*with tax",
        "#paris #nice",
        "| a | b |\n|---|---|\n| c | d |",
        "so[^1]\n\n[^1]: why",
        "<!-- a note -->\n\nHello {{ subscriber.first_name | default('**x**') }}",
        "[l](https://a.test/{{ subscriber.city | default('a b') }})",
    ],
)
def test_markup_and_mere_signs_are_not_told(tmp_path: Path, written: str) -> None:
    assert found_in(tmp_path, written) == []


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("It is 2*3*4 cm", 1, 7),
        ("f = a*x*y", 1, 5),
        ("2**3**4", 1, 1),
        ("Liebe Leser*innen und Bürger*innen, hallo", 1, 7),
        ("Alle Schüler*innen, Lehrer* und Eltern", 1, 6),
        ("3. Mai: Markt\n10. Mai: Fest", 2, 1),
        ("1) a\n2) b\n2) c", 3, 1),
        ("- a\n\n  7. x\n  9. y", 4, 3),
        ("Best wishes\nYour team\n---", 3, 1),
        ("Your team\n-- \nA street", 2, 1),
        ("x\n\n    These words are set in", 3, 5),
    ],
)
def test_signs_that_markdown_reads_and_nobody_meant_are_told(
    tmp_path: Path, written: str, line: int, column: int
) -> None:
    assert found_in(tmp_path, written) == [("markup-unmeant", line, column)]


@pytest.mark.parametrize(
    "written",
    [
        "Leser*innen, *so* ist es, **sehr**lange Wörter, *wirklich* **neu und gut**",
        "the*r*apist, un*believ*able, *5* and *x*, 中文*强*调, 第*3*章",
        "1. a\n1. b\n1. c\n",
        "7. a\n8. b\n\n   1. x\n   2. y\n\n9. c",
        "1968. What a year",
        "A headline\n----------\n\nWords\n\n---",
        "x\n\n    a = b; c = d(e)\n    $ make all of it\n",
        "```\nwords set in a block\n```",
    ],
)
def test_signs_that_are_meant_are_not_told(tmp_path: Path, written: str) -> None:
    assert found_in(tmp_path, written) == []


@pytest.mark.parametrize(
    "title", ["A **bold** one", "*so*", "`x`", "~~x~~", "[a](b)", "<b>x</b>", "x&nbsp;y", "on www.a.test"]
)
def test_markup_in_a_line_is_told(tmp_path: Path, title: str) -> None:
    assert [code for code, _, _ in found_in(tmp_path, "x", title)][:1] == ["markup-in-line"]


@pytest.mark.parametrize("title", ["5 * 3 * 2", "snake_case_name", "R&D <3", "[Members] Hello", "Wait_ for _it"])
def test_mere_signs_in_a_line_are_not_told(tmp_path: Path, title: str) -> None:
    assert found_in(tmp_path, "x", title) == []


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("<form action='x'><input></form>", 1),
        ("a <video src='https://a.test/x.mp4'></video>", 3),
        ("<div style='display:flex'>a</div>", 6),
        ("a <a href='javascript:x'>b</a>", 12),
        ("<iframe src='https://a.test'></iframe>", 1),
    ],
)
def test_html_that_is_taken_away_is_told(tmp_path: Path, written: str, column: int) -> None:
    assert found_in(tmp_path, written)[0] == ("html-removed", 1, column)


LOCAL = [
    "[a](http://localhost/{{ subscriber.city | default('x y') }})",
    "at http://127.1/ now",
    "<a href='http://0x7f.1/'>b</a>",
]


@pytest.mark.parametrize("written", LOCAL)
def test_a_link_to_ones_own_network_is_found_however_it_is_written(tmp_path: Path, written: str) -> None:
    assert [code for code, _, _ in found_in(tmp_path, written)] == ["link-local"]
