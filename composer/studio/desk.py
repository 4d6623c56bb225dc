"""The author's desk: the issues whose files are being written, found by name and language.

::

    browser ──edits──▶ Desk ──▶ writing/open_issue.py   the file afterwards says exactly what was meant; on the disk
                        │                               before the browser hears of it; what others save is taken in
                        └──▶ only an issue's own files, and no link that leads out of the project

Enters: an issue's name, a language, edits as JSON. Leaves: an OpenFile. Several threads may use it.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import Request

from composer.errors import EditRefused, FileRefused, Mend, NewsletterError
from composer.issue.files import is_issue, issue_file, translation_files
from composer.issue.inside import leads_outside
from composer.issue.own_blocks import OwnBlocks, own_blocks
from composer.project import Project
from composer.remembered import keep
from composer.studio.translated import rename_memory, seen_translations
from composer.writing.document import Document
from composer.writing.edits import edit_from_json
from composer.writing.folders.folder_history import FolderHistory, FolderMove
from composer.writing.mending import mending
from composer.writing.merge import MergeConflict, Side
from composer.writing.open_issue import OpenIssue

_KEPT_ISSUES = 32
_KEPT_NAMES = 256


class Changed(NewsletterError):
    """The same place of the file has been changed elsewhere since the page looked at it."""

    def __init__(self, opened: OpenFile) -> None:
        super().__init__()
        self.opened = opened


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of an issue as it is now, and what of the issue can be undone. ``is_first`` if it is no translation.

    With ``conflicts`` what is typed is not on the disk yet, because the same was changed there. ``wrote`` has the files
    that the change wrote, by path.
    """

    document: Document
    history: Mapping[str, Any]
    is_first: bool
    conflicts: tuple[MergeConflict, ...] = ()
    wrote: Mapping[Path, bytes] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Make what the browser gets."""
        return {
            "document": self.document.as_json(),
            "history": self.history,
            "is_first": self.is_first,
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """What a browser wants done to the file of ``language``: edits, of the file as it was at ``version``.

    ``file`` names another of the issue's files: the publication's, ``newsletter.yaml``, or one of the project's themes.
    ``words`` say what it is, for the button that undoes it; what is of one ``gesture`` is undone at once. What has a
    name ``once`` is done once, however often it is asked for: who got no answer cannot know whether it was done.
    """

    language: str
    version: str
    edits: Sequence[Any]
    words: str = ""
    gesture: str = ""
    file: str = ""
    once: str = ""


class Desk:
    """Opens, edits and saves the files of a project's issues; moves their folders, with all that is open of them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._issues: OrderedDict[Path, tuple[OpenIssue, OwnBlocks]] = OrderedDict()
        self._numbers = itertools.count(1)
        self._folders = FolderHistory(project.issues_dir)
        self._count = 0
        self._noted = ("", "")
        self._done: OrderedDict[str, None] = OrderedDict()

    def open(self, slug: str, language: str, file: str = "") -> OpenFile:
        """Open the file of a language as it is on the disk. Raises NewsletterError if there is none, or no text."""
        with self._lock:
            return self._file(self._issue(slug), language, file)

    def edit(self, slug: str, draft: Draft) -> OpenFile:
        """Make the edits, all or none, and save. Raises Changed, or EditRefused in words."""
        with self._lock:
            issue = self._issue(slug)
            before = issue.on_disk()
            opened = self._file(issue, draft.language, draft.file)
            if draft.once in self._done:
                return opened
            edits = [edit_from_json(edit) for edit in draft.edits]
            is_current = opened.document.version == draft.version
            keep_translations = self._seen_translations(issue, opened, draft)
            self._count += 1
            gesture = draft.gesture[:200] or f"at once {self._count}"
            name, done = opened.document.name, issue.history.done
            try:
                issue.edit(name, *edits, version=draft.version, gesture=gesture, words=draft.words[:80])
            except EditRefused as refused:
                if is_current:
                    raise
                raise Changed(self._file(issue, draft.language, draft.file)) from refused
            keep_translations()
            self._did(draft.once)
            if issue.history.done != done:
                self._folders.undone = []
            return self._file(issue, draft.language, draft.file, before)

    def undo(self, slug: str, language: str, *, file: str = "", again: bool = False, once: str = "") -> OpenFile:
        """Take the last step back, or make it ``again``; it may be one in another language's file.

        What has a name ``once`` is done once, as a Draft is.
        """
        with self._lock:
            issue = self._issue(slug)
            before = issue.on_disk()
            if once not in self._done:
                (issue.redo if again else issue.undo)()
                self._did(once)
            return self._file(issue, language, file, before)

    def move(self, make: Callable[[], FolderMove]) -> FolderMove:
        """Let an issue begin, or its folder go elsewhere: ``make`` does it, and nothing is written meanwhile."""
        with self._lock:
            move = self._folders.add(make(), number=next(self._numbers))
            self._follow(move)
            if move.now in self._issues:
                self._issues[move.now][0].forget_undone()
            return move

    def undo_move(self, number: int | None, *, again: bool = False) -> tuple[FolderMove, FolderMove]:
        """Take the move with a number back, or the last one, or make it ``again``; return it, and the move that did so.

        Raises EditRefused in words.
        """
        with self._lock:
            step = self._folders.redo if again else self._folders.undo
            move, made = step(number, stamp=next(self._numbers))
            self._follow(made)
            return move, made

    def _follow(self, move: FolderMove) -> None:
        """Keep what is open of an issue, and what was seen of its languages, where its folder is now."""
        if move.was is None:
            return
        if (known := self._issues.pop(move.was, None)) is not None:
            known[0].folder = move.now
            self._issues[move.now] = known
        if move.was.parent == move.now.parent == self._project.issues_dir:
            rename_memory(move.now, move.was.name)

    def settle(self, slug: str, language: str, side: Side, *, file: str = "", once: str = "") -> OpenFile:
        """Let one side win in all that is in conflict in a file; with a name ``once``, only in what was so then."""
        with self._lock:
            issue = self._issue(slug)
            before = issue.on_disk()
            opened = self._file(issue, language, file)
            if once not in self._done:
                issue.settle(opened.document.name, {conflict.path: side for conflict in opened.conflicts})
                self._did(once)
            return self._file(issue, language, file, before)

    def mend(self, slug: str, name: str, mend: Mend, *, line: int, column: int) -> None:
        """Put what is right in the place of what is written wrong in a file of the issue or of its publication.

        Raises EditRefused, in words, if that does not stand there any more.
        """
        with self._lock:
            issue = self._issue(slug)
            self._count += 1
            edit = mending(issue.document(name), mend, line=line, column=column)
            words = f"replace {mend.replace[:40]} by {mend.by[:30]}"
            issue.edit(name, edit, gesture=f"at once {self._count}", words=words)
            self._folders.undone = []

    def _did(self, once: str) -> None:
        if once:
            keep(self._done, once, None, most=_KEPT_NAMES)

    def _seen_translations(self, issue: OpenIssue, opened: OpenFile, draft: Draft) -> Callable[[], None]:
        """Look from which texts translations were made, once for each gesture by which the first language changes.

        Returns what keeps it, to be called when the edit is made.
        """
        gesture = (issue.folder.name, draft.gesture)
        if not opened.is_first or draft.file or (draft.gesture and gesture == self._noted):
            return lambda: None
        keep_seen = seen_translations(issue.folder, own_blocks(self._project.templates))

        def keep_them() -> None:
            with suppress(FileRefused, OSError):  # a mark is lacking then; the edit is on the disk, and is to be told
                keep_seen()
            self._noted = gesture

        return keep_them

    def _issue(self, slug: str) -> OpenIssue:
        folder, own = self.folder(slug), own_blocks(self._project.templates)
        issue, known = self._issues.get(folder, (None, None))
        if issue is None or known != own:
            issue = OpenIssue(folder, own_blocks=own, templates=self._project.templates, numbers=self._numbers)
        else:
            issue.look_again()
        keep(self._issues, folder, (issue, own), most=_KEPT_ISSUES)
        return issue

    def _file(
        self, issue: OpenIssue, language: str, file: str = "", before: Mapping[Path, bytes] | None = None
    ) -> OpenFile:
        first = issue_file(issue.folder).name
        translation = translation_files(issue.folder).get(language)
        name = file or (translation.name if translation else first)
        history = self._history_of(issue)
        now = issue.on_disk() if before is not None else {}
        wrote = {path: data for path, data in now.items() if before is not None and before.get(path) != data}
        return OpenFile(issue.document(name), history, name in (first, file), issue.conflicts(name), wrote)

    def _history_of(self, issue: OpenIssue) -> dict[str, Any]:
        """Say what the buttons would do: the newest of what was done in the issue's files, and of what became of
        folders; that has its number, for ``undo_move``."""
        told = issue.history.as_json()
        for way, steps, moves in (
            ("undo", issue.history.done, self._folders.done),
            ("redo", issue.history.undone, self._folders.undone),
        ):
            is_move = bool(moves) and (not steps or moves[-1].number > steps[-1].number)
            told[f"{way}_move"] = moves[-1].number if is_move else None
            if is_move:
                told[way] = moves[-1].words
        return told

    def folder(self, slug: str) -> Path:
        """Return where the files of an issue are. Raises NewsletterError if there is no such issue to be written."""
        folder = self._project.issues_dir / slug
        is_inside = folder.parent == self._project.issues_dir and slug not in ("", ".", "..")
        if not is_inside or not is_issue(folder) or leads_outside(folder, self._project.issues_dir):
            raise NewsletterError(f"there is no issue {slug!r} whose files can be written")
        return folder


def desk_of(request: Request) -> Desk:
    """Return the desk of the app that answers."""
    desk: Desk = request.app.state.desk
    return desk
