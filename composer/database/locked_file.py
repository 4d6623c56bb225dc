"""A lock on a file that says whether some process lives: it belongs to the open file, and ends with its last process.

flock(2); where there is none (Windows), nothing is ever locked, and whoever asks has to be content without.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO


def lock(file: IO[bytes]) -> bool:
    """Lock the open file, unless another process has; the lock ends with the last process that has it open.

    Whoever only looks has it for an instant too, but does not keep others from looking: that tells them from a holder.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    while not _flock(file, fcntl.LOCK_EX):
        if not _flock(file, fcntl.LOCK_SH):
            return False
        fcntl.flock(file, fcntl.LOCK_UN)
    return True


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock of the file; any number may look at the same time."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        with path.open("rb") as file:
            return not _flock(file, fcntl.LOCK_SH)
    except OSError:
        return False


def _flock(file: IO[bytes], how: int) -> bool:
    import fcntl

    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
