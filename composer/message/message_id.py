"""Makes the Message-ID of one mailing to one subscriber.

It is a keyed hash: the same at every try, so that receivers who drop repeats (RFC 7352) and we ourselves
recognise a copy; different for every reader; and not to be guessed, because whoever sends a fake with
that id first would have the true one dropped.
"""

from __future__ import annotations

import struct

from composer.message.keyed import keyed_tag

_pack = struct.Struct(">QQ").pack


def message_id(*, mailing: int, subscriber: int, key: bytes, domain: str) -> str:
    """Make ``<…@domain>`` (RFC 5322 3.6.4), the left side 128 bits in hexadecimal. ``domain`` is one we control."""
    tag = keyed_tag(_pack(mailing, subscriber), key=key, use=b"message-id")
    return f"<{tag.hex()}@{domain}>"
