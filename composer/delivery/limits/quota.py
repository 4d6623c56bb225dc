"""How many messages in how much time: a Rate, and the two ways to keep one. Pure: ``now`` comes in, nothing is read.

::

    per second               Spacing   one at a time, evenly; a limit on speed
    per minute, hour, day    Quota     as fast as it goes until the number is used; then none, until the first
                                       ones are a minute, an hour, a day old

Both keep the same promise: **never more than the number in any window of that length**, wherever it begins;
so neither a relay that counts in clock hours nor one that counts the last 24 hours sees too many. And both keep
it with whole numbers only: nothing is rounded, nothing drifts.

A rate per second is divided among the senders of one database (``shared_rate.py``). A Quota is *reserved* before it is
used, some messages at a time, and what is reserved is on disk first (``ledger/shared_limits.py``). A sender that dies
leaves a few unused; it never leaves used ones unrecorded.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from composer.errors import SettingsError

SECOND_NS = 1_000_000_000


class Unit(enum.StrEnum):
    """A unit of time in which messages are counted."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def seconds(self) -> int:
        return _SECONDS[self]


_SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86_400}
_SHORT = {"s": Unit.SECOND, "min": Unit.MINUTE, "h": Unit.HOUR, "d": Unit.DAY}


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit: in one unit of time, so many messages may go."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count}/{self.unit}"


def parse_rates(words: Sequence[str], *, setting: str) -> tuple[Rate, ...]:
    """Read ``["20/second", "5000/hour"]``. Raises SettingsError, which names the setting and the word."""
    rates = tuple(_parse_rate(word, setting) for word in words)
    if len({rate.unit for rate in rates}) < len(rates):
        raise SettingsError(f"{setting} has two limits for one unit of time: {' '.join(words)}")
    return rates


def _parse_rate(word: str, setting: str) -> Rate:
    count, _, name = word.partition("/")
    unit = _SHORT.get(name) or next((unit for unit in Unit if unit == name), None)
    if unit is None or not (count.isascii() and count.isdigit() and int(count) > 0):
        raise SettingsError(
            f"{setting} has {word!r}; a limit is a number and second, minute, hour or day: 20/second, 5000/hour"
        )
    return Rate(int(count), unit)


@dataclass(frozen=True, slots=True)
class Refill:
    """What a limit allows in the long run: ``count`` messages every ``every_s`` seconds.

    Each time it is ``growth`` times as many as the time before.
    """

    count: float
    every_s: float
    growth: float = 1.0

    def end(self, left: int, first: float) -> float:
        """When ``left`` messages will have gone, if the next ``count`` may go at the moment ``first``."""
        if self.growth == 1:
            return first + max(0, math.ceil(left / self.count) - 1) * self.every_s
        count = self.count
        while left > count:
            left, count, first = left - int(count), count * self.growth, first + self.every_s
        return first


@dataclass(frozen=True, slots=True)
class Spacing:
    """Lets at most ``count`` go in any second, evenly spaced: the generic cell rate algorithm (ITU-T I.371).

    A timer is always late by a little. So that this lowers the speed by no more than a fiftieth, a few late
    ones may catch up; their number is taken off the steady speed, which keeps the promise exact.
    """

    count: int
    due: int = 0
    """When the next one is due, in nanoseconds × ``_steady``, so that a second divided by it is a whole number."""

    @property
    def _late(self) -> int:
        return self.count // 50

    @property
    def _steady(self) -> int:
        return self.count - self._late

    def with_count(self, count: int) -> Self:
        """The next one is due at the same moment; from then on another speed counts."""
        other = replace(self, count=count)
        return replace(other, due=-(-self.due * other._steady // self._steady))

    def wait_ns(self, now_ns: int) -> int:
        """How long the next message has to wait; 0: it may go."""
        early = self.due - self._late * SECOND_NS - now_ns * self._steady
        return max(0, -(-early // self._steady))

    def after_message(self, now_ns: int) -> Self:
        """The spacing after a message has gone, which says when the next one is due."""
        return replace(self, due=max(self.due, now_ns * self._steady) + SECOND_NS)


class CountedLimit(Protocol):
    """A number of messages that is used up and comes back: a Quota, or a WarmUp. Times are whole Unix seconds."""

    @property
    def chunk(self) -> int:
        """How many are worth reserving at once: few enough that losing them with a crash does not matter."""

    def free(self, now: int) -> int:
        """How many may be reserved now."""

    def reserve(self, count: int, now: int) -> Self:
        """The limit after so many were reserved."""

    def give_back(self, count: int, reserved_at: int) -> Self:
        """The limit after so many of those reserved at that time turned out not to be needed."""

    def usable_until(self, now: int) -> int:
        """When a reservation that is made now runs out."""

    def wait_s(self, now: int) -> int:
        """How long it takes until one more may be reserved."""

    @property
    def refill(self) -> Refill:
        """What it allows in the long run, once what is free now has been used."""

    def dump(self) -> list[list[int]]:
        """What is to be kept of it, as JSON can hold it."""

    def restore(self, kept: Sequence[Sequence[int]]) -> Self:
        """The same limit, with what ``dump`` gave."""

    def without_future(self, now: int) -> Self:
        """The same limit after a clock that was ahead is set right: what it counted in the future is used as of now."""


_SLOT_S = {Unit.MINUTE: 1, Unit.HOUR: 30, Unit.DAY: 300}
_CHUNK_MAX = 500


@dataclass(frozen=True, slots=True)
class Quota:
    """Lets at most so many go in any window of a minute, an hour or a day.

    Time is cut into slots; ``used`` has (slot, number reserved in it). What was reserved in a slot is used at the
    latest one slot later, so it counts until the period and two slots have passed: a quota comes back
    2 s late (minute), 1 minute late (hour), 10 minutes late (day), and never early.
    """

    rate: Rate
    used: tuple[tuple[int, int], ...] = ()

    @property
    def _slot_s(self) -> int:
        return _SLOT_S[self.rate.unit]

    @property
    def _slots_counted(self) -> int:
        return self.rate.unit.seconds // self._slot_s + 2

    @property
    def chunk(self) -> int:
        """How many are reserved at once: a fiftieth, and no more than a busy sender uses within a slot."""
        return max(1, min(_CHUNK_MAX, self.rate.count // 50))

    def free(self, now: int) -> int:
        """How many may be reserved now."""
        return max(0, self.rate.count - sum(count for _, count in self._counting(now)))

    def reserve(self, count: int, now: int) -> Self:
        """The quota after so many were reserved. What no longer counts is forgotten."""
        slots = dict(self._counting(now))
        slot = now // self._slot_s
        slots[slot] = slots.get(slot, 0) + count
        return replace(self, used=tuple(sorted(slots.items())))

    def give_back(self, count: int, reserved_at: int) -> Self:
        """The quota after so many of those reserved at that time turned out not to be needed."""
        slot = reserved_at // self._slot_s
        slots = {number: used - count if number == slot else used for number, used in self.used}
        return replace(self, used=tuple((number, used) for number, used in slots.items() if used > 0))

    def usable_until(self, now: int) -> int:
        """When a reservation that is made now runs out: one slot later."""
        return now + self._slot_s

    def wait_s(self, now: int) -> int:
        """How long it takes until one more may be reserved."""
        over = sum(count for _, count in self._counting(now)) - self.rate.count
        for slot, count in self._counting(now):
            if over < 0:
                break
            over -= count
            if over < 0:
                return (slot + self._slots_counted) * self._slot_s - now
        return 0

    @property
    def refill(self) -> Refill:
        """The same number comes back after every period."""
        return Refill(self.rate.count, self._slots_counted * self._slot_s)

    def dump(self) -> list[list[int]]:
        return [list(pair) for pair in self.used]

    def restore(self, kept: Sequence[Sequence[int]]) -> Self:
        """The same rate, with the slots that ``dump`` gave."""
        return replace(self, used=tuple((slot, count) for slot, count in kept))

    def without_future(self, now: int) -> Self:
        """What was counted in slots of the future counts in the present one, and ends with it."""
        present = now // self._slot_s
        if not self.used or self.used[-1][0] <= present:
            return self
        past = tuple((slot, count) for slot, count in self.used if slot < present)
        return replace(self, used=(*past, (present, sum(count for slot, count in self.used if slot >= present))))

    def _counting(self, now: int) -> list[tuple[int, int]]:
        oldest = now // self._slot_s - self._slots_counted
        return [(slot, count) for slot, count in self.used if slot > oldest]
