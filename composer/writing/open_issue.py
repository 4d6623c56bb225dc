"""An issue that is open in the studio: its files as they are typed, what can be undone, and what is on the disk.

Every edit is saved before it is answered, so a crash loses nothing that the browser has sent. What others change on the
disk comes in by ``look_again``. One lock for all: several tabs are several writers, and each gets what the others did.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from composer.edition.theme.tokens import THEME_FILE, own_theme_files
from composer.errors import EditRefused, FileRefused, NewsletterError
from composer.issue.files import issue_file, translation_files
from composer.issue.own_blocks import NO_OWN_BLOCKS, OwnBlocks
from composer.issue.source import KeyPath
from composer.remembered import keep
from composer.writing.document import Document, read_document
from composer.writing.editing import edited
from composer.writing.edits import Edit, SetText
from composer.writing.files import read_file
from composer.writing.history import History
from composer.writing.merge import MergeConflict, Side, merge
from composer.writing.saving import forget_aside, put_aside, save, take_up
from composer.writing.shape import Shape
from composer.writing.values import named

_KEPT_VERSIONS = 200
"""An edit may be of a version that a tab still shows while another tab, or a text editor, has gone on."""


class OpenIssue:
    """Holds the files of an issue and its publication by name: ``issue.yaml``, ``issue.fr.yaml``, ``newsletter.yaml``,
    and of the project's own ``templates`` the themes: ``templates/themes/mine/theme.yaml``. ``numbers`` count the steps
    of its history, and of others beside it.

    Raises FileRefused where one of them cannot be read; a theme that cannot is none of them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        own_blocks: OwnBlocks = NO_OWN_BLOCKS,
        templates: Sequence[Path] = (),
        numbers: Iterator[int] | None = None,
    ) -> None:
        self.folder = folder
        self._numbers = numbers or itertools.count(1)
        self._templates = templates
        self._shape = Shape.of_issue(own_blocks)
        self._lock = threading.RLock()
        self._typed: dict[str, Document] = {}
        self._saved: dict[str, Document] = {}
        self._conflicts: dict[str, tuple[MergeConflict, ...]] = {}
        self._versions: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._history = History()
        self.look_again()

    def _paths(self) -> dict[str, Path]:
        files = [issue_file(self.folder), *translation_files(self.folder).values()]
        files += sorted(self.folder.parent.glob("newsletter*.yaml"))
        return {file.name: file for file in files} | own_theme_files(self._templates)

    def document(self, name: str) -> Document:
        """Return a file as it is typed now. Raises EditRefused if the issue has no such file."""
        with self._lock:
            if name not in self._typed:
                raise EditRefused(f"{self.folder.name} has no file {name!r}; it has {', '.join(self._typed)}")
            return self._typed[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Name the files that are open."""
        return tuple(self._typed)

    def on_disk(self) -> dict[Path, bytes]:
        """Return what was read from or written to each file last."""
        with self._lock:
            return {
                path: self._saved[name].file.encoded() for name, path in self._paths().items() if name in self._saved
            }

    @property
    def history(self) -> History:
        """Return what can be undone and made again."""
        return self._history

    def conflicts(self, name: str) -> tuple[MergeConflict, ...]:
        """List what of a file waits for a decision: until then what is typed is not on the disk."""
        return self._conflicts.get(name, ())

    def as_json(self) -> dict[str, Any]:
        """Make what the browser gets: all files, what can be undone, and what is in conflict."""
        with self._lock:
            return {
                "issue": self.folder.name,
                "files": [document.as_json() for document in self._typed.values()],
                "history": self._history.as_json(),
                "conflicts": {
                    name: [conflict.as_json() for conflict in conflicts] for name, conflicts in self._conflicts.items()
                },
            }

    def edit(self, name: str, *edits: Edit, version: str = "", gesture: str = "", words: str = "") -> Document:
        """Make edits, each in what the one before has left, and save. ``version`` is that of the file as it was seen.

        Raises EditRefused or FileRefused, and then nothing has happened.
        """
        with self._lock:
            before = self.document(name)
            seen = self._versions.get((name, version)) if version else before
            if seen is None:
                raise EditRefused(f"{name} has been changed a lot since; load it again")
            after = reduce(edited, edits, seen)
            if seen.file != before.file:
                merged = merge(seen, after, before)
                if merged.conflicts:
                    raise EditRefused(f"{_what(merged.conflicts[0])} of {name} has been changed elsewhere meanwhile")
                after = merged.document
            words = words or ", ".join(map(_words, edits))
            history = self._history.with_step(
                name, before.text, after.text, words=words, gesture=gesture, number=next(self._numbers)
            )
            self._save_step(name, after, history)
            return self._typed[name]

    def undo(self) -> str:
        """Take the last step back, save, and return the name of the file that it was in."""
        return self._step(History.undo)

    def redo(self) -> str:
        """Make the last step again that was taken back, save, and return the name of its file."""
        return self._step(History.redo)

    def _step(self, step: Callable[..., tuple[History, str, str]]) -> str:
        with self._lock:
            texts = {name: document.text for name, document in self._typed.items()}
            history, name, text = step(self._history, texts, number=next(self._numbers))
            self._save_step(name, self._typed[name].with_text(text), history)
            return name

    def _save_step(self, name: str, after: Document, history: History) -> None:
        before, self._history = self._history, history
        try:
            self._save(name, after, {})
        except NewsletterError:
            self._history = before
            raise

    def forget_undone(self) -> None:
        """Something else was done: what was undone before cannot be made again."""
        with self._lock:
            self._history = History(self._history.done)

    def settle(self, name: str, choices: Mapping[KeyPath, Side]) -> Document:
        """Settle conflicts of a file by their paths; those that are not named stay."""
        with self._lock:
            self._save(name, self.document(name), choices)
            return self._typed[name]

    def look_again(self) -> bool:
        """Read what others have changed on the disk, and take it in. Tells whether there was anything."""
        with self._lock:
            files, has_changed = self._paths(), False
            for name in [name for name in self._typed if name not in files]:
                if self._typed[name].file == self._saved[name].file:
                    del self._typed[name], self._saved[name]
                    self._history = self._history.without_file(name)
                    has_changed = True
            for name, file in files.items():
                data = _read(file)
                if data is None or (name in self._saved and data == self._saved[name].file.encoded()):
                    continue
                has_changed = True
                self._take_in(name, file, data)
            return has_changed

    def _take_in(self, name: str, file: Path, data: bytes) -> None:
        there = read_document(name, data, shape=self._shape_of(file))
        if name in self._typed:
            self._save(name, self._typed[name], {})  # which brings in what is there
            return
        self._typed[name] = self._saved[name] = there
        aside = take_up(file, folder=file.parent, like=there)
        if aside is not None:
            self._saved[name], self._typed[name] = aside
            self._save(name, aside[1], {})
            if name not in self._conflicts:
                forget_aside(file, folder=file.parent)
        self._remember(name)

    def _shape_of(self, file: Path) -> Shape:
        if file.name == THEME_FILE:
            return Shape.of_theme()
        return Shape.of_newsletter() if file.name.startswith("newsletter") else self._shape

    def _save(self, name: str, mine: Document, choices: Mapping[KeyPath, Side]) -> None:
        """Save, and take in what others have changed; what cannot be saved yet is put aside."""
        file = self._paths().get(name, self.folder / name)
        base = self._saved[name]
        saved = save(file, folder=file.parent, base=base, mine=mine, choices=choices)
        if saved.conflicts:
            put_aside(file, folder=file.parent, base=base, mine=mine)
            self._typed[name], self._conflicts[name] = mine, saved.conflicts
        else:
            if saved.document.file != mine.file:
                self._history = self._history.with_foreign_change(name, mine.text, saved.document.text)
            self._typed[name] = self._saved[name] = saved.document
            if self._conflicts.pop(name, None) is not None:
                forget_aside(file, folder=file.parent)
        self._remember(name)

    def _remember(self, name: str) -> None:
        document = self._typed[name]
        keep(self._versions, (name, document.version), document, most=_KEPT_VERSIONS)


def _read(file: Path) -> bytes | None:
    try:
        return read_file(file, folder=file.parent)
    except FileRefused:
        if file.name != THEME_FILE:
            raise
        return None  # who builds an issue is told of it; to write one, it is not needed


def _what(conflict: MergeConflict) -> str:
    return named(conflict.path)


def _words(edit: Edit) -> str:
    return "source" if isinstance(edit, SetText) else f"{edit.edit}: {named(edit.path)}"
