"""The digest of a mailing: it names exactly what goes to whom.

SHA-256 over the editions, the site that their links lead to, and everyone's address, language and values; in a subject
test also over who gets which subject and who waits for the winner, whichever that will be. The mailing's number is not
in it: the same issue to the same people has the same digest. JSON has no control characters, and no address that can
be written to has any, so the separators are safe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from composer.delivery.variant import EditionKey


class MailingDigest:
    """A digest that is fed the recipients page by page. ``editions`` has the digest of each edition in the mailing."""

    def __init__(self, editions: Mapping[EditionKey, str], *, site_url: str) -> None:
        self._hash = hashlib.sha256()
        for (language, variant), digest in sorted(editions.items()):
            self._hash.update(f"{language}\0{variant}\0{digest}\n".encode())
        self._hash.update(f"{site_url}\n".encode())

    def add_recipients(self, people: Iterable[tuple[int, str, str, str, str | None]]) -> None:
        """Add a page of recipients, who must come in the order of their numbers.

        Each is (subscriber, email, language, fields as JSON, variant or None).
        """
        lines = [
            f"{one}\0{email}\0{language}\0{fields}\0{variant or ''}\n"
            for one, email, language, fields, variant in people
        ]
        self._hash.update("".join(lines).encode())

    def hexdigest(self) -> str:
        """Give what has been added so far as 64 hexadecimal characters."""
        return self._hash.hexdigest()
