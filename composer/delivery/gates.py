"""All gates of a run, by what they limit: which of them a message has to pass. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from composer.delivery.gate import Gate
from composer.delivery.outcome import Delivery
from composer.delivery.providers import find_provider
from composer.delivery.relay import Relay
from composer.delivery.rules import Cap, Rules
from composer.delivery.slowdown import Slowdown

_MANY = 10_000


class Gates:
    """``senders`` gives the From domain of each language. Gates are made when they are first needed."""

    def __init__(self, relays: Sequence[Relay], rules: Rules, *, senders: Mapping[str, str]) -> None:
        self._relays = relays
        self._rules = rules
        self._senders = senders
        self._provider = find_provider(rules.domains)
        self._by_provider = bool(rules.providers)
        self._gates: dict[str, Gate] = {}
        self._fixed = {self._overall(), *(self.of_relay(number) for number in range(len(relays)))}
        self._fixed.update(self._of_sender(domain) for domain in senders.values())

    def common(self, relay: int) -> tuple[Gate, ...]:
        """What all mail by this relay has to pass."""
        domains = set(self._senders.values())
        of_sender = [self._of_sender(domain) for domain in domains] if len(domains) == 1 else []
        return tuple(gate for gate in (self._overall(), *of_sender, self.of_relay(relay)) if gate.limits)

    def own(self, delivery: Delivery) -> tuple[str, tuple[Gate, ...]]:
        """What this one has to pass besides; with its provider, if that has a gate of its own."""
        gates: tuple[Gate, ...] = ()
        if len(self._senders) > 1 and len(set(self._senders.values())) > 1:
            gates = tuple(gate for gate in (self._of_sender(self._senders[delivery.language]),) if gate.limits)
        if not self._by_provider:
            return "", gates
        provider = self._provider(delivery.email)
        cap = self._rules.for_provider(provider)
        if not cap and f"to {provider}" not in self._gates:
            return "", gates
        return provider, (*gates, self._gate(f"to {provider}", cap))

    def of_relay(self, number: int) -> Gate:
        """The connections of a relay are its workers, so they are not counted again."""
        relay = self._relays[number]
        return self._gate(f"by {relay.name}", replace(relay.cap, connections=None), key=f"by {relay.account}")

    def of_provider(self, email: str) -> Gate:
        """From now on, providers are told apart."""
        self._by_provider = True
        provider = self._provider(email)
        return self._gate(f"to {provider}", self._rules.for_provider(provider))

    def domains(self, provider: str) -> Sequence[str]:
        """All that belong to it."""
        return self._rules.domains.get(provider, (provider,))

    def adopt(self, slowdowns: Mapping[str, Slowdown], now_ns: int) -> bool:
        """What other senders have heard, by the gates' keys; whether a gate limits now that did not before."""
        changed = False
        for key, slowdown in slowdowns.items():
            kind, _, name = key.partition(" ")
            if kind == "to":
                gate = self.of_provider(f"@{self.domains(name)[0]}")
            elif key in self._gates:
                gate = self._gates[key]
            else:
                continue
            changed |= not gate.limits
            gate.adopt(slowdown, now_ns)
        return changed

    def all(self) -> Collection[Gate]:
        """Every one that there is."""
        return self._gates.values()

    def forget_idle(self, used: Iterable[Gate], now_ns: int) -> None:
        """A limit for "*" makes one gate for every domain of the world."""
        if len(self._gates) > _MANY:
            kept = {*used, *self._fixed}
            self._gates = {key: gate for key, gate in self._gates.items() if gate in kept or gate.is_busy(now_ns)}

    def _overall(self) -> Gate:
        return self._gate("", self._rules.overall)

    def _of_sender(self, domain: str) -> Gate:
        return self._gate(f"from {domain}", self._rules.for_sender(domain))

    def _gate(self, subject: str, cap: Cap, *, key: str = "") -> Gate:
        gate = self._gates.get(key or subject)
        if gate is None:
            gate = self._gates[key or subject] = Gate(subject, cap, key=key)
        return gate
