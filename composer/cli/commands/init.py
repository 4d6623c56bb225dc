"""``newsletter init`` writes a project to start from."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from composer import shipped
from composer.cli.publication import ask
from composer.cli.terminal.console import Terminal
from composer.issue import load_newsletter
from composer.workflow.publication import Publication, checked
from composer.workflow.starting import project_files, write_new
from composer.writing.drafts import yet_to_be_written


def command(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder; made if needed.")] = Path(),
    *,
    name: Annotated[str | None, typer.Option("--name", help="The newsletter's name.")] = None,
    sender: Annotated[str | None, typer.Option("--sender", help="The address that mails come from.")] = None,
    sender_name: Annotated[str | None, typer.Option("--sender-name", help="The name readers see.")] = None,
    address: Annotated[str | None, typer.Option("--address", help="The publisher's postal address.")] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="A language, such as fr; again for each further one.")
    ] = None,
    theme: Annotated[str | None, typer.Option("--theme", help="The theme: gazette, bulletin or poster.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
) -> int:
    """Start a project: settings, a first issue, your templates, and VS Code's settings.

    Asks about your newsletter on a terminal. Without a terminal or with --yes it asks nothing, and without any of
    these options it writes the sample newsletter with its issues. Nothing that exists is overwritten.
    """
    given = checked(Publication(name, sender, sender_name, address, tuple(language or ()), theme))
    folder_name = directory.resolve().name
    is_new = not (directory / "issues" / "newsletter.yaml").exists()
    if is_new and not yes and sys.stdin.isatty() and sys.stdout.isatty():
        given = ask(given, folder_name=folder_name)
    console = Terminal(soft_wrap=True)
    directory.mkdir(parents=True, exist_ok=True)
    own = given if given.is_asked_for and is_new else None
    for written, is_new_file in _write_project(directory, own, folder_name):
        new, old = Text.assemble(("+", "green"), f" {written}"), Text(f"= {written} (left as it is)", "dim")
        console.print(new if is_new_file else old)
    if own is not None:
        console.print(f"\n{yet_to_be_written(load_newsletter(directory / 'issues')[0])}", markup=False)
    steps = ["newsletter studio", "newsletter check", "newsletter new SLUG"]
    if directory.resolve() != Path.cwd():
        steps[:0] = [f"cd {directory}"]
    console.print("\nNext:")
    for step in steps:
        console.print(f"  {step}")
    return 0


def _write_project(directory: Path, own: Publication | None, folder_name: str) -> Iterable[tuple[str, bool]]:
    """Write what is missing; tell each name and whether it is new."""
    today = dt.datetime.now().astimezone().date()
    yield from write_new(directory, project_files(own, today=today, folder_name=folder_name))
    if own is None and not _has_own_issues(directory):
        yield from _write_samples(directory)


def _has_own_issues(directory: Path) -> bool:
    """Whether newsletter.yaml is no longer the sample's, so that the sample issues are not wanted either."""
    file = directory / "issues" / "newsletter.yaml"
    return file.exists() and file.read_bytes() != (shipped.SAMPLE_ISSUES / "newsletter.yaml").read_bytes()


def _write_samples(directory: Path) -> Iterable[tuple[str, bool]]:
    for source in sorted(path for path in shipped.SAMPLE_ISSUES.iterdir() if not path.name.startswith(".")):
        target = directory / "issues" / source.name
        is_new = not target.exists()
        if is_new and source.is_dir():
            shutil.copytree(source, target)
        elif is_new:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        yield f"issues/{source.name}{'/' if source.is_dir() else ''}", is_new
