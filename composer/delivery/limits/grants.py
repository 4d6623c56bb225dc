"""What a sender asks of a limit that all senders share, and what it is granted."""

from __future__ import annotations

from dataclasses import dataclass

from composer.delivery.limits.quota import Allowance, Pulse
from composer.delivery.limits.shared_rate import Speed


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """What one limit is asked for: ``count`` more; and of an earlier grant, what was not needed, given back."""

    name: str
    allowance: Allowance | Speed  # the limit as the settings have it; its state is in the table
    count: int  # of a speed, whatever is our part; 0 gives it back
    unneeded: int = 0
    granted_at: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer: ``count`` messages, until ``usable_until``; or none, and how long to wait.

    ``free``: how many are left for later requests; ``pulse``: what comes after them.
    """

    count: int
    at: int
    usable_until: int
    wait_s: int
    free: int = 0
    pulse: Pulse | None = None
