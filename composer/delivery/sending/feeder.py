"""What goes next, and when: pages claimed from the ledger into the outbox, quotas reserved, waits waited for.

::

    has_work ── the outbox lets one go ─────────────────────────────▶ True
             ── a quota is not known ──▶ ask the ledger ──┐
             ── more is worth claiming ──▶ claim a page ──┼─▶ look again
             ── a limit holds for a while ──▶ wait ───────┘
             ── nothing is left, or only for much later ──▶ the run ends, and says why

Waits are short and looked at again, because a machine may sleep, and its clock may be set. One worker of a
relay waits for all of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from composer.delivery.ledger.group_commit import GroupCommit
from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.limiter import FOREVER_NS, NOTHING, Limit
from composer.delivery.limits.outlook import PaceReport
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.limits.sending_hours import SendingHours
from composer.delivery.outcome import Delivery
from composer.delivery.sending.outbox import Outbox
from composer.delivery.sending.relay_queue import Hold
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.pool import wait_for
from composer.errors import NewsletterError

PAGE = 500
"""Deliveries claimed at a time."""

NEAR_S = 15
"""A run waits for retries that are due this soon, and leaves later ones to the next run."""

PATIENCE_S = 3900
"""A run waits for limits that end this soon: an hour's quota and a little; a day's it leaves to the next run."""

SENDING_WINDOW = Limit("sending window")

_TICK_S = 1.0
_NEWS_S = 5.0
"""How often senders tell and hear what they know of the pace."""


class Supply:
    """Everything between the ledger and a worker with an open connection. ``clock`` gives Unix seconds."""

    def __init__(
        self,
        ledger: GroupCommit,
        outbox: Outbox,
        *,
        run: Run,
        hours: SendingHours | None,
        relays: int,
        clock: Callable[[], float],
        patient: bool,
    ) -> None:
        self._ledger = ledger
        self._outbox = outbox
        self._run = run
        self._hours = hours
        self._clock = clock
        self._patient = patient
        self._turns = [asyncio.Lock() for _ in range(relays)]
        self._claiming = asyncio.Lock()
        self._changed = asyncio.Event()  # an outcome, a page or a grant came in
        self._passing = 0
        self._dry_until = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._held_by = NOTHING
        self.is_shut = False
        """By the sending calendar."""
        self._last_report: PaceReport | None = None  # so that what an earlier run said is replaced
        self._tell_at = self._listen_at = 0.0
        self._keeping: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Before anything goes: the calendar, and what earlier and other senders have heard."""
        self._look_at_the_calendar()
        await self._listen()

    async def has_work(self, relay: int) -> bool:
        """Whether something may go by this relay now; not when the run is over. Waits until one or the other is so."""
        while not self._run.stop.is_set():
            if self.is_shut:
                await wait_for(self._run.stop, at_most_s=_TICK_S)
            elif self._outbox.hold(relay, time.monotonic_ns()) is None:
                if self._outbox.lacking:
                    self._ask_by_the_way()
                return True
            else:
                async with self._turns[relay]:
                    hold = self._outbox.hold(relay, time.monotonic_ns())
                    if hold and not self._run.stop.is_set():
                        await self._find_more(hold)
        return False

    def take(self, relay: int) -> Delivery | None:
        """The next delivery, if one may still go."""
        delivery = None if self.is_shut else self._outbox.take(relay, time.monotonic_ns())
        if delivery:
            self._passing += 1
        return delivery

    def done(self, delivery: Delivery) -> None:
        """Its transaction is over."""
        self._passing -= 1
        self._outbox.done(delivery)
        self._changed.set()

    def change(self) -> None:
        """Something else has happened that may let one go."""
        self._changed.set()

    async def close(self) -> None:
        """Give back what was reserved and not used, and say last what holds."""
        if self._asking:
            await asyncio.wait([self._asking])
        if self._keeping:
            await asyncio.wait(self._keeping)
        await self._give_back()
        if self._run.end is not End.LIMIT:
            self._run.limit, self._run.resumes_at = NOTHING, None
        await self._tell()

    # The sending calendar, and what the run says of itself.

    async def keep_hours(self) -> None:
        """Until the run ends: shut and open by the calendar, and name the limit that governs."""
        while not self._run.stop.is_set():
            change_s = self._look_at_the_calendar()
            if not self.is_shut:
                self._run.limit, self._held_by = self._held_by, NOTHING
            with suppress(NewsletterError):  # the next offer gets the same error
                await self._tell()
                if time.monotonic() >= self._listen_at:
                    await self._listen()
            await wait_for(self._run.stop, at_most_s=min(_TICK_S, change_s))

    async def _tell(self) -> None:
        """Let `newsletter status` know, when it changes; figures every few seconds."""
        words, said, speed = (self._run.limit, self._run.resumes_at), self._last_report, self._outbox.speed()
        is_news = said is None or words != (said.limit, said.resumes_at) or bool(speed) != bool(said.speed)
        if not is_news and time.monotonic() < self._tell_at:
            return
        self._tell_at = time.monotonic() + _NEWS_S
        forecasts = self._outbox.forecasts(time.monotonic_ns(), self._clock())
        self._last_report = PaceReport(*words, speed, forecasts)
        await self._ledger.report_pace(self._last_report)

    # The other side asks for less.

    def slow_down(self, relay: int, email: str | None) -> None:
        """The relay asks for less; with ``email``, its provider may be why. Kept for all senders."""
        heard = self._outbox.slow_down(relay, email, now_ns=time.monotonic_ns())
        task = asyncio.create_task(self._keep(heard))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    async def _keep(self, heard: Mapping[str, Backoff]) -> None:
        ahead_s = self._clock() - time.monotonic()
        with suppress(NewsletterError):  # the next offer gets the same error
            await self._ledger.keep_backoffs({name: one.moved(ahead_s) for name, one in heard.items()})

    async def _listen(self) -> None:
        """What earlier and other senders have heard."""
        known = await self._ledger.backoffs()
        ahead_s = self._clock() - time.monotonic()
        self._outbox.adopt({name: one.moved(-ahead_s) for name, one in known.items()}, time.monotonic_ns())
        self._listen_at = time.monotonic() + _NEWS_S

    def _look_at_the_calendar(self) -> float:
        """Shut or open; how long until that changes."""
        if self._hours is None:
            return _TICK_S
        now = self._clock()
        opens_at = self._hours.opening(now)
        self.is_shut = opens_at > now
        if not self.is_shut:
            self._run.resumes_at = None
            return self._hours.closing(now) - now
        self._run.limit, self._run.resumes_at = SENDING_WINDOW, opens_at
        if not self._patient:
            self._run.finish(End.LIMIT)
        return opens_at - now

    # Nothing may go.

    async def _find_more(self, hold: Hold) -> None:
        self._changed.clear()
        if self._outbox.lacking:
            await self._reserve()
        elif await self._claim():
            pass
        elif self._outbox.in_hand:
            await self._wait(hold)
        else:
            await self._wait_for_retries()

    async def _claim(self) -> bool:
        """Claim a page, if that may help; whether something came."""
        async with self._claiming:
            outbox = self._outbox
            if outbox.in_hand and (time.monotonic() < self._dry_until or not outbox.wants_more):
                return False
            page = await self._ledger.claim(in_hand=outbox.in_hand, at_most=PAGE, avoid=outbox.plenty())
            outbox.put(page, time.monotonic_ns())
            self._dry_until = 0.0 if page else time.monotonic() + _TICK_S
            return bool(page)

    async def _wait(self, hold: Hold) -> None:
        """What is open may be deferred for a moment only, or make room; and limits end."""
        if hold.limit:
            self._held_by = self._run.limit = hold.limit
        if not self._passing and not self._patient and hold.wait_ns > PATIENCE_S * SECOND_NS:
            await self._give_up(hold)
        else:
            await wait_for(self._changed, at_most_s=min(_TICK_S, hold.wait_ns / SECOND_NS))

    async def _give_up(self, hold: Hold) -> None:
        """Everything in hand has to wait for long: end, unless another relay has something to do."""
        now_ns = time.monotonic_ns()
        soonest = self._outbox.soonest_ns(now_ns)
        # What is lacking, another relay is asking the ledger for at this moment.
        if soonest <= PATIENCE_S * SECOND_NS or self._outbox.lacking:
            await wait_for(self._changed, at_most_s=_TICK_S)
        elif soonest < FOREVER_NS:
            self._run.limit, self._run.resumes_at = hold.limit, self._clock() + soonest / SECOND_NS
            self._run.finish(End.LIMIT)
        else:
            self._run.finish(End.BREAKER)  # what is left goes by no relay that is open

    async def _wait_for_retries(self) -> None:
        await self._give_back()
        due = await self._ledger.next_retry_at()
        if due is None or (due - self._clock() > NEAR_S and not self._patient):
            self._run.finish(End.DONE)
            return
        while not self._run.stop.is_set() and (left_s := due - self._clock()) > 0:
            await wait_for(self._run.stop, at_most_s=min(_TICK_S, left_s))

    # Quotas.

    def _ask_by_the_way(self) -> None:
        """Others may go meanwhile."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._reserve_quietly())

    async def _reserve_quietly(self) -> None:
        with suppress(NewsletterError):  # the next offer gets the same error
            await self._reserve()

    async def _give_back(self) -> None:
        """Others may need it."""
        async with self._claiming:
            if requests := self._outbox.give_back():
                await self._ledger.grant(requests)

    async def _reserve(self) -> None:
        async with self._claiming:
            reserves = list(self._outbox.lacking.values())
            if not reserves:
                return
            asked_ns = time.monotonic_ns()  # before, so that a grant never seems to last longer than it does
            grants = await self._ledger.grant([reserve.request() for reserve in reserves])
            for reserve, grant in zip(reserves, grants, strict=True):
                reserve.fill(grant, asked_ns)
            self._outbox.filled(reserves)
            self._changed.set()
