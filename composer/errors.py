"""Every exception the product raises on purpose.

::

    NewsletterError                      an expected failure, told in words (exit code 1)
    ├── SettingsError                    a setting is missing or wrong
    │   └── UnknownSettings              names with our prefix that are no settings
    ├── IssueError                       the author's files are wrong; carries all Problems at once
    ├── EditionError                     an issue loads but cannot be rendered; carries Problems
    ├── TemplateError                    a designer's template is wrong; carries Problems
    ├── WritingError                     an edit, or the file that it is to change, cannot be as it was asked for
    │   ├── EditRefused                  the file could not say what was meant; nothing has happened
    │   ├── FileRefused                  a link to somewhere outside, no file, or the disk takes nothing
    │   └── ChangedMeanwhile             somebody else has written the file since it was read; carries what is there
    ├── MessageError                     values that cannot stand in a message (control characters …)
    │   └── AddressError                 not an address that we mail; also a ValueError
    ├── TokenError                       a signed link that we did not sign; also a ValueError
    ├── AudienceError                    no such list, subscriber or segment
    │   └── ImportRefused                a subscriber file that cannot be read at all
    │       └── ImportUnclear            nobody knows yet who of the file has left; carries the questions
    ├── GateClosed                       checks found errors; nothing was sent
    │   └── UnknownCheck                 a check that is to be overruled is called by a name that none has
    ├── MailingError                     something about one mailing stands in the way
    │   ├── NoSuchMailing                no mailing has this number
    │   ├── StateError                   a state table has no such transition
    │   └── LeaseLost                    another process took this mailing over; also a RuntimeError
    ├── ConnectionFailed                 the relay cannot be reached, protected or logged in to; also a ConnectionError
    ├── PortTaken                        a server of ours cannot listen there; also an OSError
    ├── ServiceRuns                      another service works on this SQLite database
    └── DatabaseError                    the database is away, full, or newer than this program

Exceptions are faults. Outcomes (a refusal by the relay, a suppressed address, a finding) are values.
A class's docstring is its default message, so the two cannot drift.

A message says what is wrong, never how a person would use the program to mend it: that is the ``remedy``, a value,
which the command line words as a command to type (``cli/wording.py``) and a page may show as a button.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file that a person wrote. ``line`` and ``column`` count from 1, as editors do."""

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Mend:
    """What is written wrong, and the one thing that is right there: to be put in its place without a thought.

    ``replace`` stands at the problem's position or behind it in the same line.
    """

    replace: str
    by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, what is wrong with the value, what to do instead."""

    position: Position
    message: str
    hint: str = ""
    mend: Mend | None = None

    def __str__(self) -> str:
        return f"{self.position}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class Remedy(enum.Enum):
    """What a person can do about an error. Those of a mailing are about the mailing that the error names."""

    UPGRADE_DATABASE = enum.auto()
    GO_TO_THE_PROJECT = enum.auto()  # or start one
    BEGIN_AT_ONCE = enum.auto()  # if that is meant
    NAME_A_LIST = enum.auto()  # that gets the issue
    IMPORT_A_LIST = enum.auto()  # there is none at all
    SET_THE_LIST = enum.auto()  # instead of making it
    NAME_A_NEW_LIST = enum.auto()  # if it is not a misspelt one
    LOOK_AT_ALL_MAILINGS = enum.auto()  # to find the right number
    BEGIN_SENDING = enum.auto()
    GO_ON_SENDING = enum.auto()
    SET_ANOTHER_TIME = enum.auto()  # or cancel it
    RESUME = enum.auto()
    APPROVE = enum.auto()  # by a second person
    APPROVE_AGAIN = enum.auto()  # after a look at what has changed
    CONFIRM_STILL_RIGHT = enum.auto()  # although it was planned long ago
    CONFIRM_NOT_SENT = enum.auto()  # by the original of this database
    PLAN_AGAIN = enum.auto()  # or put back what was changed
    CANCEL_AND_PLAN_FOR_THE_REST = enum.auto()  # or put back what was changed
    SEND_SAMPLE_FIRST = enum.auto()  # or choose the winner early
    GO_ON_OR_SEND_AGAIN = enum.auto()  # with the mailing of this issue that there is
    SEND_AGAIN = enum.auto()  # to everyone, if that is right
    SEE_WHO_HAS_IT = enum.auto()  # and send the issue to everyone again, if that is right
    MERGE_THEM = enum.auto()  # two people who are one
    SAY_ASKED_ANEW = enum.auto()  # that it is the person's own wish
    CHOOSE_ANOTHER_FOLDER = enum.auto()
    NAME_AN_ENCODING = enum.auto()  # that the whole file is then read in


class NewsletterError(Exception):
    """Something went wrong that was to be expected."""

    def __init__(self, message: str | None = None, *, remedy: Remedy | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.remedy = remedy


class SettingsError(NewsletterError):
    """A setting is missing or wrong."""


@dataclass(frozen=True, slots=True)
class UnknownSetting:
    """One name that is no setting: in ``.env`` or in the environment, and the setting it resembles, if any."""

    name: str
    place: str
    nearest: str | None = None

    def __str__(self) -> str:
        said = f"{self.name} in {self.place} is no setting"
        return f"{said}; did you mean {self.nearest}?" if self.nearest else said


class UnknownSettings(SettingsError):
    """Some names are no settings."""

    def __init__(self, found: Sequence[UnknownSetting]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join(map(str, self.found)))


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
    """A template cannot be used as it is."""


class WritingError(NewsletterError):
    """An edit, or the file that it changes, cannot be written."""


class EditRefused(WritingError):
    """This edit cannot be made in the file as it is."""


class FileRefused(WritingError):
    """This file cannot be used."""


class ChangedMeanwhile(WritingError):
    """The file has been changed by somebody else."""

    def __init__(self, file: Path, found: bytes | None) -> None:
        super().__init__(f"{file.name} has been changed by somebody else")
        self.found = found  # None if it is gone


class MessageError(NewsletterError):
    """A value cannot stand in a message."""


class AddressError(MessageError, ValueError):
    """Not an address that mail can be sent to."""


class TokenError(NewsletterError, ValueError):
    """This link was not signed by us."""


class AudienceError(NewsletterError):
    """There is no such list, subscriber or segment."""


class ImportRefused(AudienceError):
    """The file of subscribers cannot be read."""


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """A column that may say who has left: its values that are not explained, each with its number of rows.

    An empty value is an empty cell. ``more_values`` says that there are others besides, ``certain`` that one of these
    means in every program that somebody has left, ``in_texts`` that they are words in longer values.
    """

    column: str
    values: tuple[tuple[str, int], ...]
    more_values: bool = False
    certain: bool = False
    in_texts: bool = False


class ImportUnclear(ImportRefused):
    """It is not clear who of this file has left."""

    def __init__(self, questions: Sequence[ColumnQuestion], *, file_name: str = "", address_book: str = "") -> None:
        self.questions = tuple(questions)
        self.address_book = address_book  # the program whose address book this is, if it is one
        self.file_name = file_name  # that says of everybody in it that they may have left, if it does
        named = [f"the column “{question.column}” may tell who has left" for question in questions]
        if address_book:
            named.append(f"the file is an address book ({address_book}), so nobody in it has asked for mail")
        elif file_name:
            named.append(f"the name of the file, {file_name}, may say that everybody in it has left")
        super().__init__(f"Nobody was imported: {'; '.join(named)}")


class GateClosed(NewsletterError):
    """The checks found errors, so nothing was sent."""

    def __init__(self, message: str | None = None, *, may_be_allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.may_be_allowed = tuple(may_be_allowed)  # codes of the errors that a person may overrule


class UnknownCheck(GateClosed):
    """No check has this name."""


class MailingError(NewsletterError):
    """This mailing cannot be used like this."""

    def __init__(self, message: str | None = None, *, mailing: int | None = None, remedy: Remedy | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.mailing = mailing


class NoSuchMailing(MailingError):
    """There is no such mailing."""

    def __init__(self, mailing: int) -> None:
        super().__init__(f"there is no mailing {mailing}", mailing=mailing, remedy=Remedy.LOOK_AT_ALL_MAILINGS)


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


class ServiceRuns(NewsletterError):
    """Another service works on this SQLite database, where there is one at a time."""


class DatabaseError(NewsletterError):
    """The database cannot be used."""
