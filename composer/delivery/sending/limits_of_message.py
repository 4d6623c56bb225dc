"""All throttles of a run, by what they limit: which of them a message has to pass. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.limiter import Throttle
from composer.delivery.limits.providers import find_provider
from composer.delivery.limits.settings import LimitSet, LimitSettings
from composer.delivery.outcome import Delivery
from composer.delivery.smtp.relay import Relay

_MANY = 10_000


class Throttles:
    """``senders`` gives the From domain of each language. Throttles are made when they are first needed."""

    def __init__(self, relays: Sequence[Relay], limits: LimitSettings, *, senders: Mapping[str, str]) -> None:
        self._relays = relays
        self._limits = limits
        self._senders = senders
        self._domains = frozenset(senders.values())
        self._provider = find_provider(limits.domains)
        self._by_provider = bool(limits.providers)
        self._throttles: dict[str, Throttle] = {}
        self._fixed = {self._overall(), *(self.of_relay(number) for number in range(len(relays)))}
        self._fixed.update(self._of_sender(domain) for domain in self._domains)

    def common(self, relay: int) -> tuple[Throttle, ...]:
        """What all mail by this relay has to pass."""
        of_sender = [self._of_sender(domain) for domain in self._domains] if len(self._domains) == 1 else []
        return tuple(throttle for throttle in (self._overall(), *of_sender, self.of_relay(relay)) if throttle.is_active)

    def own(self, delivery: Delivery) -> tuple[str, tuple[Throttle, ...]]:
        """What this one has to pass besides; with its provider, if that has a throttle of its own."""
        throttles: tuple[Throttle, ...] = ()
        if len(self._domains) > 1 and (of_sender := self._of_sender(self._senders[delivery.language])).is_active:
            throttles = (of_sender,)
        if not self._by_provider:
            return "", throttles
        provider = self._provider(delivery.email)
        limits = self._limits.for_provider(provider)
        if not limits and f"to {provider}" not in self._throttles:
            return "", throttles
        return provider, (*throttles, self._throttle(f"to {provider}", limits))

    def of_relay(self, number: int) -> Throttle:
        """The connections of a relay are its workers, so they are not counted again."""
        relay = self._relays[number]
        return self._throttle(f"by {relay.name}", replace(relay.limits, connections=None), key=f"by {relay.account}")

    def of_provider(self, email: str) -> Throttle:
        """From now on, providers are told apart."""
        self._by_provider = True
        provider = self._provider(email)
        return self._throttle(f"to {provider}", self._limits.for_provider(provider))

    def domains(self, provider: str) -> Sequence[str]:
        """All that belong to it."""
        return self._limits.domains.get(provider, (provider,))

    def adopt(self, backoffs: Mapping[str, Backoff], now_ns: int) -> bool:
        """What other senders have heard, by the throttles' keys; whether a throttle limits now that did not before."""
        changed = False
        for key, backoff in backoffs.items():
            kind, _, name = key.partition(" ")
            if kind == "to":
                throttle = self.of_provider(f"@{self.domains(name)[0]}")
            elif key in self._throttles:
                throttle = self._throttles[key]
            else:
                continue
            changed |= not throttle.is_active
            throttle.adopt(backoff, now_ns)
        return changed

    def all(self) -> Collection[Throttle]:
        """Every one that there is."""
        return self._throttles.values()

    def forget_idle(self, used: Iterable[Throttle], now_ns: int) -> None:
        """A limit for "*" makes one throttle for every domain of the world."""
        if len(self._throttles) > _MANY:
            kept = {*used, *self._fixed}
            self._throttles = {
                key: throttle
                for key, throttle in self._throttles.items()
                if throttle in kept or throttle.is_busy(now_ns)
            }

    def _overall(self) -> Throttle:
        return self._throttle("", self._limits.overall)

    def _of_sender(self, domain: str) -> Throttle:
        return self._throttle(f"from {domain}", self._limits.for_sender(domain))

    def _throttle(self, subject: str, limits: LimitSet, *, key: str = "") -> Throttle:
        throttle = self._throttles.get(key or subject)
        if throttle is None:
            throttle = self._throttles[key or subject] = Throttle(subject, limits, key=key)
        return throttle
