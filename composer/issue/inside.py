"""Whether a file lies where its name says: a link in a stranger's project may lead to ``.env`` or to ``/etc``."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from composer import shipped
from composer.errors import Position, Problem


def leads_outside(file: Path, folder: Path) -> bool:
    """Tell whether ``file``, or a folder on the way to it below ``folder``, is a link to somewhere outside ``folder``.

    Costs a look at each step, and more only where one is a link.
    """
    parts = file.relative_to(folder).parts if file.is_relative_to(folder) else ()
    at = str(folder)
    for part in parts:
        at = os.path.join(at, part)
        if os.path.islink(at):
            return not file.resolve().is_relative_to(folder.resolve())
    return not parts


def unusable(file: Path, folder: Path) -> Problem | None:
    """Tell why a file that is there cannot be used: it leads outside ``folder``, or is no file but a device or a pipe.

    None if it can, or if nothing is there. Those of the house are as they were installed, perhaps by links.
    """
    place = Position(file, 1, 1)
    if not is_of_the_house(folder) and leads_outside(file, folder):
        return Problem(place, f"this is a link to a file outside {folder}", "copy the file itself")
    try:
        kind = file.stat().st_mode
    except OSError:
        return None
    if not stat.S_ISREG(kind):
        return Problem(place, "this is not a file", "put a file there")
    return None


def source_lines(file: Path) -> list[str]:
    """Read the lines of a file that a finding names, to show them; none of a link out of its folder, or of no text."""
    try:
        if leads_outside(file, file.parent) or not stat.S_ISREG(file.stat().st_mode):
            return []
        return file.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except OSError:
        return []


def is_of_the_house(folder: Path) -> bool:
    """Tell whether the folder came with the program. One beside it whose name only begins the same did not."""
    return f"{folder}{os.sep}".startswith(f"{shipped.TEMPLATES}{os.sep}")
