"""What was read in a text is kept for the next time that the same text is asked about: an author changes one of many.

Enters: a pure function of a text. Leaves: the same function, which works once for each text as long as it is among
those that were asked about lately. Their letters are bounded, not their number: whoever types in a long text makes a
new one with every letter. Never: a function that looks at files, or an answer that somebody changes. ``KeptLately`` is
for whoever looks first whether an answer still holds, ``keep`` for whoever keeps the last few of something else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Concatenate, Generic, ParamSpec, TypeVar

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


class KeptLately(Generic[K, R]):
    """What was asked for lately, by key, as long as all of it has at most ``most`` letters."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[K, tuple[R, int]] = OrderedDict()
        self._letters = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def items(self) -> list[tuple[K, R]]:
        """List what is kept, the oldest first."""
        with self._lock:
            return [(key, value) for key, (value, _) in self._kept.items()]

    def take(self, key: K) -> R | None:
        """Take the value out, if it is there: whoever has looked whether it still holds puts it back."""
        with self._lock:
            value, letters = self._kept.pop(key, (None, 0))
            self._letters -= letters
        return value

    def put(self, key: K, value: R, *, letters: int) -> None:
        """Keep a value as the newest, and let the oldest go where there are too many letters."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = value, letters
            self._letters += letters - before
            while self._letters > self.most:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._letters -= oldest

    def clear(self) -> None:
        """Forget everything that is kept."""
        with self._lock:
            self._kept.clear()
            self._letters = 0


def keep(kept: OrderedDict[K, R], key: K, value: R, *, most: int) -> R:
    """Keep a value as the newest, let the oldest go where there are more than ``most``, and return the value."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
    return value
