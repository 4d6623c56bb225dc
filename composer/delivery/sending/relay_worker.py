"""One worker of a relay: it takes a delivery, offers it over its connection, and records what the relay says.

::

    pop_next ─▶ render ─▶ ask the ledger, and at the same time MAIL, RCPT, DATA and the body
                              └─▶ the ledger's word, then the final dot ─▶ the reply's meaning ─▶ record

The commands of the worker's next message travel with that dot, so a message costs one round trip. Until its own turn
comes, nobody but this worker knows of it: not the ledger, which hears of one message for each connection at a time.

A delivery is offered only over an open connection, so a relay that is away consumes none. When its breaker has rested,
one worker finds out with one message whether the relay is well again, and the relay's other workers wait.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from composer.delivery.judgement import may_greylist
from composer.delivery.ledger.group_commit import GroupCommit
from composer.delivery.limits.backoff import asks_for_less
from composer.delivery.outcome import Delivery, Verdict
from composer.delivery.reply import Reply
from composer.delivery.sending.attempt import outcome_of, tell_breaker
from composer.delivery.sending.feeder import Feeder
from composer.delivery.sending.first_meetings import FirstMeetings
from composer.delivery.sending.run import Run
from composer.delivery.smtp.breaker import Breaker
from composer.delivery.smtp.connection import Release, SmtpConnection
from composer.delivery.smtp.pool import ConnectionPool, Route, WorkerConnection, wait_for
from composer.delivery.smtp.transaction import Transaction
from composer.delivery.states import DeliveryEvent, DeliveryState
from composer.delivery.variant import EditionKey
from composer.message.compile import CompiledMessage
from composer.message.recipient import Recipient

_log = logging.getLogger("composer.delivery")

_CLOSING = 421  # RFC 5321 3.8: it is about the relay alone; 4.7.x may be about one provider


@dataclass(frozen=True, slots=True)
class EditionMessage:
    """What all deliveries with one edition are made of: the compiled message, and the envelope's sender."""

    compiled: CompiledMessage
    sender: str


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One delivery with its message, ready to be offered. ``envelope_id`` comes back in reports on it.

    Its commands leave at ``begins_at`` (Unix seconds) or later.
    """

    delivery: Delivery
    sender: str
    data: bytes
    envelope_id: str
    begins_at: float


class RelayInUse:
    """One relay of a run, with all that its workers share. The feeder knows it by its ``number``."""

    def __init__(self, number: int, route: Route, run: Run) -> None:
        self.number = number
        self.route = route
        self.breaker = Breaker(route.rest_s)
        self.pool = ConnectionPool(route, self.breaker, stop=run.stop, tell=partial(setattr, run, "trouble"))
        self.probing = asyncio.Lock()  # held by the one worker that finds out whether the relay is well again
        self.is_told_away = False  # in the log
        self.first_meetings = FirstMeetings()


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all workers of a run share, and what each of them tells: that its relay is away, or that it has failed."""

    ledger: GroupCommit
    feeder: Feeder
    run: Run
    mailing: int
    clock: Callable[[], float]
    messages: Mapping[EditionKey, EditionMessage]
    relay_is_away: Callable[[RelayInUse], None]
    fail: Callable[[Exception], None]


class RelayWorker:
    """One worker, with one connection at a time, and with the message that it has announced there."""

    def __init__(self, relay: RelayInUse, shared: RunContext) -> None:
        self._relay = relay
        self._ledger = shared.ledger
        self._feeder = shared.feeder
        self._run = shared.run
        self._shared = shared
        self._connection = WorkerConnection(relay.pool)
        self._announced: OutgoingMessage | None = None

    async def work(self) -> None:
        """Send until the run ends. The worker's first error ends the run, but not the transactions of the others."""
        try:
            while not self._run.stop.is_set():
                await self._take_a_step()
        except Exception as error:
            self._shared.fail(error)
        finally:
            self._put_back()
            await self._connection.quit()

    async def _take_a_step(self) -> None:
        breaker = self._relay.breaker
        if self._announced and (breaker.reason or breaker.is_half_open or self._feeder.is_shut):
            self._put_back()  # it may be all that is left for the worker that finds out
            await self._connection.quit()
        elif breaker.reason:
            await self._connection.quit()
            await self._rest()
        elif breaker.is_half_open:
            async with self._relay.probing:
                pass  # another worker is finding out
        elif self._announced or await self._feeder.has_work(self._relay.number):
            await self._send_one()

    async def _send_one(self) -> None:
        if not self._connection.carries_next:
            self._put_back()  # there may be no other connection for us, but one for it
        connection = await self._connection.for_next()
        if connection is None:
            self._tell_if_away()
        elif message := self._announced or self._pop_next():  # others, who had connections, may have taken the rest
            self._announced = None
            if 0 < connection.size_max < len(message.data):
                self._leave_for_others(message, connection)
                return
            try:
                await self._deliver(message, connection)
            finally:
                self._feeder.mark_done(message.delivery)
        else:
            self._connection.count_unused()

    def _pop_next(self) -> OutgoingMessage | None:
        """What goes next by this relay, rendered; None if nothing may."""
        delivery = self._feeder.pop_next(self._relay.number)
        if delivery is None:
            return None
        message = self._shared.messages[delivery.language, delivery.variant]
        recipient = Recipient(delivery.email, delivery.subscriber, self._shared.mailing, delivery.fields)
        rendered = message.compiled.render(recipient)
        envelope_id, begins_at = rendered.message_id.strip("<>"), self._shared.clock()
        return OutgoingMessage(delivery, message.sender, rendered.data, envelope_id, begins_at)

    def _put_back(self) -> None:
        if self._announced:
            self._feeder.put_back(self._announced.delivery)
            self._announced = None

    def _leave_for_others(self, message: OutgoingMessage, connection: SmtpConnection) -> None:
        """The relay announces that it does not take so much (RFC 1870 4): nobody is offered, and it is left alone."""
        name, size = self._relay.route.relay.name, f"{len(message.data):,} bytes"
        self._connection.count_unused()
        self._relay.breaker.cannot_carry(
            f"{name} takes messages up to {connection.size_max:,} bytes, and this one is {size}; "
            "have its limit raised, name another relay, or make the mail smaller"
        )
        self._feeder.put_back(message.delivery)
        self._tell_if_away()

    # One message

    async def _deliver(self, message: OutgoingMessage, connection: SmtpConnection) -> None:
        began = time.monotonic()
        verdict = self._ledger.offer(message.delivery.id)

        async def may_go() -> bool:
            if await verdict is not Verdict.GO:
                return False
            self._announce_next(connection)
            return True

        transaction = await _offer(message, connection, release=may_go, comes_soon=self._ledger.answers_soon)
        match await verdict:
            case Verdict.GO:
                if transaction.event is DeliveryEvent.ACCEPT:
                    self._connection.count(transaction)
                else:
                    transaction = await self._try_again_at_once(message, transaction)
                self._record(message, transaction, took_ms=int((time.monotonic() - began) * 1000))
            case Verdict.SUPPRESSED:
                self._run.count_outcome(DeliveryState.SUPPRESSED)
            case Verdict.TAKEN:
                pass

    async def _try_again_at_once(self, message: OutgoingMessage, first: Transaction) -> Transaction:
        """How it went in the end: once more on a new connection, if it was the old one that the relay had enough of.

        The intent to offer it is on disk already. It is one attempt, and the breaker hears of the second try only.
        """
        habit, carried = self._relay.pool.habit, self._connection.carried_before
        connection = None
        if habit.may_be_why(first, carried):
            self._put_back()
            connection = await self._connection.renew()
        if connection is None:
            self._connection.count(first)
            return first

        async def may_go() -> bool:
            self._announce_next(connection)
            return True

        second = await _offer(message, connection, release=may_go, comes_soon=True)
        self._connection.count(second)
        habit.note_second_try(first, second, carried)
        return second

    def _announce_next(self, connection: SmtpConnection) -> None:
        """The dot may leave: announce what comes after it on this connection, if anything may."""
        if self._run.stop.is_set() or self._relay.breaker.is_half_open or not self._connection.carries_another:
            return
        try:
            self._announced = following = self._pop_next()
            if following:
                connection.announce(
                    sender=following.sender,
                    recipient=following.delivery.email,
                    data=following.data,
                    envelope_id=following.envelope_id,
                )
        except Exception as error:  # it ends the run, but the message whose dot may leave has no part in it
            self._shared.fail(error)

    def _record(self, message: OutgoingMessage, transaction: Transaction, *, took_ms: int) -> None:
        relay, delivery = self._relay, message.delivery
        # What a distrusted relay refuses is given back by the ledger.
        is_probe = relay.breaker.is_half_open and not relay.breaker.is_distrusted
        outcome = outcome_of(
            delivery,
            transaction,
            relay=relay.route.relay,
            is_probe=is_probe,
            took_ms=took_ms,
            began_at=message.begins_at,
            ended_at=self._shared.clock(),
        )
        if outcome.event is DeliveryEvent.ACCEPT:
            tell_breaker(relay.breaker, transaction)
            relay.first_meetings.note_taken(attempt=delivery.attempt)
            self._feeder.note_taken(relay.number, delivery)
        else:
            is_greylisting = self._may_be_greylisting(delivery, transaction)
            tell_breaker(relay.breaker, transaction, is_greylisting=is_greylisting)
            self._slow_down(delivery, transaction.reply, is_greylisting=is_greylisting)
            self._tell_if_away()
            if outcome.event is DeliveryEvent.REFUSE:
                self._feeder.note_refused(relay.number, delivery, outcome.about)
        self._ledger.record(outcome)
        self._run.count_outcome(outcome.state)

    def _may_be_greylisting(self, delivery: Delivery, transaction: Transaction) -> bool:
        """Whether the relay may have put this one off because it meets them for the first time: no pace helps then."""
        reply = transaction.reply
        may_be = reply is not None and may_greylist(reply, transaction.phase)
        return may_be and self._relay.first_meetings.explain(attempt=delivery.attempt)

    def _slow_down(self, delivery: Delivery, reply: Reply | None, *, is_greylisting: bool) -> None:
        if reply and asks_for_less(reply) and not is_greylisting:
            self._feeder.slow_down(self._relay.number, None if reply.code == _CLOSING else delivery.email)

    # A relay that is away

    def _tell_if_away(self) -> None:
        if self._relay.breaker.reason is not None:
            self._shared.relay_is_away(self._relay)

    async def _rest(self) -> None:
        """Wait until the relay may be asked again; then one worker asks, with one message, and the others wait."""
        relay, breaker = self._relay, self._relay.breaker
        async with relay.probing:
            while breaker.reason and (rest_s := breaker.rest_s(time.monotonic())) > 0:
                if self._run.stop.is_set():
                    return
                await wait_for(self._run.stop, at_most_s=min(1.0, rest_s))
            if breaker.reason is None:
                return
            breaker.try_again()
            self._feeder.reopen_relay(relay.number)
            while breaker.is_half_open and await self._feeder.has_work(relay.number):
                await self._send_one()
            if breaker.is_closed:
                relay.is_told_away = False
                fields = {"relay": relay.route.relay.name}
                _log.info("a relay takes messages again", extra={"action": "relay.back", **fields})


def _offer(
    message: OutgoingMessage, connection: SmtpConnection, *, release: Release, comes_soon: bool
) -> Coroutine[Any, Any, Transaction]:
    return connection.transact(
        sender=message.sender,
        recipient=message.delivery.email,
        data=message.data,
        release=release,
        comes_soon=comes_soon,
        envelope_id=message.envelope_id,
    )
