"""Reads days as conditions name them: "2026-01-31", or from today: "today", "30 days ago", "in 2 weeks".

A relative day stays as it is written until somebody says which day today is; a plan does so once, and keeps the day.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from composer.edition.conditions.values import read_day

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_FROM_TODAY = {"today": 0, "yesterday": -1, "tomorrow": 1}
_DAYS_IN = {"day": 1, "week": 7}
_MONTHS_IN = {"month": 1, "year": 12}
_RELATIVE = re.compile(r"(?:(?P<ahead>in) )?(?P<count>\d{1,4}) (?P<unit>[a-z]+?)s?(?(ahead)| ago)")
_LIKE_RELATIVE = re.compile(r"(?:in )?\d+ ?(?P<unit>[^\W\d]+)(?: \w+)?")
_MOST_YEARS = 500
HOW = 'write "2026-01-31", "today", "30 days ago" or "in 2 weeks"'


class NoDay(ValueError):
    """A text that is no day; ``hint`` says what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def read_written_day(text: str) -> str:
    """Read a day as a condition writes it: ``2026-01-31``, or a relative one in small letters. Raises NoDay."""
    written = " ".join(text.lower().split())
    if is_relative(written):
        return written
    if like := _LIKE_RELATIVE.fullmatch(written):
        unit = "".join(get_close_matches(like["unit"].removesuffix("s"), (*_DAYS_IN, *_MONTHS_IN), n=1))
        raise NoDay(f"“{text}” is no day", f"did you mean {unit}s? {HOW}" if unit else HOW)
    from pydantic import ValidationError

    from composer.issue.nearest import near

    try:
        day = _authors_day().validate_python(text.strip()).isoformat()
    except ValidationError as error:
        message, _, hint = error.errors()[0]["msg"].removeprefix("Value error, ").partition("; ")
        word = near(written, _FROM_TODAY)
        raise NoDay(
            message.replace("'", "“", 1).replace("'", "”", 1), f"did you mean “{word}”?" if word else hint
        ) from None
    return read_day(day) or day


@cache
def _authors_day() -> TypeAdapter[dt.date]:
    # Whoever sends has conditions, but reads none.
    from pydantic import TypeAdapter

    from composer.issue.blocks import Day

    return TypeAdapter(Day)


def is_relative(day: str) -> bool:
    """Whether the day depends on which day today is."""
    if day in _FROM_TODAY:
        return True
    found = _RELATIVE.fullmatch(day)
    if found is None or found["unit"] not in (*_DAYS_IN, *_MONTHS_IN):
        return False
    return int(found["count"]) * (_DAYS_IN.get(found["unit"], 0) / 365 or _MONTHS_IN[found["unit"]] / 12) <= _MOST_YEARS


def day_on(day: str, today: dt.date) -> str:
    """Give the day as ``2026-01-31``, which it is already or becomes by ``today``.

    A month has a day of the same number, or else ends: a month before 31 March is 28 February.
    """
    if day in _FROM_TODAY:
        return (today + dt.timedelta(days=_FROM_TODAY[day])).isoformat()
    found = _RELATIVE.fullmatch(day)
    if found is None:
        return day
    count = int(found["count"]) * (1 if found["ahead"] else -1)
    if found["unit"] in _DAYS_IN:
        return (today + dt.timedelta(days=count * _DAYS_IN[found["unit"]])).isoformat()
    months = today.year * 12 + today.month - 1 + count * _MONTHS_IN[found["unit"]]
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(today.day, last)).isoformat()
