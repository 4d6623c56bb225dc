"""The author's desk: the files of an issue as they are being written, with all that can be undone.

::

    browser ──edits──▶ Desk ──▶ composer/writing   the text afterwards, which says exactly what was meant
                        │
                        └──▶ disk                  whole or not at all, before the browser hears that it is saved

Enters: an issue's name, a language, edits as JSON. Leaves: an OpenFile. The guarantee: what is on the disk is read
before every edit, so nothing of an editor's is lost: what changed there since the browser looked is told (Changed), and
the edit is not made. Only an issue's own files are opened, and no link that leads out of the project. Several threads
may use it.
"""

from __future__ import annotations

import os
import stat
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from composer.errors import EditRefused, NewsletterError
from composer.issue.files import issue_file, translation_files
from composer.issue.inside import leads_outside, unusable
from composer.issue.own_blocks import own_blocks
from composer.project import Project
from composer.writing.document import Document, read_document
from composer.writing.editing import edited
from composer.writing.edits import edit_from_json
from composer.writing.shape import Shape

_KEPT_ISSUES = 32
_KEPT_STEPS = 500


class Changed(NewsletterError):
    """The file has been changed elsewhere since the page looked at it."""

    def __init__(self, opened: OpenFile) -> None:
        super().__init__()
        self.opened = opened


@dataclass(frozen=True, slots=True)
class WritingStep:
    """One change of a file: its text before and after, in words, and the gesture that it is part of."""

    name: str
    before: str
    after: str
    words: str
    gesture: str


@dataclass(frozen=True, slots=True)
class WritingSteps:
    """What can be undone and made again of an issue, the next one last. Never changes: each method returns another."""

    done: tuple[WritingStep, ...] = ()
    undone: tuple[WritingStep, ...] = ()

    def with_step(self, step: WritingStep) -> WritingSteps:
        """Add a step; what is of one gesture, as the letters of a word are, joins the last one."""
        if step.before == step.after:
            return self
        last = self.done[-1] if self.done and not self.undone else None
        if last and step.gesture and (last.name, last.gesture, last.after) == (step.name, step.gesture, step.before):
            step = replace(step, before=last.before)
            return WritingSteps((*self.done[:-1], step))
        return WritingSteps((*self.done, step)[-_KEPT_STEPS:])

    def as_json(self) -> dict[str, Any]:
        """Make what the buttons show: the words of the step that each would take, null if there is none."""
        return {
            "undo": self.done[-1].words if self.done else None,
            "redo": self.undone[-1].words if self.undone else None,
        }


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of an issue as it is now, and what of the issue can be undone. ``is_first`` if it is no translation."""

    document: Document
    history: WritingSteps
    is_first: bool

    def as_json(self) -> dict[str, Any]:
        """Make what the browser gets."""
        return {
            "document": self.document.as_json(),
            "history": self.history.as_json(),
            "is_first": self.is_first,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """What a browser wants done to the file of ``language``: edits, of the file as it was at ``version``.

    ``words`` say what it is, for the button that undoes it; what is of one ``gesture`` is undone at once.
    """

    language: str
    version: str
    edits: Sequence[Any]
    words: str = ""
    gesture: str = ""


class Desk:
    """Opens, edits and saves the files of a project's issues."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._histories: OrderedDict[str, WritingSteps] = OrderedDict()
        self._known: dict[Path, Document] = {}

    def open(self, slug: str, language: str) -> OpenFile:
        """Open the file of a language as it is on the disk. Raises NewsletterError if there is none, or no text."""
        with self._lock:
            return self._open(slug, language)

    def edit(self, slug: str, draft: Draft) -> OpenFile:
        """Make the edits, all or none, and save. Raises Changed, or EditRefused in words."""
        with self._lock:
            opened = self._open(slug, draft.language)
            before = opened.document
            if before.version != draft.version:
                raise Changed(opened)
            after = before
            for edit in draft.edits:
                after = edited(after, edit_from_json(edit))
            step = WritingStep(before.name, before.text, after.text, draft.words, draft.gesture)
            history = opened.history.with_step(step)
            return self._saved(slug, draft.language, replace(opened, document=after, history=history))

    def undo(self, slug: str, language: str, *, again: bool = False) -> OpenFile:
        """Take the last step back, or make it ``again``; it may be one in another language's file."""
        with self._lock:
            steps = self._histories.get(slug, WritingSteps())
            there = steps.undone if again else steps.done
            if not there:
                raise EditRefused(f"there is nothing to {'redo' if again else 'undo'}")
            step = there[-1]
            of_file = next(
                (code for code in ("", *translation_files(self._folder(slug))) if self._name(slug, code) == step.name),
                "",
            )
            opened = self._open(slug, of_file)
            expected, text = (step.before, step.after) if again else (step.after, step.before)
            if (opened.document.name, opened.document.text) != (step.name, expected):
                raise EditRefused(f"{step.name} has been changed elsewhere since, so this cannot be taken back")
            left = (
                WritingSteps((*steps.done, replace(step, gesture="")), steps.undone[:-1])
                if again
                else WritingSteps(steps.done[:-1], (*steps.undone, step))
            )
            self._saved(slug, of_file, replace(opened, document=opened.document.with_text(text), history=left))
            return self._open(slug, language)

    def _open(self, slug: str, language: str) -> OpenFile:
        folder = self._folder(slug)
        path = self._file(folder, language)
        if problem := unusable(path, self._project.issues_dir):
            raise NewsletterError(f"{path.name}: {problem.message}")
        try:
            document = read_document(path.name, path.read_bytes(), shape=self._shape())
        except OSError as error:
            raise NewsletterError(f"{path.name} cannot be read: {error.strerror}") from error
        self._known[path] = document
        return OpenFile(document, self._histories.get(slug, WritingSteps()), path == issue_file(folder))

    def _folder(self, slug: str) -> Path:
        folder = self._project.issues_dir / slug
        is_inside = folder.parent == self._project.issues_dir and slug not in ("", ".", "..")
        if not is_inside or not issue_file(folder).is_file() or leads_outside(folder, self._project.issues_dir):
            raise NewsletterError(f"there is no issue {slug!r} whose files can be written")
        return folder

    def _file(self, folder: Path, language: str) -> Path:
        return translation_files(folder).get(language, issue_file(folder))

    def _name(self, slug: str, language: str) -> str:
        return self._file(self._folder(slug), language).name

    def _shape(self) -> Shape:
        return Shape.of_issue(own_blocks(self._project.templates))

    def _saved(self, slug: str, language: str, opened: OpenFile) -> OpenFile:
        path = self._file(self._folder(slug), language)
        known = self._known[path]
        if opened.document.version != known.version:
            write_whole(path, opened.document.file.encoded())
        self._known[path] = opened.document
        self._histories[slug] = opened.history
        self._histories.move_to_end(slug)
        if len(self._histories) > _KEPT_ISSUES:
            self._histories.popitem(last=False)
        return opened


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of a file, whole or not at all, with its permissions. Raises EditRefused."""
    descriptor, name = -1, ""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        if name:
            with suppress(OSError):
                Path(name).unlink()
        raise EditRefused(f"{path.name} could not be saved: {error.strerror}") from error
