"""Which files an issue is: ``issue.yaml`` or ``issue.md``, and one more of either kind for each further language."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from composer.errors import NewsletterError, Position, Problem
from composer.issue.nearest import advice

SUFFIXES = (".yaml", ".md")
"""What an issue can be written in; the first one counts where both are there."""


def find_issues(issues_dir: Path) -> tuple[Path, ...]:
    """Find the folders that have an ``issue.yaml`` or an ``issue.md``, sorted by name."""
    return tuple(sorted(folder for name in _names_in(issues_dir) if is_issue(folder := issues_dir / name)))


def resolve_issue(name: str, *, issues_dir: Path) -> Path:
    """Find the folder of an issue by its name or its path. Raises NewsletterError with the nearest name."""
    for folder in (issues_dir / name, Path(name)):
        if name and is_issue(folder):
            return folder
    if Path(name).name in {f"issue{suffix}" for suffix in SUFFIXES} and Path(name).is_file():
        return Path(name).parent
    names = [folder.name for folder in find_issues(issues_dir)]
    known = f"issues in {issues_dir}: {', '.join(names) or 'none'}"
    raise NewsletterError(f"there is no issue {name!r}; {advice(name, names, known)}")


def issue_file(folder: Path) -> Path:
    """Find the file of the first language; it is ``issue.yaml`` if there is none."""
    there = (folder / f"issue{suffix}" for suffix in SUFFIXES)
    return next((file for file in there if os.path.isfile(file)), folder / "issue.yaml")


def is_issue(folder: Path) -> bool:
    """Tell whether an issue is in the folder; none is where a name is longer than the system allows."""
    return os.path.isfile(issue_file(folder))  # Path.is_file raises an OSError then


def translation_files(folder: Path) -> dict[str, Path]:
    """Find the file of each further language, by the language's code."""
    files: dict[str, Path] = {}
    names = sorted(name for name in _names_in(folder) if name.startswith("issue."))
    for suffix in SUFFIXES:
        for name in names:
            language = name.removeprefix("issue").removesuffix(suffix)
            if language.startswith(".") and name.endswith(suffix):
                files.setdefault(language.removeprefix("."), folder / name)
    return dict(sorted(files.items()))


def _names_in(folder: Path) -> Sequence[str]:
    """Name what is in a folder, without a Path for each; nothing if there is no such folder, or it cannot be read."""
    try:
        return os.listdir(folder)
    except OSError:
        return ()


def written_twice(folder: Path) -> Iterator[Problem]:
    """Tell one Problem for each language that is there in YAML and in Markdown."""
    for file in sorted(folder.glob("issue*.md")):
        other = file.with_suffix(".yaml")
        if other.is_file():
            words = f"{other.name} is here too, and an issue is written in one of them"
            yield Problem(Position(file, 1, 1), words, "delete one of the two, or rename it")
