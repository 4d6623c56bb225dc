"""Tells which numbers of the network may be connected to: those of the public, whatever name led to them.

A link in an issue may be a stranger's (an import, a sponsor's text), and a name may lead to the inside of the network
in which this runs: to a router, a database, a cloud's metadata service. So a name is resolved once, every number that
it has is judged, and the connection is made to a number that was judged, never to the name again (DNS rebinding).
Sources: the IANA registries of special addresses (RFC 6890), as ``ipaddress`` has them; RFC 6052 (NAT64), RFC 3056
(6to4) and RFC 4380 (Teredo) for numbers that carry another one inside.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""From a host and a port to the numbers it has, as texts. Raises OSError."""
Admit = Callable[[IpAddress], bool]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
"""RFC 8215: a network takes a prefix of its own from it, whose length, 48 to 96, nobody else knows."""
_LOCAL_LENGTHS = (48, 56, 64)
_COMPATIBLE = ipaddress.IPv6Network("::/96")


class PrivateAddress(Exception):
    """A name leads to a number that only the network in which this runs can reach; its text is that number."""


def is_public(address: IpAddress) -> bool:
    """Tell whether everybody can reach a number, and those that it carries inside."""
    return all(_is_public_itself(each) for each in _with_those_inside(address))


def _is_public_itself(address: IpAddress) -> bool:
    is_old_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_old_local)


def _with_those_inside(address: IpAddress) -> Iterator[IpAddress]:
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _LOCAL_NAT64:
        inside += _in_local_nat64(int(address))
    elif address in _NAT64 or address in _COMPATIBLE:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    found = [each for each in inside if each is not None]
    yield from found
    # A number that is only another one's wrapping is reserved itself, and judged by what it wraps.
    if not found:
        yield address


def _in_local_nat64(number: int) -> Iterator[ipaddress.IPv4Address]:
    """Give each number that may be inside, by the lengths of a prefix (RFC 6052 2.2): one leaves out the octet of bits
    64 to 71, and has noughts behind the number inside.
    """
    yield from (ipaddress.IPv4Address(last) for last in [number & 0xFFFFFFFF] if last)
    if number >> 56 & 0xFF:
        return
    without_octet = (number >> 64 << 56) | (number & (1 << 56) - 1)  # 120 bits
    for length in _LOCAL_LENGTHS:
        behind = 120 - length - 32
        if without_octet & (1 << behind) - 1 == 0:
            yield ipaddress.IPv4Address(without_octet >> behind & 0xFFFFFFFF)


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system which numbers a host has. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def numbers_of(host: str, port: int, *, resolve: Resolve, admit: Admit) -> Sequence[str]:
    """Give the numbers of a host, all of which may be connected to. Raises PrivateAddress, and OSError for none.

    One that may not be is enough to refuse the host: nobody has both on purpose.
    """
    numbers = resolve(host, port)
    if not numbers:
        raise OSError(f"{host} has no address")
    for number in numbers:
        if not admit(ipaddress.ip_address(number.partition("%")[0])):
            raise PrivateAddress(number)
    return numbers
