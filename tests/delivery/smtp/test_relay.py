"""Several relays in one setting: their options, and what is said about a mistake in them."""

from __future__ import annotations

import pytest

from composer.delivery.limits.quota import Rate, Unit
from composer.delivery.limits.settings import UNLIMITED
from composer.delivery.smtp.relay import parse_relays
from composer.errors import SettingsError


def test_one_relay_without_options_has_no_limits() -> None:
    (relay,) = parse_relays("smtp://mail.example.org")
    assert relay.limits is UNLIMITED or not relay.limits
    assert (relay.weight, relay.senders) == (1, ())


@pytest.mark.parametrize("between", [" ", ", ", ",", "\n  ", "  "])
def test_several_relays_are_separated_by_spaces_or_commas(between: str) -> None:
    relays = parse_relays(f"smtp://a.example?weight=3{between}smtps://b.example")
    assert [(relay.name, relay.weight) for relay in relays] == [("a.example:587", 3), ("b.example:465", 1)]


def test_limits_of_a_relay() -> None:
    (relay,) = parse_relays("smtp://a.example?per_second=20&per_day=5000&connections=4&warmup=200x1.5")
    assert relay.limits.rates == (Rate(20, Unit.SECOND), Rate(5000, Unit.DAY))
    assert relay.limits.connections == 4
    assert str(relay.limits.warm_up) == "200x1.5"


@pytest.mark.parametrize("written", ["from=a.example&from=B.example", "from=a.example,b.example"])
def test_the_domains_that_a_relay_carries(written: str) -> None:
    (relay,) = parse_relays(f"smtp://mail.example.org?{written}")
    assert relay.senders == ("a.example", "b.example")


def test_a_domain_is_the_same_however_it_is_spelled() -> None:
    (relay,) = parse_relays("smtp://mail.example.org?from=xn--bcher-kva.example,B%C3%BCcher.EXAMPLE")
    assert relay.senders == ("bücher.example", "bücher.example")


def test_two_logins_at_one_host_are_two_accounts_and_one_name() -> None:
    first, second = parse_relays("smtp://ana:x@mail.example.org smtp://ben:y@mail.example.org")
    assert first.name == second.name == "mail.example.org:587"
    assert first.account != second.account


@pytest.mark.parametrize(
    ("urls", "words"),
    [
        ("smtp://a.example http://b.example", "something after the host|needs a host"),
        ("smtp://a.example smtp://b.example?wieght=3", r"'wieght'.*weight.*\(relay 2 of 2\)"),
        ("smtp://a.example?weight=-1", "weight='-1'"),
        ("smtp://a.example?weight=1&weight=2", "weight= twice"),
        ("smtp://a.example?per_second=0", "per_second='0'; it is a whole number from 1 on"),
        ("smtp://a.example?per_fortnight=3", "per_fortnight"),
        ("smtp://a.example?connections=many", "connections='many'"),
        ("smtp://a.example?warmup=200", "warmup='200'"),
        ("smtp://a.example smtp://a.example", "a.example:587 twice"),
        ("", "begins with smtp"),
    ],
)
def test_a_mistake_is_named(urls: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        parse_relays(urls)


ODD = "/?#[]@:%&=+ \\%2\uff05\u2100"
"""Signs that end a part of an address, or that Python refuses in one, where they stand unencoded in a login."""


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "url",
    [
        "smtp://ana:{}@a.example",
        "smtps://{}@a.example:465",
        "smtp://ana:x@b.example smtp://ben:{}@a.example?weight=3",
        "smtp://ana:{}@a.example?wieght=3",
        "smtp://ana:{}@a.example:none",
        "smtp://{}:{}@a.example/ smtp://{}:{}@a.example/",
        "{}@a.example",
    ],
)
def test_no_piece_of_a_login_is_repeated(odd: str, url: str) -> None:
    secret = odd.join(["s3cret", "77", "t3rces"])
    try:
        parse_relays(url.replace("{}", secret))
    except SettingsError as error:
        told = str(error)
    else:
        return  # it can be read as it is
    assert not [piece for piece in ("s3cret", "t3rces", f"{odd}77", f"77{odd}") if piece in told], told


@pytest.mark.parametrize("password", ["pa/ss", "pa?ss", "pa#ss", "pa/s@s", "pa[ss", "1?2/3", "1/2"])
def test_a_login_that_was_cut_is_told_how_to_write_it(password: str) -> None:
    with pytest.raises(SettingsError, match="percent-encode"):
        parse_relays(f"smtp://ana:{password}@a.example")
