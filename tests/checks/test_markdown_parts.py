"""A part of a text that its place has no look for is told where it stands, once; where it has a place, it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from composer import shipped
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, issue_of, write_issue

TEXT = (
    "One.\n\n{{ subscriber.city | default('you') }}\n\n## Two\n\n- three\n  > said\n\n---\n\n## Four\n\n```\ncode\n```"
)
PLACE = {"headings": "a headline has no place in this", "rules": "a rule has no", "quotations": "a quotation has no"}


def told_of(folder: Path, *blocks: dict[str, Any], templates: tuple[Path, ...] = ()) -> list[tuple[int, str]]:
    return told_of_written(folder, issue_of("\n".join(f"- {json.dumps(block)}" for block in blocks)), *templates)


def told_of_written(folder: Path, written: str, *templates: Path) -> list[tuple[int, str]]:
    newsletter = NEWSLETTER.replace("[en, fr]", "[en]")
    checked = check_folder(
        write_issue(folder, written, newsletter=newsletter), templates=(*templates, shipped.TEMPLATES)
    )
    return [(one.position.line, one.message) for one in checked.findings if one.code == "markdown-part"]


@pytest.mark.parametrize(
    ("block", "parts"),
    [
        ({"block": "text", "body": TEXT}, []),
        ({"block": "article", "title": "T", "body": TEXT}, []),
        ({"block": "callout", "body": TEXT}, []),
        ({"block": "hero", "title": "T", "body": TEXT}, ["headings", "rules"]),
        ({"block": "digest", "title": "T", "entries": [{"kicker": "K", "body": TEXT}]}, ["headings", "rules"]),
        ({"block": "quote", "person": "Ada", "body": TEXT}, ["headings", "quotations", "rules"]),
        ({"block": "footer", "body": TEXT}, ["headings", "rules"]),
    ],
)
def test_each_part_is_told_once_where_it_has_no_place(tmp_path: Path, block: dict[str, Any], parts: list[str]) -> None:
    told = told_of(tmp_path, {"block": "text", "body": "Words"}, block)
    assert len(told) == len(parts)
    for part, (line, message) in zip(parts, told, strict=True):
        assert (line, message.startswith(PLACE[part])) == (6, True)


def test_a_part_that_is_written_in_html_is_told_at_its_line(tmp_path: Path) -> None:
    """The issue's sixth line is the title; the words begin in the eighth."""
    hero = """\
        - block: hero
          title: T
          body: |
            One.

            <!-- <hr> --> `<ul>`

            <div>
            <h3>Two</h3>
            <ul><li>Three</li></ul>
            </div>

            Four<hr />five.

            <pre>six</pre>
    """
    told = told_of_written(tmp_path, issue_of(hero))
    assert [(line, message.split(" has ")[0]) for line, message in told] == [
        (13, "a headline"),
        (17, "a rule"),
    ]


def test_a_block_of_ones_own_says_what_its_texts_are_without(tmp_path: Path) -> None:
    block = tmp_path / "templates" / "blocks" / "walk"
    block.mkdir(parents=True)
    (block / "fields.yaml").write_text("words: {type: markdown, without: [lists, code]}\nmore: markdown\n")
    for name in ("block.mjml.j2", "block.html.j2", "block.txt.j2"):
        (block / name).write_text("")
    told = told_of(tmp_path, {"block": "walk", "words": TEXT, "more": TEXT}, templates=(tmp_path / "templates",))
    assert [message.split(" has ")[0] for _, message in told] == ["a list", "code that is set apart"]
