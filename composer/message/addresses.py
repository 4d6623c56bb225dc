"""Addresses as they stand in headers and on the wire.

The domain goes out as A-labels (IDNA2008 by UTS 46), which every server knows. A local part beyond ASCII
stays UTF-8: only a relay with SMTPUTF8 can carry it (RFC 6531), and there is no other way to write it.
"""

from __future__ import annotations

import re

import idna

from composer.errors import MessageError

# A dot-atom (RFC 5322 3.2.3), with RFC 6532's characters beyond ASCII. No quoted local parts, no literals.
_ATOM = r"[^\x00-\x20\"(),.:;<>@\[\\\]\x7f-\xa0]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_DOMAIN_MAX = 255  # RFC 5321 4.5.3.1.2
_LOCAL_PART_MAX_BYTES = 64  # RFC 5321 4.5.3.1.1


def wire_address(email: str) -> str:
    """The address with its domain as A-labels. Raises MessageError if it cannot stand in a message."""
    local_part, _, domain = email.rpartition("@")
    # Not printable beyond ASCII: white space, invisible and unpaired characters.
    fits = local_part.isprintable() and len(local_part.encode()) <= _LOCAL_PART_MAX_BYTES
    if not fits or not _LOCAL_PART.fullmatch(local_part):
        raise MessageError(f"this is not an address that can be written to: {email!r}")
    return f"{local_part}@{wire_domain(domain)}"


def wire_domain(domain: str) -> str:
    """The domain as A-labels, in lower case. Raises MessageError if it is none."""
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise MessageError(f"this is not a domain name: {domain!r} ({error})") from error
    if len(domain) > _DOMAIN_MAX or not _DOMAIN.fullmatch(domain):
        raise MessageError(f"this is not a domain name: {domain!r}")
    return domain.lower()
