"""Writes a file of people so that nobody else of this machine reads it, and nothing is written through a link.

The text goes into a new file beside it, readable by its owner alone (0600), which takes the name once it is whole: a
link of that name is replaced, not followed, and whoever reads meanwhile sees the old file or the new one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ENCODING = "utf-8-sig"
"""With a BOM, for it is how Excel knows UTF-8."""


def write_private(path: Path, lines: Iterable[str]) -> None:
    """Write the lines as they are to ``path``. Raises OSError, and then nothing is changed.

    A device or a pipe (``/dev/stdout``) is written to as it is.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("w", encoding=_ENCODING, newline="") as device:
            device.writelines(lines)
        return
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(21, "Is a directory", str(path))
    new = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}")
    # Exclusive, so that nobody has put a file or a link there before.
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding=_ENCODING, newline="") as file:
            file.writelines(lines)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
