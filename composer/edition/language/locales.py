"""Every fixed word that readers see ("Read more") comes from ``locales/<language>.yaml``: those of mails and pages.

A word is looked for in the language's own file (``pt-BR``), in that of the language alone (``pt``) and in
``en``; in each, the project's own folder wins over the shipped one. Words of mails have plain names; those of the site
begin with ``site_``, and those that only an author sees, in the preview, with ``preview_``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError, localedata

from composer.edition.language.flat_yaml import read_flat_yaml
from composer.edition.language.placeholders import check_placeholders, lacking
from composer.errors import Position, TemplateError
from composer.issue.inside import unusable

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


def fallback_strings(folders: Sequence[Path], language: str) -> Collection[str]:
    """Name the words that readers of ``language`` get in another one. American readers get none: "en" is English."""
    return () if language.partition("-")[0] == FALLBACK else missing_strings(folders, language).keys()


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
                if (wrong := unusable(file, folder)) is not None:
                    raise TemplateError([wrong])
                data = file.read_bytes()
                if tag != FALLBACK or folder != folders[-1]:
                    english = _english(folders if tag != FALLBACK else folders[-1:])
                    check_placeholders(file, data, english=english, is_translation=tag != FALLBACK)
                strings |= read_flat_yaml(file, data)
    return strings


def _english(folders: Sequence[Path]) -> Mapping[str, str]:
    return _strings(folders, (FALLBACK,))


def lacking_placeholders(folders: Sequence[Path], language: str) -> Iterator[tuple[Position, str, str]]:
    """Yield place, name and placeholder of each of the language's own texts that leaves out what is put in."""
    english = _english(folders)
    for tag in dict.fromkeys((language.partition("-")[0], language)):
        for folder in folders:
            file = folder / "locales" / f"{tag}.yaml"
            if tag != FALLBACK and file.is_file() and unusable(file, folder) is None:
                yield from lacking(file, file.read_bytes(), english=english)


@cache
def babel_locale(language: str) -> Locale:
    """Find what Babel knows of a BCP 47 tag: of the whole tag, of the language alone, or else of English."""
    return known_locale(language) or known_locale(FALLBACK) or Locale.parse(FALLBACK)


@cache
def known_locale(language: str) -> Locale | None:
    """Find what Babel knows of a BCP 47 tag or of its language; None if it knows neither."""
    for tag in (language, language.partition("-")[0]):
        try:
            return _with_own_names(Locale.parse(_REGIONS.get(tag, tag), sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _with_own_names(locale: Locale) -> Locale:
    """Give a locale names of months and days that it shares with no other.

    Babel 2.18 looks up what a locale takes from the root ("stand-alone" months) in a mapping of the root's, and keeps
    what it found there: after Japanese, Turkish has 12月 for December.
    """
    data: Any = dict(localedata.load(str(locale)))
    data |= {key: deepcopy(data[key]) for key in _FROM_ROOT if key in data}
    setattr(locale, "_Locale__data", localedata.LocaleDataDict(data))  # noqa: B010  the name is private to Babel
    return locale


_FROM_ROOT = ("months", "days", "quarters", "eras", "day_periods", "interval_formats", "datetime_skeletons")
