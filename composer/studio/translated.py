"""What was seen of an issue in two languages is kept in ``issues/.translated/``: see ``writing/translating.py``.

Enters: an issue's folder. Leaves: for each language, from which text each translation was made. A copy of the issue
begins without it, and whoever deletes it loses only the marks of what is older than its source.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from composer.errors import ChangedMeanwhile
from composer.issue.files import issue_file, translation_files
from composer.issue.inside import leads_outside
from composer.issue.own_blocks import OwnBlocks
from composer.writing.document import Document, read_document
from composer.writing.files import read_file, replace_file
from composer.writing.shape import Shape
from composer.writing.translating import Memory, remembered, rows_of

FOLDER = ".translated"
_MOST_REMEMBERED = 20_000
_CHANGING = threading.Lock()


def seen_translations(folder: Path, own: OwnBlocks) -> Callable[[], None]:
    """Look what each text of an issue's translations was made from, before the first language is changed.

    Returns what keeps it, to be called when that has been changed.
    """
    files = translation_files(folder)
    if not files:
        return lambda: None
    shape = Shape.of_issue(own)
    first = _read(issue_file(folder), shape).values
    texts = {language: _read(file, shape).values for language, file in files.items()}

    def note(memory: Mapping[str, Memory]) -> Mapping[str, Memory]:
        now = dict(memory)
        for language, here in texts.items():
            known = memory.get(language, {})
            now[language] = remembered(known, rows_of(first, here, own=own, memory=known))
        return now

    return lambda: change_memory(folder, note)


def _read(file: Path, shape: Shape) -> Document:
    return read_document(file.name, read_file(file, folder=file.parent) or b"", shape=shape)


def translation_memory(folder: Path) -> dict[str, Memory]:
    """Read what was seen of an issue's languages, by language; what cannot be read is forgotten."""
    file, issues_dir = _file(folder)
    if leads_outside(file, issues_dir):
        return {}
    try:
        said = json.loads(read_file(file, folder=issues_dir) or b"{}")
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {
        language: {str(text): str(source) for text, source in pairs.items()}
        for language, pairs in said.items()
        if isinstance(pairs, dict)
    }


def change_memory(folder: Path, change: Callable[[Mapping[str, Memory]], Mapping[str, Memory]]) -> None:
    """Keep what ``change`` makes of what was seen of an issue's languages; nobody else changes it meanwhile."""
    with _CHANGING:
        before = translation_memory(folder)
        after = change(before)
        if after != before:
            _keep(folder, after)


def _keep(folder: Path, memory: Mapping[str, Memory]) -> None:
    kept = {language: dict(list(pairs.items())[-_MOST_REMEMBERED:]) for language, pairs in sorted(memory.items())}
    data = json.dumps(kept, indent=1, sort_keys=True).encode() + b"\n"
    file, issues_dir = _file(folder)
    if leads_outside(file, issues_dir):
        return
    file.parent.mkdir(exist_ok=True)
    with suppress(ChangedMeanwhile):  # by another studio; the next look keeps what is lacking
        replace_file(file, data, folder=issues_dir, expected=read_file(file, folder=issues_dir))


def rename_memory(folder: Path, was: str) -> None:
    """Let what was seen of an issue's languages follow when the issue gets another name: ``folder`` was called ``was``.

    What is kept under the new name is of another issue, which has gone.
    """
    file, issues_dir = _file(folder)
    before, _ = _file(folder.with_name(was))
    if before == file or not before.is_file() or leads_outside(before, issues_dir) or leads_outside(file, issues_dir):
        return
    with _CHANGING:
        before.replace(file)


def _file(folder: Path) -> tuple[Path, Path]:
    return folder.parent / FOLDER / f"{folder.name}.json", folder.parent
