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
from contextlib import suppress
from dataclasses import dataclass, field

from composer.delivery.breaker import Breaker, pause_s
from composer.delivery.group_commit import GroupCommit
from composer.delivery.outcome import Delivery, Outcome, Verdict
from composer.delivery.relay import Limits, Relay
from composer.delivery.retry import retry_delay_s
from composer.delivery.smtp import SmtpConnection, open_connection
from composer.delivery.states import DeliveryEvent, DeliveryState
from composer.delivery.transaction import Transaction
from composer.errors import ConnectionFailed
from composer.feedback.policy import suppression_for
from composer.message.compile import CompiledMessage
from composer.message.recipient import Recipient

PAGE = 500
"""Deliveries claimed at a time."""

NEAR_S = 15
"""A run waits for retries that are due this soon, and leaves later ones to the next run."""

_CONNECTION_MESSAGES = 500
_CONNECTION_S = 300.0  # Postfix's smtp_connection_reuse_time_limit


@dataclass(frozen=True, slots=True)
class Route:
    """How messages leave: the relay, the time limits of its steps, the number of connections.

    ``pause_s`` tells how long to wait after so many failures in a row to connect.
    """

    relay: Relay
    limits: Limits
    connections: int
    pause_s: Callable[[int], float] = pause_s


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
    """What a run has done so far; may be read while it goes on. ``stop`` asks it to end in order."""

    counts: dict[DeliveryState, int] = field(default_factory=dict)
    left_unknown: int = 0  # what an earlier sender left open
    trouble: str = ""  # why the relay cannot be reached just now
    breaker: str = ""  # why the relay was given up
    stop: asyncio.Event = field(default_factory=asyncio.Event)

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
    return await _Dispatch(ledger, mailing, letters, route, run, clock, patient).run_all()


@dataclass(slots=True)
class _Line:
    """A worker's connection, and how long it has served."""

    connection: SmtpConnection | None = None
    opened_at: float = 0.0
    messages: int = 0

    def usable(self) -> SmtpConnection | None:
        """The connection, if it may carry one more message."""
        connection = self.connection
        if connection is None or not connection.usable or self.messages >= _CONNECTION_MESSAGES:
            return None
        return connection if time.monotonic() - self.opened_at < _CONNECTION_S else None

    async def replace(self, connection: SmtpConnection | None) -> SmtpConnection | None:
        """Take leave of the old one, use the new one."""
        if self.connection is not None:
            await self.connection.quit()
        self.connection, self.opened_at, self.messages = connection, time.monotonic(), 0
        return connection


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
        self._page: deque[Delivery] = deque()
        self._open: set[int] = set()
        self._turning = asyncio.Lock()
        self._recovering = asyncio.Lock()
        self._finished = asyncio.Event()  # an outcome came in
        self._is_done = False
        self._error: BaseException | None = None

    async def run_all(self) -> End:
        await asyncio.gather(*(self._work() for _ in range(self._route.connections)))
        if self._error:
            raise self._error
        if self._breaker.reason:
            self._run.breaker = self._breaker.reason
            return End.BREAKER
        return End.DONE if self._is_done else End.STOPPED

    @property
    def _is_over(self) -> bool:
        return self._is_done or self._run.stop.is_set() or bool(self._breaker.reason or self._error)

    async def _work(self) -> None:
        """One worker, with one connection at a time. Its first error ends the run, not the others' transactions."""
        line = _Line()
        try:
            while (delivery := await self._take()) is not None:
                connection = line.usable() or await line.replace(await self._connect())
                if connection is not None:
                    line.messages += 1
                    await self._deliver(delivery, connection)
                self._open.discard(delivery.id)
                self._finished.set()
        except Exception as error:
            self._error = self._error or error
        finally:
            await line.replace(None)

    # What comes next.

    async def _take(self) -> Delivery | None:
        """The next delivery; None when the run is over."""
        while not self._is_over:
            if self._page:
                delivery = self._page.popleft()
                self._open.add(delivery.id)
                return delivery
            async with self._turning:
                if not self._page and not self._is_over:
                    await self._turn_page()
        return None

    async def _turn_page(self) -> None:
        """Claim more; with nothing to claim, wait for what may come, or see that the run is done."""
        self._finished.clear()
        self._page.extend(await self._ledger.claim(in_hand=self._open, at_most=PAGE))
        if self._page:
            return
        if self._open:
            # What is still open may be deferred for a moment only.
            await self._wait(self._finished, at_most_s=1.0)
            return
        due = await self._ledger.next_retry_at()
        if due is None or (due - self._clock() > NEAR_S and not self._patient):
            self._is_done = True
            return
        # Looked at every second, because a machine may sleep, and its clock may be set.
        while not self._is_over and (left_s := due - self._clock()) > 0:
            await self._wait(self._run.stop, at_most_s=min(1.0, left_s))

    # The relay.

    async def _connect(self) -> SmtpConnection | None:
        """A new connection; None if the run is over before there is one."""
        with suppress(ConnectionFailed):
            return await self._open_one()
        async with self._recovering:  # one worker at a time finds out whether the relay is back
            failures = 0
            while not self._is_over:
                try:
                    connection = await self._open_one()
                except ConnectionFailed as failure:
                    failures += 1
                    self._run.trouble = str(failure)
                    self._breaker.connection_failed(str(failure))
                    await self._wait(self._run.stop, at_most_s=0 if self._is_over else self._route.pause_s(failures))
                else:
                    self._run.trouble = ""
                    return connection
        return None

    async def _open_one(self) -> SmtpConnection:
        return await open_connection(self._route.relay, limits=self._route.limits)

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

    @staticmethod
    async def _wait(event: asyncio.Event, *, at_most_s: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), timeout=at_most_s)
