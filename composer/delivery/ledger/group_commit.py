"""Group commit: the ledger in a thread of its own, where one transaction serves many SMTP connections.

::

    event loop     offer, record, ask ──▶ the next batch          answers: dots may leave ◀──┐
                                             │ the thread is free, and nothing more comes    │
    ledger thread                            └──▶ one transaction, on disk ──────────────────┘

Whatever arrives while one transaction is being written to disk goes into the next one. That one is handed over when
the event loop has nothing else to do and all but a quarter of the connections at work have asked, or else as much later
as the last one took, within 1 and 5 milliseconds: a commit costs as much processor time as several messages. So a
single connection commits at once. A batch goes to the thread as a whole, and its answers come back as a whole, because
waking the other side costs more than an entry.
Nobody waits for outcomes to be written: a connection hands in its outcome before it asks for its next intent, the batch
has both, and they are in the same transaction.

The first error of the database ends the group commit: everybody who waits, and everybody who asks later, gets that
error. So no dot leaves any more. Nothing is retried, because after a failed fsync pages may be lost that look written.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from composer.delivery.ledger.doubts import RelayRuling
from composer.delivery.ledger.lease import LEASE_S
from composer.delivery.ledger.ledger import Ledger
from composer.delivery.ledger.stops import StoppedNow
from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.outlook import PaceReport
from composer.delivery.outcome import Delivery, Outcome, Verdict
from composer.delivery.states import MailingState

_IDLE_S = LEASE_S / 3  # an idle run renews its lease so often
_QUIET_TURNS = 2  # of the event loop: what arrives wakes a worker in the next one, who asks in the one after it
GATHER_S = 0.001
"""How long a batch waits at least, in seconds, while more than a quarter of the connections at work may still ask."""

_SOON_S = 0.005

_Answers = Sequence[tuple[asyncio.Future[Any], Any]]


@dataclass(slots=True)
class _Batch:
    """What is written in one transaction, and who is told when it is on disk.

    A question is a call of the ledger other than ``settle``, made after the outcomes and intents are written.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    intents: list[tuple[int, asyncio.Future[Verdict]]] = field(default_factory=list)
    questions: list[tuple[Callable[[Ledger], Any], asyncio.Future[Any]]] = field(default_factory=list)
    is_last: bool = False

    def futures(self) -> Sequence[asyncio.Future[Any]]:
        """The futures of everybody who waits for this batch to be written."""
        return [*(verdict for _, verdict in self.intents), *(answer for _, answer in self.questions)]


class GroupCommit:
    """The ledger as the event loop sees it.

    ``async with`` opens the ledger in its thread, raising what ``open_ledger`` raises. At the end it waits until the
    last outcome is on disk and the lease is released. ``clock`` gives Unix seconds. When somebody has paused or
    cancelled the mailing, ``halted`` is called on the event loop before the answers of that transaction are given.
    """

    def __init__(
        self,
        ledger: Callable[[], AbstractContextManager[Ledger]],
        *,
        clock: Callable[[], float],
        halted: Callable[[MailingState], None] = lambda _: None,
        gather_s: float = GATHER_S,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._halted = halted
        self._gather_s = gather_s
        self.hear_ruling: Callable[[RelayRuling], None] = lambda _: None
        """Called on the event loop with what a relay's refusals have come to, before that transaction's answers."""
        self._batch = _Batch()  # the next one; it belongs to the event loop until it is handed over
        self._is_writing = False  # the thread has one
        self._is_gathering = False
        self._quiet_turns = 0
        self._late: asyncio.TimerHandle | None = None
        self._at_work = 0  # connections whose message may go, or has gone, and has no outcome yet
        self._took_s = float("inf")  # the last transaction
        self._queue: queue.SimpleQueue[_Batch] = queue.SimpleQueue()
        self._error: BaseException | None = None
        self.left_unknown = 0

    async def __aenter__(self) -> GroupCommit:
        self._loop = asyncio.get_running_loop()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        opened: asyncio.Future[int] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="ledger")
        self._thread.start()
        self.left_unknown = await opened
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._batch.is_last = True
        self._hand_over()
        await self._closed
        self._thread.join()
        if self._error and kind is None:
            raise self._error

    @property
    def answers_soon(self) -> bool:
        """Whether the last transaction was on disk within a few milliseconds."""
        return self._took_s < _SOON_S

    def offer(self, delivery: int) -> asyncio.Future[Verdict]:
        """Ask whether a delivery may be sent. The future is done once the intent is on disk, or the ledger failed."""
        verdict: asyncio.Future[Verdict] = self._loop.create_future()
        self._batch.intents.append((delivery, verdict))
        self._gather()
        return verdict

    def record(self, outcome: Outcome) -> None:
        """Hand in how an offered delivery ended. It is on disk no later than the next intent that is handed in."""
        self._batch.outcomes.append(outcome)
        self._at_work -= 1
        self._gather()

    async def claim(self, *, in_hand: Collection[int], at_most: int, avoid: Collection[str] = ()) -> Sequence[Delivery]:
        """Claim the next deliveries, as ``Ledger.claim`` does."""
        taken = frozenset(in_hand)
        claimed: Sequence[Delivery] = await self._ask(
            lambda ledger: ledger.claim(in_hand=taken, at_most=at_most, avoid=avoid, now=int(self._clock()))
        )
        return claimed

    async def grant(self, requests: Sequence[GrantRequest]) -> Sequence[Grant]:
        """Ask for parts of shared limits, as ``Ledger.grant`` does."""
        grants: Sequence[Grant] = await self._ask(lambda ledger: ledger.grant(requests, now=int(self._clock())))
        return grants

    async def report_pace(self, report: PaceReport) -> None:
        """Write down what limits the pace now, as ``Ledger.report_pace`` does."""
        await self._ask(lambda ledger: ledger.report_pace(report, now=int(self._clock())))

    async def keep_backoffs(self, backoffs: Mapping[str, Backoff]) -> None:
        """Write down that the other side asked for less, as ``Ledger.keep_backoffs`` does."""
        await self._ask(lambda ledger: ledger.keep_backoffs(backoffs, now=int(self._clock())))

    async def backoffs(self) -> Mapping[str, Backoff]:
        """Read what all senders were asked, as ``Ledger.backoffs`` does."""
        known: Mapping[str, Backoff] = await self._ask(lambda ledger: ledger.backoffs(now=self._clock()))
        return known

    async def next_retry_at(self, *, avoid: Collection[str] = ()) -> int | None:
        """Tell when there may be more to claim, as ``Ledger.next_retry_at`` does."""
        due: int | None = await self._ask(lambda ledger: ledger.next_retry_at(now=int(self._clock()), avoid=avoid))
        return due

    async def stopped(self) -> StoppedNow:
        """Tell what has refused everybody, as ``Ledger.stopped`` does."""
        stopped: StoppedNow = await self._ask(lambda ledger: ledger.stopped())
        return stopped

    async def conclude(self) -> bool:
        """Rule on what is still in doubt, as ``Ledger.conclude`` does; whether anybody was given back."""

        def rule(ledger: Ledger) -> bool:
            rulings = ledger.conclude(now=int(self._clock()))
            for ruling in rulings:
                self._tell(self._hear, ruling)
            return any(ruling.given_back for ruling in rulings)

        is_anybody: bool = await self._ask(rule)
        return is_anybody

    async def _ask(self, question: Callable[[Ledger], Any]) -> Any:
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._batch.questions.append((question, answer))
        self._gather()
        return await answer

    def _gather(self) -> None:
        """Something has come in: hand it over as soon as the thread is free and the event loop has nothing to do."""
        self._quiet_turns = 0
        if not (self._is_writing or self._is_gathering):
            self._is_gathering = True
            self._loop.call_soon(self._look)

    def _look(self) -> None:
        self._quiet_turns += 1
        if self._quiet_turns <= _QUIET_TURNS:
            self._loop.call_soon(self._look)
            return
        self._is_gathering = False
        if self._is_writing:
            return  # it was late, and went without us
        if self._batch.questions or self._at_work <= max(1, len(self._batch.intents) // 3):
            self._hand_over()
        elif self._late is None:
            at_most_s = max(self._gather_s, min(self._took_s, _SOON_S))
            self._late = self._loop.call_later(at_most_s, self._hand_over)

    def _hand_over(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None
        batch, self._batch = self._batch, _Batch()
        if self._closed.done():
            self._set_results([(future, self._error) for future in batch.futures()])
        else:
            self._is_writing = True
            self._queue.put(batch)

    def _go_on(self, answers: _Answers) -> None:
        """A batch is written: tell those who waited for it, and gather the next one."""
        self._is_writing = False
        self._set_results(answers)
        if self._batch.outcomes or self._batch.intents or self._batch.questions:
            self._gather()

    def _end(self) -> None:
        """The thread has ended. Whoever waits still, or asks from now on, gets the error that has ended it."""
        self._closed.set_result(None)
        self._is_writing = False
        while not self._queue.empty():
            self._set_results([(future, self._error) for future in self._queue.get().futures()])
        self._hand_over()

    def _set_results(self, answers: _Answers) -> None:
        for future, answer in answers:
            if future.done():
                continue  # cancelled, or answered before the error
            if answer is Verdict.GO:
                self._at_work += 1
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _hear(self, ruling: RelayRuling) -> None:
        self.hear_ruling(ruling)

    # The methods from here on run in the ledger's thread.

    def _run(self, opened: asyncio.Future[int]) -> None:
        is_open, batch = False, _Batch()
        try:
            with self._ledger() as ledger:
                is_open = True
                self._tell(self._set_results, [(opened, ledger.left_unknown)])
                while not batch.is_last:
                    try:
                        batch = self._queue.get(timeout=_IDLE_S)
                    except queue.Empty:
                        self._renew(ledger)
                    else:
                        self._commit(ledger, batch)
        except BaseException as error:
            self._error = error
            if not is_open:
                self._tell(self._set_results, [(opened, error)])
                return
            self._tell(self._set_results, [(future, error) for future in batch.futures()])
        self._tell(self._end)

    def _commit(self, ledger: Ledger, batch: _Batch) -> None:
        answers: list[tuple[asyncio.Future[Any], Any]] = []
        if batch.outcomes or batch.intents:
            began = time.monotonic()
            intents = [delivery for delivery, _ in batch.intents]
            verdicts = ledger.settle(batch.outcomes, intents, now=int(self._clock()))
            self._took_s = time.monotonic() - began
            self._report_decision(ledger)
            for ruling in ledger.rulings:
                self._tell(self._hear, ruling)
            answers = [(verdict, verdicts[delivery]) for delivery, verdict in batch.intents]
        else:
            self._renew(ledger)
        for question, answer in batch.questions:
            if answers:  # a dot does not wait for what is asked beside it
                self._tell(self._set_results, answers)
            answers = [(answer, question(ledger))]
        self._tell(self._go_on, answers)

    def _renew(self, ledger: Ledger) -> None:
        ledger.renew(now=int(self._clock()))
        self._report_decision(ledger)

    def _report_decision(self, ledger: Ledger) -> None:
        if ledger.decided is not MailingState.SENDING:
            self._tell(self._halted, ledger.decided)

    def _tell(self, callback: Callable[..., object], *arguments: object) -> None:
        self._loop.call_soon_threadsafe(callback, *arguments)
