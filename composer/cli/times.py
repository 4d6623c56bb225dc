"""Reads and writes times as people do, by this machine's clock and zone."""

from __future__ import annotations

import datetime as dt

from composer.errors import NewsletterError

_JUST_NOW_S = 60


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
        chosen = today.astimezone() if today.astimezone() > here else (today + dt.timedelta(days=1)).astimezone()
        return int(chosen.timestamp())
    try:
        chosen = dt.datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise NewsletterError(f"{text!r} is not a time; write now, 09:00 or 2026-12-01 09:00") from None
    if chosen.timestamp() < now - _JUST_NOW_S:
        raise NewsletterError(f"{text} is past; to begin at once, write --at now")
    return int(chosen.timestamp())


def say_time(at: float) -> str:
    """Say a Unix time as it stands in a sentence, with the day."""
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%A %d %B %Y, %H:%M:%S %Z").rstrip()
