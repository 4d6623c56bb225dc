"""``newsletter schema`` writes what may stand in an author's files, for editors (JSON Schema, draft 2020-12)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from composer.cli.terminal.console import Terminal
from composer.errors import NewsletterError
from composer.issue.own_blocks import own_blocks
from composer.issue.schema import SchemaName
from composer.settings import ProjectSettings, load_settings
from composer.workflow.editor_files import schema_file, schema_text


def command(
    issue: Annotated[bool, typer.Option("--issue", help="The schema of issue.yaml.")] = False,
    translation: Annotated[bool, typer.Option("--translation", help="The schema of issue.<language>.yaml.")] = False,
    newsletter: Annotated[bool, typer.Option("--newsletter", help="The schema of newsletter.yaml.")] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The folder to write to; printed otherwise.")] = None,
) -> int:
    """Print or write the JSON Schemas that let editors complete and check your files.

    `newsletter init` writes them for VS Code; after an update of the program, run this with --out .vscode/newsletter.
    """
    asked = {SchemaName.ISSUE: issue, SchemaName.TRANSLATION: translation, SchemaName.NEWSLETTER: newsletter}
    names = [name for name, is_asked in asked.items() if is_asked] or list(SchemaName if out else [SchemaName.ISSUE])
    own = own_blocks([load_settings(ProjectSettings).templates_dir])
    if out is None:
        if len(names) > 1:
            raise NewsletterError("one schema can be printed at a time; several are written with --out FOLDER")
        print(schema_text(names[0], own), end="")
        return 0
    out.mkdir(parents=True, exist_ok=True)
    console = Terminal()
    for name in names:
        (out / schema_file(name)).write_text(schema_text(name, own), encoding="utf-8")
        console.print(Text.assemble(("+", "green"), f" {out / schema_file(name)}"), soft_wrap=True)
    return 0
