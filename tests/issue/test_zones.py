"""A time zone is a place; whatever else people write is refused with a place that works."""

from __future__ import annotations

import re

import pytest

from composer.issue.blocks.zones import wrong_zone


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("EST", "America/New_York"),
        ("EDT", "America/New_York"),
        ("CET", "Europe/Paris"),
        ("cest", "Europe/Paris"),
        ("MESZ", "Europe/Berlin"),
        ("BST", "Europe/London"),
        ("EST5EDT", "America/New_York"),
        ("UTC+1", "Europe/Paris"),
        ("GMT+2", "Europe/Athens"),
        ("GMT-5", "America/New_York"),
        ("+02:00", "Europe/Athens"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("UTC−3", "America/Sao_Paulo"),
        ("Etc/GMT+5", "America/New_York"),  # behind Greenwich
        ("UTC+0", "UTC"),
        ("Paris time", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("heure de Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("Europe/Pari", "Europe/Paris"),
        ("Nice", "Europe/Paris"),
        ("New York", "America/New_York"),
        ("Eastern Time", "America/New_York"),
        ("posixrules", "Europe/Paris"),
        ("Xyzzy", "Europe/Paris"),
    ],
)
def test_what_is_no_place_is_refused_with_one_that_is(written: str, place: str) -> None:
    hint = wrong_zone(written).partition("; ")[2]
    assert place in hint
    for named in re.findall(r"[A-Z][a-z]+/[A-Z][A-Za-z_/]+", hint):
        assert wrong_zone(named) == ""


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", "GMT", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])
def test_a_place_is_a_zone(zone: str) -> None:
    assert wrong_zone(zone) == ""


@pytest.mark.parametrize("written", ["Europe/Nice", "Atlantis"])
def test_no_place_is_proposed_that_only_looks_like_it(written: str) -> None:
    assert "Nicosia" not in wrong_zone(written)
