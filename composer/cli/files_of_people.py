"""Files of people, as they are named on the command line: opened, and what was rejected of them kept aside."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from composer.audience.imports.file_source import FileSource, spooled
from composer.cli.private_file import write_private
from composer.errors import AudienceError, ImportRefused
from composer.workflow.people import IMPORT_MAX_BYTES


@contextmanager
def opened_file(file: Path) -> Iterator[FileSource]:
    """Give the file as it is; what comes through a pipe, or by “-” from standard input, is kept meanwhile."""
    if file == Path("-"):
        with spooled(sys.stdin.buffer, most_bytes=IMPORT_MAX_BYTES) as kept:
            yield kept
        return
    try:
        found = file.stat()
        stream = file.open("rb")
    except OSError as error:
        raise ImportRefused(f"{file} cannot be read: {error.strerror}") from error
    with stream:
        if not stat.S_ISREG(found.st_mode):
            with spooled(stream, most_bytes=IMPORT_MAX_BYTES) as kept:
                yield kept
        elif found.st_size > IMPORT_MAX_BYTES:
            raise ImportRefused(f"{file} is larger than {IMPORT_MAX_BYTES // 2**20} MB; split it")
        else:
            yield FileSource(file)


def keep_aside(file: Path, lines: Iterable[str], count: int) -> Path:
    """Write the rejected rows, of which there are ``count``, beside the file they are of, and give the path."""
    path = Path("stdin.rejected.csv") if file == Path("-") else file.with_suffix(".rejected.csv")
    try:
        write_private(path, lines)
    except OSError as error:
        raise AudienceError(
            f"The other rows were imported, but the {count} rejected ones could not be kept in {path}: {error.strerror}"
        ) from error
    return path
