"""Group commit: the ledger in a thread of its own, where one transaction serves many SMTP connections.

Whatever arrives in the queue while one transaction is being written to disk goes into the next one. So the busier the
run is, the more final dots one sync of the disk releases. While several connections are at work, the first entry of a
batch waits a third of a millisecond for others, because a commit costs as much processor time as several messages. A
longer wait would save more, but every message would wait for it. An idle run, or a single connection, commits at once.
Nobody waits for outcomes to be written: a connection hands in its outcome before it asks for its next intent, the queue
keeps that order, and both are in the same transaction.

The first error of the database ends the group commit: everybody who waits, and everybody who asks later, gets that
error. So no dot leaves any more. Nothing is retried, because after a failed fsync pages may be lost that look written.
"""

from __future__ import annotations

import asyncio
import queue
import threading
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
_GATHER_S = 0.0003


@dataclass(frozen=True, slots=True)
class _Intent:
    delivery: int
    verdict: asyncio.Future[Verdict]


@dataclass(frozen=True, slots=True)
class _Question:
    """A call of the ledger other than ``settle``, made after everything that was handed in before it is written."""

    ask: Callable[[Ledger], Any]
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class _Batch:
    """What is written in one transaction, and who is told when it is on disk."""

    outcomes: list[Outcome] = field(default_factory=list)
    intents: list[_Intent] = field(default_factory=list)
    questions: list[_Question] = field(default_factory=list)
    is_last: bool = False

    def collect(self, entry: _Intent | Outcome | _Question | None) -> None:
        match entry:
            case Outcome():
                self.outcomes.append(entry)
            case _Intent():
                self.intents.append(entry)
            case _Question():
                self.questions.append(entry)
            case None:
                self.is_last = True

    def futures(self) -> Sequence[asyncio.Future[Any]]:
        """The futures of everybody who waits for this batch to be written."""
        return [*(intent.verdict for intent in self.intents), *(question.answer for question in self.questions)]


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
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._halted = halted
        self.hear_ruling: Callable[[RelayRuling], None] = lambda _: None
        """Called on the event loop with what a relay's refusals have come to, before that transaction's answers."""
        # The last entry is None, after which nothing more comes.
        self._queue: queue.SimpleQueue[_Intent | Outcome | _Question | None] = queue.SimpleQueue()
        self._ending = threading.Event()
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
        self._ending.set()
        self._queue.put(None)
        await self._closed
        self._thread.join()
        if self._error and kind is None:
            raise self._error

    def offer(self, delivery: int) -> asyncio.Future[Verdict]:
        """Ask whether a delivery may be sent. The future is done once the intent is on disk, or the ledger failed."""
        verdict: asyncio.Future[Verdict] = self._loop.create_future()
        self._queue.put(_Intent(delivery, verdict))
        return verdict

    def record(self, outcome: Outcome) -> None:
        """Hand in how an offered delivery ended. It is on disk no later than the next intent that is handed in."""
        self._queue.put(outcome)

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
            self._report_rulings(rulings)
            return any(ruling.given_back for ruling in rulings)

        is_anybody: bool = await self._ask(rule)
        return is_anybody

    async def _ask(self, question: Callable[[Ledger], Any]) -> Any:
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put(_Question(question, answer))
        return await answer

    # The methods from here on run in the ledger's thread.

    def _run(self, opened: asyncio.Future[int]) -> None:
        is_open, batch = False, _Batch()
        try:
            with self._ledger() as ledger:
                is_open = True
                self._answer([(opened, ledger.left_unknown)])
                while not batch.is_last:
                    batch = self._gather(is_busy=len(batch.intents) > 1)
                    self._commit(ledger, batch)
        except BaseException as error:
            self._error = error
            if not is_open:
                self._answer([(opened, error)])
                return
            if not batch.is_last:
                self._fail_rest()
        self._answer([(self._closed, None)])

    def _gather(self, *, is_busy: bool = False) -> _Batch:
        """Wait for the first entry, then a moment longer if the run is busy, and take everything that is there."""
        batch = _Batch()
        try:
            entry = self._queue.get(timeout=_IDLE_S)
            if is_busy:
                self._ending.wait(_GATHER_S)
            while True:
                batch.collect(entry)
                entry = self._queue.get_nowait()
        except queue.Empty:
            return batch

    def _commit(self, ledger: Ledger, batch: _Batch) -> None:
        now = int(self._clock())
        try:
            if batch.outcomes or batch.intents:
                verdicts = ledger.settle(batch.outcomes, [intent.delivery for intent in batch.intents], now=now)
                self._report_decision(ledger)
                self._report_rulings(ledger.rulings)
                self._answer([(intent.verdict, verdicts[intent.delivery]) for intent in batch.intents])
            else:
                ledger.renew(now=now)
                self._report_decision(ledger)
            for question in batch.questions:
                self._answer([(question.answer, question.ask(ledger))])
        except BaseException as error:
            self._answer([(future, error) for future in batch.futures()])
            raise

    def _report_decision(self, ledger: Ledger) -> None:
        if ledger.decided is not MailingState.SENDING:
            self._loop.call_soon_threadsafe(self._halted, ledger.decided)

    def _report_rulings(self, rulings: Sequence[RelayRuling]) -> None:
        for ruling in rulings:
            self._loop.call_soon_threadsafe(self._hear, ruling)

    def _hear(self, ruling: RelayRuling) -> None:
        self.hear_ruling(ruling)

    def _fail_rest(self) -> None:
        """Answer whoever waits, and whoever still asks, with the error, until the event loop has ended the queue."""
        batch = self._gather()
        while not batch.is_last:
            self._answer([(future, self._error) for future in batch.futures()])
            batch = self._gather()
        self._answer([(future, self._error) for future in batch.futures()])

    def _answer(self, answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
        self._loop.call_soon_threadsafe(_set_results, answers)


def _set_results(answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, answer in answers:
        if future.done():
            continue  # cancelled, or answered before the error
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
