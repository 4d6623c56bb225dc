"""The issues of a project are folders: they are begun, copied, renamed, archived, and deleted with a way back.

::

    issues/2026-12-winter/          an issue
    issues/archive/2019-03-spring/  out of the way: nothing lists it any more
    issues/.trash/2026-11-test/     deleted, until somebody empties it

Enters: the folder of all issues, and names. Leaves: folders in their new places. Nothing is ever written over another
folder, and no name leads out of the project.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from composer.errors import FileRefused
from composer.issue.files import is_issue
from composer.issue.inside import leads_outside
from composer.issue.neighbours import ARCHIVE
from composer.writing.files import create_folder, move_folder, named_from, read_folder, remove_folder

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_LETTERS = 100
Place = Literal["archive", "trash"]
"""Where issues are that are out of the way."""

_TRASH = ".trash"
_FOLDERS: Mapping[Place, str] = {"trash": _TRASH, "archive": ARCHIVE}


def free_folder(issues_dir: Path, slug: str) -> Path:
    """Find the place of an issue that is not there yet. Raises FileRefused if it cannot be named so, or is there."""
    if not SLUG.fullmatch(slug) or slug == ARCHIVE:
        raise FileRefused(f"{slug!r} cannot name an issue; use small letters, digits and hyphens: 2026-12-winter-news")
    if len(slug) > MAX_LETTERS:
        raise FileRefused(f"{slug[:40]}… has {len(slug)} letters, and an issue's name at most {MAX_LETTERS}")
    if (issues_dir / slug).exists():
        raise FileRefused(f"{named_from(issues_dir, issues_dir / slug)} is already there")
    return issues_dir / slug


def free_slug(issues_dir: Path, slug: str) -> str:
    """Find a name that is not taken: this one, or this one with a number behind it."""
    return _free_name(issues_dir, slug[: MAX_LETTERS - 5].strip("-"), separator="-").name


def begin_issue(issues_dir: Path, slug: str, files: Mapping[str, bytes]) -> Path:
    """Write a new issue of these files, given by their paths in it, whole or not at all; return its folder."""
    folder = free_folder(issues_dir, slug)
    create_folder(folder, files, name=named_from(issues_dir, folder))
    return folder


def duplicate_issue(issues_dir: Path, slug: str, *, new_slug: str) -> Path:
    """Copy an issue with its pictures under another name; return the new folder."""
    return begin_issue(issues_dir, new_slug, read_folder(_existing(issues_dir, slug)))


def rename_issue(issues_dir: Path, slug: str, *, new_slug: str) -> Path:
    """Give an issue another name; return its folder."""
    folder = free_folder(issues_dir, new_slug)
    move_folder(_existing(issues_dir, slug), folder, issues_dir=issues_dir)
    return folder


def archive_issue(issues_dir: Path, slug: str) -> Path:
    """Put an issue out of the way; return where it is now."""
    return _put_into(ARCHIVE, issues_dir, slug)


def delete_issue(issues_dir: Path, slug: str) -> Path:
    """Put an issue into the trash; return where it is now."""
    return _put_into(_TRASH, issues_dir, slug)


def archived_issues(issues_dir: Path) -> tuple[str, ...]:
    """List the names of the issues in the archive."""
    return _names_in(issues_dir / ARCHIVE)


def deleted_issues(issues_dir: Path) -> tuple[str, ...]:
    """List the names under which deleted issues are in the trash."""
    return _names_in(issues_dir / _TRASH)


def put_away_folders(issues_dir: Path, place: Place) -> tuple[Path, ...]:
    """List the folders of the issues that are out of the way in one place."""
    folder = issues_dir / _FOLDERS[place]
    return tuple(folder / name for name in _names_in(folder))


def put_away_path(issues_dir: Path, name: str, place: Place) -> Path:
    """Tell where an issue is, or was, that is out of the way."""
    return issues_dir / _FOLDERS[place] / name


def restore_issue(issues_dir: Path, name: str, *, place: Place | None = None) -> Path:
    """Bring an issue back from the trash or the archive, wherever it is if ``place`` does not say; return its folder.

    If its old name is taken meanwhile, it gets a number. Raises FileRefused if there is no such issue.
    """
    for folder_name in _FOLDERS.values() if place is None else (_FOLDERS[place],):
        if name in _names_in(issues_dir / folder_name):
            slug = re.sub(r"\.\d+$", "", name)
            folder = _free_name(issues_dir, slug, separator="-")
            move_folder(issues_dir / folder_name / name, folder, issues_dir=issues_dir)
            return folder
    raise FileRefused(f"there is no deleted issue {name!r}")


def empty_trash(issues_dir: Path, names: Collection[str]) -> int:
    """Delete these issues of the trash for good, and count them; what is not in it (any more) is passed over.

    A link is deleted, and never what it leads to. Raises FileRefused where the system does not let it happen.
    """
    gone = 0
    for folder in put_away_folders(issues_dir, "trash"):
        if folder.name in names:
            remove_folder(folder, issues_dir=issues_dir)
            gone += 1
    return gone


def _existing(issues_dir: Path, slug: str) -> Path:
    folder = issues_dir / slug
    is_name = slug == Path(slug).name and slug not in ("", ".", "..")
    if not is_name or leads_outside(folder, issues_dir) or not is_issue(folder):
        raise FileRefused(f"there is no issue {slug!r}")
    return folder


def _put_into(place: str, issues_dir: Path, slug: str) -> Path:
    folder = _existing(issues_dir, slug)
    to = _free_name(issues_dir / place, slug, separator=".")
    move_folder(folder, to, issues_dir=issues_dir)
    return to


def _free_name(place: Path, name: str, *, separator: str) -> Path:
    number, free = 2, place / name
    while free.exists():
        free = place / f"{name}{separator}{number}"
        number += 1
    return free


def _names_in(place: Path) -> tuple[str, ...]:
    if not place.is_dir() or leads_outside(place, place.parent):
        return ()
    return tuple(sorted(folder.name for folder in place.iterdir() if is_issue(folder)))
