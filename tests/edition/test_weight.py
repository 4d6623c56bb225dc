"""What a mail weighs: the aims, in every theme and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from composer import shipped
from composer.edition import Edition, build_edition
from composer.edition.block_places import weights
from composer.edition.model import every_piece
from composer.edition.theme.tokens import theme_names
from composer.edition.weight import html_bytes
from composer.issue import load_issue
from tests.support.authoring import png
from tests.support.editions import build

THEMES = theme_names((shipped.TEMPLATES,))
SAMPLE = shipped.SAMPLE_ISSUES / "2020-03-network-news"
PICTURE = "- {block: image, picture: {file: p.png, alt: Bars and trees, caption: Bars become trees}}\n"


def composed_bytes(edition: Edition) -> int:
    """The bytes of the HTML without what is filled in for a reader."""
    return sum(len(piece.encode()) for piece in every_piece(edition.html) if isinstance(piece, str))


@pytest.fixture(scope="module")
def samples() -> Mapping[tuple[str, str], Edition]:
    """The sample issue, by theme and language."""
    issue = load_issue(SAMPLE)
    built = {}
    for theme in THEMES:
        newsletter = issue.newsletter.model_copy(update={"theme": {"name": theme}})
        themed = replace(issue, newsletter=newsletter, publications={})
        for language in issue.languages:
            built[theme, language] = build_edition(themed, language=language)
    return built


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", THEMES)
def test_the_sample_has_48_kilobytes(samples: Mapping[tuple[str, str], Edition], theme: str, language: str) -> None:
    assert html_bytes(samples[theme, language].html) <= 48_000


@pytest.mark.parametrize("theme", THEMES)
def test_forty_pictures_with_their_words_have_70_kilobytes(tmp_path: Path, theme: str) -> None:
    newsletter = f"name: N\norganisation: O\ntheme: {{name: {theme}}}\n"
    edition = build(tmp_path, PICTURE * 40, newsletter=newsletter, files={"p.png": png(1152, 768)})
    assert html_bytes(edition.html) < 70_000


@pytest.mark.parametrize("theme", THEMES)
def test_a_letter_has_14_kilobytes(tmp_path: Path, theme: str) -> None:
    body = "Dear {{ subscriber.first_name }},\\n\\n" + "the *bridge* opens, and there is light. " * 60
    body += "[Read on](https://example.org/). " * 5
    newsletter = f"name: N\norganisation: O\ntheme: {{name: {theme}}}\n"
    edition = build(tmp_path, f'- {{block: text, body: "{body}"}}\n', newsletter=newsletter)
    assert html_bytes(edition.html) < 14_000


def test_blocks_and_what_is_around_them_are_the_whole(samples: Mapping[tuple[str, str], Edition]) -> None:
    edition = samples[THEMES[0], "en"]
    told = weights(edition.html, edition.block_places)
    assert set(told) == set(range(11))
    assert 0.7 < sum(told.values()) / composed_bytes(edition) < 0.95
