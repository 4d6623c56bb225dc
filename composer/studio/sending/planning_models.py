"""Has the answers at the addresses of an issue that is to be sent, one model per shape."""

from __future__ import annotations

from pydantic import BaseModel


class TestAnswer(BaseModel):
    """What the relay said of one test mail; ``phase`` is how far it came."""

    language: str
    to: str
    relay: str
    is_accepted: bool
    phase: str
    words: str


class TestAnswers(BaseModel):
    """Has the relay's answers, one for each address and language."""

    answers: tuple[TestAnswer, ...]


class SegmentLine(BaseModel):
    """A segment of the newsletter, as written and in words, and how many of the lists' people are in it."""

    name: str
    condition: str
    words: str
    people: int


class WhoReport(BaseModel):
    """Who can get an issue: the lists that it names, and those of them that there are not; and by which relays.

    ``people`` is how many may be written to on the lists that were asked about (or else named), whatever the segment.
    """

    lists: tuple[str, ...]
    unknown: tuple[str, ...]
    people: int
    segments: tuple[SegmentLine, ...]
    relays: tuple[str, ...]


class PlanReport(BaseModel):
    """A mailing as it was planned (``delivery.planning.plan.Plan``)."""

    mailing: int
    issue: str
    digest: str
    planned: int
    excluded: dict[str, int]
    editions: dict[str, int]
    subject_test: dict[str, dict[str, int]]
    dates: dict[str, int]
    replaces: tuple[int, ...]
    unsendable: tuple[str, ...]
