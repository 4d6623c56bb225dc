"""Knows what the pages say in each language: the words ``site_…`` of ``templates/locales``, a project's own first.

``{newsletter}`` is the name of the newsletter. Plain words, one thought a sentence, nothing that holds back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.edition.language.locales import babel_locale, nearest_language, spoken_languages

_PREFIX = "site_"


@dataclass(frozen=True, slots=True)
class Card:
    """What one page says: a title, a sentence or two, and perhaps a button with a line under it.

    ``done`` puts a tick before it: what was asked for has happened.
    """

    title: str
    text: str
    button: str = ""
    note: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The cards of one language: its tag, the direction in which it is written, and a card for each page."""

    language: str
    direction: str
    leave: Card
    left: Card
    returned: Card
    too_late: Card
    broken_link: Card
    not_found: Card
    trouble: Card

    @classmethod
    def of(cls, language: str, words: Mapping[str, str]) -> Words:
        """Arrange the words of a language (``leave_title``) as cards."""
        return cls(
            language=language,
            direction=babel_locale(language).text_direction,
            leave=_card(words, "leave", has_button=True),
            left=_card(words, "left", has_button=True, done=True),
            returned=_card(words, "returned", done=True),
            too_late=_card(words, "too_late"),
            broken_link=_card(words, "broken_link"),
            not_found=_card(words, "not_found"),
            trouble=_card(words, "trouble"),
        )


class Languages:
    """Knows the languages that the pages have words in.

    Their files are read once, when this is made; TemplateError says which line of which file is wrong.
    """

    def __init__(self, templates: Sequence[Path]) -> None:
        spoken = spoken_languages(templates, prefix=_PREFIX)
        self._words = {language: Words.of(language, words) for language, words in spoken.items()}

    def find(self, *languages: str) -> Words:
        """Return the words of the first of these languages that the pages speak: ``pt-BR`` is served by ``pt``."""
        return self._words[nearest_language(languages, spoken=self._words)]


def _card(words: Mapping[str, str], name: str, *, has_button: bool = False, done: bool = False) -> Card:
    button, note = (words[f"{name}_button"], words[f"{name}_note"]) if has_button else ("", "")
    return Card(words[f"{name}_title"], words[f"{name}_text"], button, note, done)
