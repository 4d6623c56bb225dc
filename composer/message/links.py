"""Signed links: what a reader's click proves, and to whom it belongs.

A token is 33 octets, 44 characters of base64url: purpose (1), mailing (8), subscriber (8), tag (16). The
tag is a keyed hash of the rest (``keyed.py``). Its key is that of the mailing, which is derived from the secret key and
a nonce that the mailing was given when it was planned. So a link is good for the one mailing that it was made for: not
for another one of the same number, in a new database or in one that was restored. 33 octets need no padding and leave
no spare bits, so one link has exactly one spelling, and any changed character is refused. No address stands in a link.

A token never expires: a reader may leave years later with the link of an old mail.
"""

from __future__ import annotations

import binascii
import enum
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from urllib.parse import urlsplit

from composer.edition.model import Edition
from composer.errors import SettingsError, TokenError
from composer.message.keyed import TAG_BYTES, derived_key, keyed_tag
from composer.message.recipient import Recipient

_KEY_MIN_BYTES = 32  # as long as the hash: RFC 2104 3
_TOKEN_CHARACTERS = 44
_HIGHEST_NUMBER = 2**63 - 1  # that a database can be asked for
_SITE_URL = re.compile(r"https?://[^\s<>\"'\\^`{|}?#,;\x00-\x20\x7f-\U0010ffff]+")

_USE = b"link"
_packed = struct.Struct(">cQQ")
_url_safe = bytes.maketrans(b"+/", b"-_")  # RFC 4648 5


class Purpose(enum.StrEnum):
    """What a link lets its holder do. The value stands in the token and in the address before it."""

    UNSUBSCRIBE = "u"
    VIEW = "v"
    PRINT = "p"


LINKS = {
    "links.unsubscribe": Purpose.UNSUBSCRIBE,
    "links.browser": Purpose.VIEW,
    "links.print": Purpose.PRINT,
}
"""The slots that are filled with a signed link."""


@dataclass(frozen=True, slots=True)
class Site:
    """The public address of the pages, without a slash at the end, and the key that signs their links.

    Those of a trial, which is looked at and not sent, have a key of their own.
    """

    url: str
    secret_key: bytes = field(repr=False)
    is_trial: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", self.url.rstrip("/"))
        if not is_site_url(self.url):
            raise SettingsError(
                f"the public address of the site is not usable: {self.url!r}; it looks like https://news.example.org"
            )
        if len(self.secret_key) < _KEY_MIN_BYTES:
            raise SettingsError(f"the secret key is too short to sign with; use {_KEY_MIN_BYTES} characters or more")

    @property
    def key_check(self) -> str:
        """What tells this key from another, and does not tell the key: 32 hexadecimal characters."""
        return keyed_tag(b"", key=self.secret_key, use=b"key check").hex()

    def of_mailing(self, nonce: str) -> Site:
        """The site with the key for one mailing. Mailings of before have no nonce, and the secret key itself."""
        if not nonce:
            return self
        return replace(self, secret_key=derived_key(nonce.encode(), key=self.secret_key, use=b"mailing"))

    def for_trial(self) -> Site:
        """The site for messages that are looked at and not sent: their links change nothing, and prove nothing."""
        return replace(self, is_trial=True)

    @property
    def link_key(self) -> bytes:
        """The key that links are signed with."""
        return derived_key(b"", key=self.secret_key, use=b"trial") if self.is_trial else self.secret_key


def is_site_url(url: str) -> bool:
    """Whether links can begin with this address: a host that can be read, a port that is one, and no query."""
    try:
        parts = urlsplit(url)
        return bool(_SITE_URL.fullmatch(url) and parts.hostname) and parts.port != 0
    except ValueError:  # a bracket without its other, a port that is no number
        return False


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a token says once its tag has been verified."""

    purpose: Purpose
    mailing: int
    subscriber: int


def sign_link(purpose: Purpose, *, mailing: int, subscriber: int, key: bytes) -> str:
    """Make the token of a link: 44 characters of base64url."""
    content = _packed.pack(purpose.encode(), mailing, subscriber)
    token = binascii.b2a_base64(content + keyed_tag(content, key=key, use=_USE), newline=False)
    return token.translate(_url_safe).decode("ascii")


def claimed_mailing(token: str) -> int:
    """Read which mailing the token says it belongs to, unproved. Raises TokenError if it is none."""
    mailing: int = _packed.unpack(_octets(token)[:-TAG_BYTES])[1]
    if mailing > _HIGHEST_NUMBER:
        raise TokenError
    return mailing


def read_link(token: str, *, key: bytes) -> SignedLink:
    """Read what the token says. Raises TokenError unless we signed exactly these characters.

    ``key`` is the ``link_key`` of the mailing's site.
    """
    octets = _octets(token)
    content, tag = octets[:-TAG_BYTES], octets[-TAG_BYTES:]
    if not compare_digest(tag, _tag(content, key)):
        raise TokenError
    purpose, mailing, subscriber = _packed.unpack(content)
    return SignedLink(Purpose(purpose.decode()), mailing, subscriber)


def _octets(token: str) -> bytes:
    try:
        octets = urlsafe_b64decode(token.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error):
        raise TokenError from None
    # The decoder skips characters outside its alphabet; only the one right spelling counts.
    if len(token) != _TOKEN_CHARACTERS or urlsafe_b64encode(octets).decode("ascii") != token:
        raise TokenError
    return octets


def _tag(content: bytes, key: bytes) -> bytes:
    return keyed_tag(content, key=key, use=_USE)


def link_url(purpose: Purpose, token: str, *, site: Site) -> str:
    """The address under which the site knows what this reader may do: leave, read the mail, print it."""
    return f"{site.url}/{purpose.value}/{token}"


def assets_url(edition: Edition, *, site: Site) -> str:
    """The address under which the site has the edition's files; no slash ends it."""
    return f"{site.url}/a/{edition.digest[:32]}"


def slot_values(recipient: Recipient, *, site: Site, edition: Edition) -> Mapping[str, str]:
    """Fill in every slot of the edition for one reader: values by slot name, not yet escaped."""
    values = {f"subscriber.{name}": value for name, value in recipient.fields.items()}
    values["subscriber.email"] = recipient.email
    for slot in edition.slots():
        values.setdefault(slot.name, "")
    for name, purpose in LINKS.items():
        token = sign_link(purpose, mailing=recipient.mailing, subscriber=recipient.subscriber, key=site.link_key)
        values[name] = link_url(purpose, token, site=site)
    values["links.assets"] = assets_url(edition, site=site)
    return values
