"""The files that an issue shows: inside its folder, there, and of a kind that mail programs know.

Reads names and the first bytes of the author's files; never anything outside the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import BaseModel

from composer.errors import Problem
from composer.issue.blocks import Picture
from composer.issue.problems import nearest
from composer.issue.source import Source
from composer.issue.walk import walk

_SIGNATURES = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".gif": b"GIF8",
}


def picture_problems(model: BaseModel, *, folder: Path, source: Source) -> Iterator[Problem]:
    """One Problem for each picture of the model that cannot be shown."""
    for path, value in walk(model):
        if isinstance(value, Picture) and (wrong := _wrong_with(value.file, folder)) is not None:
            yield Problem(source.position((*path, "file")), *wrong)


def _wrong_with(name: str, folder: Path) -> tuple[str, str] | None:
    inside = f"put the picture into {folder} and write its name"
    pure = PurePosixPath(name)
    if "\\" in name or "\0" in name or ":" in name:
        return f"{name!r} cannot be the name of a picture", "write folders with /, and no colon or backslash"
    if pure.is_absolute() or ".." in pure.parts:
        return f"the picture {name!r} is outside the issue's folder", inside
    if pure.suffix.lower() not in _SIGNATURES:
        return f"{name!r} is not a picture that mail programs show", "use PNG, JPEG or GIF"
    file = folder / pure
    if not file.is_file():
        names = [entry.relative_to(folder).as_posix() for entry in sorted(folder.rglob("*")) if entry.is_file()]
        return f"there is no picture {name!r} in {folder}", nearest(name, names) or inside
    if not file.resolve().is_relative_to(folder.resolve()):
        return f"the picture {name!r} is a link to a file outside the issue's folder", inside
    with file.open("rb") as opened:
        start = opened.read(8)
    if not start.startswith(_SIGNATURES[pure.suffix.lower()]):
        return f"{name!r} is not what its name says", "save it again as PNG, JPEG or GIF"
    return None
