"""Which signals ask a program to end in order, and what becomes of its output when the terminal is closed."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


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


async def until_stopped() -> None:
    """Return at the first Ctrl-C or SIGTERM, or when the terminal is closed."""
    stopped = asyncio.Event()
    with _calling(stopped.set):
        await stopped.wait()
        leave_closed_terminal()


@contextmanager
def _calling(act: Callable[[], object]) -> Iterator[None]:
    """Call ``act`` in the running loop at each signal that ends programs, while the block runs."""
    loop = asyncio.get_running_loop()
    numbers = ending_signals()
    try:
        for number in numbers:
            loop.add_signal_handler(number, act)
    except NotImplementedError:  # Windows, whose loops are woken by a signal and do not hear which one
        former = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(act)) for number in numbers}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
        return
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
