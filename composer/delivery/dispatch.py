"""The sending itself: a ledger, compiled messages and a relay in; an outcome for every delivery out.

::

    next page ──▶ N workers, one SMTP connection each
                     render → ask the ledger, and at the same time MAIL, RCPT, DATA and the body
                            → the ledger's word, then the final dot → the reply's meaning → record

A delivery is offered only over an open connection, so a relay that is away consumes none. The run ends when
nothing is pending and no retry is near, when it is asked to (open transactions are finished, none is begun),
when the breaker opens, or with the first error of the ledger.
"""

from __future__ import annotations

import asyncio
import enum
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from composer.delivery.breaker import Breaker
from composer.delivery.group_commit import GroupCommit
from composer.delivery.outcome import Delivery, Outcome, Verdict
from composer.delivery.retry import retry_delay_s
from composer.delivery.route import Line, Route, Switchboard, wait_for
from composer.delivery.smtp import SmtpConnection
from composer.delivery.states import DeliveryEvent, DeliveryState
from composer.delivery.transaction import Transaction
from composer.feedback.policy import suppression_for
from composer.message.compile import CompiledMessage
from composer.message.recipient import Recipient

PAGE = 500
"""Deliveries claimed at a time."""

NEAR_S = 15
"""A run waits for retries that are due this soon, and leaves later ones to the next run."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What every delivery in one language is made of: the message, and the envelope's sender."""

    message: CompiledMessage
    sender: str


class End(enum.Enum):
    """Why a run ended."""

    DONE = enum.auto()  # nothing is pending; retries may be due later
    STOPPED = enum.auto()  # it was asked to
    BREAKER = enum.auto()  # the relay is away, or takes nothing from us


@dataclass(slots=True)
class Run:
    """What a run has done so far; may be read while it goes on.

    ``stop`` ends it in order; it is also set when the run ends by itself. ``end`` says why it ended.
    """

    counts: dict[DeliveryState, int] = field(default_factory=dict)
    left_unknown: int = 0  # what an earlier sender left open
    trouble: str = ""  # why the relay cannot be reached just now
    breaker: str = ""  # why the relay was given up
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    end: End | None = None

    def add(self, state: DeliveryState) -> None:
        """Count one outcome."""
        self.counts[state] = self.counts.get(state, 0) + 1


async def dispatch(
    ledger: GroupCommit,
    *,
    mailing: int,
    letters: Mapping[str, Letter],
    route: Route,
    run: Run,
    clock: Callable[[], float],
    patient: bool = False,
) -> End:
    """Send what is pending of a mailing, with the letter of each language; ``patient`` waits for every retry.

    Raises LeaseLost or DatabaseError from the ledger, once the open transactions are over.
    """
    run.end = await _Dispatch(ledger, mailing, letters, route, run, clock, patient).run_all()
    return run.end


class _Dispatch:
    def __init__(
        self,
        ledger: GroupCommit,
        mailing: int,
        letters: Mapping[str, Letter],
        route: Route,
        run: Run,
        clock: Callable[[], float],
        patient: bool,
    ) -> None:
        self._ledger = ledger
        self._mailing = mailing
        self._letters = letters
        self._route = route
        self._run = run
        self._clock = clock
        self._patient = patient
        self._breaker = Breaker()
        self._switchboard = Switchboard(route, self._breaker, stop=run.stop, tell=partial(setattr, run, "trouble"))
        self._page: deque[Delivery] = deque()
        self._open: set[int] = set()
        self._turning = asyncio.Lock()
        self._finished = asyncio.Event()  # an outcome came in
        self._is_done = False
        self._error: BaseException | None = None

    async def run_all(self) -> End:
        await asyncio.gather(*(self._work() for _ in range(self._route.connections)))
        if self._error:
            raise self._error
        if self._is_done:
            return End.DONE
        if self._breaker.reason:
            self._run.breaker = self._breaker.reason
            return End.BREAKER
        return End.STOPPED

    @property
    def _is_over(self) -> bool:
        return self._run.stop.is_set() or self._breaker.reason is not None

    async def _work(self) -> None:
        """One worker, with one connection at a time. Its first error ends the run, not the others' transactions."""
        line = Line(self._switchboard)
        try:
            while await self._has_work():
                connection = await line.ready()
                if connection is None or not self._page:
                    continue  # others, who had connections, have taken the rest meanwhile
                delivery = self._page.popleft()
                self._open.add(delivery.id)
                await self._deliver(delivery, connection)
                self._open.discard(delivery.id)
                self._finished.set()
        except Exception as error:
            self._error = self._error or error
            self._run.stop.set()
        finally:
            await line.hang_up()

    # What comes next.

    async def _has_work(self) -> bool:
        """Whether there is a delivery to take; not when the run is over. Waits until one or the other is known."""
        while not self._is_over:
            if self._page:
                return True
            async with self._turning:
                if not self._page and not self._is_over:
                    await self._turn_page()
        return False

    async def _turn_page(self) -> None:
        """Claim more; with nothing to claim, wait for what may come, or see that the run is done."""
        self._finished.clear()
        self._page.extend(await self._ledger.claim(in_hand=self._open, at_most=PAGE))
        if self._page:
            return
        if self._open:
            # What is still open may be deferred for a moment only.
            await wait_for(self._finished, at_most_s=1.0)
            return
        due = await self._ledger.next_retry_at()
        if due is None or (due - self._clock() > NEAR_S and not self._patient):
            self._is_done = True
            self._run.stop.set()
            return
        # Looked at every second, because a machine may sleep, and its clock may be set.
        while not self._is_over and (left_s := due - self._clock()) > 0:
            await wait_for(self._run.stop, at_most_s=min(1.0, left_s))

    async def _deliver(self, delivery: Delivery, connection: SmtpConnection) -> None:
        letter = self._letters[delivery.language]
        recipient = Recipient(delivery.email, delivery.subscriber, self._mailing, delivery.fields)
        data = letter.message.render(recipient).data
        began = time.monotonic()
        verdict = self._ledger.offer(delivery.id)

        async def may_go() -> bool:
            return await verdict is Verdict.GO

        transaction = await connection.transact(
            sender=letter.sender, recipient=delivery.email, data=data, release=may_go
        )
        match await verdict:
            case Verdict.GO:
                took_ms = int((time.monotonic() - began) * 1000)
                outcome = self._outcome(delivery, transaction, took_ms=took_ms)
                self._ledger.record(outcome)
                self._run.add(outcome.state)
            case Verdict.SUPPRESSED:
                self._run.add(DeliveryState.SUPPRESSED)
            case Verdict.TAKEN:
                pass

    def _outcome(self, delivery: Delivery, transaction: Transaction, *, took_ms: int) -> Outcome:
        event, reply = transaction.event, transaction.reply
        if reply:
            self._breaker.answered(reply, transaction.phase)
        elif event is DeliveryEvent.DEFER:
            self._breaker.connection_failed(transaction.lost or "")
        reason = suppression_for(reply.code, reply.enhanced) if reply and event is DeliveryEvent.REFUSE else None
        return Outcome(
            delivery=delivery.id,
            event=event,
            relay=self._route.relay.name,
            phase=transaction.phase,
            code=reply.code if reply else None,
            enhanced=reply.enhanced if reply else None,
            text=reply.text if reply else transaction.lost or transaction.lacking or "",
            took_ms=took_ms,
            retry_in_s=retry_delay_s(delivery.attempt, reply) if event is DeliveryEvent.DEFER else None,
            dead_address=(delivery.email, reason) if reason else None,
        )
