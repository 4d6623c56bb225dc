"""Reads the operator's limits: from the words of the settings to values. Pure.

::

    NEWSLETTER_RATE         20/second 50000/day
    NEWSLETTER_RATE_FROM    news.example.org 1000/hour; * 200/hour
    NEWSLETTER_RATE_TO      gmail 20/second 10 connections; * 5/second
    in NEWSLETTER_SMTP_URL  smtp://host?per_second=50&per_day=20000&connections=4&warmup=200x1.5

``*`` is every other domain or provider: each of them has that limit for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from composer.address import read_domain
from composer.delivery.limits.providers import parse_providers
from composer.delivery.limits.quota import Rate, parse_rates
from composer.delivery.limits.sending_hours import SendingHours, parse_sending_hours
from composer.delivery.limits.warmup import WarmUp
from composer.errors import SettingsError
from composer.mailbox_providers import PROVIDERS

OTHERS = "*"


@dataclass(frozen=True, slots=True)
class LimitSet:
    """All limits of one relay, sender or provider, or of all mail. ``connections`` are those open at the same time."""

    rates: tuple[Rate, ...] = ()
    connections: int | None = None
    warm_up: WarmUp | None = None

    def __bool__(self) -> bool:
        return bool(self.rates or self.connections or self.warm_up)


UNLIMITED = LimitSet()


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """All limits of the settings but those of the relays, which stand with each relay (``Relay.limits``)."""

    overall: LimitSet = UNLIMITED
    senders: Mapping[str, LimitSet] = field(default_factory=dict)  # by From domain
    providers: Mapping[str, LimitSet] = field(default_factory=dict)
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PROVIDERS)  # provider → its domains
    hours: SendingHours | None = None

    def for_sender(self, domain: str) -> LimitSet:
        """The limits that mail from this domain has to keep."""
        return self.senders.get(domain) or self.senders.get(OTHERS, UNLIMITED)

    def for_provider(self, provider: str) -> LimitSet:
        """The limits that mail to this provider has to keep."""
        return self.providers.get(provider) or self.providers.get(OTHERS, UNLIMITED)


NO_LIMITS = LimitSettings()


def parse_limits(*, rate: str, rate_from: str, rate_to: str, providers: str, sending_window: str) -> LimitSettings:
    """Read the five settings, each of which may be empty. Raises SettingsError, which names the setting."""
    window = "NEWSLETTER_SENDING_WINDOW"
    return LimitSettings(
        overall=_limit_set(rate.split(), setting="NEWSLETTER_RATE"),
        senders=_limit_sets(rate_from, setting="NEWSLETTER_RATE_FROM"),
        providers=_limit_sets(rate_to, setting="NEWSLETTER_RATE_TO"),
        domains=parse_providers(providers, setting="NEWSLETTER_PROVIDERS"),
        hours=parse_sending_hours(sending_window, setting=window) if sending_window.strip() else None,
    )


def _limit_sets(text: str, *, setting: str) -> Mapping[str, LimitSet]:
    limit_sets: dict[str, LimitSet] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, *words = part.split()
        key = read_domain(name)
        if key in limit_sets:
            raise SettingsError(f"{setting} names {name} twice")
        if not words or "/" in name:
            raise SettingsError(f"{setting} has {part!r}; it is a name and its limits: gmail 20/second 5000/hour")
        limit_sets[key] = _limit_set(words, setting=setting)
    return limit_sets


def _limit_set(words: list[str], *, setting: str) -> LimitSet:
    connections = None
    if words and words[-1] in ("connection", "connections"):
        *words, number, _ = ["", *words]
        words = [word for word in words if word]
        if not (number.isascii() and number.isdigit() and int(number)):
            raise SettingsError(f"{setting} has {number!r} before connections, where a number belongs")
        connections = int(number)
    return LimitSet(parse_rates(words, setting=setting), connections)
