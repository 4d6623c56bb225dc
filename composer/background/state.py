"""What a service knows of itself, for whoever asks how it is: a health check, a page of metrics, a person.

One object a process. It is written by the service's own threads and read by any other; each field is replaced whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from composer.background.process import ServiceProcess


@dataclass(frozen=True, slots=True)
class MailingToLookAt:
    """A mailing that does not go on until a person has acted, and why."""

    mailing: int
    words: str


@dataclass(slots=True)
class SentHere:
    """What this process has sent since it began: deliveries by the state that their try ended in."""

    by_state: dict[str, int] = field(default_factory=dict)  # of what it has sent before
    running: Mapping[Any, int] = field(default_factory=dict)  # of what it is sending
    mailing: int | None = None  # that is being sent now

    def count(self, state: str) -> int:
        """Tell how many tries have ended in this state; refusals that are given back are taken off again."""
        return self.by_state.get(state, 0) + self.running.get(state, 0)


@dataclass(slots=True)
class ServiceState:
    """How the service of this process is.

    ``has_lease``: it may work (always so on SQLite, whose lock no other can take). ``database_words``: why the database
    could not be asked the last time; empty if it could. ``last_sweep_at``: when it was last looked for work, in Unix
    seconds; None before the first time. ``jobs``: rows by kind and state. ``due``: mailings that may be sent now and
    that nobody sends; ``oldest_due_at`` is the time of the one that waits longest, where it had one.
    """

    process: ServiceProcess
    is_ready: bool = False
    is_draining: bool = False
    has_lease: bool = False
    database_words: str = ""
    last_sweep_at: float | None = None
    jobs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    due: Sequence[int] = ()
    oldest_due_at: int | None = None
    to_look_at: Sequence[MailingToLookAt] = ()
    processes: Sequence[ServiceProcess] = ()
    sent: SentHere = field(default_factory=SentHere)
