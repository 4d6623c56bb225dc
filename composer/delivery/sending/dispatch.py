"""Sends a mailing: a ledger, compiled messages and relays go in, an outcome for every delivery comes out.

::

    feeder.py ──▶ N workers for each relay, with one SMTP connection each (relay_worker.py)

The run ends when nothing is pending and no retry is near, when it is asked to (open transactions are finished, none is
begun), when no relay is left, when a limit lets nothing go for a long while, or with the first error of the ledger.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from composer.address import domain_of
from composer.delivery.ledger.doubts import RelayRuling
from composer.delivery.ledger.group_commit import GroupCommit
from composer.delivery.ledger.stops import StoppedNow
from composer.delivery.limits.settings import LimitSettings
from composer.delivery.sending.feeder import Feeder
from composer.delivery.sending.outbox import Outbox
from composer.delivery.sending.relay_worker import EditionMessage, RelayInUse, RelayWorker, RunContext
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.pool import Route
from composer.delivery.variant import EditionKey

_log = logging.getLogger("composer.delivery")


async def dispatch(
    ledger: GroupCommit,
    *,
    mailing: int,
    messages: Mapping[EditionKey, EditionMessage],
    routes: Sequence[Route],
    limits: LimitSettings,
    run: Run,
    clock: Callable[[], float],
    patient: bool = False,
) -> End:
    """Send what is pending of a mailing, with the message of each edition, by the relays of the routes.

    ``patient`` waits for every retry, limit and relay. Raises LeaseLost or DatabaseError from the ledger, once the
    open transactions are over, and SettingsError if no relay carries mail from an edition's sender.
    """
    senders = {language: domain_of(message.sender) for (language, _), message in messages.items()}
    outbox = Outbox([route.relay for route in routes], limits, senders=senders)
    feeder = Feeder(ledger, outbox, run=run, hours=limits.hours, relays=len(routes), clock=clock, patient=patient)
    relays = [RelayInUse(number, route, run) for number, route in enumerate(routes)]
    watch = _RelayWatch(relays, outbox, feeder, run, patient=patient)
    ledger.hear_ruling = watch.hear_ruling
    watch.distrust(await ledger.stopped())
    errors: list[Exception] = []

    def fail(error: Exception) -> None:
        errors.append(error)
        run.stop.set()

    shared = RunContext(
        ledger=ledger,
        feeder=feeder,
        run=run,
        mailing=mailing,
        clock=clock,
        messages=messages,
        relay_is_away=watch.relay_is_away,
        fail=fail,
    )
    await _run_workers([RelayWorker(one, shared) for one in relays for _ in range(one.route.connections)], feeder, run)
    if errors:
        raise errors[0]
    await feeder.close()
    run.end = run.end or End.STOPPED
    if run.end is End.BREAKER:
        await ledger.stopped()  # whose answer comes after all that was ruled before
        reasons = [relay.breaker.reason for relay in relays]
        run.breaker = next(filter(None, (*reasons, *outbox.stops.words())), "")
    return run.end


class _RelayWatch:
    """What becomes of a run when one of its relays is away, or refuses everybody, or everybody of a provider."""

    def __init__(
        self, relays: Sequence[RelayInUse], outbox: Outbox, feeder: Feeder, run: Run, *, patient: bool
    ) -> None:
        self._relays = relays
        self._outbox = outbox
        self._feeder = feeder
        self._run = run
        self._patient = patient

    def relay_is_away(self, relay: RelayInUse) -> None:
        """The others carry on; without others the run ends, unless it has time."""
        if not relay.is_told_away:
            relay.is_told_away = True
            fields = {"relay": relay.route.relay.name, "reason": relay.breaker.reason}
            _log.warning("a relay is left alone for a while", extra={"action": "relay.away", **fields})
        self._feeder.close_relay(relay.number)
        if not self._patient and all(one.breaker.reason for one in self._relays):
            self._run.finish(End.BREAKER)

    def hear_ruling(self, ruling: RelayRuling) -> None:
        """What was refused is pending again; what refuses everybody is left alone, a relay or one of its providers."""
        self._run.count_given_back(ruling.given_back)
        name = ruling.account.rpartition("@")[2]
        is_told = name in self._run.stopped or (name, ruling.provider) in self._run.stopped_providers
        if ruling.given_back and not is_told:
            fields = {"relay": name, "count": ruling.given_back, "stopped": ruling.is_stopped}
            of = {"provider": ruling.provider} if ruling.provider else {}
            _log.warning("refusals say nothing of the people", extra={"action": "relay.given_back", **fields, **of})
        for relay in self._of_account(ruling.account):
            if ruling.is_back:
                self._run.stopped_providers.pop((name, ruling.provider), None)
                self._outbox.end_stop(relay.number, ruling.provider)
            elif ruling.is_stopped:
                self._stop(relay, ruling)
        if ruling.given_back or ruling.is_back:
            self._feeder.look_again()

    def _stop(self, relay: RelayInUse, ruling: RelayRuling) -> None:
        name = relay.route.relay.name
        if ruling.provider:
            self._run.stopped_providers[name, ruling.provider] = ruling.reply
            words = _refuses_everybody(relay, ruling.reply, of=ruling.provider)
            self._outbox.stop_provider(relay.number, ruling.provider, words, time.monotonic_ns())
            return
        self._run.stopped[name] = ruling.reply
        relay.breaker.refuses_everybody(_refuses_everybody(relay, ruling.reply))
        if relay.breaker.reason:
            self.relay_is_away(relay)

    def distrust(self, stopped: StoppedNow) -> None:
        """Begin with what an earlier run has found out about relays, and about providers of theirs."""
        for account, reply in stopped.relays.items():
            for relay in self._of_account(account):
                relay.breaker.distrust(_refuses_everybody(relay, reply))
        for (account, provider), reply in stopped.providers.items():
            for relay in self._of_account(account):
                words = _refuses_everybody(relay, reply, of=provider)
                self._outbox.stops.probe(relay.number, provider, words)

    def _of_account(self, account: str) -> Sequence[RelayInUse]:
        return [relay for relay in self._relays if relay.route.relay.account == account]


def _refuses_everybody(relay: RelayInUse, reply: str, *, of: str = "") -> str:
    whom = f"everybody of {of}" if of else "everybody"
    return f"{relay.route.relay.name} refuses {whom}, the last one with: {reply}"


async def _run_workers(workers: Sequence[RelayWorker], feeder: Feeder, run: Run) -> None:
    await feeder.open()
    hours = asyncio.create_task(feeder.keep_hours())
    try:
        await asyncio.gather(*(worker.work() for worker in workers))
    finally:
        run.stop.set()
        await hours
