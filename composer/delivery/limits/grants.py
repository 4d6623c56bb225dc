"""What a sender asks of a limit that all senders share, and what it is granted."""

from __future__ import annotations

from dataclasses import dataclass

from composer.delivery.limits.quota import CountedLimit, Refill
from composer.delivery.limits.shared_rate import SharedRate


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """One limit is asked for ``count`` more messages, and gets back what was not needed of an earlier grant.

    ``name`` is the limit's row on disk, ``granted_at`` the moment of that earlier grant in Unix seconds.
    """

    name: str
    limit: CountedLimit | SharedRate  # as the settings have it; its state is in the table
    count: int  # of a shared rate any number asks for our share; 0 gives it back
    unneeded: int = 0
    granted_at: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer: ``count`` messages, to be used until ``usable_until``; or none, and how long to wait.

    ``at`` and ``usable_until`` are Unix seconds; ``free`` is how many are left for later requests, and ``refill`` what
    comes after them.
    """

    count: int
    at: int
    usable_until: int
    wait_s: int
    free: int = 0
    refill: Refill | None = None
