"""The fixed words of templates ("Read more"), from ``locales/<language>.yaml``.

A string is looked for in the language's own file (``pt-BR``), in that of the language alone (``pt``) and in
``en``; in each, the project's own folder wins over the shipped one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError

from composer.edition.language.flat_yaml import read_flat_yaml

_FALLBACK = "en"

_REGIONS = {"en": "en-GB"}
"""Babel's "en" is American: November 25, 2:00 PM. A newsletter that says only "en" means 25 November, 14:00."""


def load_strings(folders: Sequence[Path], language: str) -> Mapping[str, str]:
    """Every string in ``language``, by name."""
    return _strings(folders, (_FALLBACK, language.partition("-")[0], language))


def missing_strings(folders: Sequence[Path], language: str) -> Mapping[str, str]:
    """The strings that readers of ``language`` get in English, because no file has them in theirs."""
    own = _strings(folders, (language.partition("-")[0], language))
    return {name: text for name, text in _strings(folders, (_FALLBACK,)).items() if name not in own}


def _strings(folders: Sequence[Path], tags: Sequence[str]) -> dict[str, str]:
    """Those of the later tags win, and of the earlier folders."""
    strings: dict[str, str] = {}
    for tag in dict.fromkeys(tags):
        for folder in reversed(folders):
            file = folder / "locales" / f"{tag}.yaml"
            if file.is_file():
                strings |= read_flat_yaml(file, file.read_bytes())
    return strings


def babel_locale(language: str) -> Locale:
    """Babel's knowledge of a BCP 47 tag: of the whole tag, of the language alone, or of English."""
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(_REGIONS.get(tag, tag), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_REGIONS[_FALLBACK], sep="-")
