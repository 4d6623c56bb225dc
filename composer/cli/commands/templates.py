"""``newsletter templates`` brings shipped templates into a project, to be changed there."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.terminal.console import Terminal
from composer.settings import ProjectSettings, load_settings

command = typer.Typer(no_args_is_help=True)


@command.callback()
def _group() -> None:
    """Your own templates: a file of yours stands in the place of the shipped one of the same name."""


@command.command()
def copy(
    name: Annotated[str, typer.Argument(help="A block (article), a theme (poster), or a path (css/head.css).")],
) -> int:
    """Copy a shipped block, theme, file or folder into your templates, to be changed there.

    What is there already stays as it is. newsletter doctor tells when the shipped one has changed since.
    """
    from composer.output.template_copies import copy_templates

    folder = load_settings(ProjectSettings).templates_dir
    done = copy_templates(name, into=folder)
    console = Terminal()
    for path in done.copied:
        console.print(f"copied  {folder / path}", soft_wrap=True, highlight=False, markup=False)
    for path in done.kept:
        console.print(f"is there already  {folder / path}", soft_wrap=True, highlight=False, markup=False)
    return 0
