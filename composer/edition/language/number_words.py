"""Finds numbers above twenty that a text spells out, so that "twenty-five" here is "25" there.

Enters: a text and its language. Leaves: how often it names which number, 21 to 99, a hundred, a thousand. It is asked
only about figures that are missing: of the many words for one, two or three nobody says that they are numbers. Of
languages whose number words are inflected (Polish, Russian), or that are not in the table, none are found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

Join = Callable[[str, str], Sequence[str]]
"""The forms of a ten and a unit together."""


class _Words(NamedTuple):
    """Has the tens from twenty on and the units from one on, each in a word, and what a language has besides."""

    tens: str
    units: str
    join: Join
    hundred: str
    thousand: str
    more: Mapping[str, int] = {}


def _apart(between: str) -> Join:
    return lambda ten, unit: [f"{ten}{between}{unit}"]


def _unit_first(*between: str) -> Join:
    return lambda ten, unit: [f"{unit}{sign}{ten}" for sign in between]


def _italian(ten: str, unit: str) -> Sequence[str]:
    stem = ten[:-1] if unit[0] in "uo" else ten
    return [f"{stem}{unit}", f"{stem}tré"] if unit == "tre" else [f"{stem}{unit}"]


def _french(ten: str, unit: str) -> Sequence[str]:
    return [f"{ten} et {unit}"] if unit == "un" else [f"{ten} {unit}"]


def _spanish(ten: str, unit: str) -> Sequence[str]:
    accents = {"dos": "dós", "tres": "trés", "seis": "séis", "uno": "ún"}
    if ten != "veinte":
        return [f"{ten} y {unit}", *([f"{ten} y un"] if unit == "uno" else [])]
    return [f"veinti{unit}", f"veinti{accents.get(unit, unit)}"]


_FRENCH_UNITS = "un deux trois quatre cinq six sept huit neuf"


def _of_twenties() -> Iterator[tuple[str, int]]:
    """Yield the French numbers from seventy on: sixty and ten, four twenties."""
    units = [*_FRENCH_UNITS.split(), *["dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"]]
    units += ["dix sept", "dix huit", "dix neuf"]
    yield "quatre vingts", 80
    for number, unit in enumerate(units, 1):
        yield f"quatre vingt {unit}", 80 + number
        if number >= 10:
            yield (f"soixante et {unit}" if number == 11 else f"soixante {unit}"), 60 + number


_LANGUAGES: Mapping[str, _Words] = {
    "en": _Words(
        "twenty thirty forty fifty sixty seventy eighty ninety", "one two three four five six seven eight nine",
        _apart(" "), "hundred", "thousand",
    ),
    "de": _Words(
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        "ein zwei drei vier fünf sechs sieben acht neun", _unit_first("und"), "hundert", "tausend",
        {"einhundert": 100, "eintausend": 1000},
    ),
    "nl": _Words(
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        "een twee drie vier vijf zes zeven acht negen", _unit_first("en", "ën"), "honderd", "duizend",
    ),
    "fr": _Words(
        "vingt trente quarante cinquante soixante septante huitante nonante",
        _FRENCH_UNITS, _french, "cent", "mille", dict(_of_twenties()),
    ),
    "es": _Words(
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        "uno dos tres cuatro cinco seis siete ocho nueve", _spanish, "cien", "mil", {"ciento": 100},
    ),
    "it": _Words(
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
        "uno due tre quattro cinque sei sette otto nove", _italian, "cento", "mille",
    ),
    "pt": _Words(
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        "um dois três quatro cinco seis sete oito nove", _apart(" e "), "cem", "mil",
    ),
    "sv": _Words(
        "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio", "ett två tre fyra fem sex sju åtta nio",
        _apart(""), "hundra", "tusen", {"etthundra": 100, "ettusen": 1000},
    ),
    "nb": _Words(
        "tjue tretti førti femti seksti sytti åtti nitti", "en to tre fire fem seks sju åtte ni",
        _apart(""), "hundre", "tusen",
    ),
    "da": _Words(
        "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems", "en to tre fire fem seks syv otte ni",
        _unit_first("og"), "hundrede", "tusind",
    ),
}  # fmt: skip
_SAME = {"no": "nb"}
_GAP = r"[\s\u00a0\u2010\u2011-]+"


def number_words(text: str, *, language: str) -> Counter[str]:
    """Count the numbers above twenty that a text spells out, by their digits."""
    main = language.partition("-")[0]
    pattern = _pattern(_SAME.get(main, main))
    if pattern is None:
        return Counter()
    numbers = _numbers(_SAME.get(main, main))
    return Counter(str(numbers[re.sub(_GAP, " ", found[0].casefold())]) for found in pattern.finditer(text))


@lru_cache(maxsize=16)
def _numbers(main: str) -> Mapping[str, int]:
    words = _LANGUAGES[main]
    tens = {ten: 10 * number for number, ten in enumerate(words.tens.split(), 2)}
    found = {ten: value for ten, value in tens.items() if value > 20}
    for ten, value in tens.items():
        for number, unit in enumerate(words.units.split(), 1):
            found |= dict.fromkeys(words.join(ten, unit), value + number)
    found |= {words.hundred: 100, words.thousand: 1000, **words.more}
    return {name.casefold(): value for name, value in found.items()}


@lru_cache(maxsize=16)
def _pattern(main: str) -> re.Pattern[str] | None:
    if main not in _LANGUAGES:
        return None
    names = {name for key in _numbers(main) for name in (key, key.replace("ss", "ß"))}
    parts = (_GAP.join(map(re.escape, name.split(" "))) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
