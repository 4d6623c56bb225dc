"""The files that an issue shows: inside its folder, there, and of a kind that mail programs know.

Reads names and the first bytes of the author's files; never anything outside the folder.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

from pydantic import BaseModel

from composer.errors import Mend, Problem
from composer.issue.blocks import Picture
from composer.issue.inside import leads_outside
from composer.issue.nearest import nearest_mend
from composer.issue.problems import model_around
from composer.issue.tree import Node
from composer.picture_types import TAKEN_IN_WORDS, type_by_content, type_by_suffix

_PLAIN_NAME = re.compile(r"\w[\w.-]*")


class PictureError(ValueError):
    """A picture, or another file, that cannot be shown: what is wrong, and what to do."""

    def __init__(self, message: str, hint: str, mend: Mend | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.mend = mend


def picture_problems(tree: Node, *, file: Path, model: type[BaseModel]) -> Iterator[Problem]:
    """Tell one Problem for each picture of ``file`` that cannot be shown, whatever else is wrong there.

    ``model`` is what the file is read as: its types say what is a picture. What a translation has from another file
    is told there.
    """
    waiting: list[tuple[Node, tuple[int | str, ...]]] = [(tree, ())]
    while waiting:
        node, path = waiting.pop()
        content = node.content
        if isinstance(content, list):
            inner = [(item, (*path, index)) for index, item in enumerate(content) if type(item.content) is not str]
            waiting.extend(reversed(inner))
        elif isinstance(content, dict):
            if len(path) == 2 and path[0] == "blocks" and "block" in content:
                path = (*path, str(content["block"].node.content))  # as pydantic has it
            # A form for dark grounds is a logo's, and stands beside its file.
            shown = (content.get("file"), content.get("dark")) if "file" in content else ()
            for picture in filter(None, shown):
                if picture.node.position.file == file and _is_picture(model, path, content):
                    yield from _problem_with(picture.node, file.parent)
            waiting.extend(
                (entry.node, (*path, key))
                for key, entry in reversed(content.items())
                if type(entry.node.content) is not str  # nearly all are texts, in which nothing is
            )


def _is_picture(model: type[BaseModel], path: tuple[int | str, ...], content: Mapping[str, object]) -> bool:
    """Tell whether the mapping at ``path`` is a picture. A part of a block of any keys is one if it has words too."""
    around = model_around(model, (*path, "file"))
    if around.model_config.get("extra") == "allow":
        return "alt" in content
    return issubclass(around, Picture) or "file" not in around.model_fields


def find_picture_file(folder: Path, name: str, *, what: str = "picture") -> tuple[Path, os.stat_result]:
    """Find the file ``name`` in ``folder``, with what the system says of it; ``what`` it is to be, for the words.

    PictureError if it is not there, or outside the folder in any way; OSError if nothing is said of it.
    """
    if _PLAIN_NAME.fullmatch(name):
        # Nearly every picture is one: a look at it tells that it is a file, no link, and which version of it.
        file = folder / name
        with suppress(OSError):
            found = file.lstat()
            if stat.S_ISREG(found.st_mode):
                return file, found
    file = _find_anywhere(folder, name, what)
    return file, file.stat()


def _find_anywhere(folder: Path, name: str, what: str) -> Path:
    pure = PurePosixPath(name)
    if not _is_below(pure):
        raise PictureError(f"the {what} {name!r} is outside {folder}", "write the name of a file in that folder")
    file = folder / pure
    # Before it is asked whether it is there: nothing is told of files elsewhere, not even that.
    if leads_outside(file, folder):
        raise PictureError(f"the {what} {name!r} is a link to a file outside {folder}", "copy the file itself")
    if not _is_file(file):
        names = [entry.relative_to(folder).as_posix() for entry in sorted(folder.rglob("*")) if entry.is_file()]
        near = _near(pure, names)
        hint = f"did you mean {near!r}?" if near else "put the file there"
        raise PictureError(f"there is no {what} {name!r} in {folder}", hint, Mend(name, near) if near else None)
    return file


def _near(name: PurePosixPath, names: Sequence[str]) -> str:
    """Name the nearest file; one of the same name in another folder is the nearest. Nothing if none is near."""
    same = next((each for each in names if PurePosixPath(each).name == name.name), None)
    mend = nearest_mend(str(name), names)
    return same or (mend.by if mend else "")


def has_picture(folder: Path, name: str) -> bool:
    """Tell whether ``folder`` has a file of that name; False for a name of anything outside."""
    pure = PurePosixPath(name)
    return _is_below(pure) and not leads_outside(folder / pure, folder) and _is_file(folder / pure)


def _is_below(name: PurePosixPath) -> bool:
    return not (name.is_absolute() or ".." in name.parts or any(mark in str(name) for mark in ("\\", "\0", ":")))


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # a name longer than the file system has names
        return False


def _problem_with(file: Node, folder: Path) -> Iterator[Problem]:
    if not isinstance(file.content, str) or not file.content.strip():
        return  # the model tells
    try:
        picture, found = find_picture_file(folder, file.content.strip())
        wrong = _wrong_inside(picture, found.st_mtime_ns, found.st_size)
    except PictureError as error:
        yield Problem(file.position, str(error), error.hint, error.mend)
    except OSError as error:
        yield Problem(file.position, f"the picture {file.content!r} cannot be read: {error.strerror}")
    else:
        if wrong:
            yield Problem(file.position, *wrong)


@lru_cache(maxsize=256)
def _wrong_inside(file: Path, changed_ns: int, size: int) -> tuple[str, str] | None:  # noqa: ARG001  of which version
    """Look what is wrong with the kind of the file, and what to do; again only once the file has changed."""
    kind = type_by_suffix(file.suffix)
    if kind is None:
        return f"{file.name!r} is not a picture that mail programs show", f"use {TAKEN_IN_WORDS}"
    with file.open("rb") as opened:
        begins = opened.read(16)
    if not kind.begins(begins):
        found = type_by_content(begins)
        hint = (
            f"it is {found.name}: name it {file.stem}{found.suffixes[0]}" if found else f"save it as {TAKEN_IN_WORDS}"
        )
        return f"{file.name!r} is not what its name says", hint
    return None
