"""A link that is wrong in one way is told once, at its place, with what is really wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer import shipped
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, issue_of, write_issue

ALONE = NEWSLETTER.replace("[en, fr]", "[en]")


def told(folder: Path, words: str) -> list[tuple[str, str]]:
    """Code and hint of everything that is found in a text."""
    path = write_issue(folder, issue_of(f"- block: text\n  body: |\n    {words}\n"), newsletter=ALONE)
    found = check_folder(path, templates=(shipped.TEMPLATES,)).findings
    return [(one.code, one.hint or "") for one in found]


@pytest.mark.parametrize("url", ["http:/host.city/x", "http:host.city/x"])
def test_an_address_without_its_slashes_is_not_told_to_be_insecure_too(tmp_path: Path, url: str) -> None:
    assert told(tmp_path, f"Look at [it]({url}) today.") == [("edition-invalid", "write http://host.city/x")]


@pytest.mark.parametrize("field", ["subscriber.first_name", 'subscriber.first_name | default("you")'])
def test_a_merge_field_that_begins_like_a_statement_is_one_slip(tmp_path: Path, field: str) -> None:
    assert told(tmp_path, f"Dear {{% {field} }}}}, hello.") == [("edition-invalid", f"write {{{{ {field} }}}}")]


@pytest.mark.parametrize(
    "words",
    [
        'Read <a href="https://a.city/x">the whole text.',
        'Read <a href="https://a.city/x">the whole <b>text</b>.\n\n    And more.',
        'Read <a href="https://a.city/x">one <a href="https://a.city/y">two</a>.',
        'Read <a href="https://a.city/y">one</a> and <A HREF="https://a.city/x">two.',
    ],
)
def test_a_raw_link_that_is_never_closed_is_one_slip(tmp_path: Path, words: str) -> None:
    assert told(tmp_path, words) == [("markup-unmeant", "write </a> behind its words")]


def test_a_raw_link_that_is_closed_is_none(tmp_path: Path) -> None:
    assert told(tmp_path, 'Read <a href="https://a.city/x">the whole text</a>.') == []
