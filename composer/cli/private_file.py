"""Writes a file of people so that nobody else of this machine reads it, and nothing is written through a link.

The text goes into a new file beside it, readable by its owner alone (0600), which takes the name once it is whole: a
link of that name is replaced, not followed, and whoever reads meanwhile sees the old file or the new one.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ENCODING = "utf-8-sig"
"""With a BOM, for it is how Excel knows UTF-8."""


def write_private(path: Path, lines: Iterable[str], *, encoding: str = _ENCODING) -> None:
    """Write the lines as they are to ``path``. Raises OSError, and then nothing is changed.

    A device, a pipe of our own, and what stands in ``/dev`` or ``/proc`` (``/dev/stdout``) are written to as they are.
    """
    if _is_way_out(path):
        with path.open("w", encoding=encoding, newline="") as device:
            device.writelines(lines)
        return
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(21, "Is a directory", str(path))
    new = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}")
    # Exclusive, so that nobody has put a file or a link there before.
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
            file.writelines(lines)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def _is_way_out(path: Path) -> bool:
    """Whether this is no file that could be replaced, nor a pipe at which somebody else may be waiting."""
    if {"/dev", "/proc"}.intersection(map(str, path.absolute().parents)):
        return path.exists()
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISCHR(found.st_mode) or (stat.S_ISFIFO(found.st_mode) and found.st_uid == os.geteuid())
