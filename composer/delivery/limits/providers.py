"""Tells whose mailboxes are behind a domain, because receivers count our mail per provider. Pure.

``mailbox_providers.py`` has those with more than one domain; every other domain is a provider of its own, and is
named by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from composer.address import read_domain
from composer.errors import SettingsError
from composer.mailbox_providers import PROVIDERS


def parse_providers(text: str, *, setting: str) -> Mapping[str, tuple[str, ...]]:
    """Add to the table what a setting says: ``cities: nice.example lyon.example``. Raises SettingsError."""
    table = dict(PROVIDERS)
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, colon, domains = part.partition(":")
        name = name.strip().lower()
        if not colon or not name or " " in name or not domains.split():
            raise SettingsError(
                f"{setting} has {part!r}; it is a name and its domains: cities: nice.example lyon.example"
            )
        table[name] = (*table.get(name, ()), *map(read_domain, domains.split()))
    return table


def find_provider(table: Mapping[str, tuple[str, ...]]) -> Callable[[str], str]:
    """Make a function that gives a parsed address's provider, by a table from provider to domains."""
    by_domain = {domain: name for name, domains in table.items() for domain in domains}

    def provider(address: str) -> str:
        domain = address.rpartition("@")[2].lower()
        return by_domain.get(domain, domain)

    return provider
