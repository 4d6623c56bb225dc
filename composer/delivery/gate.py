"""One limit at work in one process: may the next message pass, and if not, when? No clock is read, nothing awaited.

Times are monotonic nanoseconds, so that a clock that is set does not move them. A gate with a quota holds a *purse*:
messages reserved on disk (``reserve.py``) and not used yet. An empty purse is not an answer but a question
to the ledger; ``Gate.lacking`` names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from composer.delivery.pace import SECOND_NS, Allowance, Quota, Rate, Spacing, Unit
from composer.delivery.reserve import Grant, Wish
from composer.delivery.rules import Cap
from composer.delivery.slowdown import Slowdown

FOREVER_NS = 1 << 62


class Limit(str):
    """What limits, in words; and how many messages a second it allows in the long run, if it is about speed."""

    per_second: float | None

    def __new__(cls, words: str, per_second: float | None = None) -> Limit:
        """Words that know their figure."""
        limit = super().__new__(cls, words)
        limit.per_second = per_second
        return limit


NOTHING = Limit("")


@dataclass(slots=True)
class Purse:
    """What is left of the last reservation. ``closed_until``: the ledger has said that there is nothing before."""

    name: str
    limit: Limit
    allowance: Allowance
    left: int = 0
    granted_at: int = 0  # Unix seconds, for giving back
    usable_until_ns: int = 0
    closed_until_ns: int = 0

    def is_lacking(self, now_ns: int) -> bool:
        """Whether only the ledger can tell if one may go."""
        return self.wait_ns(now_ns) == 0 and (self.left == 0 or now_ns >= self.usable_until_ns)

    def wait_ns(self, now_ns: int) -> int:
        """How long it is certain that none is free."""
        return max(0, self.closed_until_ns - now_ns)

    def wish(self) -> Wish:
        """What to ask for, and the rest of the last reservation back: it has run out, or is not needed."""
        return Wish(self.name, self.allowance, self.allowance.chunk, self.left, self.granted_at)

    def farewell(self) -> Wish:
        """Give back what is left."""
        return Wish(self.name, self.allowance, 0, self.left, self.granted_at)

    def fill(self, grant: Grant, now_ns: int) -> None:
        """Take the ledger's answer."""
        self.left, self.granted_at = grant.count, grant.at
        self.usable_until_ns = now_ns + (grant.usable_until - grant.at) * SECOND_NS
        self.closed_until_ns = now_ns + grant.wait_s * SECOND_NS if grant.wait_s else 0


class Gate:
    """Everything that limits one relay, sender or provider, or all mail.

    ``subject`` is what a person reads, "to gmail", and "" for all mail; ``key`` names its quotas on disk.
    """

    def __init__(self, subject: str, cap: Cap, *, key: str = "") -> None:
        self.open = 0
        """Messages on their way."""
        self.slowdown: Slowdown | None = None
        self.connections = cap.connections
        self._subject = subject
        self._spacing: Spacing | None = None
        self._spacing_limit = NOTHING
        self._purses: list[Purse] = []
        for rate in cap.rates:
            if rate.unit is Unit.SECOND:
                self._spacing, self._spacing_limit = Spacing(rate.count), self._limit(rate)
            else:
                name = f"{key or subject or 'all mail'}, per {rate.unit}"
                self._purses.append(Purse(name, self._limit(rate), Quota(rate)))
        if cap.warm_up:
            limit = Limit(f"warm-up {cap.warm_up} {subject}")
            self._purses.append(Purse(f"{key or subject}, warm-up", limit, cap.warm_up))

    def wait(self, now_ns: int) -> tuple[int, Limit]:
        """For how long none may pass as far as is known here (0: one may), and which limit says so."""
        if self.connections and self.open >= self.connections:
            return FOREVER_NS, Limit(f"{self.connections} connections {self._subject}")
        waits = [(purse.wait_ns(now_ns), purse.limit) for purse in self._purses]
        if self._spacing:
            waits.append((self._spacing.wait_ns(now_ns), self._spacing_limit))
        if self.slowdown:
            waits.append(self._slow_wait(now_ns))
        wait_ns, limit = max(waits, default=(0, NOTHING))
        return (wait_ns, limit) if wait_ns else (0, NOTHING)

    def lacking(self, now_ns: int) -> Iterator[Purse]:
        """Purses that the ledger has to be asked about before one may pass."""
        return (purse for purse in self._purses if purse.is_lacking(now_ns))

    @property
    def limits(self) -> bool:
        """Whether it does anything at all."""
        return bool(self._spacing or self._purses or self.slowdown or self.connections)

    @property
    def purses(self) -> Sequence[Purse]:
        """All of them."""
        return self._purses

    def is_busy(self, now_ns: int) -> bool:
        """Whether forgetting it would forget something."""
        return self.open > 0 or self.wait(now_ns)[0] > 0 or any(purse.left for purse in self._purses)

    def let_pass(self, now_ns: int) -> None:
        """One goes."""
        self.open += 1
        if self._spacing:
            self._spacing = self._spacing.taken(now_ns)
        if self.slowdown:
            self.slowdown = self.slowdown.taken(now_ns / SECOND_NS)
        for purse in self._purses:
            purse.left -= 1

    def slow_down(self, speed: float, now_ns: int) -> None:
        """The other side asks for less. ``speed``: messages a second that went there at most."""
        now = now_ns / SECOND_NS
        self.slowdown = self.slowdown.slower(now) if self.slowdown else Slowdown.begin(speed, now=now)

    def _slow_wait(self, now_ns: int) -> tuple[int, Limit]:
        assert self.slowdown
        now = now_ns / SECOND_NS
        if self.slowdown.is_over(now):
            self.slowdown = None
            return 0, NOTHING
        wait_ns = int(self.slowdown.wait_s(now) * SECOND_NS)
        speed = self.slowdown.speed_at(now)
        return wait_ns, Limit(f"slowed to {speed:.1f}/second {self._subject}", speed)

    def _limit(self, rate: Rate) -> Limit:
        return Limit(f"{rate} {self._subject}".rstrip(), rate.count / rate.unit.seconds)
