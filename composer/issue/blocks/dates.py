"""Blocks that tell dates: the agenda in full, and the compact list of events."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from composer.issue.blocks.values import Clock, Day, Id, Item, LanguageCode, Line, Link, Model, ShortMarkdown, Zone

_EVENING, _MORNING = dt.time(17), dt.time(9)


class Days(Model):
    """Something that takes a day, or several days in a row; on each of them from ``time`` to ``end_time``."""

    date: Day = Field(description="The (first) day, as 2020-11-25.")
    until: Day | None = Field(None, description="The last day, if there are several.")
    time: Clock | None = Field(None, description='When it starts, as "11:00"; of several days with an end, each.')
    end_time: Clock | None = Field(None, description='When it ends, as "12:30"; past midnight, on the next day.')
    timezone: Zone | None = Field(None, description="An IANA zone such as Europe/Paris; the newsletter's otherwise.")
    uid: Id | None = Field(
        None,
        description="Your own name for it, such as nice-2020, the same in all issues: readers' calendars then know it "
        "again when its words, its link or its date change.",
    )

    @field_validator("until")
    @classmethod
    def _in_order(cls, until: dt.date | None, info: ValidationInfo) -> dt.date | None:
        first = info.data.get("date")
        if until is not None and first is not None and until < first:
            raise ValueError(f"the last day ({until}) is before the first ({first}); exchange date and until")
        return until

    @field_validator("end_time")
    @classmethod
    def _has_beginning(cls, end_time: dt.time | None, info: ValidationInfo) -> dt.time | None:
        if end_time is not None and info.data.get("time", end_time) is None:
            raise ValueError(f"it ends at {end_time:%H:%M}, and nobody knows when it starts; add time: above it")
        return end_time

    @property
    def is_daily(self) -> bool:
        """Whether it takes place at the same hours on each of several days."""
        return self.until is not None and self.until > self.date and self._ends_after_its_start

    @property
    def is_overnight(self) -> bool:
        """Whether it takes one evening and ends in the night or the morning after: from 22:00 to 02:00."""
        is_one_day = self.until is None or self.until == self.date
        if not is_one_day or self.time is None or self.end_time is None:
            return False
        return self.time >= _EVENING and self.end_time <= _MORNING

    @property
    def _ends_after_its_start(self) -> bool:
        return self.time is not None and self.end_time is not None and self.end_time > self.time


class Session(Model):
    """A session is one part of an agenda entry; it may have sessions of its own, three levels deep at most."""

    title: Line = Field(description="What the session is about.")
    body: ShortMarkdown | None = Field(None, description="More about it, in Markdown.")
    speaker: Line | None = Field(None, description="Who speaks, and who they are.")
    time: Clock | None = Field(None, description='When it starts, as "11:00".')
    language: LanguageCode | None = Field(None, description="The language spoken, if it differs from the entry's.")
    sessions: tuple[Session, ...] = Field((), description="Parts of this session.")


class AgendaEntry(Days):
    """An entry tells of something that takes place: its day, its time, its language, its sessions."""

    kicker: Line | None = Field(None, description="The series or project, such as PRACTICIES.")
    title: Line = Field(description="What takes place.")
    language: LanguageCode | None = Field(None, description="The language spoken.")
    place: Line | None = Field(None, description="Where: a city, a building, or online.")
    body: ShortMarkdown | None = Field(None, description="More about it, in Markdown.")
    sessions: tuple[Session, ...] = Field((), description="The parts of the programme.")
    link: Link | None = Field(None, description="Where to register or read on.")


class AgendaBlock(Item):
    """Dates with everything that one needs to come: the programme in full."""

    block: Literal["agenda"]
    title: Line = Field(description="The headline of the section.")
    intro: ShortMarkdown | None = Field(None, description="A sentence before the first entry.")
    entries: tuple[AgendaEntry, ...] = Field(min_length=1, description="What takes place, in order of time.")


class Event(Days):
    """An event is one row of a compact list of dates."""

    kicker: Line | None = Field(None, description="The series or project.")
    title: Line = Field(description="What takes place.")
    place: Line | None = Field(None, description="Where.")
    link: Link | None = Field(None, description="Where to read on.")


class EventsBlock(Item):
    """A compact list that gives each date one row."""

    block: Literal["events"]
    title: Line = Field(description="The headline of the section.")
    events: tuple[Event, ...] = Field(min_length=1, description="The dates, in order of time.")
