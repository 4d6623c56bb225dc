"""One run of a sender: what it has done so far, what holds it, why it ended.

The feeder and the workers write it while they send; the command line shows it, and asks it to stop.
"""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass, field

from composer.delivery.states import DeliveryState, MailingState


class End(enum.Enum):
    """Says why a run has ended."""

    DONE = enum.auto()  # nothing is pending; retries may be due later
    STOPPED = enum.auto()  # it was asked to
    BREAKER = enum.auto()  # the relays are away, or take nothing from us
    LIMIT = enum.auto()  # a limit, or the sending hours, let nothing go for a long while


@dataclass(slots=True)
class Run:
    """What a run has done so far; may be read while it goes on.

    ``stop`` ends it in order; it is also set when the run ends by itself. ``end`` says why it ended.
    """

    counts: dict[DeliveryState, int] = field(default_factory=dict)
    left_unknown: int = 0  # what an earlier sender left open
    trouble: str = ""  # why the relay cannot be reached just now
    breaker: str = ""  # why the relay was given up
    stopped: dict[str, str] = field(default_factory=dict)  # relays that refused everybody, with their last words
    stopped_providers: dict[tuple[str, str], str] = field(default_factory=dict)  # the same, by relay and provider
    given_back: int = 0  # refused, and pending again
    limit: str = ""  # which limit governs the pace just now, in words
    resumes_at: float | None = None  # when that limit, or the sending hours, let something go again
    halted: str = ""  # what a person has done to the mailing meanwhile: "paused", "cancelled"
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    end: End | None = None

    def count_outcome(self, state: DeliveryState) -> None:
        """Count a delivery whose try has ended in this state."""
        self.counts[state] = self.counts.get(state, 0) + 1

    def count_given_back(self, count: int) -> None:
        """Count refusals of this run, or of an earlier one, that are no outcome any more."""
        self.given_back += count
        refused = self.counts.pop(DeliveryState.REFUSED, 0)
        if refused > count:
            self.counts[DeliveryState.REFUSED] = refused - count

    def halt(self, decided: MailingState) -> None:
        """End the run, because a person has paused or cancelled the mailing."""
        self.halted = str(decided)
        self.stop.set()

    def finish(self, end: End) -> None:
        """End the run by itself; of several reasons the first counts."""
        if not self.stop.is_set():
            self.end = end
            self.stop.set()
