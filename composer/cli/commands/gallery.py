"""``newsletter gallery`` shows every block in every theme on one page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from composer.cli.terminal.console import Terminal
from composer.settings import ProjectSettings, load_settings


def command(
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write to.")] = Path("gallery"),
) -> int:
    """Show every block in every theme, on one page.

    Writes OUT/index.html, which opens from the disk: each block's sample as a mail on a desk and on a phone, in light
    and in dark, with its YAML and its keys. Blocks and themes of your own templates are shown like the shipped ones.
    """
    from composer.output.gallery import write_gallery
    from composer.project import Project

    started = time.perf_counter()
    settings = load_settings(ProjectSettings)
    project = Project.at(settings.issues_dir, settings.templates_dir)
    gallery = write_gallery(out, templates=project.templates)
    seconds = time.perf_counter() - started
    Terminal().print(
        f"{gallery.blocks} blocks in {gallery.themes} themes, {seconds:.1f} s: open {gallery.page}", soft_wrap=True
    )
    return 0
