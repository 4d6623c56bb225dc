"""Recognises the address of somebody who was erased, without keeping it.

What is kept is a keyed hash (HMAC-SHA256, RFC 2104) by the secret key, which is not in the database: nobody who has
only that can try addresses. The first eight of its 64 hexadecimal characters tell which key it was made with.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from sqlalchemy import Connection, func, select

from composer.database.schema import erasures
from composer.errors import SettingsError

_CHECK = 8
_LENGTH = 64
_AT_A_TIME = 500


class AddressDigests:
    """Makes digests of addresses with the secret key, which may be empty as long as nobody was erased."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = secret_key
        self._check = hmac.digest(secret_key, b"erasures: key", "sha256").hex()[:_CHECK]

    def of(self, email_key: str) -> str:
        """Give the digest of an address, which is given as its key (``fold_address``). Raises SettingsError."""
        if not self._key:
            raise SettingsError(
                "People were erased, or are to be, and only NEWSLETTER_SECRET_KEY recognises their addresses; "
                "it is not set"
            )
        digest = hmac.digest(self._key, b"erasures: address\0" + email_key.encode(), "sha256").hex()
        return self._check + digest[: _LENGTH - _CHECK]

    def is_ours(self, digest: str) -> bool:
        """Whether a digest was made with this key: another one recognises nobody."""
        return digest.startswith(self._check)

    def erased_among(self, connection: Connection, email_keys: Collection[str]) -> frozenset[str]:
        """Find those of the addresses (by their keys) that belonged to somebody who was erased."""
        if connection.scalar(select(erasures.c.id).limit(1)) is None:
            return frozenset()
        by_digest = {self.of(key): key for key in email_keys}
        digests, found = list(by_digest), set[str]()
        for start in range(0, len(digests), _AT_A_TIME):
            part = digests[start : start + _AT_A_TIME]
            found.update(
                connection.scalars(select(erasures.c.address_digest).where(erasures.c.address_digest.in_(part)))
            )
        return frozenset(by_digest[digest] for digest in found)

    def count_foreign(self, connection: Connection) -> int:
        """Count the erased addresses that this key cannot recognise, because another one made their digests."""
        is_ours = erasures.c.address_digest.startswith(self._check, autoescape=True)
        return connection.scalar(select(func.count()).select_from(erasures).where(~is_ours)) or 0
