"""When to stop trying: the relay is away, or turns everything away for a reason that is ours.

::

    closed ── 6 connections in a row that fail, or die before the dot, or get a 421 ──▶ open
           ── 20 messages in a row: put off for sender, 4.7.x (policy), 4.3.x, or a dot
              that nobody answers ────────────────────────────────────────────────────▶ open
           ── an announced SIZE that is smaller than our message ──────────────────────▶ open
           ── a login that is refused ────────────────────────────────────────────────▶ open, until a person looks
           ── the ledger has ruled that it refuses everybody (streak.py) ─────────────▶ open, distrusted
    open ── 30 s have passed, then 1, 2, 4, 8, 10 min ──▶ half open: one connection, one message
    half open ── it is taken ──▶ closed;   ── it fails again ──▶ open
      (distrusted: up to 10 people, one after the other, because one of them may really be dead)

Enhanced codes of subject 7 are about policy and 3 about the relay itself (RFC 3463 3.4 and 3.8): the next
recipient would fare no better. An open breaker consumes nobody: what was not offered stays pending, or goes by another
relay. Whether refusals (5yz) are about us is ruled by the ledger, which gives them back. The one message that asks a
half-open relay how it is now is put off if it is turned away for the same kind of reason, not refused.

Pure: counts, and is told the time in seconds of any steady clock.
"""

from __future__ import annotations

from composer.delivery.judgement import is_about_us
from composer.delivery.reply import Phase, Reply

_FAILURES = 6
_STREAK = 20
_CLOSING = 421
_ACCEPTED = 2
_PROBES = 10
_LONGEST_PAUSE_S = 4.0
FIRST_REST_S = 30.0
_LONGEST_REST_S = 600.0


class Breaker:
    """Counts how one relay answers, on all its connections, and opens when it is to be left alone."""

    def __init__(self, first_rest_s: float = FIRST_REST_S) -> None:
        self.reason: str | None = None
        """Why it is open; None while it is closed or half open."""
        self.is_half_open = False
        self.is_distrusted = False
        """Whether it has refused everybody: only a message that it takes closes it again."""
        self._probes = 0
        self._first_rest_s = first_rest_s
        self._failures = 0
        self._streak = 0
        self._rest_s: float = 0  # the last one
        self._rests_since: float | None = None  # None: the opening has not been looked at yet

    @property
    def is_closed(self) -> bool:
        """Whether the relay is used as usual: it is neither open nor half open."""
        return self.reason is None and not self.is_half_open

    def connection_failed(self, why: str, *, is_final: bool = False) -> None:
        """Count a connection that could not be made, or died on us. ``is_final``: trying again would do harm."""
        self._failures += 1
        if is_final:
            self._open(why)
            self._rest_s = float("inf")
        elif self.is_half_open or self._failures >= _FAILURES:
            self._open(why)

    def answered(self, reply: Reply, phase: Phase, *, is_greylisting: bool = False, is_weighed: bool = False) -> None:
        """Count a reply that decided a delivery. A 421 says that the relay hangs up on us (RFC 5321 3.8).

        ``is_greylisting``: it may only say that the relay meets the recipient for the first time. ``is_weighed``: it
        is a refusal, and the ledger rules on those, by provider too.
        """
        if reply.code == _CLOSING:
            self.connection_failed(str(reply))
            return
        self._failures = 0
        if reply.digit == _ACCEPTED and self.reason is None:
            self.is_distrusted = False
        elif self.is_distrusted:
            self._count_probe(str(reply))
            return
        if is_greylisting or not is_about_us(reply, phase):
            self._streak = 0
            if self.reason is None:
                self.is_half_open, self._rest_s = False, 0
            return
        if is_weighed and self.is_closed:
            return
        self._count(f"it still turns messages away: {reply}", f"turned away, the last one with: {reply}")

    def cannot_carry(self, why: str) -> None:
        """Open at once: the relay has announced that it cannot take what it is to be offered, whoever it is for."""
        self._open(why)

    def lost(self, why: str) -> None:
        """Count a message whose dot nobody answered: each one more would need a person, too."""
        self._count(f"it still does not say whether it has a message: {why}", f"not answered for, the last one: {why}")

    def not_offered(self, why: str) -> None:
        """Count a message that this relay cannot carry, if it is one of those that ask how the relay is."""
        if self.is_distrusted:
            self._count_probe(why)

    def refuses_everybody(self, why: str) -> None:
        """Open it, because what it refused is not about the people: whatever it refuses from here on is not, either."""
        self.is_distrusted = True
        if self.reason is not None:
            self.reason = why
        elif not self.is_half_open:
            self._open(why)

    def distrust(self, why: str) -> None:
        """Begin as an earlier run has left it: it refused everybody, and has to take a message first."""
        self.is_distrusted, self.reason = True, why

    def _count_probe(self, why: str) -> None:
        if self.is_half_open:
            self._probes += 1
            if self._probes >= _PROBES:
                self._open(f"it still refuses everybody: {why}")

    def rest_s(self, now: float) -> float:
        """How long an open breaker rests from now on. Its rest begins when this is first asked."""
        if self._rests_since is None:
            self._rests_since = now
        return max(0.0, self._rests_since + self._rest_s - now)

    def try_again(self) -> None:
        """Half open it: the relay has rested, and one message may ask how it is."""
        self.reason, self.is_half_open, self._probes = None, True, 0

    def _count(self, still: str, how: str) -> None:
        self._streak += 1
        if self.is_half_open:
            self._open(still)
        elif self._streak >= _STREAK:
            self._open(f"{_STREAK} messages in a row were {how}")

    def _open(self, why: str) -> None:
        if self.reason is None:
            self.reason, self.is_half_open, self._rests_since = why, False, None
            self._rest_s = min(_LONGEST_REST_S, 2 * self._rest_s) or self._first_rest_s


def pause_s(failures: int) -> float:
    """How long to wait before the next try to connect, after so many that failed: 0.25 s, doubled up to 4 s."""
    return min(_LONGEST_PAUSE_S, 0.25 * 2.0 ** (failures - 1))
