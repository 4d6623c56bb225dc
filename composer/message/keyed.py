"""Tags that only the holder of the secret key can make: 128 bits over a few octets.

BLAKE2b with a key is a MAC by itself (RFC 7693 2.9). A mail needs four tags; HMAC-SHA256 costs four times as much and
lets go of the interpreter lock each time. ``use`` separates what is tagged, so that no tag is good for another use.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

TAG_BYTES = 16


def keyed_tag(content: bytes, *, key: bytes, use: bytes) -> bytes:
    """Make the tag of ``content``, 16 octets. ``use`` says what it is for, in 16 octets at most."""
    state = _begun(key, use).copy()
    state.update(content)
    return state.digest()


def derived_key(content: bytes, *, key: bytes, use: bytes) -> bytes:
    """Derive a key from ``key``, 32 octets, that is as hard to guess and is no use for anything but ``content``."""
    return hashlib.blake2b(content, digest_size=32, key=hashlib.sha512(key).digest(), person=use).digest()


@lru_cache(maxsize=8)
def _begun(key: bytes, use: bytes) -> hashlib.blake2b:
    """The hash after the key, which may be longer than the 64 octets that BLAKE2b takes."""
    return hashlib.blake2b(digest_size=TAG_BYTES, key=hashlib.sha512(key).digest(), person=use)
