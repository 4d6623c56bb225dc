"""Names of weekdays and months as people write them: whole and short, inflected, and without their accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from composer.edition.language.locales import babel_locale, known_locale

WEEKDAYS_BY_SIGN = {"ja": ("月火水木金土日",), "zh": ("一二三四五六日", "一二三四五六天"), "ko": ("월화수목금토일",)}
"""One sign for each weekday, from Monday on."""

_MORE = {
    "ar": "الإثنين|الثلاثا|الاربعاء||||الاحد",
    "bg": "||сряда, срядата||||",
    "cs": "||středu|||sobotu|neděli",
    "de": "|||||sonnabend|",
    "en": "|tues|weds|thur, thurs|||",
    "et": "esmaspäeval|teisipäeval|kolmapäeval|neljapäeval|reedel|laupäeval|pühapäeval",
    "eu": "astelehenean|asteartean|asteazkenean|ostegunean|ostiralean|larunbatean|igandean",
    "fi": "||||||sunnuntaina",
    "hr": "||srijedu|||subotu|nedjelju",
    "hu": "hétfőn|kedden|szerdán|csütörtökön|pénteken|szombaton|vasárnapon",
    "lt": "pirmadienį|antradienį|trečiadienį|ketvirtadienį|penktadienį|šeštadienį|sekmadienį",
    "lv": "pirmdien, pirmdienā|otrdien, otrdienā|trešdien, trešdienā|ceturtdien, ceturtdienā|piektdien, piektdienā"
    "|sestdien, sestdienā|svētdien, svētdienā",
    "pl": "||środę|||sobotę|niedzielę",
    "pt": "segunda|terça|quarta|quinta|sexta||",
    "ru": "||среду||пятницу|субботу|",
    "sk": "||stredu|||sobotu|nedeľu",
    "sl": "||sredo|||soboto|nedeljo",
    "sr": "||среду|||суботу|недељу",
    "uk": "||середу||п'ятницю, п’ятницю, пʼятницю, п'ятниця, п’ятниця|суботу|неділю",
}
"""Other names of the weekdays from Monday on, as they stand beside a day; the library has one form of each."""
_MORE_MONTHS: Mapping[str, str] = {
    "en": "||||||||sept|||",
    "eu": "urtarrilaren|otsailaren|martxoaren|apirilaren|maiatzaren|ekainaren|uztailaren|abuztuaren|irailaren|urriaren"
    "|azaroaren|abenduaren",
    "lv": "janvārī|februārī|martā|aprīlī|maijā|jūnijā|jūlijā|augustā|septembrī|oktobrī|novembrī|decembrī",
}
WRITTEN_WITH_A_CAPITAL = frozenset({"en", "de"})
"""Where a short name in small letters is a word: sat, so, do."""


@lru_cache(maxsize=32)
def names_of(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Give the numbers of weekdays (0 is Monday) and months by their names, in small letters, without full stop."""
    locale, main = babel_locale(language), language.partition("-")[0]
    weekdays: dict[str, int] = {}
    months: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for use in ("format", "stand-alone"):
            for names, calendar in ((weekdays, locale.days), (months, locale.months)):
                for number, name in calendar[use][width].items():
                    names.setdefault(name.casefold().rstrip("."), number)
    weekdays |= _numbered(_MORE.get(main, ""), 0)
    months |= _numbered(_MORE_MONTHS.get(main, ""), 1)
    for signs in WEEKDAYS_BY_SIGN.get(main, ()):
        weekdays |= {sign: number for number, sign in enumerate(signs)}
    return _also_plain(weekdays), _also_plain(months)


def _numbered(listed: str, first: int) -> dict[str, int]:
    """Number the names of a list, some of which have several."""
    parts = enumerate(listed.split("|"), first)
    return {name.strip(): number for number, names in parts for name in names.split(",") if name.strip()}


def _also_plain(names: dict[str, int]) -> dict[str, int]:
    """Add what people write who have no accents at hand: lunedi, sabado; and a straight apostrophe for a round one."""
    plain = {_plain(name): number for name, number in names.items() if len(name) > 3}
    return {**plain, **names}


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.replace("’", "'"))
    if not re.search("[A-Za-z]", decomposed):
        return name
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@lru_cache(maxsize=32)
def whole_weekdays(language: str) -> tuple[str, ...]:
    """Give the whole names of the weekdays, as a day stands beside them, the longest first."""
    locale, main = babel_locale(language), language.partition("-")[0]
    names = {name.casefold() for use in ("format", "stand-alone") for name in locale.days[use]["wide"].values()}
    names |= _numbered(_MORE.get(main, ""), 0).keys()
    return tuple(sorted(names | {_plain(name) for name in names if len(name) > 3}, key=len, reverse=True))


def short_weekdays(language: str) -> tuple[str, ...]:
    """Give the short names of the weekdays as the language writes them, without full stop."""
    names = babel_locale(language).days["format"]["abbreviated"].values()
    return tuple(sorted({name.rstrip(".") for name in names}, key=len, reverse=True))


def names_a_time(text: str, *, language: str) -> bool:
    """Whether words are of one time only: they have a number, or name a month or a weekday of the language."""
    return bool(re.search(r"\d", text) or (_whole_names(language).search(text) if known_locale(language) else None))


@lru_cache(maxsize=32)
def _whole_names(language: str) -> re.Pattern[str]:
    """Find whole names as the language writes them, or with a capital: "may" is no month in English."""
    locale = babel_locale(language)
    uses = [calendar[use]["wide"] for calendar in (locale.days, locale.months) for use in ("format", "stand-alone")]
    names = {name for names in uses for name in names.values()}
    either = sorted({re.escape(one) for name in names for one in (name, name[:1].upper() + name[1:])})
    return re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)")
