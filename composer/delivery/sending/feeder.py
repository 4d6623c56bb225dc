"""What goes next, and when: pages claimed from the ledger into the outbox, quotas reserved, waits waited for.

::

    has_work ── the outbox lets one go ─────────────────────────────▶ True
             ── a limit needs a grant ──▶ ask the ledger ─┐
             ── more is worth claiming ──▶ claim a page ──┼─▶ look again
             ── a limit holds for a while ──▶ wait ───────┘
             ── nothing is left, or only for much later ──▶ the run ends, and says why

Waits are short and looked at again, because a machine may sleep, and its clock may be set. One worker of a
relay waits for all of them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from composer.delivery.judgement import About
from composer.delivery.ledger.group_commit import GroupCommit
from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.limiter import FOREVER_NS, Wait
from composer.delivery.limits.outlook import PaceReport
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.limits.sending_hours import SendingHours
from composer.delivery.outcome import Delivery
from composer.delivery.sending.outbox import Outbox
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.pool import wait_for
from composer.errors import NewsletterError

_log = logging.getLogger("composer.delivery")

PAGE = 500
"""How many deliveries are claimed at a time."""

NEAR_S = 15
"""A run waits for retries that are due this soon, and leaves later ones to the next run."""

PATIENCE_S = 3900
"""A run waits for limits that end this soon: an hour's quota and a little; a day's it leaves to the next run."""

SENDING_WINDOW = "sending window"
"""What people read while the sending hours let nothing go."""

_TICK_S = 1.0
_NEWS_S = 5.0
"""How often senders tell and hear what they know of the pace."""


class Feeder:
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
        self._in_flight = 0
        self._dry_until = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._held_by = ""
        self.is_shut = False
        """Whether the sending hours let nothing go."""
        self._last_report: PaceReport | None = None  # none at first, so that what an earlier run said is replaced
        self._report_at = self._listen_at = 0.0
        self._keeping: set[asyncio.Task[None]] = set()
        self._slowed_since: dict[str, float] = {}  # as the log has it

    async def open(self) -> None:
        """Look, before anything goes, at the sending hours and at what earlier and other senders have heard."""
        self._look_at_the_hours()
        await self._adopt_backoffs()

    async def has_work(self, relay: int) -> bool:
        """Wait until something may go by this relay, or the run is over; True for the first."""
        while not self._run.stop.is_set():
            if self.is_shut:
                await wait_for(self._run.stop, at_most_s=_TICK_S)
            elif self._outbox.find_next(relay, time.monotonic_ns()) is None:
                if self._outbox.needs_grants:
                    self._ask_by_the_way()
                return True
            else:
                async with self._turns[relay]:
                    wait = self._outbox.find_next(relay, time.monotonic_ns())
                    if wait and not self._run.stop.is_set():
                        await self._find_more(wait)
        return False

    def pop_next(self, relay: int) -> Delivery | None:
        """The next delivery, if one may still go; on its way until ``mark_done`` or ``put_back``."""
        delivery = None if self.is_shut else self._outbox.pop_next(relay, time.monotonic_ns())
        if delivery:
            self._in_flight += 1
        return delivery

    def mark_done(self, delivery: Delivery) -> None:
        """The delivery's transaction is over, which may let another one go."""
        self._in_flight -= 1
        self._outbox.mark_done(delivery)
        self._changed.set()

    def put_back(self, delivery: Delivery) -> None:
        """Nobody has heard of it: it waits in the outbox as before, and may go by another relay."""
        self.mark_done(delivery)
        self._outbox.enqueue([delivery], time.monotonic_ns())

    def close_relay(self, relay: int) -> None:
        """Give what waits for this relay, which is away, to the others."""
        self._outbox.close_relay(relay)
        self._changed.set()

    def look_again(self) -> None:
        """Deliveries are pending again that were done: claim them before anybody finds that nothing is left."""
        self._dry_until = 0.0
        self._changed.set()

    def reopen_relay(self, relay: int) -> None:
        """Let deliveries wait for this relay again, which is back."""
        self._outbox.reopen_relay(relay)

    async def close(self) -> None:
        """Give back what was reserved and not used, and report last what holds."""
        if self._asking:
            await asyncio.wait([self._asking])
        if self._keeping:
            await asyncio.wait(self._keeping)
        await self._return_unused()
        if self._run.end is not End.LIMIT:
            self._run.limit, self._run.resumes_at = "", None
        await self._report_pace()

    # The sending hours, and what the run says of itself.

    async def keep_hours(self) -> None:
        """Shut and open by the sending hours, and name the limit that governs, until the run ends."""
        while not self._run.stop.is_set():
            change_s = self._look_at_the_hours()
            if self._outbox.wake_stops(time.monotonic_ns()):
                self.look_again()
            if not self.is_shut:
                self._run.limit, self._held_by = self._held_by, ""
            with suppress(NewsletterError):  # the next offer gets the same error
                await self._report_pace()
                if time.monotonic() >= self._listen_at:
                    await self._adopt_backoffs()
            await wait_for(self._run.stop, at_most_s=min(_TICK_S, change_s))

    async def _report_pace(self) -> None:
        """Let `newsletter status` know what governs as soon as it changes, and figures every few seconds."""
        words, last, speed = (self._run.limit, self._run.resumes_at), self._last_report, self._outbox.speed()
        is_news = last is None or words != (last.limit, last.resumes_at) or bool(speed) != bool(last.speed)
        if not is_news and time.monotonic() < self._report_at:
            return
        self._report_at = time.monotonic() + _NEWS_S
        forecasts = self._outbox.forecasts(time.monotonic_ns(), self._clock())
        self._last_report = PaceReport(*words, speed, forecasts)
        await self._ledger.report_pace(self._last_report)

    def _look_at_the_hours(self) -> float:
        """Shut or open by the sending hours; return the seconds until they change."""
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

    # The other side asks for less.

    def slow_down(self, relay: int, email: str | None) -> None:
        """The relay asks for less; with ``email``, its provider may be why. It is kept for all senders."""
        heard = self._outbox.slow_down(relay, email, now_ns=time.monotonic_ns())
        for name, backoff in heard.items():
            if self._slowed_since.get(name) != backoff.since:  # what comes in a crowd counts once
                self._slowed_since[name] = backoff.since
                fields = {"limiter": name, "per_second": round(backoff.speed, 2)}
                _log.info("the other side has asked for less", extra={"action": "relay.slowed", **fields})
        task = asyncio.create_task(self._keep(heard))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    def note_taken(self, relay: int, delivery: Delivery) -> None:
        """The delivery has gone well: what was slowed down for it, or asked how it is, may learn from that."""
        self._outbox.note_taken(relay, delivery, time.monotonic_ns())

    def note_refused(self, relay: int, delivery: Delivery, about: About) -> None:
        """The delivery has been refused, and may have asked how its provider is."""
        self._outbox.note_refused(relay, delivery, about, time.monotonic_ns())

    async def _keep(self, heard: Mapping[str, Backoff]) -> None:
        ahead_s = self._clock() - time.monotonic()
        with suppress(NewsletterError):  # the next offer gets the same error
            await self._ledger.keep_backoffs({name: one.shifted(ahead_s) for name, one in heard.items()})

    async def _adopt_backoffs(self) -> None:
        """Slow down as earlier and other senders were asked to."""
        known = await self._ledger.backoffs()
        ahead_s = self._clock() - time.monotonic()
        self._outbox.adopt_backoffs({name: one.shifted(-ahead_s) for name, one in known.items()}, time.monotonic_ns())
        self._listen_at = time.monotonic() + _NEWS_S

    # Nothing may go.

    async def _find_more(self, wait: Wait) -> None:
        self._changed.clear()
        if self._outbox.needs_grants:
            await self._ask_for_grants()
        elif await self._claim():
            pass
        elif self._outbox.in_hand:
            await self._wait(wait)
        else:
            await self._wait_for_retries()

    async def _claim(self) -> bool:
        """Claim a page, if that may help; whether something came."""
        async with self._claiming:
            outbox = self._outbox
            if outbox.in_hand and (time.monotonic() < self._dry_until or not outbox.wants_more):
                return False
            page = await self._ledger.claim(in_hand=outbox.in_hand, at_most=PAGE, avoid=outbox.crowded_domains())
            outbox.enqueue(page, time.monotonic_ns())
            self._dry_until = 0.0 if page else time.monotonic() + _TICK_S
            return bool(page)

    async def _wait(self, wait: Wait) -> None:
        """Wait a moment: what is on its way may be deferred for a short while, or make room; and limits end."""
        if wait.reason:
            self._held_by = self._run.limit = wait.reason
        left_ns = wait.until_ns - time.monotonic_ns()
        if not self._in_flight and not self._patient and left_ns > PATIENCE_S * SECOND_NS:
            await self._give_up(wait.reason)
        else:
            await wait_for(self._changed, at_most_s=min(_TICK_S, left_ns / SECOND_NS))

    async def _give_up(self, reason: str) -> None:
        """Everything in hand has to wait for long: end, unless another relay has something to do."""
        now_ns = time.monotonic_ns()
        earliest_ns = self._outbox.find_earliest_ns(now_ns)
        # Where a grant is needed, another relay is asking the ledger at this moment.
        if earliest_ns - now_ns <= PATIENCE_S * SECOND_NS or self._outbox.needs_grants:
            await wait_for(self._changed, at_most_s=_TICK_S)
        elif earliest_ns < FOREVER_NS:
            self._run.limit, self._run.resumes_at = reason, self._clock() + (earliest_ns - now_ns) / SECOND_NS
            self._run.finish(End.LIMIT)
        else:
            self._run.finish(End.BREAKER)  # what is left goes by no relay that is open

    async def _wait_for_retries(self) -> None:
        await self._return_unused()
        nobody_carries = self._outbox.domains_of_nobody()
        due = await self._ledger.next_retry_at(avoid=nobody_carries)
        if due is None or (due - self._clock() > NEAR_S and not self._patient):
            if not await self._ledger.conclude():
                await self._end(nobody_carries)
            return
        # Not until then without a look: somebody may let deliveries be tried again meanwhile.
        looks_at = time.monotonic() + _NEWS_S
        while not self._run.stop.is_set() and time.monotonic() < looks_at and (left_s := due - self._clock()) > 0:
            await wait_for(self._run.stop, at_most_s=min(_TICK_S, left_s))

    async def _end(self, nobody_carries: Sequence[str]) -> None:
        """Nothing is left that may go. Whoever has time waits until the providers that refuse everybody are asked."""
        is_stopped = bool(nobody_carries) and await self._ledger.next_retry_at() is not None
        if is_stopped and self._patient:
            await wait_for(self._changed, at_most_s=_TICK_S)
        else:
            self._run.finish(End.BREAKER if is_stopped else End.DONE)

    # Grants of the limits that all senders share.

    def _ask_by_the_way(self) -> None:
        """Ask in the background, so that others may go meanwhile."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_quietly())

    async def _ask_quietly(self) -> None:
        with suppress(NewsletterError):  # the next offer gets the same error
            await self._ask_for_grants()

    async def _ask_for_grants(self) -> None:
        async with self._claiming:
            if requests := self._outbox.grant_requests():
                asked_ns = time.monotonic_ns()  # before, so that a grant never seems to last longer than it does
                grants = await self._ledger.grant(requests)
                names = (request.name for request in requests)
                self._outbox.apply_grants(dict(zip(names, grants, strict=True)), asked_ns)
                self._changed.set()

    async def _return_unused(self) -> None:
        """Give back what is reserved, because others may need it."""
        async with self._claiming:
            if requests := self._outbox.return_unused():
                await self._ledger.grant(requests)
