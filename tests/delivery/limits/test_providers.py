"""Domains of one provider are counted together; the table can be extended."""

from __future__ import annotations

import pytest

from composer.delivery.limits.providers import find_provider, parse_providers
from composer.errors import SettingsError
from composer.mailbox_providers import PROVIDERS

SETTING = "NEWSLETTER_PROVIDERS"


def test_domains_of_one_provider_are_one() -> None:
    provider = find_provider(PROVIDERS)
    assert provider("ana@gmail.com") == provider("ben@GoogleMail.com") == "gmail"
    assert provider("ana@example.org") == "example.org"


def test_no_domain_belongs_to_two_providers() -> None:
    domains = [domain for group in PROVIDERS.values() for domain in group]
    assert len(domains) == len(set(domains))
    assert all(domain == domain.lower() and "." in domain for domain in domains)


def test_the_table_can_be_extended() -> None:
    table = parse_providers(
        "cities: nice.example Lyon.Example xn--bcher-kva.example; gmail: school.example", setting=SETTING
    )
    provider = find_provider(table)
    assert provider("ana@lyon.example") == provider("ana@bücher.example") == "cities"
    assert provider("ana@school.example") == provider("ana@gmail.com") == "gmail"


@pytest.mark.parametrize("text", ["cities nice.example", "cities:", ": nice.example", "two words: nice.example"])
def test_an_addition_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=SETTING):
        parse_providers(text, setting=SETTING)
