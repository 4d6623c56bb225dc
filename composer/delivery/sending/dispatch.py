"""The sending itself: a ledger, compiled messages and a relay in; an outcome for every delivery out.

::

    supply ──▶ N workers for each relay, one SMTP connection each
                     render → ask the ledger, and at the same time MAIL, RCPT, DATA and the body
                            → the ledger's word, then the final dot → the reply's meaning → record

The commands of a worker's next message travel with that dot, so a message costs one round trip. Until its own turn
comes, nobody but this worker knows of it: not the ledger, which hears of one message for each connection at a time.

A delivery is offered only over an open connection, so a relay that is away consumes none. The run ends when
nothing is pending and no retry is near, when it is asked to (open transactions are finished, none is begun),
when no relay is left, when a limit lets nothing go for a long while, or with the first error of the ledger.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from composer.delivery.ledger.group_commit import GroupCommit
from composer.delivery.limits.backoff import asks_for_less
from composer.delivery.limits.settings import LimitSettings
from composer.delivery.outcome import Delivery, Outcome, Verdict
from composer.delivery.sending.feeder import Supply
from composer.delivery.sending.outbox import Outbox
from composer.delivery.sending.retry import retry_delay_s
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.breaker import Breaker, is_ours
from composer.delivery.smtp.connection import SmtpConnection
from composer.delivery.smtp.pool import Line, Route, Switchboard, wait_for
from composer.delivery.smtp.transaction import Transaction
from composer.delivery.states import DeliveryEvent, DeliveryState
from composer.delivery.variant import EditionKey
from composer.feedback.policy import suppression_for
from composer.message.compile import CompiledMessage
from composer.message.recipient import Recipient

_CLOSING = 421


@dataclass(frozen=True, slots=True)
class Letter:
    """What every delivery with one edition is made of: the message, and the envelope's sender."""

    message: CompiledMessage
    sender: str


@dataclass(frozen=True, slots=True)
class _Item:
    """One delivery with its message, ready to be offered."""

    delivery: Delivery
    sender: str
    data: bytes
    envelope_id: str


@dataclass(slots=True)
class _Hands:
    """What one worker holds: its connection, and the message that it has announced there."""

    line: Line
    coming: _Item | None = None


async def dispatch(
    ledger: GroupCommit,
    *,
    mailing: int,
    letters: Mapping[EditionKey, Letter],
    routes: Sequence[Route],
    limits: LimitSettings,
    run: Run,
    clock: Callable[[], float],
    patient: bool = False,
) -> End:
    """Send what is pending of a mailing, with the letter of each edition, by the relays of the routes.

    ``patient`` waits for every retry, limit and relay. Raises LeaseLost or DatabaseError from the ledger, once the
    open transactions are over, and SettingsError if no relay carries mail from a letter's sender.
    """
    senders = {language: letter.sender.rpartition("@")[2].lower() for (language, _), letter in letters.items()}
    outbox = Outbox([route.relay for route in routes], limits, senders=senders)
    supply = Supply(ledger, outbox, run=run, hours=limits.hours, relays=len(routes), clock=clock, patient=patient)
    run.end = await _Dispatch(ledger, mailing, letters, routes, outbox, supply, run, patient).run_all()
    return run.end


class _Station:
    """One relay, and all that its workers share. ``supply`` numbers it."""

    def __init__(self, number: int, route: Route, run: Run) -> None:
        self.number = number
        self.route = route
        self.breaker = Breaker(route.rest_s)
        self.switchboard = Switchboard(route, self.breaker, stop=run.stop, tell=partial(setattr, run, "trouble"))
        self.asking = asyncio.Lock()  # held by the one worker that finds out whether the relay is well again


class _Dispatch:
    def __init__(
        self,
        ledger: GroupCommit,
        mailing: int,
        letters: Mapping[EditionKey, Letter],
        routes: Sequence[Route],
        outbox: Outbox,
        supply: Supply,
        run: Run,
        patient: bool,
    ) -> None:
        self._ledger = ledger
        self._mailing = mailing
        self._letters = letters
        self._outbox = outbox
        self._supply = supply
        self._run = run
        self._patient = patient
        self._stations = [_Station(number, route, run) for number, route in enumerate(routes)]
        self._error: BaseException | None = None

    async def run_all(self) -> End:
        await self._supply.open()
        hours = asyncio.create_task(self._supply.keep_hours())
        workers = [self._work(station) for station in self._stations for _ in range(station.route.connections)]
        try:
            await asyncio.gather(*workers)
        finally:
            self._run.stop.set()
            await hours
        if self._error:
            raise self._error
        await self._supply.close()
        if self._run.end is End.BREAKER:
            self._run.breaker = next(filter(None, (station.breaker.reason for station in self._stations)), "")
        return self._run.end or End.STOPPED

    async def _work(self, station: _Station) -> None:
        """One worker, with one connection at a time. Its first error ends the run, not the others' transactions."""
        hands, breaker = _Hands(Line(station.switchboard)), station.breaker
        try:
            while not self._run.stop.is_set():
                if hands.coming and (breaker.reason or breaker.is_half_open or self._supply.is_shut):
                    self._put_back(hands)  # it may be all that is left for the one who finds out
                    await hands.line.hang_up()
                elif breaker.reason:
                    await hands.line.hang_up()
                    await self._rest(station, hands)
                elif breaker.is_half_open:
                    async with station.asking:
                        pass  # somebody is finding out
                elif hands.coming or await self._supply.has_work(station.number):
                    await self._send_one(station, hands)
        except Exception as error:
            self._fail(error)
        finally:
            self._put_back(hands)
            await hands.line.hang_up()

    def _fail(self, error: Exception) -> None:
        self._error = self._error or error
        self._run.stop.set()

    async def _send_one(self, station: _Station, hands: _Hands) -> None:
        if not hands.line.is_good:
            self._put_back(hands)  # there may be no other connection for us, but one for it
        connection = await hands.line.ready()
        if connection is None:
            self._note_breaker(station)
        elif item := hands.coming or self._take(station):  # others, who had connections, may have taken the rest
            hands.coming = None
            try:
                await self._deliver(item, connection, station, hands)
            finally:
                self._supply.done(item.delivery)

    def _take(self, station: _Station) -> _Item | None:
        """What may go next by this relay, if anything is at hand."""
        delivery = self._supply.take(station.number)
        if delivery is None:
            return None
        letter = self._letters[delivery.language, delivery.variant]
        recipient = Recipient(delivery.email, delivery.subscriber, self._mailing, delivery.fields)
        message = letter.message.render(recipient)
        return _Item(delivery, letter.sender, message.data, message.message_id.strip("<>"))

    def _announce(self, connection: SmtpConnection, station: _Station, hands: _Hands) -> None:
        """The dot may leave: what comes after it on this connection, if anything may."""
        if self._run.stop.is_set() or station.breaker.is_half_open or not hands.line.goes_on:
            return
        try:
            hands.coming = coming = self._take(station)
            if coming:
                connection.announce(
                    sender=coming.sender,
                    recipient=coming.delivery.email,
                    data=coming.data,
                    envelope_id=coming.envelope_id,
                )
        except Exception as error:  # it ends the run, but the message whose dot may leave has no part in it
            self._fail(error)

    def _put_back(self, hands: _Hands) -> None:
        """Nobody has heard of it: it is pending as before, and may go by another relay."""
        if hands.coming:
            self._supply.done(hands.coming.delivery)
            self._outbox.put([hands.coming.delivery], time.monotonic_ns())
            hands.coming = None

    # A relay that is away.

    def _note_breaker(self, station: _Station) -> None:
        """The others carry on; without others the run ends, unless it has time."""
        if station.breaker.reason is None:
            return
        self._outbox.close(station.number)
        self._supply.change()
        if not self._patient and all(one.breaker.reason for one in self._stations):
            self._run.finish(End.BREAKER)

    async def _rest(self, station: _Station, hands: _Hands) -> None:
        """Wait until the relay may be asked again; then one worker asks, with one message, and the others wait."""
        async with station.asking:
            while station.breaker.reason and (rest_s := station.breaker.rest_s(time.monotonic())) > 0:
                if self._run.stop.is_set():
                    return
                await wait_for(self._run.stop, at_most_s=min(1.0, rest_s))
            if station.breaker.reason is None:
                return
            station.breaker.try_again()
            self._outbox.reopen(station.number)
            while station.breaker.is_half_open and await self._supply.has_work(station.number):
                await self._send_one(station, hands)

    async def _deliver(self, item: _Item, connection: SmtpConnection, station: _Station, hands: _Hands) -> None:
        delivery = item.delivery
        began = time.monotonic()
        verdict = self._ledger.offer(delivery.id)

        async def may_go() -> bool:
            if await verdict is not Verdict.GO:
                return False
            self._announce(connection, station, hands)
            return True

        transaction = await connection.transact(
            sender=item.sender,
            recipient=delivery.email,
            data=item.data,
            release=may_go,
            envelope_id=item.envelope_id,
        )
        match await verdict:
            case Verdict.GO:
                took_ms = int((time.monotonic() - began) * 1000)
                outcome = self._outcome(delivery, transaction, station, took_ms=took_ms)
                self._ledger.record(outcome)
                self._run.add(outcome.state)
            case Verdict.SUPPRESSED:
                self._run.add(DeliveryState.SUPPRESSED)
            case Verdict.TAKEN:
                pass

    def _outcome(self, delivery: Delivery, transaction: Transaction, station: _Station, *, took_ms: int) -> Outcome:
        event, reply = transaction.event, transaction.reply
        if (
            reply
            and event is DeliveryEvent.REFUSE
            and station.breaker.is_half_open
            and is_ours(reply, transaction.phase)
        ):
            event = DeliveryEvent.DEFER  # it only asked how the relay is
        if reply:
            station.breaker.answered(reply, transaction.phase)
            if asks_for_less(reply):
                # A 421 is about the relay alone, 4.7.x maybe about one provider.
                self._supply.slow_down(station.number, None if reply.code == _CLOSING else delivery.email)
        elif event is DeliveryEvent.DEFER:
            station.breaker.connection_failed(transaction.lost or "")
        elif event is DeliveryEvent.LOSE:
            station.breaker.lost(transaction.lost or "")
        if event is not DeliveryEvent.ACCEPT:
            self._note_breaker(station)
        reason = suppression_for(reply.code, reply.enhanced) if reply and event is DeliveryEvent.REFUSE else None
        return Outcome(
            delivery=delivery.id,
            event=event,
            relay=station.route.relay.name,
            phase=transaction.phase,
            code=reply.code if reply else None,
            enhanced=reply.enhanced if reply else None,
            text=reply.text if reply else transaction.lost or transaction.lacking or "",
            took_ms=took_ms,
            retry_in_s=retry_delay_s(delivery.attempt, reply) if event is DeliveryEvent.DEFER else None,
            dead_address=(delivery.email, reason) if reason else None,
        )
