"""Mail addresses: the one grammar, asked by all who take, check, compare or write one.

::

    as typed ── parse_address ──▶ address           as people read it: the domain in U-labels, lower-case (UTS 46)
                                    │ wire_address  as commands and headers have it: the domain in A-labels
                                    │ fold_address  the key that is unique per person
                                    ▼ domain_of     what limits and relays go by; read_domain spells a setting's like it

The local part stays as it was given everywhere but in the key, for its case may matter (RFC 5321 2.4). The key has it
in NFC and lower-case, and guesses no more than that: dots, ``+tags`` and providers' aliases stay, because merging two
people is worse than mailing one twice.

=============  ==========================================================================================
local part     64 octets (RFC 5321 4.5.3.1.1): atoms between dots (RFC 5322 3.2.3). Beyond ASCII (RFC 6531 3.3),
               letters, marks, digits and signs such as emoji; no punctuation, which word processors put in place
               of ASCII's, and nothing invisible
domain         labels of 63 octets: letters, digits and inner hyphens (RFC 1123 2.1), or what IDNA2008 makes of
               others (RFC 5890 2.3.1); two at least, but for ``localhost``; the last is no number (RFC 3696 2)
whole          254 octets with A-labels: a path of 256 (RFC 5321 4.5.3.1.3), less its angle brackets
=============  ==========================================================================================

Refused, though RFC 5321 would allow them: quoted local parts and domain literals. No look-up is made here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import idna

from composer.errors import AddressError

LOCAL_PART_MAX_BYTES = 64
ADDRESS_MAX_BYTES = 254
LIST_ID_MAX = 255  # RFC 2919 2

_ATEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_ATOMS = rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*"
# "--" in third place is left to "xn--" (RFC 5890 2.3.1), and those take the long way.
_LABEL = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Nearly every address there is; a test holds it to the long way, which also says what is wrong.
_ORDINARY = re.compile(rf"{_ATOMS}@(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}")
_ASCII_LABEL = re.compile(r"(?!..--(?<!xn--))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LIST_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)

# Never given back what is matched (++), so a page of addresses is looked through once, at the speed of C.
_PLAIN_LINES = re.compile(
    r"(?:[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@(?:[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+\.)++[A-Za-z]++\n)*+"
)
_PLAIN_LENGTH = 60  # far from every limit


def parse_address(text: str) -> str:
    """Read the address in ``text``, and spell it as people read it. Raises AddressError, which says what is wrong."""
    local_part, domain = _parts(text.strip())
    return f"{local_part}@{_in_u_labels(domain)}"


def wire_address(email: str) -> str:
    """Spell an address as commands and headers have it. Raises AddressError.

    Every server knows A-labels. A local part beyond ASCII stays UTF-8: only a relay with SMTPUTF8 can carry it
    (RFC 6531), and there is no other way to write it.
    """
    local_part, domain = _parts(email)
    return f"{local_part}@{domain}"


def fold_address(email: str) -> str:
    """Make the key under which a parsed address is unique. Raises AddressError."""
    local_part, _, domain = email.rpartition("@")
    try:
        return f"{_fold_text(local_part)}@{_in_a_labels(domain)}"
    except _Wrong as wrong:
        raise AddressError(f"“{_short(email)}” {wrong}") from wrong


def address_of_key(key: str) -> str:
    """Spell a key as people read it, where nothing else is left of an address. It may be longer than one."""
    local_part, _, domain = key.rpartition("@")
    return f"{local_part}@{_in_u_labels(domain)}"


def domain_of(email: str) -> str:
    """Give the domain of an address, as people read it. Raises AddressError."""
    return parse_address(email).rpartition("@")[2]


def read_domain(name: str) -> str:
    """Spell a domain that a setting names as ``domain_of`` does; what is no domain only gets small letters."""
    try:
        return _in_u_labels(_in_a_labels(name))
    except _Wrong:
        return name.lower()


def are_plain_addresses(emails: Sequence[str]) -> bool:
    """Tell by a quick look whether all of these are addresses beyond doubt; most of the others are addresses too."""
    lines = "".join([f"{email}\n" for email in emails])
    return (
        lines.count("\n") == len(emails)
        and max(map(len, emails), default=0) <= _PLAIN_LENGTH
        and _PLAIN_LINES.fullmatch(lines) is not None
    )


def wire_list_id(text: str) -> str:
    """Spell a List-Id (RFC 2919) as its header has it: it looks like a domain, in A-labels, and need not be one.

    Raises AddressError.
    """
    try:
        # Word by word: one of ASCII may be longer than a domain's label.
        words = [word if word.isascii() else idna.encode(word, uts46=True).decode("ascii") for word in text.split(".")]
    except idna.IDNAError as error:
        raise AddressError(f"“{_short(text)}” is no List-Id ({error})") from error
    list_id = ".".join(words)
    if len(list_id) > LIST_ID_MAX:
        raise AddressError(f"“{_short(text)}” is longer than the {LIST_ID_MAX} characters of a List-Id")
    if not _LIST_ID.fullmatch(list_id):
        raise AddressError(f"“{_short(text)}” is no List-Id: words of letters, digits and hyphens, dots between them")
    return list_id.lower()


class _Wrong(ValueError):
    """What is wrong with an address, in words that follow it."""


@lru_cache(maxsize=64)  # a header and a command ask for the same one, and all commands for the sender's
def _parts(address: str) -> tuple[str, str]:
    """Split an address into its local part, and its domain in A-labels. Raises AddressError."""
    if _ORDINARY.fullmatch(address) and len(address) <= ADDRESS_MAX_BYTES:
        local_part, _, domain = address.rpartition("@")
        if len(local_part) <= LOCAL_PART_MAX_BYTES:
            return local_part, domain.lower()
    if not address:
        raise AddressError("there is no address")
    try:
        return _judged(address)
    except _Wrong as wrong:
        raise AddressError(f"“{_short(address)}” {wrong}") from wrong


def _judged(address: str) -> tuple[str, str]:
    _refuse_invisible(address)
    local_part, at, domain = address.rpartition("@")
    if not at:
        raise _Wrong("has no @")
    if not local_part or not domain:
        raise _Wrong(f"has nothing {'after' if local_part else 'before'} its @")
    _refuse_local_part(local_part)
    domain = _in_a_labels(domain)
    if len(f"{local_part}@{domain}".encode()) > ADDRESS_MAX_BYTES:
        raise _Wrong(f"is longer than {ADDRESS_MAX_BYTES} bytes")
    return local_part, domain


def _refuse_invisible(address: str) -> None:
    for character in address:
        if character.isspace():
            raise _Wrong("has a space in it")
        if unicodedata.category(character)[0] == "C":
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise _Wrong(f"has an invisible character in it ({name})")


def _refuse_local_part(local_part: str) -> None:
    if local_part.startswith('"'):
        raise _Wrong("has a quoted part, which is not accepted")
    if len(local_part.encode()) > LOCAL_PART_MAX_BYTES:
        raise _Wrong(f"has more than {LOCAL_PART_MAX_BYTES} bytes before its @")
    if local_part.startswith(".") or local_part.endswith(".") or ".." in local_part:
        raise _Wrong("has a dot at the wrong place")
    if any(unicodedata.category(atom[0])[0] == "M" for atom in local_part.split(".")):
        raise _Wrong("has an accent without its letter")
    for character in local_part:
        if character != "." and not _may_stand_in_local_part(character):
            raise _Wrong(f"has a “{character}” before its @")


def _may_stand_in_local_part(character: str) -> bool:
    if character.isascii():
        return re.fullmatch(f"[{_ATEXT}]", character) is not None
    category = unicodedata.category(character)
    return category[0] in "LMN" or category == "So"


@lru_cache(maxsize=4096)
def _in_a_labels(domain: str) -> str:
    """Spell a domain in lower-case A-labels. Raises _Wrong."""
    if domain.startswith("["):
        raise _Wrong("names a machine by its number, which is not accepted")
    if len(domain) > ADDRESS_MAX_BYTES:
        raise _Wrong(f"is longer than {ADDRESS_MAX_BYTES} bytes")
    try:
        ascii_domain = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
        labels = ascii_domain.split(".")
        for label in labels:
            if not _ASCII_LABEL.fullmatch(label):
                raise _Wrong(f"has no correct domain after its @ ({_why_no_label(label)})")
        if len(labels) == 1 and ascii_domain != "localhost":
            raise _Wrong("has no dot in its domain; is the ending missing?")
        if labels[-1].isdigit():
            raise _Wrong("ends in a number, not in a domain")
        _in_u_labels(ascii_domain)
    except idna.IDNAError as error:
        raise _Wrong(f"has no correct domain after its @ ({error})") from error
    return ascii_domain


def _why_no_label(label: str) -> str:
    return f"“{_short(label)}” cannot be a part of one" if label else "a dot without a part on either side"


def _in_u_labels(domain: str) -> str:
    return idna.decode(domain) if "xn--" in domain else domain


def _fold_text(text: str) -> str:
    # Twice, for lower-casing can undo the normal form ("İ" becomes "i" and a combining dot).
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _short(address: str) -> str:
    """Make an address fit for a message to a person: printable, and not endless."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in address)
    return shown if len(shown) <= 80 else shown[:79] + "…"
