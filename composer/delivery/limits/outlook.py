"""What a sender knows of its limits and speed, and what follows for the end of a mailing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from composer.delivery.limits.quota import Refill
from composer.delivery.limits.sending_hours import SendingHours


@dataclass(frozen=True, slots=True)
class LimitForecast:
    """What one limit lets go: ``free`` messages at once, and what ``refill`` says from the moment ``first`` on.

    ``first`` is in Unix seconds; None means now.
    """

    refill: Refill
    free: int = 0
    first: float | None = None

    def end(self, left: int, now: float) -> float:
        """The earliest moment at which this limit can have let so many go, in Unix seconds."""
        if left <= self.free:
            return now
        return self.refill.end(left - self.free, max(now, self.first or 0))


@dataclass(frozen=True, slots=True)
class PaceReport:
    """What a sender says of its pace: which limit governs it, in words ("" for none), and what follows from its limits.

    ``resumes_at`` is when that limit lets mail go again (Unix seconds), ``speed`` the messages a second of late.
    """

    limit: str = ""
    resumes_at: float | None = None
    speed: float = 0.0
    forecasts: tuple[LimitForecast, ...] = ()

    def has_paused(self, now: float) -> bool:
        """Whether the sender said that nothing goes before a moment that is still to come."""
        return (self.resumes_at or 0) > now

    @classmethod
    def restore(cls, kept: Sequence[Any]) -> Self:
        """The report as ``astuple`` made it and JSON kept it."""
        limit, resumes_at, speed, forecasts = kept
        restored = (LimitForecast(Refill(*refill), *rest) for refill, *rest in forecasts)
        return cls(limit, resumes_at, speed, tuple(restored))


def expected_end(reports: Sequence[PaceReport], left: int, *, now: float, hours: SendingHours | None) -> float | None:
    """When the ``left`` messages will have been sent, in Unix seconds; None if nothing says so."""
    resumes_at = max(now, min(report.resumes_at or 0 for report in reports)) if reports else now
    speed = sum(report.speed for report in reports)
    ends = [forecast.end(left, now) for report in reports for forecast in report.forecasts]
    if hours:
        ends = [hours.opening(end) for end in ends]
    if speed:
        ends.append(hours.after(resumes_at, left / speed) if hours else resumes_at + left / speed)
    return max(ends, default=None)
