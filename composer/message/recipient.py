"""Says who a message is for, and which values fill its slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipient:
    """The reader whom a message of a mailing is for.

    ``email`` is the RCPT TO and the To header. ``fields`` are the values of the merge fields without their
    ``subscriber.`` ({"first_name": "Ana", "city": "Nice"}); a missing one is empty. ``subscriber`` and
    ``mailing`` are the ids that signed links and the Message-ID are made from.
    """

    email: str
    subscriber: int
    mailing: int
    fields: Mapping[str, str]
