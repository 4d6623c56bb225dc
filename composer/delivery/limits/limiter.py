"""One limit at work in one process: may the next message pass, and if not, when? No clock is read, nothing awaited.

Times are monotonic nanoseconds, so that a clock that is set does not move them. A limiter with a quota holds a
*reserve*: messages reserved on disk (``ledger/shared_limits.py``) and not used yet. One with a rate per second holds a
*share* of it: what the other senders leave us, for a few seconds (``shared_rate.py``). Where a reserve is empty, or the
time of a share is over, nobody here knows whether a message may pass: ``Limiter.needs`` names what the ledger has to
be asked for first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.outlook import LimitForecast
from composer.delivery.limits.quota import SECOND_NS, CountedLimit, Quota, Refill, Spacing, Unit
from composer.delivery.limits.settings import LimitSet
from composer.delivery.limits.shared_rate import GOOD_FOR_S, SharedRate

FOREVER_NS = 1 << 62
"""A moment that no clock reaches: until something happens."""

_ASK_AHEAD_NS = GOOD_FOR_S * SECOND_NS // 2
_UNUSED = Spacing(1)


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may go before the moment ``until_ns``; FOREVER_NS means until something happens.

    ``reason`` is the limit that says so, as people read it: "20/second to gmail"; "" if no limit does.
    """

    until_ns: int
    reason: str = ""


@dataclass(slots=True)
class QuotaReserve:
    """What is left of the last reservation from a quota.

    The ledger has said that nothing is free before ``closed_until_ns``. ``free`` is what it had besides, ``refill``
    what comes after that; ``granted_at`` is in Unix seconds, for giving back.
    """

    name: str
    reason: str
    limit: CountedLimit
    left: int = 0
    granted_at: int = 0
    usable_until_ns: int = 0
    closed_until_ns: int = 0
    free: int = 0
    refill: Refill | None = None

    def needs_grant(self, now_ns: int) -> bool:
        """Whether only the ledger can tell if a message may go."""
        return now_ns >= self.closed_until_ns and (self.left == 0 or now_ns >= self.usable_until_ns)

    def wait_ns(self, now_ns: int) -> int:
        """How long it is certain that no message is free."""
        return max(0, self.closed_until_ns - now_ns)

    def request(self) -> GrantRequest:
        """Ask for more, and give back the rest of the last reservation, which has run out or is not needed."""
        return GrantRequest(self.name, self.limit, self.limit.chunk, self.left, self.granted_at)

    def return_unused(self) -> GrantRequest | None:
        """Give up what is left of the reserve: the request that tells the ledger so, or None if nothing is left."""
        request = GrantRequest(self.name, self.limit, 0, self.left, self.granted_at) if self.left else None
        self.left = 0
        return request

    def apply(self, grant: Grant, asked_ns: int) -> None:
        """Take over the ledger's answer to a request that was made at ``asked_ns``."""
        self.left, self.granted_at = grant.count, grant.at
        self.usable_until_ns = asked_ns + (grant.usable_until - grant.at) * SECOND_NS
        self.closed_until_ns = asked_ns + grant.wait_s * SECOND_NS if grant.wait_s else 0
        self.free, self.refill = grant.free, grant.refill

    def forecast(self, now_ns: int, now: float) -> LimitForecast | None:
        """Forecast how many messages this quota lets go, and when; None if the ledger has not been asked yet."""
        if self.refill is None:
            return None
        first = now + (self.wait_ns(now_ns) / SECOND_NS or self.refill.every_s)
        return LimitForecast(self.refill, self.left + self.free, first)

    @property
    def has_unused(self) -> bool:
        """Whether something is reserved that others could use."""
        return self.left > 0


@dataclass(slots=True)
class RateShare:
    """Our share of a rate per second, which is lent for a few seconds and kept evenly. ``whole`` is the rate."""

    name: str
    reason: str
    whole: int
    usable_until_ns: int = 0
    closed_until_ns: int = 0
    _spacing: Spacing = _UNUSED

    def needs_grant(self, now_ns: int) -> bool:
        """Whether only the ledger can tell if a message may go."""
        return now_ns >= self.usable_until_ns and self.wait_ns(now_ns) == 0

    def is_expiring(self, now_ns: int) -> bool:
        """Whether it is time to ask for the next share, while this one may still be used."""
        return now_ns >= self.usable_until_ns - _ASK_AHEAD_NS

    def wait_ns(self, now_ns: int) -> int:
        """How long it is certain that no message may go."""
        return max(0, self.closed_until_ns - now_ns, self._spacing.wait_ns(now_ns))

    def count_message(self, now_ns: int) -> None:
        """Note that a message has gone, so that the next one waits for its turn."""
        self._spacing = self._spacing.after_message(now_ns)

    def request(self) -> GrantRequest:
        """Ask for our share, however large it is by now."""
        return GrantRequest(self.name, SharedRate(self.whole), 1)

    def return_unused(self) -> GrantRequest | None:
        """Give up the share: the request that tells the ledger so, or None if we hold none."""
        request = GrantRequest(self.name, SharedRate(self.whole), 0) if self.usable_until_ns else None
        self.usable_until_ns = 0
        return request

    def apply(self, grant: Grant, asked_ns: int) -> None:
        """Take over the ledger's answer to a request that was made at ``asked_ns``."""
        self.usable_until_ns = self.closed_until_ns = 0
        if grant.count:
            self.usable_until_ns = asked_ns + (grant.usable_until - grant.at) * SECOND_NS
            self._spacing = self._spacing.with_count(grant.count)
        else:
            self.closed_until_ns = asked_ns + grant.wait_s * SECOND_NS

    def forecast(self, _now_ns: int, _now: float) -> LimitForecast:
        """Forecast what the whole rate lets go, whoever sends; nothing needs to be asked for it."""
        return LimitForecast(Refill(self.whole, Unit.SECOND.seconds))

    @property
    def has_unused(self) -> bool:
        """Whether we have a share that others could use."""
        return self.usable_until_ns > 0


SharedLimit = QuotaReserve | RateShare
"""What the ledger grants us of a limit that all senders share."""


class Limiter:
    """Everything that limits one relay, sender or provider, or all mail.

    ``subject`` is what a person reads, "to gmail", and "" for all mail; ``key`` names its limits on disk.
    """

    def __init__(self, subject: str, limits: LimitSet, *, key: str = "") -> None:
        self.in_flight = 0
        """How many messages are on their way."""
        self.backoff: Backoff | None = None
        self.connections = limits.connections
        self.key = key or subject
        self._subject = subject
        self._share: RateShare | None = None
        self._reserves: list[QuotaReserve] = []
        for rate in limits.rates:
            name = f"{self.key or 'all mail'}, per {rate.unit}"
            reason = f"{rate} {subject}".rstrip()
            if rate.unit is Unit.SECOND:
                self._share = RateShare(name, reason, rate.count)
            else:
                self._reserves.append(QuotaReserve(name, reason, Quota(rate)))
        if limits.warm_up:
            reason = f"warm-up {limits.warm_up} {subject}"
            self._reserves.append(QuotaReserve(f"{self.key}, warm-up", reason, limits.warm_up))
        self._shared: Sequence[SharedLimit] = [*self._reserves, self._share] if self._share else self._reserves

    @property
    def is_active(self) -> bool:
        """Whether it limits anything at all."""
        return bool(self._shared or self.backoff or self.connections)

    def wait(self, now_ns: int) -> Wait | None:
        """What the next message has to wait for, as far as is known here; None if nothing says that it must."""
        if self.connections and self.in_flight >= self.connections:
            return Wait(FOREVER_NS, f"{self.connections} connections {self._subject}")
        longest_ns, reason = self._wait_of_backoff(now_ns) if self.backoff else (0, "")
        for limit in self._shared:
            if (wait_ns := limit.wait_ns(now_ns)) > longest_ns:
                longest_ns, reason = wait_ns, limit.reason
        return Wait(now_ns + longest_ns, reason) if longest_ns else None

    def needs(self, now_ns: int) -> Sequence[SharedLimit]:
        """What the ledger has to be asked for before a message may pass."""
        return [limit for limit in self._shared if limit.needs_grant(now_ns)]

    def expiring_share(self, now_ns: int) -> RateShare | None:
        """The share that the ledger had better be asked for soon, if there is one."""
        return self._share if self._share and self._share.is_expiring(now_ns) else None

    def return_unused(self) -> Iterator[GrantRequest]:
        """Keep nothing that other senders could use; the requests give it back."""
        return filter(None, [limit.return_unused() for limit in self._shared])

    def forecasts(self, now_ns: int, now: float) -> Iterator[LimitForecast]:
        """What its limits allow all that is left to send; ``now`` is the same moment in Unix seconds."""
        return filter(None, [limit.forecast(now_ns, now) for limit in self._shared])

    def is_busy(self, now_ns: int) -> bool:
        """Whether something would be lost if it were forgotten."""
        is_in_use = self.in_flight > 0 or self.backoff is not None or any(limit.has_unused for limit in self._shared)
        return is_in_use or self.wait(now_ns) is not None

    def begin_message(self, now_ns: int) -> None:
        """Count a message that goes: against its connections, its share and its quotas."""
        self.in_flight += 1
        if self._share:
            self._share.count_message(now_ns)
        if self.backoff:
            self.backoff = self.backoff.after_message(now_ns / SECOND_NS)
        for reserve in self._reserves:
            reserve.left -= 1

    def end_message(self) -> None:
        """Count a message that is no longer on its way, however it ended."""
        self.in_flight -= 1

    def slow_down(self, speed: float, now_ns: int) -> None:
        """The other side is busy. ``speed``: messages a second that went there at most."""
        now = now_ns / SECOND_NS
        self.backoff = self.backoff.slower(now) if self.backoff else Backoff.begin(speed, now=now)

    def shut(self, speed: float, now_ns: int, *, sent: int, since_ns: int) -> None:
        """The other side has had enough for a while, after ``sent`` messages since that moment, at most."""
        now = now_ns / SECOND_NS
        begun = self.backoff or replace(
            Backoff.begin(speed, now=now), taken=sent, opened_at=since_ns / SECOND_NS if sent else 0.0
        )
        self.backoff = begun.shut(now)

    def note_taken(self, now_ns: int) -> None:
        """A message that passed here has gone well."""
        if self.backoff:
            self.backoff = self.backoff.took(now_ns / SECOND_NS)

    def adopt_backoff(self, known: Backoff, now_ns: int) -> None:
        """Another sender was asked for less; the slower of the two counts."""
        now = now_ns / SECOND_NS
        if self.backoff is None:
            self.backoff = known
        elif known.speed_at(now) < self.backoff.speed_at(now):
            self.backoff = replace(self.backoff, full=known.full, speed=known.speed, since=known.since)

    def _wait_of_backoff(self, now_ns: int) -> tuple[int, str]:
        assert self.backoff
        now = now_ns / SECOND_NS
        if self.backoff.is_over(now):
            self.backoff = None
            return 0, ""
        speed = self.backoff.speed_at(now)
        return int(self.backoff.wait_s(now) * SECOND_NS), f"slowed to {speed:.1f}/second {self._subject}"
