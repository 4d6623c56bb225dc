"""One limit at work in one process: may the next message pass, and if not, when? No clock is read, nothing awaited.

Times are monotonic nanoseconds, so that a clock that is set does not move them. A limiter with a quota holds a
*reserve*: messages reserved on disk (``shared_limits.py``) and not used yet. One with a speed holds a *share* of it:
what the other senders leave us, for a few seconds. An empty reserve, or a share whose time is over, is not an
answer but a question to the ledger; ``Limiter.lacking`` names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.outlook import LimitForecast
from composer.delivery.limits.quota import SECOND_NS, Allowance, Pulse, Quota, Spacing, Unit
from composer.delivery.limits.settings import LimitSet
from composer.delivery.limits.shared_rate import GOOD_FOR_S, Speed

FOREVER_NS = 1 << 62

_ASK_AHEAD_NS = GOOD_FOR_S * SECOND_NS // 2
_UNUSED = Spacing(1)


class Limit(str):
    """What limits, in words; and what it allows in the long run, if that is known."""

    pulse: Pulse | None

    def __new__(cls, words: str, pulse: Pulse | None = None) -> Limit:
        """Words that know their figure."""
        limit = super().__new__(cls, words)
        limit.pulse = pulse
        return limit


NOTHING = Limit("")


@dataclass(slots=True)
class QuotaReserve:
    """What is left of the last reservation. ``closed_until``: the ledger has said that there is nothing before."""

    name: str
    limit: Limit
    allowance: Allowance
    left: int = 0
    granted_at: int = 0  # Unix seconds, for giving back
    usable_until_ns: int = 0
    closed_until_ns: int = 0
    free: int = 0  # that the ledger had besides
    pulse: Pulse | None = None

    def is_lacking(self, now_ns: int) -> bool:
        """Whether only the ledger can tell if one may go."""
        return self.wait_ns(now_ns) == 0 and (self.left == 0 or now_ns >= self.usable_until_ns)

    def wait_ns(self, now_ns: int) -> int:
        """How long it is certain that none is free."""
        return max(0, self.closed_until_ns - now_ns)

    def request(self) -> GrantRequest:
        """What to ask for, and the rest of the last reservation back: it has run out, or is not needed."""
        return GrantRequest(self.name, self.allowance, self.allowance.chunk, self.left, self.granted_at)

    def give_back(self) -> GrantRequest | None:
        """Keep nothing."""
        request = GrantRequest(self.name, self.allowance, 0, self.left, self.granted_at) if self.left else None
        self.left = 0
        return request

    def fill(self, grant: Grant, now_ns: int) -> None:
        """Take the ledger's answer."""
        self.left, self.granted_at = grant.count, grant.at
        self.usable_until_ns = now_ns + (grant.usable_until - grant.at) * SECOND_NS
        self.closed_until_ns = now_ns + grant.wait_s * SECOND_NS if grant.wait_s else 0
        self.free, self.pulse = grant.free, grant.pulse

    def forecast(self, now_ns: int, now: float) -> LimitForecast | None:
        """What it allows all that is left; None if the ledger has not been asked yet."""
        if self.pulse is None:
            return None
        first = now + (self.wait_ns(now_ns) / SECOND_NS or self.pulse.every_s)
        return LimitForecast(self.pulse, self.left + self.free, first)


@dataclass(slots=True)
class RateShare:
    """Our part of a speed, for a few seconds (``shared_rate.py``), kept evenly."""

    name: str
    limit: Limit
    whole: int
    usable_until_ns: int = 0
    closed_until_ns: int = 0
    _spacing: Spacing = _UNUSED

    def is_lacking(self, now_ns: int) -> bool:
        """Whether only the ledger can tell if one may go."""
        return now_ns >= self.usable_until_ns and self.wait_ns(now_ns) == 0

    def is_ageing(self, now_ns: int) -> bool:
        """Whether it is time to ask for the next one, while this one may still be used."""
        return now_ns >= self.usable_until_ns - _ASK_AHEAD_NS

    def wait_ns(self, now_ns: int) -> int:
        """How long it is certain that none may go."""
        return max(0, self.closed_until_ns - now_ns, self._spacing.wait_ns(now_ns))

    def taken(self, now_ns: int) -> None:
        """One has gone."""
        self._spacing = self._spacing.taken(now_ns)

    def request(self) -> GrantRequest:
        """What to ask for."""
        return GrantRequest(self.name, Speed(self.whole), 1)

    def give_back(self) -> GrantRequest | None:
        """Keep nothing."""
        request = GrantRequest(self.name, Speed(self.whole), 0) if self.usable_until_ns else None
        self.usable_until_ns = 0
        return request

    def fill(self, grant: Grant, now_ns: int) -> None:
        """Take the ledger's answer."""
        self.usable_until_ns = self.closed_until_ns = 0
        if grant.count:
            self.usable_until_ns = now_ns + (grant.usable_until - grant.at) * SECOND_NS
            self._spacing = self._spacing.at(grant.count)
        else:
            self.closed_until_ns = now_ns + grant.wait_s * SECOND_NS


class Limiter:
    """Everything that limits one relay, sender or provider, or all mail.

    ``subject`` is what a person reads, "to gmail", and "" for all mail; ``key`` names its limits on disk.
    """

    def __init__(self, subject: str, limits: LimitSet, *, key: str = "") -> None:
        self.open = 0
        """Messages on their way."""
        self.backoff: Backoff | None = None
        self.connections = limits.connections
        self.key = key or subject
        self._subject = subject
        self._share: RateShare | None = None
        self._reserves: list[QuotaReserve] = []
        for rate in limits.rates:
            name = f"{self.key or 'all mail'}, per {rate.unit}"
            limit = Limit(f"{rate} {subject}".rstrip(), Pulse(rate.count, rate.unit.seconds))
            if rate.unit is Unit.SECOND:
                self._share = RateShare(name, limit, rate.count)
            else:
                self._reserves.append(QuotaReserve(name, limit, Quota(rate)))
        if limits.warm_up:
            limit = Limit(f"warm-up {limits.warm_up} {subject}")
            self._reserves.append(QuotaReserve(f"{self.key}, warm-up", limit, limits.warm_up))

    @property
    def is_active(self) -> bool:
        """Whether it does anything at all."""
        return bool(self._share or self._reserves or self.backoff or self.connections)

    def wait(self, now_ns: int) -> tuple[int, Limit]:
        """For how long none may pass as far as is known here (0: one may), and which limit says so."""
        if self.connections and self.open >= self.connections:
            return FOREVER_NS, Limit(f"{self.connections} connections {self._subject}")
        waits = [(reserve.wait_ns(now_ns), reserve.limit) for reserve in self._reserves]
        if self._share:
            waits.append((self._share.wait_ns(now_ns), self._share.limit))
        if self.backoff:
            waits.append(self._slow_wait(now_ns))
        wait_ns, limit = max(waits, default=(0, NOTHING))
        return (wait_ns, limit) if wait_ns else (0, NOTHING)

    def lacking(self, now_ns: int) -> Iterator[QuotaReserve | RateShare]:
        """What the ledger has to be asked about before one may pass."""
        return (one for one in self._shared() if one.is_lacking(now_ns))

    def ageing(self, now_ns: int) -> RateShare | None:
        """What the ledger had better be asked about soon."""
        return self._share if self._share and self._share.is_ageing(now_ns) else None

    def give_back(self) -> Iterator[GrantRequest]:
        """Keep nothing of what others could use."""
        return filter(None, [one.give_back() for one in self._shared()])

    def forecasts(self, now_ns: int, now: float) -> Iterator[LimitForecast]:
        """What its limits allow all that is left; ``now`` is the same moment in Unix seconds."""
        yield from filter(None, (reserve.forecast(now_ns, now) for reserve in self._reserves))
        if self._share and self._share.limit.pulse:
            yield LimitForecast(self._share.limit.pulse)

    def is_busy(self, now_ns: int) -> bool:
        """Whether forgetting it would forget something."""
        return self.open > 0 or self.wait(now_ns)[0] > 0 or self.backoff is not None or self._has_something

    def let_pass(self, now_ns: int) -> None:
        """One goes."""
        self.open += 1
        if self._share:
            self._share.taken(now_ns)
        if self.backoff:
            self.backoff = self.backoff.taken(now_ns / SECOND_NS)
        for reserve in self._reserves:
            reserve.left -= 1

    def slow_down(self, speed: float, now_ns: int) -> None:
        """The other side asks for less. ``speed``: messages a second that went there at most."""
        now = now_ns / SECOND_NS
        self.backoff = self.backoff.slower(now) if self.backoff else Backoff.begin(speed, now=now)

    def adopt(self, known: Backoff, now_ns: int) -> None:
        """Another sender was asked for less; the slower of the two counts."""
        now = now_ns / SECOND_NS
        if self.backoff is None:
            self.backoff = known
        elif known.speed_at(now) < self.backoff.speed_at(now):
            self.backoff = replace(known, due=self.backoff.due)

    @property
    def _has_something(self) -> bool:
        return bool(self._share and self._share.usable_until_ns) or any(reserve.left for reserve in self._reserves)

    def _shared(self) -> Sequence[QuotaReserve | RateShare]:
        return [*self._reserves, self._share] if self._share else self._reserves

    def _slow_wait(self, now_ns: int) -> tuple[int, Limit]:
        assert self.backoff
        now = now_ns / SECOND_NS
        if self.backoff.is_over(now):
            self.backoff = None
            return 0, NOTHING
        wait_ns = int(self.backoff.wait_s(now) * SECOND_NS)
        speed = self.backoff.speed_at(now)
        return wait_ns, Limit(f"slowed to {speed:.1f}/second {self._subject}", Pulse(1, 1 / speed))
