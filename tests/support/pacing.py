"""Limits as the settings say them, whether a relay saw them kept, and how long its answers may take."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from composer.delivery.limits.settings import LimitSettings, parse_limits
from composer.delivery.smtp.relay import Timeouts


def limits(**settings: str) -> LimitSettings:
    """The limits that ``rate="50/second"`` and the like make; what is not named is empty."""
    empty = dict.fromkeys(("rate", "rate_from", "rate_to", "providers", "sending_window"), "")
    return parse_limits(**{**empty, **settings})


def most_in_a_window(times: Sequence[float], length: float) -> int:
    """The largest number in any half-open window: one that begins with a message is the worst. ``times`` rise."""
    return max((bisect_left(times, begin + length) - index for index, begin in enumerate(times)), default=0)


def impatient(*waits: str) -> Timeouts:
    """Timeouts for a relay that says nothing where ``waits`` are ("dot"): soon over there; all else may take long."""
    return Timeouts(**{f"{wait}_s": 0.3 for wait in waits})
