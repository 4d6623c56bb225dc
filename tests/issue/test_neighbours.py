"""What is known of issues without loading them: number and day, however their files are written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from composer.issue.neighbours import IssueFiles, files_of_issues
from composer.issue.next_issue import next_number


def known(issues_dir: Path, content: str, *, file: str = "issue.yaml") -> IssueFiles:
    """What is known of an issue whose first file is this one."""
    (issues_dir / "2020-03").mkdir(exist_ok=True)
    (issues_dir / "2020-03" / file).write_text(content, encoding="utf-8")
    (one,) = files_of_issues(issues_dir)
    return one


@pytest.mark.parametrize(
    "content",
    [
        "## Prices\n\n| Day | Price |\n|---|---|\n| 1 | 2 |\n",
        "Above\n\n---\n\nnumber: 3\ndate: 2020-03-31\n\n---\n\nBelow\n",
        "--- --- ---\n",
        "",
    ],
    ids=["a table", "lines across", "dashes in a line", "nothing"],
)
def test_markdown_without_front_matter_has_no_number_and_no_day(tmp_path: Path, content: str) -> None:
    one = known(tmp_path, content, file="issue.md")
    assert (one.number, one.date, next_number(tmp_path)) == (None, None, None)


@pytest.mark.parametrize(
    "end", ["---\n\n## A table\n\n|---|---|\n", "...\nWords\n", ""], ids=["dashes", "dots", "none"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_front_matter_of_markdown_has_them(tmp_path: Path, end: str, line_end: str) -> None:
    content = f"---\nnumber: 3\ndate: 2020-03-31\n{end}".replace("\n", line_end)
    one = known(tmp_path, content, file="issue.md")
    assert (one.number, one.date) == (3, dt.date(2020, 3, 31))


UNUSUAL = {
    "further in": "  subject: Spring\n  number: 7\n  date: 2020-03-31\n  blocks: []\n",
    "in braces": "{subject: Spring, number: 7, date: 2020-03-31, blocks: []}\n",
    "in braces of two lines": "{subject: Spring, number: 7,\ndate: 2020-03-31, blocks: []}\n",
    "below their keys": "subject: Spring\nnumber:\n  7\ndate:\n  2020-03-31\nblocks: []\n",
    "only the number": "date: 2020-03-31\nnumber:\n  7\nblocks: []\n",
    "with marks": "? number\n: 7\n? date\n: 2020-03-31\n",
    "of a kind": "!!str number: !!str 7\n!!str date: !!str 2020-03-31\n",
    "far down": f"blocks:\n  - block: text\n    body: {'words ' * 20_000}\nnumber: 7\ndate: 2020-03-31\n",
}


@pytest.mark.parametrize("content", UNUSUAL.values(), ids=UNUSUAL)
def test_number_and_day_are_read_however_yaml_says_them(tmp_path: Path, content: str) -> None:
    one = known(tmp_path, content)
    assert (one.number, one.date) == (7, dt.date(2020, 3, 31))
    if "body" not in content:
        (tmp_path / "2020-03" / "issue.yaml").unlink()
        one = known(tmp_path, f"---\n{content}---\n\nWords.\n", file="issue.md")
        assert (one.number, one.date) == (7, dt.date(2020, 3, 31))


@pytest.mark.parametrize(
    "content", ["date: 2020-02-31\nnumber: none\n", "date: [\nnumber: {\n", "- date\n", "{{{", "\x00"]
)
def test_what_is_neither_number_nor_day_is_none(tmp_path: Path, content: str) -> None:
    one = known(tmp_path, content)
    assert (one.number, one.date) == (None, None)
