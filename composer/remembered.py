"""What was read in a text is kept for the next time that the same text is asked about: an author changes one of many.

Enters: a pure function of a text. Leaves: the same function, which works once for each text as long as it is among
those that were asked about lately. Their letters are bounded, not their number: whoever types in a long text makes a
new one with every letter. Never: a function that looks at files, or an answer that somebody changes. ``keep`` is for
whoever keeps the last few of something else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")

LETTERS = 300_000
"""Those of the texts that are kept for one function: an issue of ten languages has half of it."""


def remembered(function: Callable[Concatenate[str, P], R]) -> Callable[Concatenate[str, P], R]:
    """Keep what ``function`` answers to a text, and to what else it is told, which must be hashable and short."""
    kept: OrderedDict[Hashable, R] = OrderedDict()
    lengths: dict[Hashable, int] = {}
    lock = Lock()
    left = LETTERS

    @wraps(function)
    def ask(text: str, /, *more: P.args, **named: P.kwargs) -> R:
        nonlocal left
        key = (text, more, tuple(named.items()))
        with lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        answer = function(text, *more, **named)
        with lock:
            if key not in kept:
                kept[key] = answer
                lengths[key] = len(text)
                left -= len(text)
            while left < 0:
                oldest, _ = kept.popitem(last=False)
                left += lengths.pop(oldest)
        return answer

    return ask


def keep(kept: OrderedDict[K, R], key: K, value: R, *, most: int) -> R:
    """Keep a value as the newest, let the oldest go where there are more than ``most``, and return the value."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
    return value
