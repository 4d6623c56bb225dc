"""What each sender of a mailing says of its pace, kept for `newsletter status`; and when all of it will be sent.

Bounds are the limits that every message of the sender has to pass. The expected end is the latest of what they allow
and what the speed of late makes likely, counting only the hours in which mail may leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Self

from sqlalchemy import Connection, select, update

from composer.database.schema import pace
from composer.delivery.ledger.lease import name_sender, senders_now
from composer.delivery.ledger.shared_limits import lock_row
from composer.delivery.limits.quota import Pulse
from composer.delivery.limits.sending_hours import Window


@dataclass(frozen=True, slots=True)
class Bound:
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
class Note:
    """The limit that governs, in words; when it lets mail go again; messages a second of late; the bounds."""

    limit: str = ""
    resumes_at: float | None = None
    speed: float = 0.0
    bounds: tuple[Bound, ...] = ()

    def holds(self, now: float) -> bool:
        """Whether it says that nothing goes before a moment to come."""
        return (self.resumes_at or 0) > now

    @classmethod
    def restore(cls, kept: Sequence[Any]) -> Self:
        """From the table."""
        limit, resumes_at, speed, bounds = kept
        return cls(limit, resumes_at, speed, tuple(Bound(Pulse(*pulse), *rest) for pulse, *rest in bounds))


def write_note(connection: Connection, mailing: int, note: Note, *, epoch: int, now: int) -> None:
    """Beside those of the others who send it now. Does not commit."""
    name = f"mailing {mailing}"
    kept = lock_row(connection, name, empty={}, now=now)
    state = {**_of_living(connection, mailing, kept, now), str(epoch): astuple(note)}
    connection.execute(update(pace).where(pace.c.name == name).values(state=state, updated_at=now))


def read_notes(connection: Connection, mailing: int, *, now: int) -> Sequence[Note]:
    """Of those who send it now; of the last one, if nobody does."""
    kept = connection.scalar(select(pace.c.state).where(pace.c.name == f"mailing {mailing}")) or {}
    said = _of_living(connection, mailing, kept, now) or dict(list(kept.items())[-1:])
    return [Note.restore(note) for note in said.values()]


def expected_end(notes: Sequence[Note], left: int, *, now: float, window: Window | None) -> float | None:
    """When so many will have been sent; None if nothing says so."""
    resumes_at = max(now, min(note.resumes_at or 0 for note in notes)) if notes else now
    speed = sum(note.speed for note in notes)
    ends = [bound.end(left, now) for note in notes for bound in note.bounds]
    if window:
        ends = [window.opening(end) for end in ends]
    if speed:
        ends.append(window.after(resumes_at, left / speed) if window else resumes_at + left / speed)
    return max(ends, default=None)


def _of_living(connection: Connection, mailing: int, kept: Mapping[str, Any], now: int) -> dict[str, Any]:
    living = senders_now(connection, now=now)
    return {epoch: note for epoch, note in kept.items() if name_sender(mailing, int(epoch)) in living}
