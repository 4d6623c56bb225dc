"""Whether a relay that puts people off meets them for the first time (greylisting), or has had enough of us. Pure.

A reply that names no reason ("450 4.7.1 try again later") may mean either. What tells them apart is who else is taken::

    the relay has taken nobody    whoever is put off at the first try may be met for the first time
    it took somebody, at the      it greylists: everybody's first try is a first meeting
      second try, before others
    it takes some meanwhile       a first meeting, as long as so many in a row are put off now and then by chance
    so many in a row put off      it is not chance: it has had enough of us
      that chance is no reason

How many that is follows from the share that it took before: of a relay that took everybody until now, 20 in a row are
enough, and of one that takes every tenth it is 90. A row for which chance was no reason does not count in that share.
"""

from __future__ import annotations

_IN_A_ROW = 20
_EXPECTED = 9.0
"""Where so many were to be taken by the share of before, that none is taken comes once in 8,000 rows (Poisson)."""


class FirstMeetings:
    """Counts, for one relay in one run, who was taken and who was put off for no reason that the relay names."""

    def __init__(self) -> None:
        self._taken = 0
        self._put_off = 0
        self._in_a_row = 0
        self._greylists = False

    def note_taken(self, *, attempt: int) -> None:
        """A message was taken at its try of this number."""
        if not self._taken:
            self._greylists = attempt > 1
        if self._in_a_row and self._is_chance:
            self._put_off += self._in_a_row
        self._taken += 1
        self._in_a_row = 0

    def explain(self, *, attempt: int) -> bool:
        """Count one who was put off at the try of this number, and tell whether that may be a first meeting."""
        self._in_a_row += 1
        if attempt == 1 and (self._greylists or not self._taken):
            return True
        return self._taken > 0 and self._is_chance

    @property
    def _is_chance(self) -> bool:
        share = self._taken / (self._taken + self._put_off) if self._taken else 0.0
        return self._in_a_row <= _IN_A_ROW or self._in_a_row * share <= _EXPECTED
