"""Dates, times and names of languages are written as each language does, by Babel's data and without a clock.

These are the filters of templates; docs/templates.md shows what each gives.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name

from composer.edition.language.locales import babel_locale
from composer.edition.language.typography import NO_BREAK

_PATTERNS = {
    "day": "d",
    "month_short": "LLL",
    "month_long": "LLLL",
    "weekday": "cccc",
    "weekday_short": "ccc",
    "year": "y",
}
_WITHOUT_YEAR = {"long": "MMMMd", "full": "MMMMEEEEd", "short": "Md"}
_SHORT_MONTH = re.compile(r"(?<![ML])(?:MMM|LLL)(?![ML])")


@lru_cache(maxsize=64)
def date_filters(locale: Locale) -> Mapping[str, Callable[..., str]]:
    """Return the filters by name; they speak the language of ``locale``."""
    filters: dict[str, Callable[..., str]] = {
        name: lambda value, pattern=pattern: format_date(value, pattern, locale) for name, pattern in _PATTERNS.items()
    }

    def date(value: dt.date, form: str = "long", *, year: bool = True) -> str:
        if year:
            return format_date(value, form, locale)
        return _format(value, _WITHOUT_YEAR[form], locale)

    def date_range(first: dt.date, until: dt.date | None = None, *, year: bool = True, short: bool = False) -> str:
        if until is None or until == first:
            return date(first, year=year)
        return _range(first, until, year=year, short=short, locale=locale)

    def short_range(first: dt.date, until: dt.date | None = None) -> str:
        """Write 7 Dec, 7–9 Dec or 28 Nov – 2 Dec, in Japanese 12月7日, so that it stays on one line."""
        if until is None or until == first:
            short = _format(first, "MMMd", locale)
        else:
            short = _range(first, until, year=False, locale=locale, short=True)
        return short.replace(" ", NO_BREAK)

    def time(value: dt.time, until: dt.time | None = None) -> str:
        start = format_time(value, "short", locale=locale)
        return start if until is None else f"{start}–{format_time(until, 'short', locale=locale)}"

    def zone_name(zone: str, day: dt.date, width: str = "short") -> str:
        return _zone_name(zone, day, width=width, locale=locale)

    filters |= {
        "date": date,
        "date_range": date_range,
        "short_range": short_range,
        "weekday_date": lambda value: _weekday_date(value, locale),
        "time": time,
        "zone_name": zone_name,
        "language_name": lambda code: _language_name(code, locale),
    }
    return {name: _remembering(filter_) for name, filter_ in filters.items()}


def _remembering(write: Callable[..., str]) -> Callable[..., str]:
    """Keep what a filter wrote: an issue says the same days and hours in each of its forms, and at each save."""
    kept = lru_cache(maxsize=512, typed=True)(write)

    @wraps(write)
    def written(*arguments: Any, **named: Any) -> str:
        try:
            return kept(*arguments, **named)
        except TypeError:  # of something that nothing can be kept of, or that is no day: let the filter say so
            return write(*arguments, **named)

    return written


def is_date_form(form: str) -> bool:
    """Tell whether a date can be written so: short, medium, long, full, or a pattern of CLDR ("d MMMM y")."""
    try:
        return bool(format_date(dt.date(2020, 3, 31), form, babel_locale("en")).strip())
    except Exception:  # Babel raises whatever a wrong pattern leads to: KeyError, AttributeError, ValueError
        return False


def written_date(value: str, form: str, language: str) -> str:
    """Write a subscriber's date (2020-03-31, a time may follow) as ``language`` does; leave another value as it is."""
    try:
        day = dt.date.fromisoformat(value[:10])
    except ValueError:
        return value
    return format_date(day, form, babel_locale(language))


def _format(value: dt.date, skeleton: str, locale: Locale) -> str:
    return format_skeleton(skeleton, dt.datetime.combine(value, dt.time()), locale=locale)


def _weekday_date(value: dt.date, locale: Locale) -> str:
    """Write Monday 7 December; in languages that go from the large to the small, 12月7日月曜日."""
    weekday, day = format_date(value, "cccc", locale), _format(value, _WITHOUT_YEAR["long"], locale)
    if not format_date(value, "long", locale).startswith(str(value.year)):
        return f"{weekday} {day}"
    return f"{day}（{weekday}）" if locale.language in ("ja", "zh") else f"{day}, {weekday}"


def _language_name(code: str, locale: Locale) -> str:
    tag = code.replace("-", "_")
    return locale.languages.get(tag) or locale.languages.get(tag.partition("_")[0]) or code


def _range(first: dt.date, until: dt.date, *, year: bool, short: bool, locale: Locale) -> str:
    """Write 25–27 November 2020, 30 November – 2 December 2020, or 30 December 2020 – 2 January 2021."""
    difference = "y" if first.year != until.year else "M" if first.month != until.month else "d"
    skeleton = "yMMMd" if year or difference == "y" else "MMMd"
    patterns = locale.interval_formats.get(skeleton, {}).get(difference)
    if patterns is None:
        return f"{format_date(first, 'long', locale)} – {format_date(until, 'long', locale)}"
    # CLDR gives intervals for short months only; UTS 35 allows widening the field in the pattern.
    if not short:
        patterns = [_SHORT_MONTH.sub(lambda month: month[0] + month[0][0], pattern) for pattern in patterns]
    return "".join(format_date(day, pattern, locale) for day, pattern in zip((first, until), patterns, strict=True))


def _zone_name(zone: str, day: dt.date, *, width: str, locale: Locale) -> str:
    # Noon: a day's change of clocks happens at night.
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(zone))
    if width == "long":
        return get_timezone_name(noon, "long", locale=locale)
    short = get_timezone_name(noon, "short", locale=locale)
    if any(letter.isalpha() for letter in short):
        return short
    # Many locales have no short names: the zone's own (CEST), unless that is a number too.
    own = noon.tzname() or ""
    return own if own.isalpha() else f"UTC{noon:%z}"[:6].replace("-", "−")
