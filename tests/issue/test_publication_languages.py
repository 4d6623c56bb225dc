"""newsletter.<language>.yaml: the publication as readers of another language know it."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.edition import build_edition
from composer.errors import IssueError
from composer.issue import load_issue
from tests.support.authoring import NEWSLETTER, write_issue
from tests.support.editions import read_as

FRENCH = "subject: Le printemps\npreheader: Une enquête et un festival\nblocks: [{body: Bienvenue.}]\n"


def issue_with(folder: Path, french: str) -> Path:
    written = write_issue(folder, newsletter=NEWSLETTER + "tagline: City to city\n", files={"issue.fr.yaml": FRENCH})
    (folder / "newsletter.fr.yaml").write_text(french, encoding="utf-8")
    return written


def test_what_differs_is_taken_from_it_and_the_rest_from_newsletter_yaml(tmp_path: Path) -> None:
    issue = load_issue(issue_with(tmp_path, "tagline: De ville en ville\norganisation: Le Réseau\n"))
    english, french = (read_as(build_edition(issue, language=language).html) for language in ("en", "fr"))
    assert "City to city" in english
    assert "De ville en ville" in french
    assert "Le Réseau, 1 Long Street" in french
    assert "Le Réseau" not in english


def test_a_language_without_it_has_newsletter_yaml(tmp_path: Path) -> None:
    issue = load_issue(write_issue(tmp_path, files={"issue.fr.yaml": FRENCH}))
    assert issue.newsletter_in("fr") == (issue.newsletter, issue.newsletter_source)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("lists: [others]\n", "newsletter.fr.yaml:1:1: 'lists' cannot differ between languages"),
        ("tagine: Olives\n", "newsletter.fr.yaml:1:1: unknown key 'tagine'; did you mean 'tagline'?"),
        ("name: [a, b]\n", "newsletter.fr.yaml:1:7: 'name' must be text"),
    ],
)
def test_a_mistake_is_told_in_its_own_file(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(IssueError) as raised:
        load_issue(issue_with(tmp_path, written))
    assert told in str(raised.value)


def test_a_file_for_a_language_that_the_newsletter_does_not_have_is_told(tmp_path: Path) -> None:
    folder = write_issue(tmp_path)
    (tmp_path / "newsletter.de.yaml").write_text("name: Netz\n")
    with pytest.raises(IssueError, match=r"newsletter\.yaml needs no file for 'de'; further languages: fr"):
        load_issue(folder)
