"""Turns exceptions into exit codes; nothing else does.

::

    0    done
    1    an expected failure, told in words
    2    the command line is wrong
    3    a bug: a log file to paste into a report
    130  interrupted
"""

from __future__ import annotations

import errno
import io
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO, cast

import typer

from composer import __version__
from composer.cli.log import log_crash, tell, tell_failure
from composer.cli.visible import VisibleStream
from composer.cli.wording import say_error
from composer.errors import NewsletterError
from composer.logs import is_json, without_people

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""A write that found no room; the system does not tell which file it was for."""


def exit_code(run: Callable[[], object]) -> int:
    """Run the command and tell on stderr what went wrong; gives the code to exit with."""
    _print_anywhere()
    with _printing_visibly():
        return _exit_code(run)


@contextmanager
def _printing_visibly() -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, VisibleStream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _exit_code(run: Callable[[], object]) -> int:
    try:
        result = run()
        _flush()
    except NewsletterError as error:
        tell_failure(say_error(error))
        return 1
    except (KeyboardInterrupt, typer.Abort):
        tell("Interrupted.")
        return 130
    except typer.Exit as exit_:
        return exit_.exit_code
    except BrokenPipeError:
        # The reader of our output has seen enough (`newsletter deliveries 1 | head`).
        _print_nowhere()
        return 0
    except SystemExit as exit_:
        # The same, where click met it first and made it a failure.
        if not isinstance(exit_.__context__, BrokenPipeError):
            raise
        _print_nowhere()
        return 0
    except OSError as error:
        if (words := _system_words(error)) is None:
            return _report_bug(error)
        _print_nowhere()
        tell_failure(words)
        return 1
    except Exception as error:
        return _usage_code(error) or _report_bug(error)
    return result if isinstance(result, int) else 0


def _print_anywhere() -> None:
    """Let print never fail: a terminal of few letters shows ``?`` for the others, a closed one swallows everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  as long as we live
        elif isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
            stream.reconfigure(errors="replace")


def _flush() -> None:
    """Write out what is printed, while it can still be told that a disk is full or a pipe is closed."""
    sys.stdout.flush()


def _print_nowhere() -> None:
    """Throw away what could not be printed: the interpreter tries again at its end, and would complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _system_words(error: OSError) -> str | None:
    """Say what the machine refused, and where; None if it is not about a file that somebody named, or a full disk."""
    if error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    if error.errno in _FULL and error.strerror:
        return f"{error.strerror}; make room and try again"
    return None


def _usage_code(error: Exception) -> int | None:
    """Give 2 if the command line was wrong, after telling so. Typer's usage errors know how to show themselves."""
    show = getattr(error, "show", None)
    if show is None:
        return None
    if is_json():
        tell_failure(str(error))
    else:
        show()
    return int(getattr(error, "exit_code", 2))


def _report_bug(error: Exception) -> int:
    lines = traceback.format_exception(error)
    with tempfile.NamedTemporaryFile("w", prefix="newsletter-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"newsletter {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
        log.writelines(without_people(line) for line in lines)
    log_crash(error, report=log.name)
    tell_failure(
        f"This is a bug in newsletter: {type(error).__name__}: {without_people(str(error))}\n"
        f"The details are in {Path(log.name)}; please add that file to your report."
    )
    return 3
