"""Reads and writes times as people do, by this machine's clock and zone."""

from __future__ import annotations

import datetime as dt
import re

from composer.clock_changes import HourKind, hour_kind
from composer.errors import NewsletterError, Remedy

_JUST_NOW_S = 60
_DAY_AND_CLOCK = re.compile(r"\d{4}-\d\d-\d\d([T ]|$)")


def parse_time(text: str, *, now: float) -> int:
    """Read "now", "09:00" (the next one), "2026-12-01 09:00" or an ISO time with its zone; gives Unix seconds.

    Raises NewsletterError for anything else, and for a time that is past: whoever mistypes the year does not mean now.
    """
    if text == "now":
        return int(now)
    here = dt.datetime.fromtimestamp(now).astimezone()
    try:
        clock = dt.time.fromisoformat(text)
    except ValueError:
        pass
    else:
        today = dt.datetime.combine(here.date(), clock)
        chosen = today if today.astimezone() > here else today + dt.timedelta(days=1)
        _refuse_odd_hours(chosen)
        return int(chosen.astimezone().timestamp())
    try:
        written = dt.datetime.fromisoformat(text)
    except ValueError as error:
        what = f"there is no such time ({error})" if _DAY_AND_CLOCK.match(text) else f"{text!r} is not a time"
        raise NewsletterError(f"{what}; write now, 09:00 or 2026-12-01 09:00") from None
    _refuse_odd_hours(written)
    try:
        chosen = written.astimezone()
    except (OverflowError, ValueError, OSError):
        raise NewsletterError(f"{text} is in no year that is meant; write one such as 2026-12-01 09:00") from None
    if chosen.timestamp() < now - _JUST_NOW_S:
        raise NewsletterError(f"{text} is past", remedy=Remedy.BEGIN_AT_ONCE)
    return int(chosen.timestamp())


def _refuse_odd_hours(written: dt.datetime) -> None:
    """Refuse an hour of this machine's zone that is not there that day, or is there twice. NewsletterError."""
    if written.tzinfo is not None:
        return
    try:
        kind = hour_kind(written)
    except (OverflowError, ValueError, OSError):
        return
    if kind is HourKind.MISSING:
        words = f"there is no {written:%H:%M} on {written:%Y-%m-%d} here: the clocks go forward over it"
        raise NewsletterError(f"{words}; write an hour before or after it")
    if kind is HourKind.TWICE:
        first, second = (written.replace(fold=fold).astimezone().isoformat(timespec="minutes") for fold in (0, 1))
        words = f"{written:%H:%M} is there twice on {written:%Y-%m-%d} here: the clocks go back"
        raise NewsletterError(f"{words}; write {first} for the first, or {second} for the second")


def say_time(at: float) -> str:
    """Say a Unix time as it stands in a sentence, with the day."""
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%A %d %B %Y, %H:%M:%S %Z").rstrip()
