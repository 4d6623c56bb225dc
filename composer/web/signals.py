"""Which signals ask a program to end in order, and what becomes of its output when the terminal is closed."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Sequence


def ending_signals() -> Sequence[int]:
    """Ctrl-C, SIGTERM, and SIGHUP, which comes when the terminal is closed; not where nohup has it ignored."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    hangup = getattr(signal, "SIGHUP", None)  # not on Windows
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        numbers.append(hangup)
    return numbers


def leave_closed_terminal() -> None:
    """Throw away from now on what is written to a terminal that was closed, because each write would be an error."""
    for stream in (sys.stdout, sys.stderr):
        try:
            number = stream.fileno()
        except (OSError, ValueError, AttributeError):  # what has taken its place in a test, say, is no file
            continue
        if _is_closed_terminal(number):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


def _is_closed_terminal(number: int) -> bool:
    try:
        import termios
    except ImportError:
        return False
    try:
        termios.tcgetattr(number)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False
