"""What can happen to a consent, and what is known of how it happened."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class ConsentEvent(enum.StrEnum):
    """What happened to a consent: one of these is written for every change of it."""

    IMPORTED = "imported"
    SUBSCRIBED = "subscribed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    IMPORT_UNDONE = "import undone"  # the import that brought them onto the list was taken back
    MERGED = "merged"  # the consent is that of somebody who turned out to be the same person
    ADDRESS_CHANGED = "address changed"  # the same person, by another address


class ConsentEntry(NamedTuple):
    """An event of one subscriber (by number) on one list, and the address that they had then."""

    subscriber: int
    list_id: int
    event: ConsentEvent
    email: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a consent was given. What is empty is not known.

    ``form`` names the form and its version, ``wording`` is the exact text that was shown, ``language`` the one that it
    was in, ``page`` the address of the page. ``ip`` and ``user_agent`` are kept only where the operator wants it.
    """

    form: str = ""
    wording: str = ""
    language: str = ""
    page: str = ""
    ip: str = ""
    user_agent: str = ""
