"""What something costs, counted and not timed: the machine that tests run on is busy."""

from __future__ import annotations

import sys
from collections.abc import Callable


def steps_of(done: Callable[[], object]) -> int:
    """Count the calls of functions, Python's own among them, that something takes."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        done()
    finally:
        sys.setprofile(before)
    return counted
