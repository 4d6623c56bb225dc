"""Addresses: what we mail, in one spelling, and what makes two of them one person's.

Enters: what somebody typed. Leaves: ``local@domain`` with the local part exactly as given (RFC 5321 2.4: its
case may matter) and the domain as lower-case IDNA2008 U-labels (UTS 46), as people read it; ``message``
writes it as A-labels on the wire. ``fold_address`` is the key that is unique per person: local part NFC and
lower-case, domain as A-labels. It never guesses more than that: dots, ``+tags`` and providers' aliases stay,
because merging two people is worse than mailing one twice.

Refused, though RFC 5321 would allow them: quoted local parts and domain literals (requirement A5). No
lookup is made here.
"""

from __future__ import annotations

import re
import unicodedata

import idna

from composer.errors import AddressError

LOCAL_PART_MAX_BYTES = 64  # RFC 5321 4.5.3.1.1
ADDRESS_MAX_BYTES = 254  # RFC 5321 4.5.3.1.3: a path of 256 octets, less its angle brackets

_ATEXT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~")
# One label of a host name (RFC 1123 2.1); "--" in third place is left to "xn--" (RFC 5890 2.3.1).
_LABEL = re.compile(r"(?!..--(?<!xn--))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def parse_address(text: str) -> str:
    """The address in ``text``, checked. Raises AddressError saying what is wrong with it."""
    address = text.strip()
    if not address:
        raise AddressError("there is no address")
    _refuse_invisible(address)
    local, at, domain = address.rpartition("@")
    if not at:
        raise AddressError(f"“{_short(address)}” has no @")
    if not local or not domain:
        raise AddressError(f"“{_short(address)}” has nothing {'before' if not local else 'after'} its @")
    _check_local_part(local, address)
    ascii_domain = _ascii_domain(domain, address)
    if len(f"{local}@{ascii_domain}".encode()) > ADDRESS_MAX_BYTES:
        raise AddressError(f"“{_short(address)}” is longer than {ADDRESS_MAX_BYTES} bytes")
    return f"{local}@{idna.decode(ascii_domain) if 'xn--' in ascii_domain else ascii_domain}"


def fold_address(email: str) -> str:
    """The key under which a parsed address is unique (requirement A3)."""
    local, _, domain = email.rpartition("@")
    return f"{_fold_text(local)}@{_ascii_domain(domain, email)}"


def _fold_text(text: str) -> str:
    # Twice, for lower-casing can undo the normal form ("İ" becomes "i" and a combining dot).
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _refuse_invisible(address: str) -> None:
    for character in address:
        category = unicodedata.category(character)
        if character.isspace():
            raise AddressError(f"“{_short(address)}” has a space in it")
        if category[0] == "C":
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise AddressError(f"“{_short(address)}” has an invisible character in it ({name})")


def _check_local_part(local: str, address: str) -> None:
    if local.startswith('"'):
        raise AddressError(f"“{_short(address)}” has a quoted part, which is not accepted")
    if len(local.encode()) > LOCAL_PART_MAX_BYTES:
        raise AddressError(f"“{_short(address)}” has more than {LOCAL_PART_MAX_BYTES} bytes before its @")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise AddressError(f"“{_short(address)}” has a dot at the wrong place")
    if any(unicodedata.category(atom[0])[0] == "M" for atom in local.split(".")):
        raise AddressError(f"“{_short(address)}” has an accent without its letter")
    for character in local:
        if character != "." and not _may_stand_in_local_part(character):
            raise AddressError(f"“{_short(address)}” has a “{character}” before its @")


def _may_stand_in_local_part(character: str) -> bool:
    # RFC 6531 allows anything beyond ASCII; letters, marks and digits are what mailboxes are made of.
    return character in _ATEXT or (not character.isascii() and unicodedata.category(character)[0] in "LMN")


def _ascii_domain(domain: str, address: str) -> str:
    """The domain as lower-case A-labels, checked."""
    if domain.startswith("["):
        raise AddressError(f"“{_short(address)}” names a machine by its number, which is not accepted")
    if not domain.isascii():
        domain = _to_ascii(domain, address)
    domain = domain.lower()
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(f"“{_short(address)}” has no correct domain after its @")
    if len(labels) == 1 and domain != "localhost":
        raise AddressError(f"“{_short(address)}” has no dot in its domain; is the ending missing?")
    if labels[-1].isdigit():
        raise AddressError(f"“{_short(address)}” ends in a number, not in a domain")
    if "xn--" in domain:
        _to_unicode(domain, address)
    return domain


def _to_ascii(domain: str, address: str) -> str:
    if len(domain) > ADDRESS_MAX_BYTES:
        raise AddressError(f"“{_short(address)}” is longer than {ADDRESS_MAX_BYTES} bytes")
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise AddressError(f"“{_short(address)}” has no correct domain after its @ ({error})") from error


def _to_unicode(domain: str, address: str) -> None:
    try:
        idna.decode(domain)
    except idna.IDNAError as error:
        raise AddressError(f"“{_short(address)}” has no correct domain after its @ ({error})") from error


def _short(address: str) -> str:
    """For a message to a person: printable, and not endless."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in address)
    return shown if len(shown) <= 80 else shown[:79] + "…"
