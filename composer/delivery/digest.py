"""The digest of a mailing: it names exactly what goes to whom.

SHA-256 over the editions, the site that their links lead to, and everyone's address, language and values. The mailing's
number is not in it: the same issue to the same people has the same digest. JSON has no control characters, and no
address that can be written to has any, so the separators are safe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping


class MailingDigest:
    """Grows with each page of people. ``editions`` is language → the edition's digest."""

    def __init__(self, editions: Mapping[str, str], *, site_url: str) -> None:
        self._hash = hashlib.sha256()
        for language, digest in sorted(editions.items()):
            self._hash.update(f"{language}\0{digest}\n".encode())
        self._hash.update(f"{site_url}\n".encode())

    def add(self, people: Iterable[tuple[int, str, str, str]]) -> None:
        """Everyone as (subscriber, email, language, fields as JSON), by rising subscriber."""
        lines = [f"{one}\0{email}\0{language}\0{fields}\n" for one, email, language, fields in people]
        self._hash.update("".join(lines).encode())

    def hexdigest(self) -> str:
        """64 characters."""
        return self._hash.hexdigest()
