"""What was typed is saved, and never over a newer change on disk: both are kept, or the conflict is told.

Enters: a file as it was when it was read or saved last (``base``) and as it is typed now. Leaves: what stands on the
disk then. A conflict changes nothing on the disk; what was typed is put aside, beside the file, until it is settled, so
that a crash does not lose it either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from composer.errors import ChangedMeanwhile, FileRefused
from composer.issue.source import KeyPath
from composer.issue.yaml.read import MAX_SIZE_BYTES
from composer.writing.document import Document, read_document
from composer.writing.files import read_file, remove_file, replace_file
from composer.writing.merge import MergeConflict, Side, merge

_TRIES = 100
"""Who writes a file more often than this while it is being saved is no person."""

_MOST_ASIDE_BYTES = 13 * MAX_SIZE_BYTES
"""Room for two texts, of which JSON may write each character as six."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands on the disk now. With conflicts it is theirs, and mine is not in it."""

    document: Document
    conflicts: tuple[MergeConflict, ...] = ()


def save(
    file: Path,
    *,
    folder: Path,
    base: Document,
    mine: Document,
    choices: Mapping[KeyPath, Side] | None = None,
) -> Saved:
    """Write mine in the place of base; where somebody has changed the file since, what both did.

    ``choices`` settle conflicts by their paths. Raises FileRefused if the disk takes nothing, or if the file would be
    too large to be read again.
    """
    expected: bytes | None = base.file.encoded()
    if mine.file == base.file:
        there = read_file(file, folder=folder)
        if there is None or there == expected:
            return Saved(mine)
        return Saved(read_document(mine.name, there, shape=mine.shape))
    for _ in range(_TRIES):
        data = mine.file.encoded()
        if len(data) > MAX_SIZE_BYTES:
            words = f"{mine.name} would have {len(data):,} bytes; at most {MAX_SIZE_BYTES:,} can be read"
            raise FileRefused(f"{words}; take something out")
        try:
            replace_file(file, data, folder=folder, expected=expected)
            return Saved(mine)
        except ChangedMeanwhile as changed:
            if changed.found is None:
                expected = None  # somebody has deleted it; what is typed is not to be lost
                continue
            theirs = read_document(mine.name, changed.found, shape=mine.shape)
            merged = merge(base, mine, theirs, choices=choices)
            if merged.conflicts or merged.document.file == theirs.file:
                return Saved(theirs, merged.conflicts)
            base, mine, expected = theirs, merged.document, changed.found
    raise FileRefused(f"{file} is being written by another program all the time")


def put_aside(file: Path, *, folder: Path, base: Document, mine: Document) -> None:
    """Keep what was typed and cannot be saved yet, with what it was typed into."""
    sides = {"base": base.file.encoded().decode(), "mine": mine.file.encoded().decode()}
    data = json.dumps(sides, ensure_ascii=False).encode()
    replace_file(_aside(file), data, folder=folder, expected=_read_aside(file, folder))


def take_up(file: Path, *, folder: Path, like: Document) -> tuple[Document, Document] | None:
    """Find what was put aside: base and mine; None if nothing was, or if it cannot be read."""
    data = _read_aside(file, folder)
    if data is None:
        return None
    try:
        sides = json.loads(data)
        base, mine = str(sides["base"]).encode(), str(sides["mine"]).encode()
    except (ValueError, KeyError, TypeError):
        return None
    return read_document(like.name, base, shape=like.shape), read_document(like.name, mine, shape=like.shape)


def forget_aside(file: Path, *, folder: Path) -> None:
    """Remove what was put aside, once it is saved or given up."""
    remove_file(_aside(file), folder=folder)


def _read_aside(file: Path, folder: Path) -> bytes | None:
    return read_file(_aside(file), folder=folder, max_bytes=_MOST_ASIDE_BYTES)


def _aside(file: Path) -> Path:
    return file.with_name(f".{file.name}.unsaved")
