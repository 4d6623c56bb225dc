"""How long anything may take before it is said to hang: a last resort, and no measure of speed.

A test waits for a condition, never for a time. These limits end a test that would otherwise wait for ever, with a
message that says where. A busy machine (five busy loops beside the tests, on two cores) stays far below them, so a
test that reaches one has found something; whoever wants to hear of it sooner says ``HANGS_S=20 make unit``.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident

HANGS_S = float(os.environ.get("HANGS_S", "300"))
"""For one step: an answer of a server, a thing on a page, a send by the real program."""

TEST_HANGS_S = 4 * HANGS_S
"""For a whole test with its fixtures; ended by pytest-timeout, which shows where each thread stands."""


def wait_until(condition: Callable[[], bool], *, every_s: float = 0.005, what: str = "what the test waits for") -> None:
    """Return when the condition holds, which another thread or process brings about; AssertionError if it hangs."""
    gives_up = time.monotonic() + HANGS_S
    for _ in itertools.count():
        if condition():
            return
        assert time.monotonic() < gives_up, f"{what} has not come in {HANGS_S:.0f} s"
        _rest(every_s)


@contextmanager
def resting(rest: Callable[[float], None]) -> Iterator[None]:
    """Let whoever waits in this thread rest by ``rest(seconds)``, so that something of this thread goes on meanwhile.

    A browser is such a thing: what a test answers in the place of a server is answered by the thread that waits.
    """
    _rests.append((get_ident(), rest))
    try:
        yield
    finally:
        _rests.pop()


def _rest(seconds: float) -> None:
    own = [rest for thread, rest in _rests if thread == get_ident()]
    (own[-1] if own else time.sleep)(seconds)


_rests: list[tuple[int, Callable[[float], None]]] = []
