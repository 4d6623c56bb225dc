"""Connections to one relay, which are opened, used for a while, replaced, and given up.

While the relay answers, every worker opens its own connection. After a failure one worker alone finds out when
it is back, with growing pauses; the others wait for it, so that a relay in trouble, or one that has just
refused our password, is not asked by all at once. A worker leaves its old connection before it opens the
next, because a relay may count them. One that is turned away while others are open says only that the relay takes no
more; its breaker does not hear of it, and those that are open are kept for as long as they carry.

A connection is left before it reaches what its relay is known to let one carry (``connection_habit.py``).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from composer.delivery.smtp.breaker import FIRST_REST_S, Breaker, pause_s
from composer.delivery.smtp.connection import SmtpConnection, open_connection
from composer.delivery.smtp.connection_habit import Carried, ConnectionHabit
from composer.delivery.smtp.relay import Relay, Timeouts
from composer.delivery.smtp.transaction import Transaction
from composer.delivery.states import DeliveryEvent
from composer.errors import ConnectionFailed

_log = logging.getLogger("composer.delivery")

_MOST_MESSAGES = 500
_LONGEST_S = 300.0  # Postfix's smtp_connection_reuse_time_limit
_NEW_CONNECTION_S = 15.0  # while a message that is offered already waits for it; less than a lease lasts


@dataclass(frozen=True, slots=True)
class Route:
    """How one relay is used: how long its steps may take, and how many connections it gets at the same time.

    ``pause_s`` tells how long to wait after so many failures in a row to connect; ``rest_s`` how long a relay is
    left alone at first when its breaker has opened.
    """

    relay: Relay
    timeouts: Timeouts
    connections: int
    pause_s: Callable[[int], float] = pause_s
    rest_s: float = FIRST_REST_S


class ConnectionPool:
    """Opens connections for all workers of a relay.

    ``tell`` hears why the relay cannot be reached just now, and an empty text when it can be again.
    """

    def __init__(self, route: Route, breaker: Breaker, *, stop: asyncio.Event, tell: Callable[[str], None]) -> None:
        self.habit = ConnectionHabit()
        self.is_full = False
        """Whether the relay has turned away the last connection because it takes no more of them."""
        self._tell = tell
        self._route = route
        self._breaker = breaker
        self._stop = stop
        self._is_reachable = False
        self._open = 0
        self._finding_out = asyncio.Lock()

    async def connect(self) -> SmtpConnection | None:
        """Open a connection, when the relay answers; None if the run is over before that."""
        while not self._is_over:
            if self._is_reachable:
                with suppress(ConnectionFailed):
                    return await self._connect()
                self._is_reachable = False
            async with self._finding_out:
                if not self._is_reachable:
                    return await self._find_out()
        return None

    def count_closed(self) -> None:
        """A worker has left one of the connections that were opened here."""
        self._open -= 1

    @property
    def _is_over(self) -> bool:
        return self._stop.is_set() or self._breaker.reason is not None

    async def _find_out(self) -> SmtpConnection | None:
        failures = 0
        while not self._is_over:
            try:
                connection = await self._connect()
            except ConnectionFailed as failure:
                failures += 1
                self._tell(str(failure))
                is_full = bool(self._open) and _is_full(failure)
                if failures == 1:
                    self._log_failure(failure, is_full=is_full)
                self.is_full = is_full
                if not is_full:
                    self._breaker.connection_failed(str(failure), is_final=_is_final(failure))
                if not self._is_over:
                    await wait_for(self._stop, at_most_s=self._route.pause_s(failures))
            else:
                self._tell("")
                if failures:
                    fields = {"action": "relay.reached", "relay": self._route.relay.name, "failures": failures}
                    _log.info("a relay can be reached again", extra=fields)
                self._is_reachable = True
                return connection
        return None

    def _log_failure(self, failure: ConnectionFailed, *, is_full: bool) -> None:
        fields = {"relay": self._route.relay.name, "phase": failure.phase, "reason": str(failure)}
        if is_full:
            _log.info("a relay takes no more connections", extra={"action": "relay.full", **fields})
        else:
            _log.warning("a relay cannot be reached", extra={"action": "relay.unreachable", **fields})

    async def _connect(self) -> SmtpConnection:
        connection = await open_connection(self._route.relay, timeouts=self._route.timeouts)
        self._open += 1
        self.is_full = False
        return connection


def _is_full(failure: ConnectionFailed) -> bool:
    """The relay greets with a refusal: it is there, and says so, too, to one connection more than it takes."""
    return failure.phase == "connect" and failure.code is not None


def _is_final(failure: ConnectionFailed) -> bool:
    """A login was refused for good: asking again would lock the account."""
    return failure.phase == "login" and failure.code is not None and failure.code >= 500


class WorkerConnection:
    """One worker's connection, replaced when it has served long enough, or when its relay has had enough of it."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._habit = pool.habit
        self._connection: SmtpConnection | None = None
        self._opened_at = 0.0
        self._begun = self._turned_away = 0
        self._went_well = False  # the last transaction left the connection as it should be
        self._is_trial = False

    async def for_next(self) -> SmtpConnection | None:
        """The connection for one more message, opened if need be; None if the run is over or the relay away."""
        if not self.carries_next:
            if self._went_well and self._connection is not None and not self._connection.usable:
                self._habit.note_end(self.carried)
            await self.quit()
            self._connection = await self._pool.connect()
            self._opened_at, self._begun, self._turned_away = time.monotonic(), 0, 0
            self._is_trial = self._habit.begins_trial()
        self._begun += 1
        self._went_well = False
        return self._connection

    async def renew(self) -> SmtpConnection | None:
        """A new connection at once, for the message with which this one has ended; None if none comes soon."""
        await self.quit()
        try:
            async with asyncio.timeout(_NEW_CONNECTION_S):
                return await self.for_next()
        except TimeoutError:
            return None

    def count(self, transaction: Transaction) -> None:
        """The message for which the connection was asked has been offered, and it went like this."""
        self._went_well = transaction.reusable
        if transaction.unsupported:
            self._begun -= 1  # the relay has not heard of it
        elif transaction.event is DeliveryEvent.ACCEPT:
            if self._habit.limit:
                self._habit.note_carried(self.carried)
        else:
            self._turned_away += 1

    def count_unused(self) -> None:
        """The connection was asked for, and nothing was offered on it."""
        self._begun -= 1
        self._went_well = True

    async def quit(self) -> None:
        """Take leave of the relay, if there is a connection."""
        if self._connection is not None:
            await self._connection.quit()
            self._connection = None
            self._pool.count_closed()

    @property
    def carries_another(self) -> bool:
        """Whether the connection will do for another message after the one that is on its way."""
        if self._connection is None or not self._connection.usable:
            return False
        is_young = self._begun < _MOST_MESSAGES and time.monotonic() - self._opened_at < _LONGEST_S
        has_room = self._habit.limit is None or self._is_trial or self._habit.has_room(self.carried)
        return has_room and (is_young or self._pool.is_full)

    @property
    def carries_next(self) -> bool:
        """Whether the next message can go over the connection that is open."""
        connection = self._connection
        if connection is not None and connection.has_announced:
            return connection.usable
        return self.carries_another

    @property
    def carried(self) -> Carried:
        """What the connection has carried, the message for which it was asked last included."""
        return Carried(self._begun, self._turned_away)

    @property
    def carried_before(self) -> Carried:
        """What the connection had carried before the message for which it was asked last, which is not counted yet."""
        return Carried(self._begun - 1, self._turned_away)


async def wait_for(event: asyncio.Event, *, at_most_s: float) -> None:
    """Wait until the event is set, or the time is over."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), timeout=at_most_s)
