"""What a sender knows of its limits and speed, and what follows for the end of a mailing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from composer.delivery.limits.quota import Pulse
from composer.delivery.limits.sending_hours import SendingHours


@dataclass(frozen=True, slots=True)
class LimitForecast:
    """``free`` may go by now; from the moment ``first`` on, what the pulse says. Unix seconds; None: now."""

    pulse: Pulse
    free: int = 0
    first: float | None = None

    def end(self, left: int, now: float) -> float:
        """When so many may have gone at the earliest."""
        if left <= self.free:
            return now
        return self.pulse.end(left - self.free, max(now, self.first or 0))


@dataclass(frozen=True, slots=True)
class PaceReport:
    """The limit that governs, in words; when it lets mail go again; messages a second of late; the forecasts."""

    limit: str = ""
    resumes_at: float | None = None
    speed: float = 0.0
    forecasts: tuple[LimitForecast, ...] = ()

    def holds(self, now: float) -> bool:
        """Whether it says that nothing goes before a moment to come."""
        return (self.resumes_at or 0) > now

    @classmethod
    def restore(cls, kept: Sequence[Any]) -> Self:
        """From the table."""
        limit, resumes_at, speed, forecasts = kept
        return cls(limit, resumes_at, speed, tuple(LimitForecast(Pulse(*pulse), *rest) for pulse, *rest in forecasts))


def expected_end(reports: Sequence[PaceReport], left: int, *, now: float, hours: SendingHours | None) -> float | None:
    """When so many will have been sent; None if nothing says so."""
    resumes_at = max(now, min(report.resumes_at or 0 for report in reports)) if reports else now
    speed = sum(report.speed for report in reports)
    ends = [forecast.end(left, now) for report in reports for forecast in report.forecasts]
    if hours:
        ends = [hours.opening(end) for end in ends]
    if speed:
        ends.append(hours.after(resumes_at, left / speed) if hours else resumes_at + left / speed)
    return max(ends, default=None)
