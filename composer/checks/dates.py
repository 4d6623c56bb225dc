"""Checks that dates are not over, in order, and have the right weekday.

"Now" is the day of the issue; no clock is read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Text
from composer.clock_changes import HourKind, hour_kind
from composer.edition.language.locales import babel_locale, known_locale
from composer.errors import Mend, Position
from composer.issue.blocks import AgendaBlock, AgendaEntry, Days, EventsBlock, Session
from composer.issue.partial import STAND_IN_DAY
from composer.issue.source import KeyPath
from composer.issue.traverse import models_in
from composer.remembered import remembered

_FAR = dt.timedelta(days=730)
_MAX_DAYS = 400
_HALF_A_YEAR = dt.timedelta(days=183)


def check_times(proof: Proof) -> Iterator[Finding]:
    """What is announced is still to come, and ends after it starts."""
    issue_date = proof.content.date
    for path, value in models_in(proof.content):
        if not isinstance(value, Days):
            continue
        place = proof.source.position((*path, "date"))
        if (value.until or value.date) < issue_date:
            words = f"{value.until or value.date} is over on the day of the issue ({issue_date})"
            yield find("date-past", place, words, "is the year right? Otherwise delete the entry")
        elif value.date > issue_date + _FAR:
            words = f"{value.date} is more than two years after the issue ({issue_date})"
            yield find("date-far", place, words, "is the year right?")
        if _ends_early(value):
            assert value.time
            assert value.end_time
            words = f"it ends at {value.end_time:%H:%M}, before it starts at {value.time:%H:%M}"
            place = proof.source.position((*path, "end_time"))
            yield find("time-order", place, words, "exchange them; past midnight, add until: with the next day")
        yield from _odd_hours(value, path, proof)


def _ends_early(entry: Days) -> bool:
    is_one_day = entry.until is None or entry.until == entry.date
    if not is_one_day or entry.time is None or entry.end_time is None:
        return False
    return entry.end_time <= entry.time and not entry.is_overnight


def _odd_hours(entry: Days, path: KeyPath, proof: Proof) -> Iterator[Finding]:
    """Find the hours that a change of the clocks leaves out, or brings twice."""
    zone = entry.timezone or proof.newsletter.timezone
    days = ((entry.until or entry.date) - entry.date).days
    last = entry.date + dt.timedelta(days=days)
    end_day = entry.date + dt.timedelta(days=1) if entry.is_overnight else last
    all_days = [entry.date + dt.timedelta(days=day) for day in range(min(days, _MAX_DAYS) + 1)]
    for key, clock, on in (
        ("time", entry.time, all_days if entry.is_daily else [entry.date]),
        ("end_time", entry.end_time, all_days if entry.is_daily else [end_day]),
    ):
        for day in on if clock else ():
            assert clock
            yield from _odd_hour(dt.datetime.combine(day, clock), zone, proof.source.position((*path, key)))
    if isinstance(entry, AgendaEntry) and not days:
        yield from _odd_sessions(entry.sessions, (*path, "sessions"), entry, proof)


def _odd_sessions(sessions: Sequence[Session], path: KeyPath, entry: AgendaEntry, proof: Proof) -> Iterator[Finding]:
    """Look at the hours of a programme of one day; after midnight, it is the next day's."""
    for number, session in enumerate(sessions):
        if session.time:
            is_night = entry.is_overnight and entry.time is not None and session.time < entry.time
            moment = dt.datetime.combine(entry.date + dt.timedelta(days=is_night), session.time)
            place = proof.source.position((*path, number, "time"))
            yield from _odd_hour(moment, entry.timezone or proof.newsletter.timezone, place)
        yield from _odd_sessions(session.sessions, (*path, number, "sessions"), entry, proof)


def _odd_hour(moment: dt.datetime, zone: str, place: Position) -> Iterator[Finding]:
    shown = f"{moment:%H:%M} on {moment:%Y-%m-%d}"
    match hour_kind(moment, ZoneInfo(zone)):
        case HourKind.MISSING:
            words = f"there is no {shown} in {zone}: the clocks go forward over it"
            yield find("time-missing", place, words, "write an hour before or after it")
        case HourKind.TWICE:
            words = f"{shown} is there twice in {zone}: the clocks go back"
            yield find("time-twice", place, words, "write another hour, or say in words which of the two")


def check_order(proof: Proof) -> Iterator[Finding]:
    """In a list of dates, none comes before the one above it."""
    for index, block in enumerate(proof.content.blocks):
        if isinstance(block, AgendaBlock):
            yield from _in_order(proof, block.entries, ("blocks", index, "entries"))
        elif isinstance(block, EventsBlock):
            yield from _in_order(proof, block.events, ("blocks", index, "events"))


def _in_order(proof: Proof, entries: tuple[Days, ...], path: KeyPath) -> Iterator[Finding]:
    # A day that could not be read has its own error, and no place in the order.
    read = [(place, entry) for place, entry in enumerate(entries) if entry.date != STAND_IN_DAY]
    for (_, before), (place, entry) in pairwise(read):
        if _is_before(entry, before):
            earlier, later = _shown(entry, beside=before), _shown(before, beside=entry)
            words = f"{earlier} comes after {later} in the list, but before it in time"
            yield find("dates-unordered", proof.source.position((*path, place, "date")), words, "move the entry up")


def _is_before(one: Days, other: Days) -> bool:
    """Tell whether one begins before the other; of the same day, a whole day (or a time not understood) does not."""
    if one.date == other.date and one.time and other.time:
        return one.time < other.time
    return one.date < other.date


def _shown(entry: Days, *, beside: Days) -> str:
    return f"{entry.date} {entry.time:%H:%M}" if entry.time and entry.date == beside.date else f"{entry.date}"


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
    weekdays, months = _names(proof.language)
    parts = {name.rstrip("0123456789"): part for name, part in match.groupdict().items() if part}
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
    for names in (days["wide"], days["abbreviated"], *map(dict, map(enumerate, _SIGNS.get(language[:2], ())))):
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


_SIGNS = {"ja": ("月火水木金土日",), "zh": ("一二三四五六日", "一二三四五六天"), "ko": ("월화수목금토일",)}
"""One sign for each weekday, from Monday on."""
_DAY, _MONTH, _YEAR = r"(?P<day{0}>\d{{1,2}})", r"(?P<month{0}>0?[1-9]|1[0-2])", r"(?P<year{0}>1[5-9]\d\d|20\d\d)"
_SIGNED_DAYS = {
    "ja": r"[（(]\s*(?P<weekday>[{0}])(?![^）)・、,\s曜])|(?P<weekday2>[{0}])曜",
    "zh": r"[（(]?\s*(?:星期|周|週|礼拜|禮拜)(?P<weekday>[{0}])",
    "ko": r"[（(]\s*(?P<weekday>[{0}])(?=[）),\s요])|(?P<weekday2>[{0}])요일",
}
_DEFINITE = {"sv": "(?:en)?", "da": "(?:en)?", "nb": "(?:en)?", "no": "(?:en)?"}
"""tisdagen den 7 april."""


@lru_cache(maxsize=32)
def _names(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Give the numbers of weekdays and months by their names, whole and short, in small letters, without full stop."""
    locale = babel_locale(language)
    weekdays: dict[str, int] = {}
    months: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for use in ("format", "stand-alone"):
            for names, calendar in ((weekdays, locale.days), (months, locale.months)):
                for number, name in calendar[use][width].items():
                    names.setdefault(name.casefold().rstrip("."), number)
    for signs in _SIGNS.get(language.partition("-")[0], ()):
        weekdays |= {sign: number for number, sign in enumerate(signs)}
    return weekdays, months


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


@lru_cache(maxsize=32)
def _written_day(language: str) -> re.Pattern[str] | None:
    """Make a pattern of days with a weekday: "Tuesday, 3 March 2020", "Di., 3.3.2020", "3 Mart Salı", "3月3日（火）".

    None for a language whose names are not known.
    """
    if known_locale(language) is None:
        return None
    main = language.partition("-")[0]
    if main in _SIGNS:
        year, month, day = (part.format("") for part in (_YEAR, _MONTH, _DAY))
        signs = _SIGNED_DAYS[main].format("".join(sorted({sign for row in _SIGNS[main] for sign in row})))
        marks = "년월일" if main == "ko" else "年月日"
        written = rf"{month}\s*{marks[1]}\s*{day}\s*[{marks[2]}号號]\s*(?:{signs})"
        return re.compile(rf"(?:{year}\s*{marks[0]}\s*)?{written}")
    return re.compile("|".join(_spelt_days(language, main)), re.IGNORECASE)


def _spelt_days(language: str, main: str) -> Iterator[str]:
    """Give the patterns of a language that spells its weekdays."""
    locale = babel_locale(language)
    months = "|".join(sorted(map(re.escape, _names(language)[1]), key=len, reverse=True))
    whole = "|".join(map(re.escape, locale.days["format"]["wide"].values()))
    # In small letters, short names are words: so, do, mar.
    short = "|".join(
        re.escape(name[:1].upper() + name[1:].rstrip(".")) for name in locale.days["format"]["abbreviated"].values()
    )
    weekday = rf"(?<!\w)(?:(?P<weekday{{0}}>{whole}){_DEFINITE.get(main, '')}|(?-i:(?P<weekday1{{0}}>{short}))\.?),?\s+"
    article = r"(?:den\s+|the\s+|le\s+)?"
    year = rf"(?:,?\s+(?:de\s+)?{_YEAR})?"
    month = rf"(?P<month{{0}}>{months})(?!\w)\.?"
    first = rf"{weekday}{article}{_DAY}(?:\.|er|st|nd|rd|th|º)?\s+(?:de\s+|of\s+)?{month}{year}"
    yield first.format(2)
    yield rf"{weekday}{month}\s+{_DAY}(?:st|nd|rd|th)?(?![\w:.]\d|\d){year}".format(3)
    behind = rf"{_DAY}\.?\s+{month}(?:\s+{_YEAR})?"
    closed = (
        rf"\s*\((?P<weekday{{0}}>{whole})\)" if main not in ("tr", "az") else rf",?\s+\(?(?P<weekday{{0}}>{whole})\b"
    )
    yield rf"\b{behind}{closed}".format(4)
    if main != "en":
        # 17.12 alone is a time, too.
        yield rf"{weekday}{article}{_DAY}\.\s?{_MONTH}\.(?:\s?{_YEAR})?".format(5)
        yield rf"{weekday}{article}{_DAY}/{_MONTH}(?:/{_YEAR})?(?![\d/])".format(6)
