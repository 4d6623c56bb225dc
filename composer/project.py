"""Where the files of a project are: its issues, and its templates in order of precedence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from composer import shipped


@dataclass(frozen=True, slots=True)
class Project:
    """Says where the author's files are; ``templates`` stand in order of precedence, the shipped ones last."""

    issues_dir: Path
    templates: Sequence[Path] = (shipped.TEMPLATES,)

    @classmethod
    def at(cls, issues_dir: Path, templates_dir: Path) -> Project:
        """Make a project whose own templates, where there are any, replace the shipped ones file by file."""
        return cls(issues_dir, (templates_dir, shipped.TEMPLATES))

    def told(self, words: str) -> str:
        """Say words to who works in the project: its files by their names there, ``issues/2019-03-spring/issue.yaml``.

        Where the project is on this machine is nothing that a page, or a picture of it, needs to show.
        """
        folders = (self.issues_dir, *(folder for folder in self.templates if folder != shipped.TEMPLATES))
        for root, name in _roots(tuple(folder.absolute() for folder in folders)):
            words = root.sub(lambda found, name=name: "" if found[1] else name, words)  # type: ignore[misc]
        return words


@lru_cache(maxsize=8)
def _roots(folders: tuple[Path, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Find how the folders above may be written, the longest first, and the name of each; none is the root of a disk.

    Such a path begins where no other path, address or word goes on, or behind the strokes of ``sqlite:///``.
    """
    above = {way.parent for folder in folders for way in (folder, folder.resolve())}
    named = sorted((root for root in above if root.name), key=lambda root: len(str(root)), reverse=True)
    return tuple(
        (
            re.compile(rf"(?:(?<![\w/\\.:-])|(?<=:///)){re.escape(str(root))}(?:([/\\]+)(?=[^\s/\\])|(?![\w.-]))"),
            root.name,
        )
        for root in named
    )
