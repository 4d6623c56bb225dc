"""The files that an issue shows: inside its folder, there, and of a kind that mail programs know.

Reads names and the first bytes of the author's files; never anything outside the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from composer.errors import Problem
from composer.issue.problems import nearest
from composer.issue.yaml import Node

_SIGNATURES = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".gif": b"GIF8",
}


_PICTURE_KEYS = ("picture", "logo")


def picture_problems(tree: Node, *, folder: Path) -> Iterator[Problem]:
    """One Problem for each picture that cannot be shown, whatever else is wrong in the file."""
    if isinstance(tree.content, list):
        for item in tree.content:
            yield from picture_problems(item, folder=folder)
    elif isinstance(tree.content, dict):
        for key, entry in tree.content.items():
            if key in _PICTURE_KEYS and isinstance(entry.node.content, dict) and "file" in entry.node.content:
                yield from _problem_with(entry.node.content["file"].node, folder)
            yield from picture_problems(entry.node, folder=folder)


def _problem_with(file: Node, folder: Path) -> Iterator[Problem]:
    if isinstance(file.content, str) and file.content and (wrong := _wrong_with(file.content.strip(), folder)):
        yield Problem(file.position, *wrong)


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
