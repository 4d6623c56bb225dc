"""Decides what becomes of somebody who is put on a list. The rules, in the order they are asked:

- a file may say that somebody has left: then they have;
- a suppressed address, and somebody who has left this list, are not touched at all;
- somebody who has left another list, or is suppressed there, does not come onto this one by a file;
- somebody who has not confirmed yet stays so: a file cannot click their link for them;
- a value replaces ours only where it says something; attributes are merged;
- who is new to the list joins it, with the evidence of where the consent came from.

All that a rule asks is yes or no, or one of a few: so the database is given the answers for every situation as one
text, in which a letter stands for a fate, and decides of a million people by these same rules.
"""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, literal

from composer.audience.subscriptions import SubscriptionStatus


class Fate(enum.StrEnum):
    """What becomes of a person who is put on a list."""

    ADDED = "added"  # is new to us
    JOINED = "joined"  # is known to us, and new on this list
    UPDATED = "updated"  # has new values
    UNCHANGED = "unchanged"
    LEFT = "left"  # was on this list until the file said that they have left
    LEFT_ELSEWHERE = "left another list"  # is not taken onto this one
    UNSUBSCRIBED = "unsubscribed"  # has left this list: not touched
    SUPPRESSED = "suppressed"  # is not to be mailed: not touched
    PENDING = "pending"  # has to confirm themselves: not touched
    ERASED = "erased"  # was known by this address, and erased: not written down again
    FORMER = "former address"  # of somebody who goes by another one

    @property
    def has_effect(self) -> bool:
        """Whether the person is on the list now, as was asked."""
        return self in (Fate.ADDED, Fate.JOINED, Fate.UPDATED, Fate.UNCHANGED)

    @property
    def letter(self) -> str:
        """The letter that stands for it in the database."""
        return _LETTERS[tuple(Fate).index(self)]

    @classmethod
    def of_letter(cls, letter: str) -> Fate:
        """The fate that a letter stands for."""
        return tuple(cls)[_LETTERS.index(letter)]


_LETTERS = "ajunleospxf"


@dataclass(frozen=True, slots=True)
class Situation:
    """What is asked of somebody: what the file says, how they stand on the list (``was``), and what else we know."""

    was: SubscriptionStatus | None
    has_left: bool  # by the word of the file
    is_known: bool
    is_suppressed: bool
    has_left_elsewhere: bool
    has_new_values: bool


def decide_fate(of: Situation) -> Fate:
    """Decide what becomes of somebody by the rules."""
    if of.has_left and of.was in (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING):
        return Fate.LEFT
    if of.is_suppressed:
        return Fate.SUPPRESSED
    if of.was is SubscriptionStatus.UNSUBSCRIBED:
        return Fate.UNSUBSCRIBED
    if of.was is None and of.has_left_elsewhere and not of.has_left:
        return Fate.LEFT_ELSEWHERE
    if not of.is_known:
        return Fate.ADDED
    if of.was is None:
        return Fate.JOINED
    if of.was is SubscriptionStatus.PENDING:
        return Fate.PENDING
    return Fate.UPDATED if of.has_new_values else Fate.UNCHANGED


_STANDS = (None, *SubscriptionStatus)
_ANSWERS = "".join(
    decide_fate(Situation(was, *answers)).letter
    for was, *answers in itertools.product(_STANDS, *((False, True) for _ in range(5)))
)


def fate_letter(was: ColumnElement[str], *answers: ColumnElement[bool]) -> ColumnElement[str]:
    """SQL: the letter of the fate. ``was`` is a status or NULL, ``answers`` are the others of Situation, in order."""
    number: ColumnElement[int] = case(
        {str(status): index for index, status in enumerate(_STANDS) if status}, value=was, else_=0
    )
    for answer in answers:
        number = number * 2 + case((answer, 1), else_=0)
    return func.substr(literal(_ANSWERS), number + 1, 1)
