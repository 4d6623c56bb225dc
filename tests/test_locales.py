"""The words of every language, in ``templates/locales``: all there, all used, with the same values to put in."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from composer import shipped
from composer.edition.language.flat_yaml import read_flat_yaml
from composer.edition.language.locales import load_strings, missing_strings, spoken_languages
from composer.site.words import Words
from composer.studio.asked import LINK_PURPOSES

LOCALES = {
    file.stem: read_flat_yaml(file, file.read_bytes()) for file in sorted((shipped.TEMPLATES / "locales").iterdir())
}


def used_in_templates() -> set[str]:
    return {
        name
        for file in shipped.TEMPLATES.rglob("*.j2")
        for name in re.findall(r"\bt\.([a-z_]+)", file.read_text(encoding="utf-8"))
    }


class Asked(dict[str, str]):
    """Notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __missing__(self, name: str) -> str:
        self.names.add(name)
        return "x"


def used_on_the_site() -> set[str]:
    words = Asked()
    Words.of("en", words)
    return {f"site_{name}" for name in words.names}


def test_every_word_that_is_used_is_there_and_every_word_that_is_there_is_used() -> None:
    of_the_preview = {f"preview_{name}" for name in (*LINK_PURPOSES, "nothing")}
    assert set(LOCALES["en"]) == used_in_templates() | used_on_the_site() | of_the_preview


@pytest.mark.parametrize("language", LOCALES)
def test_every_language_has_every_word_with_the_same_values_to_put_in(language: str) -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert set(LOCALES[language]) == set(LOCALES["en"])
    assert {name for name, text in LOCALES[language].items() if values(text) != values(LOCALES["en"][name])} == set()


def test_a_language_without_the_sites_words_is_told_and_one_without_the_previews_is_not() -> None:
    missing = set(missing_strings([shipped.TEMPLATES], "de"))
    assert "site_leave_title" in missing
    assert missing == {name for name in LOCALES["en"] if not name.startswith("preview_")}


def test_the_site_speaks_the_languages_that_have_words_for_it() -> None:
    spoken = spoken_languages([shipped.TEMPLATES], prefix="site_")
    assert set(spoken) == {"en", "fr"}
    assert spoken["fr"]["left_title"] == load_strings([shipped.TEMPLATES], "fr")["site_left_title"]
