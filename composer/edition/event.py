"""An event as calendars are told of it is a fact of an Edition, kept so that a later edition can be compared."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

Moment = dt.date | dt.datetime
"""A day, or a local time."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event. Its texts are in the edition's language and hold nothing of a reader's; "" stands for what is unknown.

    ``starts`` and ``ends`` are days, or local times in ``zone``; ``ends`` is the first moment after the event
    (RFC 5545 3.8.2.2), None if nobody said. ``sequence`` counts the changes since it was first sent.
    ``days`` are the days in a row that have these hours; ``starts`` and ``ends`` tell the first.
    ``file`` is the name of its own file among the edition's assets. ``for_all`` is false if only some readers
    are shown it.
    """

    uid: str
    starts: Moment
    ends: Moment | None
    zone: str
    summary: str
    description: str
    location: str
    url: str
    file: str
    for_all: bool = True
    sequence: int = 0
    cancelled: bool = False
    days: int = 1

    @property
    def is_all_day(self) -> bool:
        """Whether it has days and no times of day."""
        return not isinstance(self.starts, dt.datetime)

    @property
    def over_on(self) -> dt.date:
        """The first day on which it is over wherever on earth one looks."""
        last = self.ends or self.starts
        return (last.date() if isinstance(last, dt.datetime) else last) + dt.timedelta(days=self.days + 1)

    @property
    def last_day(self) -> dt.date:
        """The day on which it starts for the last time."""
        first = self.starts.date() if isinstance(self.starts, dt.datetime) else self.starts
        return first + dt.timedelta(days=self.days - 1)

    def as_plain(self) -> dict[str, Any]:
        """Return the event as texts and numbers that JSON can hold."""
        return asdict(self) | {
            "starts": self.starts.isoformat(),
            "ends": None if self.ends is None else self.ends.isoformat(),
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> CalendarEvent:
        """Make the event of what ``as_plain`` returned."""
        ends = plain["ends"]
        return cls(**plain | {"starts": _moment(plain["starts"]), "ends": None if ends is None else _moment(ends)})


def _moment(text: str) -> Moment:
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
