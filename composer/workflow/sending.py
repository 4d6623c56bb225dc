"""A mailing is sent by this process: on which terms, from when on, and how its run has ended.

Enters: a planned mailing. Leaves: a Conclusion. The sending itself is ``delivery/sending``; what a person sees
meanwhile is the caller's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from composer.database.engine import reading
from composer.delivery.ledger.sendable import lock_sendable
from composer.delivery.mailing import find_mailing, set_send_time
from composer.delivery.reporting.report import needs_a_person
from composer.delivery.reporting.status import Status, mailing_status
from composer.delivery.sending.run import End, Run

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.ledger.sendable import SendTerms

LATE_S = 60
"""A mailing that begins so much after the time that was set for it has missed it."""


def status_of(engine: Engine, mailing: int) -> Status:
    """Count where the mailing stands now. Raises NoSuchMailing."""
    with reading(engine) as connection:
        return mailing_status(connection, mailing, now=int(time.time()))


def set_time(engine: Engine, mailing: int, start: int | None, *, terms: SendTerms | None) -> int:
    """Keep the time from which a mailing may be sent (Unix seconds; None: as it is), and return it; 0 if there is none.

    With ``terms``, what would stop it then is told now, while somebody is there to mend it: raises what
    ``lock_sendable`` raises.
    """
    with engine.begin() as connection:
        if start is not None:
            set_send_time(connection, mailing, start)
        due = find_mailing(connection, mailing).send_at or 0
        if terms and due > time.time():
            lock_sendable(connection, mailing, terms=terms, now=int(time.time()))
    return due


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a run has ended. ``late_s`` is how much later than its time it began, 0 if not."""

    status: Status
    run: Run
    seconds: float
    late_s: float
    is_interrupted: bool
    needs_a_person: bool

    def as_json(self) -> dict[str, Any]:
        """Give what programs read (`newsletter send --json`), without the exit code."""
        run = {
            "ended": self.run.halted or (self.run.end.name.lower() if self.run.end else None),
            "outcomes": {str(state): count for state, count in self.run.counts.items()},
            "left_unknown": self.run.left_unknown,
            "seconds": round(self.seconds, 3),
            "breaker": self.run.breaker or None,
            "given_back": self.run.given_back,
            "late_s": round(self.late_s),
        }
        return {**self.status.as_json(), "run": run}


def conclude_run(engine: Engine, mailing: int, run: Run, *, seconds: float, has_begun: bool) -> Conclusion:
    """Look at what a run has come to.

    ``has_begun`` tells that it was this run that began the mailing, and may have been late.
    """
    status = status_of(engine, mailing)
    late_s = status.times.late_s if has_begun and status.times.late_s > LATE_S else 0
    return Conclusion(
        status=status,
        run=run,
        seconds=seconds,
        late_s=late_s,
        is_interrupted=run.end is End.STOPPED and not run.halted and not status.is_finished,
        needs_a_person=bool(run.breaker or run.stopped or run.stopped_providers or late_s or needs_a_person(status)),
    )
