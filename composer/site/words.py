"""Knows what the pages say in each language: the words ``site_…`` of ``templates/locales``, a project's own first.

``{newsletter}`` is the name of the newsletter. Plain words, one thought a sentence, nothing that holds back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.edition.language.locales import babel_locale, fallback_strings, nearest_language, spoken_languages

_PREFIX = "site_"
_PARTS = ("title", "text", "button", "note")


@dataclass(frozen=True, slots=True)
class Card:
    """What one page says: a title, a sentence or two, and perhaps a button with a line under it.

    ``done`` puts a tick before it: what was asked for has happened. ``english`` names the parts that are in English
    because the page's language has no words for them.
    """

    title: str
    text: str
    button: str = ""
    note: str = ""
    done: bool = False
    english: frozenset[str] = frozenset()


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
    def of(cls, language: str, words: Mapping[str, str], *, english: Collection[str] = ()) -> Words:
        """Arrange the words of a language (``leave_title``) as cards; those named in ``english`` are not in it."""

        def card(name: str, *, has_button: bool = False, done: bool = False) -> Card:
            button, note = (words[f"{name}_button"], words[f"{name}_note"]) if has_button else ("", "")
            foreign = frozenset(part for part in _PARTS if f"{name}_{part}" in english)
            return Card(words[f"{name}_title"], words[f"{name}_text"], button, note, done, foreign)

        return cls(
            language=language,
            direction=babel_locale(language).text_direction,
            leave=card("leave", has_button=True),
            left=card("left", has_button=True, done=True),
            returned=card("returned", done=True),
            too_late=card("too_late"),
            broken_link=card("broken_link"),
            not_found=card("not_found"),
            trouble=card("trouble"),
        )


class Languages:
    """Knows the languages that the pages have words in.

    Their files are read once, when this is made; TemplateError says which line of which file is wrong.
    """

    def __init__(self, templates: Sequence[Path]) -> None:
        spoken = spoken_languages(templates, prefix=_PREFIX)
        self._words = {
            language: Words.of(language, words, english=_without_prefix(fallback_strings(templates, language)))
            for language, words in spoken.items()
        }

    def find(self, *languages: str) -> Words:
        """Return the words of the first of these languages that the pages speak: ``pt-BR`` is served by ``pt``."""
        return self._words[nearest_language(languages, spoken=self._words)]


def _without_prefix(names: Collection[str]) -> Collection[str]:
    return {name.removeprefix(_PREFIX) for name in names if name.startswith(_PREFIX)}
