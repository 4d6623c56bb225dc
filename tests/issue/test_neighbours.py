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
