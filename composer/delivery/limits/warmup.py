"""A relay that is new to the world begins with few messages a day, and more every day. Pure.

``200x1.5`` is 200 on its first day, 300 on the second, 450 on the third …. Only days on which something was sent
count: receivers learn from what they see, and a weekly newsletter shows them nothing for six days.
Days are days of UTC.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Self

from composer.delivery.limits.quota import Refill, Unit
from composer.errors import SettingsError

_DAY_S = Unit.DAY.seconds
_USABLE_S = 300
_CURVE = re.compile(r"([1-9][0-9]{0,8})x([1-9][0-9]?(?:\.[0-9]{1,3})?)")
_LONGEST = 400
"""Days of use after which the number grows no more."""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """How many messages a new relay takes a day, and how far along it is.

    The ``nth`` day of use is ``day`` (days since 1970), on which ``sent`` were reserved so far.
    """

    first: int
    growth: Fraction
    nth: int = 0
    day: int = 0  # days since 1970
    sent: int = 0

    def __str__(self) -> str:
        return f"{self.first}x{float(self.growth):g}"

    @property
    def chunk(self) -> int:
        """How many are reserved at once: a fiftieth of a day's number, because the first days have few."""
        return max(1, min(100, self.most_on(max(1, self.nth)) // 50))

    def most_on(self, nth: int) -> int:
        """How many may go on the ``nth`` day of use, counted from 1."""
        return int(self.first * self.growth ** (min(nth, _LONGEST) - 1))

    def free(self, now: int) -> int:
        """How many may be reserved now."""
        today = self._on(now)
        return max(0, today.most_on(today.nth) - today.sent)

    def reserve(self, count: int, now: int) -> Self:
        """The warm-up after so many were reserved."""
        today = self._on(now)
        return replace(today, sent=today.sent + count)

    def give_back(self, count: int, reserved_at: int) -> Self:
        """The warm-up after so many of those reserved at that time turned out not to be needed."""
        if reserved_at // _DAY_S != self.day:
            return self
        return replace(self, sent=max(0, self.sent - count))

    def usable_until(self, now: int) -> int:
        """When a reservation that is made now runs out: soon, and not beyond midnight."""
        return min(now + _USABLE_S, _midnight(now))

    def wait_s(self, now: int) -> int:
        """How long it takes until one more may be reserved."""
        return 0 if self.free(now) else _midnight(now) - now

    @property
    def refill(self) -> Refill:
        """What it allows after today: tomorrow's number, and more on every day after."""
        return Refill(self.most_on(self.nth + 1), _DAY_S, float(self.growth))

    def dump(self) -> list[list[int]]:
        return [[self.nth, self.day, self.sent]]

    def restore(self, kept: Sequence[Sequence[int]]) -> Self:
        """The same curve, as far along as ``dump`` said."""
        nth, day, sent = kept[0] if kept else (0, 0, 0)
        return replace(self, nth=nth, day=day, sent=sent)

    def without_future(self, now: int) -> Self:
        """A day beyond tomorrow counts as today: a clock that was ahead has been set right."""
        today = now // _DAY_S
        return replace(self, day=today) if self.day > today + 1 else self

    def _on(self, now: int) -> Self:
        """The warm-up as it stands on the day of ``now``. A day that another machine has begun already stays begun."""
        day = now // _DAY_S
        if day <= self.day:
            return self
        return replace(self, nth=self.nth + 1 if self.sent or not self.nth else self.nth, day=day, sent=0)


def parse_warm_up(text: str, *, setting: str) -> WarmUp:
    """Read ``200x1.5``. Raises SettingsError, which names the setting."""
    found = _CURVE.fullmatch(text)
    if found is None:
        raise SettingsError(f"{setting} has warmup={text!r}; it is the first day's number and the growth: 200x1.5")
    return WarmUp(int(found[1]), Fraction(found[2]))


def _midnight(now: int) -> int:
    return (now // _DAY_S + 1) * _DAY_S
