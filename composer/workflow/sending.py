"""A mailing is sent by this process: on which terms, from when on, and how its run has ended.

Enters: a planned mailing. Leaves: a Conclusion. The sending itself is ``delivery/sending``; what a person sees
meanwhile is the caller's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from composer.audience.lists import list_names
from composer.database.engine import reading
from composer.delivery.editions import load_edition
from composer.delivery.ledger.sendable import lock_sendable
from composer.delivery.mailing import find_mailing, set_send_time
from composer.delivery.reporting.report import needs_a_person
from composer.delivery.reporting.status import Status, mailing_status
from composer.delivery.reporting.subject_results import subject_of
from composer.delivery.sending.relay_choice import routes_of
from composer.delivery.sending.run import End, Run
from composer.delivery.states import MailingState
from composer.workflow.wiring import the_routes, this_sender

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.ledger.sendable import SendTerms
    from composer.delivery.limits.settings import LimitSettings
    from composer.delivery.smtp.pool import Route
    from composer.message.links import Site

_T = TypeVar("_T")

LATE_S = 60
"""A mailing that begins so much after the time that was set for it has missed it."""


def status_of(engine: Engine, mailing: int) -> Status:
    """Count where the mailing stands now. Raises NoSuchMailing."""
    with reading(engine) as connection:
        return mailing_status(connection, mailing, now=int(time.time()))


def routes_for(engine: Engine, mailing: int) -> Sequence[Route]:
    """Give the relays of the settings that may carry the mailing. Raises NoSuchMailing, StateError, SettingsError."""
    with reading(engine) as connection:
        return routes_of(find_mailing(connection, mailing), the_routes())


@dataclass(frozen=True, slots=True)
class WhatIsSent:
    """What somebody is asked about before a mailing is sent.

    ``subjects`` are those of all languages and variants, as somebody sees them of whom nothing is known; ``senders``
    are written as in a From line; ``to_send`` is how many can be sent now.
    """

    subjects: Sequence[str]
    senders: Sequence[str]
    lists: Sequence[str]
    segment: str
    relays: Sequence[str]
    to_send: int


def what_is_sent(engine: Engine, mailing: int) -> WhatIsSent:
    """Look up what a mailing sends, to whom and from whom. Raises what ``routes_for`` raises."""
    relays = [route.relay.name for route in routes_for(engine, mailing)]
    with reading(engine) as connection:
        found = find_mailing(connection, mailing)
        editions = [load_edition(connection, digest) for digest in found.edition_digests.values()]
        status = mailing_status(connection, mailing, now=int(time.time()))
        lists = list_names(connection, found.lists)
    return WhatIsSent(
        subjects=tuple(dict.fromkeys(map(subject_of, editions))),
        senders=tuple(dict.fromkeys(f"{name} <{address}>" for name, address in (one.sender for one in editions))),
        lists=lists,
        segment=found.segment_title,
        relays=relays,
        to_send=status.to_send,
    )


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


async def send_by_this_process(
    engine: Engine,
    mailing: int,
    run: Run,
    *,
    site: Site,
    routes: Sequence[Route],
    limits: LimitSettings,
    terms: SendTerms,
    wait: bool,
) -> None:
    """Send what the mailing has left, until there is nothing for now, or ``run`` is stopped; ``wait`` for every retry.

    Raises what ``send_mailing`` raises.
    """
    from composer.delivery.sending.mailing_run import send_mailing

    await send_mailing(
        engine,
        mailing,
        site=site,
        routes=routes,
        limits=limits,
        run=run,
        holder=this_sender(),
        clock=time.time,
        patient=wait,
        terms=terms,
    )


def in_loop(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end, on uvloop where that is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    return uvloop.run(main)


def time_to_begin(engine: Engine, mailing: int) -> int:
    """The time, in Unix seconds, for which a mailing is to be waited for; 0 if it has none, has begun or is cancelled.

    Raises NoSuchMailing, DatabaseError.
    """
    with reading(engine) as connection:
        found = find_mailing(connection, mailing)
    return found.send_at or 0 if found.state is MailingState.PLANNED else 0


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
