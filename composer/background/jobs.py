"""Pieces of work by their numbers: all that a queue ever learns of them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class JobKind(enum.StrEnum):
    """What can be done in the background."""

    SEND = "send"  # a mailing whose time has come, that was interrupted, or whose retries are due
    IMPORT = "import"  # a file of people onto a list
    EXPORT = "export"  # a list as a file
    ERASE = "erase"  # all that is held on a person
    CLEAR = "clear"  # what nobody needs any more, each night


@dataclass(frozen=True, slots=True)
class Job:
    """A row of ``jobs``, and which of its tries this is."""

    kind: JobKind
    id: int
    run: int = 1

    @property
    def key(self) -> str:
        """The engine's name for this try: ``send-17-1``. The same key is never worked on twice."""
        return f"{self.kind}-{self.id}-{self.run}"


class Ended(enum.Enum):
    """How a key has come to its end, if it has."""

    NOT_YET = enum.auto()  # it waits, or somebody is at it
    IN_ORDER = enum.auto()
    FAILED = enum.auto()
    FATAL = enum.auto()  # each process that took it has died


class JobQueue(Protocol):
    """What takes keys and lets their work be done, here or by another process."""

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Let these be done; a key that is known is left as it is."""

    def look_up(self, jobs: Collection[Job]) -> Mapping[Job, Ended]:
        """Tell of those that are known how they stand."""

    def forget(self, *, before: float) -> int:
        """Delete what is kept of keys that ended before then (Unix seconds), and count them."""


Perform = Callable[[JobKind, int, int], None]
"""Does the work of a job: its kind, its number and its run."""
