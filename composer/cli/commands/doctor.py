"""``newsletter doctor`` tells whether everything is there that a send needs, and what to do about what is not.

Nothing is sent and nothing is written, but for a SQLite database that did not exist. The relays are asked what a
send would ask first: connect, greet, protect, log in; the site, whether it is ours.
"""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from composer.cli.examinations.diagnosis import Diagnosis, examine
from composer.cli.examinations.relays import examine_relays
from composer.cli.examinations.site import look_at_address, look_at_site
from composer.cli.examinations.stored import examine_database, look_at_files
from composer.cli.terminal.console import Terminal
from composer.output.template_copies import outdated_templates
from composer.settings import ProjectSettings, load_settings
from composer.workflow.wiring import the_site


def command(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> int:
    """Check settings, database, files, every relay and the site. Exits with 1 if something is to be done."""
    diagnoses = _examine_all()
    if as_json:
        print(json.dumps([{"well": one.well, **dataclasses.asdict(one)} for one in diagnoses], ensure_ascii=False))
    else:
        _print(diagnoses)
    return 0 if all(one.well for one in diagnoses) else 1


def _examine_all() -> Sequence[Diagnosis]:
    address = examine("Site address", look_at_address)
    return [
        examine("Project", _issues),
        examine("Secret key", _secret_key),
        examine("Files", look_at_files),
        examine("Templates", _templates),
        *examine_database(),
        address,
        *([examine("Site", look_at_site)] if address.well else []),  # who answers at a wrong address is no matter
        *examine_relays(),
    ]


def _issues() -> tuple[str, str]:
    folder = load_settings(ProjectSettings).issues_dir
    if (folder / "newsletter.yaml").is_file():
        return f"{folder / 'newsletter.yaml'} is there", ""
    return f"{folder / 'newsletter.yaml'} is missing", "Go to the folder of your project, or begin one: newsletter init"


def _templates() -> tuple[str, str]:
    folder = load_settings(ProjectSettings).templates_dir
    outdated = outdated_templates(folder)
    if not outdated:
        return "every copy of a shipped template is as new as the shipped one", ""
    names = ", ".join(f"{folder / one.path}{' (gone)' if one.is_gone else ''}" for one in outdated)
    versions = ", ".join(sorted({one.version for one in outdated}))
    found = f"shipped templates have changed since they were copied (version {versions}): {names}"
    first = shlex.quote(str(outdated[0].path))
    advice = f"Move your copy aside, type newsletter templates copy {first}, and bring your changes over."
    gone = "There is none of this name any more: see the changelog, and delete your copy if nothing includes it."
    return found, gone if all(one.is_gone for one in outdated) else advice


def _secret_key() -> tuple[str, str]:
    return f"long enough ({len(the_site().secret_key)} bytes)", ""


def _print(diagnoses: Sequence[Diagnosis]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for one in diagnoses:
        mark = Text("✓", style="green") if one.well else Text("✗", style="red")
        table.add_row(mark, one.subject, Text(one.found))
        if one.advice:
            table.add_row("", "", Text(one.advice, style="dim"))
    console = Terminal()
    console.print(table)
    ill = sum(not one.well for one in diagnoses)
    console.print(Text(f"\n{ill} to look after." if ill else "\nAll is well."))
