"""Checks that "Tuesday 25 November" is a Tuesday, in whatever order and script a text says so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from composer.checks.dates.day_names import (
    WEEKDAYS_BY_SIGN,
    WRITTEN_WITH_A_CAPITAL,
    names_of,
    short_weekdays,
    whole_weekdays,
)
from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Text
from composer.edition.language.locales import babel_locale, known_locale
from composer.errors import Mend
from composer.remembered import remembered

_HALF_A_YEAR = dt.timedelta(days=183)


def check_weekdays(proof: Proof) -> Iterator[Finding]:
    """ "Tuesday 25 November" is a Tuesday: in the year that is written, or else the one nearest to the issue."""
    for text in proof.prose:
        for match in _written_days(text.value, proof.language):
            yield from _judge(match, text, proof)


@remembered
def _written_days(text: str, language: str) -> tuple[re.Match[str], ...]:
    pattern = _written_day(language)
    return tuple(pattern.finditer(text)) if pattern else ()


def _judge(match: re.Match[str], text: Text, proof: Proof) -> Iterator[Finding]:
    weekdays, months = names_of(proof.language)
    parts = {name.partition("_")[0]: part for name, part in match.groupdict().items() if part}
    named = parts["month"].casefold()
    month = int(named) if named.isdecimal() else months[named]
    date = _nearest_day(int(parts["day"]), month, int(parts["year"]) if "year" in parts else None, proof.content.date)
    if date is None:
        words = f"there is no day {match[0]!r}"
        yield find("weekday-wrong", text.position(match.start()), words, "look into a calendar")
    elif weekdays[parts["weekday"].casefold()] != date.weekday():
        right = babel_locale(proof.language).days["format"]["wide"][date.weekday()]
        words = f"{match[0]!r}: in {date.year}, that day is a {right}"
        hint = "is it the day or the weekday that is wrong?"
        mend = _weekday_mend(parts["weekday"], date.weekday(), proof.language)
        yield find("weekday-wrong", text.position(match.start()), words, hint, mend)


def _weekday_mend(written: str, right: int, language: str) -> Mend | None:
    """Put the right weekday in the place of the other, as long and with the same first letter."""
    days = babel_locale(language).days["format"]
    for names in (
        days["wide"],
        days["abbreviated"],
        *map(dict, map(enumerate, WEEKDAYS_BY_SIGN.get(language[:2], ()))),
    ):
        known = {name.casefold().rstrip(".") for name in names.values()}
        if written.casefold() in known:
            name = str(names[right]).rstrip(".")
            return Mend(written, name[:1].upper() + name[1:] if written[:1].isupper() else name)
    return None


def _nearest_day(day: int, month: int, year: int | None, issue_date: dt.date) -> dt.date | None:
    """Put a day into its year; without one, into the year that brings it nearest to the half year after the issue."""
    years = [year] if year else [issue_date.year - 1, issue_date.year, issue_date.year + 1]
    found = []
    for candidate in years:
        try:
            found.append(dt.date(candidate, month, day))
        except ValueError:
            continue
    return min(found, key=lambda date: abs(date - issue_date - _HALF_A_YEAR / 2), default=None)


_DAY, _MONTH, _YEAR = r"(?P<day>\d{1,2})", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<year>1[5-9]\d\d|20\d\d)"
_SIGNED_DAYS = {
    "ja": r"[（(]\s*(?P<weekday>[{0}])(?![^）)・、,\s曜])|(?P<weekday_2>[{0}])曜",
    "zh": r"[（(]?\s*(?:星期|周|週|礼拜|禮拜)(?P<weekday>[{0}])",
    "ko": r"[（(]\s*(?P<weekday>[{0}])(?=[）),\s요])|(?P<weekday_2>[{0}])요일",
}
_SIGNED_BEHIND_FIGURES = {
    "ja": r"[（(]\s*(?P<weekday>[{0}])(?=[）)・、,曜])",
    "zh": r"[（(]\s*(?:星期|周|週|礼拜|禮拜)?(?P<weekday>[{0}])(?=[）)])",
    "ko": r"[（(]\s*(?P<weekday>[{0}])(?=[）),요])",
}
"""4/7（月）, 4.7(월)."""
_DEFINITE = {"sv": "(?:en)?", "da": "(?:en)?", "nb": "(?:en)?", "no": "(?:en)?"}
"""tisdagen den 7 april."""
_BEHIND_WITHOUT_BRACKET = frozenset({"tr", "az"})
_GAP = r"[*_]{0,3},?[*_]{0,3}(?:\s|&nbsp;)+[*_]{0,3}"
"""What stands between a weekday and its day: a comma, a blank, and signs of Markdown."""
_BEHIND_DAY = r"(?:st|nd|rd|th|an?|\.|\s?d\.|-\w{1,3})?"
"""April 7th, balandžio 7 d., apirilaren 7an."""
_ARTICLE = r"(?:de[nm]\s+|the\s+|le\s+)?"
_OF = r"(?:de\s+|of\s+|d['’]|ב)?"
_ENDS = r"(?=\s*(?:[.;:!?)\n]|,(?!\s*\d)|$|[–—-]\s|(?:at|from|um|ab|à|de|a\s+las|alle|dalle|в|с|o|od|kl|klo|om)\b))"
"""What follows a weekday that belongs to the day before it, and not to one behind."""


@lru_cache(maxsize=32)
def _written_day(language: str) -> re.Pattern[str] | None:
    """Make a pattern of days with a weekday: "Tuesday, 3 March 2020", "Di., 3.3.2020", "3 Mart Salı", "3月3日（火）".

    None for a language whose names are not known.
    """
    if known_locale(language) is None:
        return None
    main = language.partition("-")[0]
    days = _signed_days(main) if main in WEEKDAYS_BY_SIGN else _spelt_days(language, main)
    return re.compile("|".join(_numbered(day, number) for number, day in enumerate(days)), re.IGNORECASE)


def _numbered(pattern: str, number: int) -> str:
    """Give each group of a pattern a name that no other pattern has: ``day`` becomes ``day_0``."""
    return re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{number}>", pattern)


def _signed_days(main: str) -> Iterator[str]:
    """Give the patterns of a language that has a sign for each weekday."""
    signs = "".join(sorted({sign for row in WEEKDAYS_BY_SIGN[main] for sign in row}))
    marks = "년월일" if main == "ko" else "年月日"
    written = rf"{_MONTH}\s*{marks[1]}\s*{_DAY}\s*[{marks[2]}号號]\s*(?:{_SIGNED_DAYS[main].format(signs)})"
    yield rf"(?:{_YEAR}\s*{marks[0]}\s*)?{written}"
    behind = _SIGNED_BEHIND_FIGURES[main].format(signs)
    yield rf"(?<![\d./-])(?:{_YEAR}\s?[./-]\s?)?{_MONTH}[./-]{_DAY}\s*{behind}"


def _spelt_days(language: str, main: str) -> Iterator[str]:
    """Give the patterns of a language that spells its weekdays."""
    months = "|".join(sorted(map(re.escape, names_of(language)[1]), key=len, reverse=True))
    whole = "|".join(map(re.escape, whole_weekdays(language)))
    named = rf"(?<!\w)(?:(?P<weekday>{whole}){_DEFINITE.get(main, '')}|{_short(language, main)}){_GAP}"
    counted = rf"(?<!\w)(?:(?P<weekday>{whole}){_DEFINITE.get(main, '')}|{_short(language, 'en')}){_GAP}"
    year = rf"(?:,?\s+(?:de\s+)?{_YEAR})?"
    month = rf"(?P<month>{months})(?!\w)\.?"
    before = r"(?:(?P<year_2>1[5-9]\d\d|20\d\d)\.\s+gada\s+)?" if main == "lv" else ""
    yield rf"{named}{before}{_ARTICLE}{_DAY}(?:\.|er|st|nd|rd|th|º|°)?\s+{_OF}{month}{year}"
    yield rf"{named}{month}\s+{_DAY}(?:st|nd|rd|th)?(?![\w:.]\d|\d){year}"
    closed = rf"\s*\((?P<weekday>{whole})\)|,\s+(?:an?\s+)?(?P<weekday_2>{whole})\b{_ENDS}"
    if main in _BEHIND_WITHOUT_BRACKET:
        closed = rf",?\s+\(?(?P<weekday>{whole})\b"
    yield rf"\b{_DAY}(?:\.|er|st|nd|rd|th|º|°)?\s+{_OF}{month}(?:,?\s+{_YEAR})?(?:{closed})"
    yield rf"(?:\b{_YEAR}(?:\.|\s?m\.|e?ko)\s+)?(?<!\w){month}\s+{_DAY}{_BEHIND_DAY}(?:{closed})"
    yield rf"{counted}{_YEAR}-{_MONTH}-{_DAY}(?!\d)"
    if main != "en":
        # 17.12 alone is a time, too; and in English, 4/7 is in April or in July.
        yield rf"{counted}{_ARTICLE}{_DAY}\.\s?{_MONTH}\.(?:\s?{_YEAR})?"
        yield rf"{counted}{_ARTICLE}{_DAY}/{_MONTH}(?:/{_YEAR})?(?![\d/])"
        yield rf"(?<![\d./]){_DAY}[./]\s?{_MONTH}[./]\s?{_YEAR}(?:{closed})"


def _short(language: str, main: str) -> str:
    """Give the short names; in small letters only where no word is written so."""
    names = short_weekdays(language)
    written = [name[:1].upper() + name[1:] for name in names]
    if main not in WRITTEN_WITH_A_CAPITAL:
        written += [name for name in names if len(name) > 1]
    return rf"(?-i:(?P<weekday_1>{'|'.join(map(re.escape, written))}))\.?"
