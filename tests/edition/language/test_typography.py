"""Signs and spaces as each language sets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.edition.language.typography import set_line
from tests.support.authoring import NEWSLETTER
from tests.support.editions import build, read_as


@pytest.mark.parametrize(
    ("language", "typed", "line"),
    [
        ("en", "What's new: it's 5 o'clock", "What’s new: it’s 5 o’clock"),
        ("en", "Who ? 'Me'", "Who ? 'Me'"),
        ("fr", "Où ? Ici ! L'été : 27 %", "Où\u202f? Ici\u202f! L’été\u00a0: 27\u202f%"),
        ("fr-CA", "« Oui » ; non", "«\u202fOui\u202f»\u202f; non"),
        ("fr", "à 11:00, http://x", "à 11:00, http://x"),
    ],
)
def test_a_line_is_set_as_its_language_wants(language: str, typed: str, line: str) -> None:
    assert set_line(typed, language=language) == line


def test_titles_and_bodies_are_set_and_addresses_are_not(tmp_path: Path) -> None:
    edition = build(
        tmp_path,
        """
        - block: text
          title: "L'eau : où ?"
          body: "Où ? [Là !](https://example.org/l'eau?a=b%20:%20c)"
        - block: button
          label: "S'inscrire !"
          url: https://example.org/l'eau
        """,
        newsletter=NEWSLETTER.replace("[en, fr]", "[fr]"),
    )
    text = read_as(edition.text)
    assert "L’eau\u00a0: où\u202f?" in text
    assert "Où\u202f? Là\u202f!" in text
    assert "S’inscrire\u202f!" in text
    assert "https://example.org/l'eau\n" in text
