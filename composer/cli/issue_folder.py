"""The folder of a new issue: where it may be, and how it comes to be there; for ``new`` and ``import``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from composer.errors import NewsletterError
from composer.settings import ProjectSettings, load_settings


def new_folder(slug: str) -> Path:
    """Find the place of an issue that is not there yet. Raises NewsletterError if it cannot be made."""
    from composer.writing.folders.issue_folders import free_folder

    issues_dir = load_settings(ProjectSettings).issues_dir
    folder = free_folder(issues_dir, slug)
    if not (issues_dir / "newsletter.yaml").is_file():
        raise NewsletterError(f"there is no {issues_dir / 'newsletter.yaml'}; start a project with: newsletter init")
    return folder


def write_draft(folder: Path, draft: Mapping[str, bytes]) -> None:
    """Write the files of an issue, given by name, so that its folder appears whole or not at all."""
    from composer.writing.files import create_folder

    create_folder(folder, draft)
