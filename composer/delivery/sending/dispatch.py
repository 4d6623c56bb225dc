"""Sends a mailing: a ledger, compiled messages and relays go in, an outcome for every delivery comes out.

::

    feeder.py ──▶ N workers for each relay, with one SMTP connection each (relay_worker.py)

The run ends when nothing is pending and no retry is near, when it is asked to (open transactions are finished, none is
begun), when no relay is left, when a limit lets nothing go for a long while, or with the first error of the ledger.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from composer.address import domain_of
from composer.delivery.ledger.group_commit import GroupCommit
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
    errors: list[Exception] = []

    def fail(error: Exception) -> None:
        errors.append(error)
        run.stop.set()

    def relay_is_away(relay: RelayInUse) -> None:
        """The others carry on; without others the run ends, unless it has time."""
        if not relay.is_told_away:
            relay.is_told_away = True
            fields = {"relay": relay.route.relay.name, "reason": relay.breaker.reason}
            _log.warning("a relay is left alone for a while", extra={"action": "relay.away", **fields})
        feeder.close_relay(relay.number)
        if not patient and all(one.breaker.reason for one in relays):
            run.finish(End.BREAKER)

    shared = RunContext(
        ledger=ledger,
        feeder=feeder,
        run=run,
        mailing=mailing,
        messages=messages,
        relay_is_away=relay_is_away,
        fail=fail,
    )
    await _run_workers([RelayWorker(one, shared) for one in relays for _ in range(one.route.connections)], feeder, run)
    if errors:
        raise errors[0]
    await feeder.close()
    run.end = run.end or End.STOPPED
    if run.end is End.BREAKER:
        run.breaker = next(filter(None, (relay.breaker.reason for relay in relays)), "")
    return run.end


async def _run_workers(workers: Sequence[RelayWorker], feeder: Feeder, run: Run) -> None:
    await feeder.open()
    hours = asyncio.create_task(feeder.keep_hours())
    try:
        await asyncio.gather(*(worker.work() for worker in workers))
    finally:
        run.stop.set()
        await hours
