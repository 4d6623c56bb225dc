"""When to stop trying: the relay is away, or turns everything away for a reason that is ours.

::

    6 connections in a row that fail, or die before the dot, or    opens
    get a 421
    a login that is refused                                        opens
    20 replies in a row: sender refused, x.7.x (policy), x.3.x     opens

Enhanced codes of subject 7 are about policy and 3 about the relay itself (RFC 3463 3.4 and 3.8): the next
recipient would fare no better. An open breaker ends the run with its reason; what was not offered stays
pending. Pure: counts, reads no clock.
"""

from __future__ import annotations

from composer.delivery.reply import Phase, Reply

_FAILURES = 6
_STREAK = 20
_CLOSING = 421
_LONGEST_PAUSE_S = 4.0


class Breaker:
    """One relay's breaker, shared by all its connections."""

    def __init__(self) -> None:
        self.reason: str | None = None
        """Why it is open; None while it is closed."""
        self._failures = 0
        self._streak = 0

    def connection_failed(self, why: str, *, is_final: bool = False) -> None:
        """Count a connection that could not be made, or died on us. ``is_final``: trying again would do harm."""
        self._failures += 1
        if is_final or self._failures >= _FAILURES:
            self.reason = self.reason or why

    def answered(self, reply: Reply, phase: Phase) -> None:
        """Count a reply that decided a delivery. A 421 says that the relay hangs up on us (RFC 5321 3.8)."""
        if reply.code == _CLOSING:
            self.connection_failed(str(reply))
            return
        self._failures = 0
        self._streak = self._streak + 1 if _is_ours(reply, phase) else 0
        if self._streak >= _STREAK:
            self.reason = self.reason or f"{_STREAK} messages in a row were turned away, the last one with: {reply}"


def pause_s(failures: int) -> float:
    """How long to wait before the next connection, after so many failures of this one: 0.25 s, doubled up to 4 s."""
    return min(_LONGEST_PAUSE_S, 0.25 * 2.0 ** (failures - 1))


def _is_ours(reply: Reply, phase: Phase) -> bool:
    if reply.code < 400:
        return False
    subject = (reply.enhanced or "").split(".")[1:2]
    return phase is Phase.MAIL or subject in (["7"], ["3"])
