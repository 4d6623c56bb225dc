"""All limiters of a run, by what they limit: which of them a message has to pass. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.limiter import Limiter
from composer.delivery.limits.providers import find_provider
from composer.delivery.limits.settings import LimitSet, LimitSettings
from composer.delivery.outcome import Delivery
from composer.delivery.smtp.relay import Relay

_MANY = 10_000


class LimiterRegistry:
    """Knows every limiter, and makes it when it is first needed. ``senders`` gives the From domain of each language."""

    def __init__(self, relays: Sequence[Relay], limits: LimitSettings, *, senders: Mapping[str, str]) -> None:
        self._relays = relays
        self._limits = limits
        self._senders = senders
        self._domains = frozenset(senders.values())
        self._provider = find_provider(limits.domains)
        self._by_provider = bool(limits.providers)
        self._limiters: dict[str, Limiter] = {}
        self._fixed = {self._overall(), *(self.of_relay(number) for number in range(len(relays)))}
        self._fixed.update(self._of_sender(domain) for domain in self._domains)

    def common(self, relay: int) -> tuple[Limiter, ...]:
        """The limiters that all mail by this relay has to pass."""
        of_sender = [self._of_sender(domain) for domain in self._domains] if len(self._domains) == 1 else []
        return tuple(limiter for limiter in (self._overall(), *of_sender, self.of_relay(relay)) if limiter.is_active)

    def own(self, delivery: Delivery) -> tuple[str, tuple[Limiter, ...]]:
        """The limiters that this delivery has to pass besides; with its provider ("" if that has no limiter)."""
        limiters: tuple[Limiter, ...] = ()
        if len(self._domains) > 1 and (of_sender := self._of_sender(self._senders[delivery.language])).is_active:
            limiters = (of_sender,)
        if not self._by_provider:
            return "", limiters
        provider = self._provider(delivery.email)
        limits = self._limits.for_provider(provider)
        if not limits and f"to {provider}" not in self._limiters:
            return "", limiters
        return provider, (*limiters, self._limiter(f"to {provider}", limits))

    def of_relay(self, number: int) -> Limiter:
        """The limiter of one relay. It counts no connections: those of a relay are its workers."""
        relay = self._relays[number]
        return self._limiter(f"by {relay.name}", replace(relay.limits, connections=None), key=f"by {relay.account}")

    def of_provider(self, email: str) -> Limiter:
        """The limiter of an address's provider. From now on, providers are told apart."""
        self._by_provider = True
        provider = self._provider(email)
        return self._limiter(f"to {provider}", self._limits.for_provider(provider))

    def domains(self, provider: str) -> Sequence[str]:
        """All domains that belong to the provider."""
        return self._limits.domains.get(provider, (provider,))

    def adopt_backoffs(self, backoffs: Mapping[str, Backoff], now_ns: int) -> bool:
        """Take over what other senders have heard, by the limiters' keys; True if one limits that did not before."""
        changed = False
        for key, backoff in backoffs.items():
            kind, _, name = key.partition(" ")
            if kind == "to":
                limiter = self.of_provider(f"@{self.domains(name)[0]}")
            elif key in self._limiters:
                limiter = self._limiters[key]
            else:
                continue
            changed |= not limiter.is_active
            limiter.adopt_backoff(backoff, now_ns)
        return changed

    def all(self) -> Collection[Limiter]:
        """Every limiter that has been made and not forgotten."""
        return self._limiters.values()

    def forget_idle(self, used: Iterable[Limiter], now_ns: int) -> None:
        """Drop limiters that do nothing just now, where a limit for "*" has made one for every domain of the world."""
        if len(self._limiters) > _MANY:
            kept = {*used, *self._fixed}
            self._limiters = {
                key: limiter for key, limiter in self._limiters.items() if limiter in kept or limiter.is_busy(now_ns)
            }

    def _overall(self) -> Limiter:
        return self._limiter("", self._limits.overall)

    def _of_sender(self, domain: str) -> Limiter:
        return self._limiter(f"from {domain}", self._limits.for_sender(domain))

    def _limiter(self, subject: str, limits: LimitSet, *, key: str = "") -> Limiter:
        limiter = self._limiters.get(key or subject)
        if limiter is None:
            limiter = self._limiters[key or subject] = Limiter(subject, limits, key=key)
        return limiter
