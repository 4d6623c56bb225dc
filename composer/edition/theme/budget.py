"""What a template may do is counted: rounds of loops, calls, and the letters it handles.

A step is a round of a loop, a call of a macro, filter, test or method, or some letters that are joined, compared or
printed. Steps are counted, never timed: the same template takes as many on any machine, so a slow one refuses nothing
that a fast one lets pass. A whole issue of the house takes some thousands.

No single value grows beyond ``MAX_LETTERS`` or ``MAX_ITEMS`` on the way, and what would is refused before it is made.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from jinja2.filters import _GroupTuple
from markupsafe import Markup

STEPS_OF_A_TEMPLATE = 1_000_000
"""What one template may take each time that it is rendered."""

STEPS_OF_AN_EDITION = 5_000_000
"""What all blocks and the layout of one form of an edition may take together."""

MAX_LETTERS = 4_000_000
MAX_ITEMS = 100_000
MAX_NUMBER = 2**63
LETTERS_A_STEP = 32
"""Joining 32 letters takes about as long as a round of a loop."""


class NotAllowedError(Exception):
    """A template asks for what no template may have."""


class TooMuchError(Exception):
    """A template does more, or makes something larger, than any mail can need."""


class Budget:
    """The steps that are left: ``left`` to the template that is being rendered, ``in_all`` to the edition's form."""

    __slots__ = ("_begun", "in_all", "left")

    def __init__(self) -> None:
        self.in_all = STEPS_OF_AN_EDITION
        self.left = self._begun = 0

    def begin(self) -> None:
        """Give a template its steps."""
        self.left = self._begun = min(STEPS_OF_A_TEMPLATE, self.in_all)

    def end(self) -> int:
        """Take what the template has used from what the edition has; return it."""
        used = self._begun - self.left
        self.in_all -= used
        return used

    def spend(self, steps: int) -> None:
        """Count some steps. TooMuchError if fewer are left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchError(
                f"this takes more than {self._begun:,} steps"
                if self._begun == STEPS_OF_A_TEMPLATE
                else f"the templates of this issue take more than {STEPS_OF_AN_EDITION:,} steps together"
            )

    def handle(self, value: Any) -> None:
        """Count what it takes to look at a value once."""
        kind = type(value)
        if kind is str or kind is Markup:
            self.spend(len(value) // LETTERS_A_STEP)
        elif kind is range:
            self.spend(len(value))
        elif kind in CONTAINERS:
            self.spend(_looked_through(value))

    def holds(self, value: Any) -> Any:
        """Return a value that was put together, if it is not too large with all that is in it."""
        kind = type(value)
        if kind is str or kind is Markup:
            checked_size(len(value))
        elif kind in CONTAINERS and kind is not range:
            self.spend(_looked_through(value))
        elif kind is int:
            checked_number(value)
        return value


def _looked_through(value: Any) -> int:
    """Count steps for the entries and letters of a list and of all lists in it, each as often as it stands there."""
    entries, letters, waiting = 0, 0, [value]
    while waiting:
        inner = waiting.pop()
        entries += checked_items(len(inner))
        checked_items(entries)
        for item in inner.values() if type(inner) in _MAPPINGS else () if type(inner) is range else inner:
            kind = type(item)
            if kind is str or kind is Markup:
                letters += len(item)
            elif kind in CONTAINERS:
                waiting.append(item)
        checked_size(letters)
    return entries + letters // LETTERS_A_STEP


_MAPPINGS = frozenset({dict, MappingProxyType})
CONTAINERS = frozenset({tuple, list, range, _GroupTuple, *_MAPPINGS})


def checked_size(letters: int) -> int:
    """Return a number of letters that a text may have. TooMuchError if it is larger."""
    if letters > MAX_LETTERS:
        raise TooMuchError(f"this makes a text of more than {MAX_LETTERS:,} letters")
    return letters


def checked_number(number: Any) -> Any:
    """Return a number that may be reckoned with. TooMuchError for a whole number that is larger."""
    if isinstance(number, int) and abs(number) > MAX_NUMBER:
        raise TooMuchError("this makes a number of more than 19 digits")
    return number


def checked_items(items: int) -> int:
    """Return a number of entries that a list may have. TooMuchError if it is larger."""
    if items > MAX_ITEMS:
        raise TooMuchError(f"this makes a list of more than {MAX_ITEMS:,} entries")
    return items
