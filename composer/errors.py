"""Every exception the product raises on purpose.

::

    NewsletterError                      an expected failure, told in words (exit code 1)
    ├── SettingsError                    a setting is missing or wrong
    ├── IssueError                       the author's files are wrong; carries all Problems at once
    ├── EditionError                     an issue loads but cannot be rendered; carries Problems
    ├── TemplateError                    a designer's template is wrong; carries Problems
    ├── MessageError                     values that cannot stand in a message (control characters …)
    ├── AddressError                     not an address that we mail; also a ValueError
    ├── TokenError                       a signed link that we did not sign; also a ValueError
    ├── AudienceError                    no such list, subscriber or segment
    │   └── ImportRefused                a subscriber file that cannot be read at all
    ├── GateClosed                       checks found errors; nothing was sent
    ├── MailingError                     no such mailing, or not in a state for this
    │   ├── StateError                   a state table has no such transition
    │   └── LeaseLost                    another process took this mailing over; also a RuntimeError
    ├── ConnectionFailed                 the relay cannot be reached, protected or logged in to; also a ConnectionError
    ├── PortTaken                        a server of ours cannot listen there; also an OSError
    └── DatabaseError                    the database is away, full, or newer than this program

Exceptions are faults. Outcomes (a refusal by the relay, a suppressed address, a finding) are values.
A class's docstring is its default message, so the two cannot drift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file that a person wrote. ``line`` and ``column`` count from 1, as editors do."""

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, what is wrong with the value, what to do instead."""

    position: Position
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.position}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class NewsletterError(Exception):
    """Something expected went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class SettingsError(NewsletterError):
    """A setting is missing or wrong."""


class _WithProblems(NewsletterError):
    """An error that lists everything wrong at once, in the order of the files' lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.position))
        super().__init__("\n".join(map(str, self.problems)))


class IssueError(_WithProblems):
    """The issue's files have mistakes."""


class EditionError(_WithProblems):
    """The issue cannot be rendered."""


class TemplateError(_WithProblems):
    """A template is wrong."""


class MessageError(NewsletterError):
    """A value cannot stand in a message."""


class AddressError(NewsletterError, ValueError):
    """Not an address that mail can be sent to."""


class TokenError(NewsletterError, ValueError):
    """This link was not signed by us."""


class AudienceError(NewsletterError):
    """There is no such list, subscriber or segment."""


class ImportRefused(AudienceError):
    """The file of subscribers cannot be read."""


class GateClosed(NewsletterError):
    """The checks found errors, so nothing was sent."""


class MailingError(NewsletterError):
    """There is no such mailing."""


class StateError(MailingError):
    """This cannot happen in this state."""


class LeaseLost(MailingError, RuntimeError):
    """Another process has taken this mailing over."""


class ConnectionFailed(NewsletterError, ConnectionError):
    """The relay cannot be used."""

    def __init__(self, message: str | None = None, *, phase: str, code: int | None = None) -> None:
        super().__init__(message)
        self.phase = phase  # "connect", "tls" or "login"
        self.code = code  # of the relay's reply, if it gave one


class PortTaken(NewsletterError, OSError):
    """The port is taken by another program."""


class DatabaseError(NewsletterError):
    """The database cannot be used."""
