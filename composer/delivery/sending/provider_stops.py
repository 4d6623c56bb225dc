"""Providers of which a relay refuses everybody: nothing goes there by it, until one message asks how it is. Pure.

::

    open ── the ledger rules that it refuses everybody (ledger/doubts.py) ──▶ stopped
    stopped ── 30 s have passed, then 1, 2, 4, 8, 10 min ──▶ probed: one message after the other
            ── stopped in an earlier run ─────────────────▶ probed at once
    probed ── one is taken ──▶ open;   ── one is refused in words about us, or ten are ──▶ stopped

Other relays carry the provider's mail meanwhile. Where none does, its people stay pending, and nobody claims them.
Times are monotonic nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from composer.delivery.judgement import About
from composer.delivery.limits.limiter import Limiter
from composer.delivery.limits.quota import SECOND_NS
from composer.delivery.limits.settings import LimitSet

_FIRST_REST_NS = 30 * SECOND_NS
_LONGEST_REST_NS = 600 * SECOND_NS
_PROBES = 10


@dataclass(slots=True)
class _Stop:
    """One provider of one relay. ``limiter`` lets one message go at a time while it is probed."""

    words: str
    limiter: Limiter
    is_probed: bool = False
    probes: int = 0
    rest_ns: int = _FIRST_REST_NS
    until_ns: int = 0


@dataclass(slots=True)
class ProviderStops:
    """What is stopped, by the number of the relay and the provider's name. ``provider`` names an address's provider."""

    provider: Callable[[str], str]
    domains: Mapping[str, Sequence[str]]
    relays: int
    _stops: dict[tuple[int, str], _Stop] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._stops)

    def probe(self, relay: int, provider: str, words: str) -> None:
        """Begin as an earlier run has left it: what goes there asks first. ``words`` say what was refused, and how."""
        limiter = Limiter(f"to {provider}, which refuses everybody", LimitSet(connections=1))
        self._stops[relay, provider] = _Stop(words, limiter, is_probed=True)

    def stop(self, relay: int, provider: str, words: str, now_ns: int) -> bool:
        """The ledger has ruled; whether that changes anything."""
        if (relay, provider) in self._stops:
            self._stops[relay, provider].words = words
            return False
        self.probe(relay, provider, words)
        self._rest(self._stops[relay, provider], now_ns)
        return True

    def end(self, relay: int, provider: str) -> bool:
        """The relay takes the provider's mail again; whether that changes anything."""
        return self._stops.pop((relay, provider), None) is not None

    def note_refused(self, relay: int, email: str, about: About, now_ns: int) -> bool:
        """Count what a probe was refused for; whether the provider is stopped again."""
        stop = self._stops.get((relay, self.provider(email)))
        if stop is None or not stop.is_probed:
            return False
        stop.probes += _PROBES if about is About.US else 1
        if stop.probes < _PROBES:
            return False
        self._rest(stop, now_ns)
        return True

    def wake(self, now_ns: int) -> bool:
        """Probe again what has rested; whether that changes anything."""
        rested = [one for one in self._stops.values() if not one.is_probed and one.until_ns <= now_ns]
        for one in rested:
            one.is_probed, one.probes = True, 0
        return bool(rested)

    def is_stopped(self, relay: int, email: str) -> bool:
        """Whether nothing goes to the address by the relay now."""
        stop = self._stops.get((relay, self.provider(email))) if self._stops else None
        return stop is not None and not stop.is_probed

    def limiters(self, relay: int, email: str) -> tuple[Limiter, ...]:
        """Find the limiter that a message to the address by the relay has to pass, if it asks how the provider is."""
        stop = self._stops.get((relay, self.provider(email))) if self._stops else None
        return (stop.limiter,) if stop else ()

    def domains_of_nobody(self, closed: Collection[int]) -> Sequence[str]:
        """List the domains to which no relay carries anything now; the ``closed`` ones carry nothing at all."""
        away: dict[str, set[int]] = {}
        for (relay, provider), stop in self._stops.items():
            away.setdefault(provider, set(closed)).update(() if stop.is_probed else (relay,))
        nowhere = sorted(provider for provider, relays in away.items() if len(relays) == self.relays > len(set(closed)))
        return [domain for provider in nowhere for domain in self.domains.get(provider, (provider,))]

    def words(self) -> Collection[str]:
        """Say of each that is stopped now what it refuses and how."""
        return [stop.words for stop in self._stops.values() if not stop.is_probed]

    def _rest(self, stop: _Stop, now_ns: int) -> None:
        stop.is_probed, stop.until_ns = False, now_ns + stop.rest_ns
        stop.rest_ns = min(_LONGEST_REST_NS, 2 * stop.rest_ns)
