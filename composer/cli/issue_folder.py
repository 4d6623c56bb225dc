"""The folder of a new issue: where it may be, and how it comes to be there; for ``new`` and ``import``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from composer.errors import NewsletterError
from composer.settings import ProjectSettings, load_settings

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_MAX_LETTERS = 100


def new_folder(slug: str) -> Path:
    """Find the place of an issue that is not there yet. Raises NewsletterError if it cannot be made."""
    issues_dir = load_settings(ProjectSettings).issues_dir
    if not _SLUG.fullmatch(slug):
        raise NewsletterError(
            f"{slug!r} cannot name an issue; use small letters, digits and hyphens: 2026-12-winter-news"
        )
    if len(slug) > _MAX_LETTERS:
        raise NewsletterError(f"{slug[:40]}… has {len(slug)} letters, and an issue's name at most {_MAX_LETTERS}")
    if not (issues_dir / "newsletter.yaml").is_file():
        raise NewsletterError(f"there is no {issues_dir / 'newsletter.yaml'}; start a project with: newsletter init")
    folder = issues_dir / slug
    if folder.exists():
        raise NewsletterError(f"{folder} is already there")
    return folder


def write_draft(folder: Path, draft: Mapping[str, bytes]) -> None:
    """Write the files of an issue, given by name, so that its folder appears whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as directory:
        new = Path(directory) / folder.name
        for name, data in draft.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(data)
        new.rename(folder)
