"""The operator's guide has every setting of sending, and every option of a relay."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.delivery.limits.settings import parse_limits
from composer.delivery.smtp.relay import OPTIONS
from composer.mailbox_providers import PROVIDERS
from composer.settings import PaceSettings, SmtpSettings

GUIDE = (Path(__file__).parent.parent.parent / "docs" / "sending.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*PaceSettings.model_fields, *SmtpSettings.model_fields])
def test_every_setting_has_its_heading(name: str) -> None:
    assert f"### NEWSLETTER_{name.upper()}\n" in GUIDE


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_of_a_relay_has_its_row(name: str) -> None:
    rows = [line for line in GUIDE.splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in row.split("|")[1] for row in rows)


def test_every_provider_is_named() -> None:
    for name in PROVIDERS:
        assert name in GUIDE


def test_the_examples_of_the_settings_are_read() -> None:
    limits = parse_limits(
        rate="50/second 20000/day",
        rate_from="news.example.org 1000/hour; * 200/hour",
        rate_to="gmail 20/second 10 connections; * 5/second",
        providers="gmail: school.example; cities: nice.example lyon.example",
        sending_window="Mon-Thu 08:00-18:00, Fri 08:00-12:00 Europe/Paris",
    )
    for example in ("50/second 20000/day", "gmail 20/second 10 connections; * 5/second", "* 200/hour"):
        assert example in GUIDE
    assert limits.hours is not None
