"""Where the files of a project are: its issues, and its templates in order of precedence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from composer import shipped


@dataclass(frozen=True, slots=True)
class Project:
    """Says where the author's files are; ``templates`` stand in order of precedence, the shipped ones last."""

    issues_dir: Path
    templates: Sequence[Path] = (shipped.TEMPLATES,)

    @property
    def root(self) -> Path:
        """The folder from which an author knows the project's files: ``issues/2026-12-winter/issue.yaml``."""
        return self.issues_dir.resolve().parent

    @classmethod
    def at(cls, issues_dir: Path, templates_dir: Path) -> Project:
        """Make a project whose own templates, where there are any, replace the shipped ones file by file."""
        return cls(issues_dir, (templates_dir, shipped.TEMPLATES))
