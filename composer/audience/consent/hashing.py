"""What the hash of a consent's entry covers, so that nobody can change it later, and yet a person can be forgotten.

::

    hash       = SHA-256 of the entry: link, place, subscriber, list, event, source, time, form, wording, language,
                 page, import, and two commitments
    commitment = SHA-256 of a salt and what is personal: one of the address, one of IP and user agent

Whoever asks to be forgotten has the address and its salt taken out, and the commitment put in: the entry's hash can
still be computed, and nobody can find an address that leads to the commitment, for they do not have the salt. IP and
user agent go likewise after their time, with a salt of their own, for there are few enough addresses to try them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

SALT_BYTES = 16
_VERSION = 1


class SharedValues(NamedTuple):
    """What all entries of one link have in common."""

    link: int
    source: str
    at: int
    form: str | None
    wording_digest: str | None
    language: str | None
    page: str | None
    import_id: int | None


def commit_to(salt: bytes, *values: str) -> bytes:
    """Commit to personal values, of which nothing can be found out without the salt."""
    return hashlib.sha256(salt + orjson.dumps(values)).digest()


def start_of(shared: SharedValues) -> bytes:
    """Write the beginning of what is hashed for each entry of a link: done once, it is a third of the work."""
    return orjson.dumps([_VERSION, *shared])


def hash_entry(start: bytes, which: tuple[int, int, int, str], *, person: bytes | None, network: bytes | None) -> bytes:
    """Hash one entry: ``which`` is its position, subscriber, list and event; the others its commitments."""
    own = b"%d %d %d %s" % (which[0], which[1], which[2], which[3].encode())
    commitments = b"%s %s" % (person.hex().encode() if person else b"", network.hex().encode() if network else b"")
    return hashlib.sha256(b"%s\n%s\n%s" % (start, own, commitments)).digest()


def hash_row(row: Mapping[Any, Any]) -> bytes:
    """Hash a row of ``consent_events`` as it stands in the database now."""
    shared = SharedValues(**{name: row[name] for name in SharedValues._fields})
    which = (row["position"], row["subscriber_id"], row["list_id"], row["event"])
    return hash_entry(start_of(shared), which, person=person_of(row), network=network_of(row))


def person_of(row: Mapping[Any, Any]) -> bytes | None:
    """The commitment to whose address it was, made of the address where it is still there, with its salt or without."""
    if row["email"] is not None:
        return commit_to(bytes(row["salt"] or b"")[:SALT_BYTES], row["email"])
    return _bytes(row["person_commitment"])


def network_of(row: Mapping[Any, Any]) -> bytes | None:
    """The commitment to IP and user agent, made of them where they are still there."""
    salt = bytes(row["salt"] or b"")[SALT_BYTES:]
    if salt or row["ip"] is not None or row["user_agent"] is not None:
        return commit_to(salt, row["ip"] or "", row["user_agent"] or "")
    return _bytes(row["network_commitment"])


def _bytes(value: object) -> bytes | None:
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else None


def digest_of_text(text: str) -> str:
    """The name by which a wording is archived."""
    return hashlib.sha256(text.encode()).hexdigest()
