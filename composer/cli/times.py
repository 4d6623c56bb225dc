"""Times as people type and read them: this machine's clock and zone."""

from __future__ import annotations

import datetime as dt

from composer.errors import NewsletterError


def parse_time(text: str, *, now: float) -> int:
    """Unix seconds of "09:00" (the next one), "2026-12-01 09:00" or an ISO time with its zone."""
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
        return int(dt.datetime.fromisoformat(text).astimezone().timestamp())
    except ValueError:
        raise NewsletterError(f"{text!r} is not a time; write 09:00 or 2026-12-01 09:00") from None


def say_time(at: float) -> str:
    """For a sentence."""
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%A %d %B, %H:%M:%S")
