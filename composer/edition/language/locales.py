"""Every fixed word that readers see ("Read more") comes from ``locales/<language>.yaml``: those of mails and pages.

A word is looked for in the language's own file (``pt-BR``), in that of the language alone (``pt``) and in
``en``; in each, the project's own folder wins over the shipped one. Words of mails have plain names; those of the site
begin with ``site_``, and those that only an author sees, in the preview, with ``preview_``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from composer.edition.language.flat_yaml import read_flat_yaml

FALLBACK = "en"
_OF_AUTHORS = "preview_"

_REGIONS = {"en": "en-GB"}
"""Babel's "en" is American: November 25, 2:00 PM. A newsletter that says only "en" means 25 November, 14:00."""


def load_strings(folders: Sequence[Path], language: str) -> Mapping[str, str]:
    """Return every word in ``language``, by name, in English where there is none."""
    return _strings(folders, (FALLBACK, language.partition("-")[0], language))


def missing_strings(folders: Sequence[Path], language: str) -> Mapping[str, str]:
    """Return the words that readers of ``language`` get in English, because no file has them in theirs."""
    own = _strings(folders, (language.partition("-")[0], language))
    english = _strings(folders, (FALLBACK,))
    return {name: text for name, text in english.items() if name not in own and not name.startswith(_OF_AUTHORS)}


def spoken_languages(folders: Sequence[Path], *, prefix: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words whose names begin with ``prefix``, without it, in every language that has any of them."""
    tags = {file.stem for folder in folders for file in (folder / "locales").glob("*.yaml")}
    spoken = [tag for tag in sorted(tags) if any(name.startswith(prefix) for name in _strings(folders, (tag,)))]
    return {
        tag: {
            name.removeprefix(prefix): text
            for name, text in load_strings(folders, tag).items()
            if name.startswith(prefix)
        }
        for tag in spoken
    }


def nearest_language(wanted: Iterable[str], *, spoken: Collection[str]) -> str:
    """Return the first wanted language that is spoken (``pt-BR`` is served by ``pt``), or English."""
    tags = {tag.lower(): tag for tag in spoken}
    for language in wanted:
        for tag in (language, language.partition("-")[0]):
            if found := tags.get(tag.lower()):
                return found
    return FALLBACK


def _strings(folders: Sequence[Path], tags: Sequence[str]) -> dict[str, str]:
    """Read the strings of all tags and folders; a later tag wins, and an earlier folder."""
    strings: dict[str, str] = {}
    for tag in dict.fromkeys(tags):
        for folder in reversed(folders):
            file = folder / "locales" / f"{tag}.yaml"
            if file.is_file():
                strings |= read_flat_yaml(file, file.read_bytes())
    return strings


@cache
def babel_locale(language: str) -> Locale:
    """Find what Babel knows of a BCP 47 tag: of the whole tag, of the language alone, or else of English."""
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(_REGIONS.get(tag, tag), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_REGIONS[FALLBACK], sep="-")
