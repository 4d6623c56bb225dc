"""What becomes of the folders of issues can be undone: they begin, get other names, go out of the way and come back.

Enters: a move that was made. Leaves: the move back, made on the disk, whole or not at all. Nothing is ever moved over
another folder: where something stands in the way, where a folder has gone, or where an issue that began was changed by
somebody else since, nothing happens, and the move is forgotten, so that what was done before it can be undone. One of a
folder that has been moved again since waits for that to be undone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from composer.errors import EditRefused, FileRefused
from composer.issue.files import is_issue
from composer.issue.inside import leads_outside
from composer.writing.files import move_folder, read_folder
from composer.writing.folders.issue_folders import delete_issue

_MOST_MOVES = 500


@dataclass(frozen=True, slots=True)
class FolderMove:
    """A folder went from ``was`` to ``now``; ``was`` is None for an issue that began there.

    ``words`` say what was done, for the button; ``number`` is its place in the order of all that is done. Of an issue
    that began, ``content`` names its bytes, and ``like`` the issue that was seen before.
    """

    was: Path | None
    now: Path
    words: str
    number: int = 0
    content: str = ""
    like: str = ""


def begun(folder: Path, words: str, *, like: str = "") -> FolderMove:
    """Tell of an issue that has just begun in a folder."""
    return FolderMove(None, folder, words, content=_content(folder), like=like)


@dataclass
class FolderHistory:
    """The moves that can be undone, the last one at the end, and those that can be made again, the next at the end."""

    issues_dir: Path
    done: list[FolderMove] = field(default_factory=list)
    undone: list[FolderMove] = field(default_factory=list)

    def add(self, move: FolderMove, *, number: int) -> FolderMove:
        """Add a move that was made, and forget those that were undone."""
        made = replace(move, number=number)
        self.done = [*self.done[-_MOST_MOVES:], made]
        self.undone = []
        return made

    def undo(self, number: int | None, *, stamp: int) -> tuple[FolderMove, FolderMove]:
        """Take the move with a number back, or the last one; return it, and the move by which that was done.

        Raises EditRefused, in words, if it cannot be; then it is forgotten, unless a later move can be undone first.
        """
        at = _place(self.done, number, "undo")
        self._refuse_if_moved_since(at)
        move = self.done.pop(at)
        try:
            if move.was is None:
                self._refuse_if_gone(move.now)
                if _content(move.now) != move.content:
                    raise EditRefused(f"{move.now.name} has been changed since it began; delete it in its menu")
                back = FolderMove(move.now, delete_issue(self.issues_dir, move.now.name), move.words)
            else:
                back = self._moved(move.now, move.was, move.words)
        except FileRefused as refused:
            raise EditRefused(str(refused)) from refused
        self.undone.append(replace(move, was=back.now, number=stamp))
        return move, back

    def redo(self, number: int | None, *, stamp: int) -> tuple[FolderMove, FolderMove]:
        """Make the move with a number again, or the one that was taken back last; as ``undo`` otherwise."""
        move = self.undone.pop(_place(self.undone, number, "redo"))
        if move.was is None:
            raise EditRefused("there is nothing to redo")
        try:
            again = self._moved(move.was, move.now, move.words)
        except FileRefused as refused:
            raise EditRefused(str(refused)) from refused
        self.done.append(replace(move, was=None if move.content else move.was, number=stamp))
        return move, again

    def _moved(self, folder: Path, to: Path, words: str) -> FolderMove:
        self._refuse_if_gone(folder)
        move_folder(folder, to, issues_dir=self.issues_dir)
        return FolderMove(folder, to, words)

    def _refuse_if_gone(self, folder: Path) -> None:
        if leads_outside(folder, self.issues_dir) or not is_issue(folder):
            raise FileRefused(f"there is no issue {folder.relative_to(self.issues_dir)} any more")

    def _refuse_if_moved_since(self, at: int) -> None:
        then = now = self.done[at].now
        for later in self.done[at + 1 :]:
            now = later.now if later.was == now else now
        if now != then:
            is_away = now.parent != self.issues_dir
            what = "has been put away since" if is_away else f"has another name now, {now.name}"
            raise EditRefused(f"{then.name} {what}; undo that first")


def _place(moves: list[FolderMove], number: int | None, what: str) -> int:
    last = len(moves) - 1
    at = last if number is None else next((at for at, move in enumerate(moves) if move.number == number), -1)
    if at < 0:
        raise EditRefused(f"there is nothing to {what}")
    return at


def _content(folder: Path) -> str:
    """Name the bytes of an issue's files, without those that are hidden; "" if it is not there."""
    files = read_folder(folder) if folder.is_dir() else {}
    digest = hashlib.blake2b(digest_size=20)
    for name, data in sorted(files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest() if files else ""
