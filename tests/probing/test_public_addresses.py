"""Only numbers that everybody can reach are connected to, whatever led to them and whatever they are wrapped in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest

from composer.probing.public_addresses import PrivateAddress, is_public, numbers_of, resolve

PRIVATE = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # the metadata of a cloud
    "100.64.0.1",  # a provider's own (CGNAT)
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::7f00:1",  # as old programs wrote 127.0.0.1
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "64:ff9b::a00:1",  # 10.0.0.1 through NAT64
    "64:ff9b:1::7f00:1",
    "64:ff9b:1::",
    "64:ff9b:1:2:3:4:a9fe:a9fe",  # 169.254.169.254, behind a prefix of 96 bits
    "64:ff9b:1:a00:0:100::",  # 10.0.0.1, of 48
    "64:ff9b:1:12c0:a8:100::",  # 192.168.1.0, of 56
    "64:ff9b:1:1234:a:1:200::",  # 10.0.1.2, of 64
    "2002:7f00:1::1",  # 127.0.0.1 through 6to4
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",  # 10.0.0.1 through Teredo
]
PUBLIC = [
    "93.184.216.34",
    "2606:2800:220:1:248:1893:25c8:1946",
    "::ffff:93.184.216.34",
    "64:ff9b::5db8:d822",
    "64:ff9b:1::5db8:d822",
    "64:ff9b:1:5db8:d8:2200::",
]


@pytest.mark.parametrize("number", PRIVATE)
def test_what_only_some_can_reach_is_not_public(number: str) -> None:
    assert not is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_what_everybody_can_reach_is_public(number: str) -> None:
    assert is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize("numbers", [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["fe80::1%eth0"]])
def test_one_private_number_is_enough_to_refuse_a_host(numbers: Sequence[str]) -> None:
    with pytest.raises(PrivateAddress):
        numbers_of("x.example", 443, resolve=lambda *_: numbers, admit=is_public)


def test_a_host_without_a_number_is_none() -> None:
    with pytest.raises(OSError, match="has no address"):
        numbers_of("x.example", 443, resolve=lambda *_: (), admit=is_public)


def test_the_system_says_which_numbers_a_host_has() -> None:
    assert set(resolve("127.0.0.1", 80)) == {"127.0.0.1"}
