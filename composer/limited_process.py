"""Work on a stranger's file is done in a process of its own, with an end to its time and its memory.

Enters: the module whose program does it, and the file. Leaves: what the program writes; None if it has given up, was
stopped, or took too long. The module calls :func:`limit_this_process` before it looks at its input.
"""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

CPU_SECONDS = 20
MEMORY_BYTES = 1_500_000_000


class TookTooLong(Exception):
    """The program has not come to an end in twice the time of the processor that it may use."""


def run_limited(module: str, data: bytes) -> bytes | None:
    """Run ``python -m module`` with ``data`` on its standard input. Raises TookTooLong."""
    command = [sys.executable, "-I", "-m", module]
    try:
        done = subprocess.run(  # noqa: S603  ours
            command, input=data, capture_output=True, timeout=CPU_SECONDS * 2, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    return None if done.returncode else done.stdout


class ProgramOutput(NamedTuple):
    """What a program of the system has said, what it complained of, and with which code it ended."""

    said: bytes
    complaint: bytes
    code: int


def run_program_limited(command: list[str], data: bytes) -> ProgramOutput:
    """Run a program of the system with ``data`` on its standard input. Raises TookTooLong.

    A program that is not there any more says nothing, and ends with 127, as in a shell.
    """
    try:
        done = subprocess.run(  # noqa: S603  no shell, and nobody else's words among the arguments
            command, input=data, capture_output=True, timeout=CPU_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    except OSError as error:
        return ProgramOutput(b"", str(error.strerror).encode(), 127)
    return ProgramOutput(done.stdout, done.stderr, done.returncode)


def limit_this_process() -> None:
    """Bound the processor time and the memory of this process, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):  # Windows has none, and some systems have lower ones
        pass
