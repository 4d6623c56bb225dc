"""``newsletter init`` writes a project to start from."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from composer import shipped
from composer.cli.editor import editor_files
from composer.cli.publication import Publication, ask, checked, newsletter_yaml
from composer.cli.terminal.console import Terminal
from composer.issue import load_newsletter
from composer.writing.drafts import FIRST_TITLES, few_words, yet_to_be_written

_KEY_BYTES = 32

_TEMPLATES_README = """\
# Your own templates

Empty means: the shipped theme. A file here replaces the shipped one of the same name, for example
`theme.yaml` (colours, fonts, sizes) or `blocks/article/block.mjml.j2`; everything else stays as shipped.
"""

_GITIGNORE = """\
.env
newsletter.db*
out/
*.log
"""

_ENV = """\
# Settings of this project; .env.example explains each one. This file holds a secret: do not publish it.
# The key signs unsubscribe links: keep it for as long as mails with such links are around.
NEWSLETTER_SECRET_KEY={key}
"""


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
    first_issue = _own_issue(given, folder_name) if given.is_asked_for and is_new else None
    for written, is_new_file in _write_project(directory, first_issue):
        new, old = Text.assemble(("+", "green"), f" {written}"), Text(f"= {written} (left as it is)", "dim")
        console.print(new if is_new_file else old)
    if first_issue is not None and (told := yet_to_be_written(load_newsletter(directory / "issues")[0])):
        console.print(f"\n{told}", markup=False)
    steps = ["newsletter studio", "newsletter check", "newsletter new SLUG"]
    if directory.resolve() != Path.cwd():
        steps[:0] = [f"cd {directory}"]
    console.print("\nNext:")
    for step in steps:
        console.print(f"  {step}")
    return 0


def _first_language(publication: Publication) -> str:
    return publication.languages[0] if publication.languages else "en"


def _own_issue(publication: Publication, folder_name: str) -> dict[str, str]:
    """Write the publication as it was described, and a first issue of a few words."""
    today = dt.datetime.now().astimezone().date()
    language = _first_language(publication)
    title = FIRST_TITLES.get(language.partition("-")[0], FIRST_TITLES["en"])
    draft = few_words(title, today=today, markdown=False, language=language)
    files = {f"issues/{today:%Y-%m}-first-letter/{name}": data.decode() for name, data in draft.items()}
    return {"issues/newsletter.yaml": newsletter_yaml(publication, folder_name=folder_name), **files}


def _write_project(directory: Path, own: dict[str, str] | None) -> Iterable[tuple[str, bool]]:
    """Write what is missing; tell each name and whether it is new."""
    for name, text in {**_texts(), **(own or {})}.items():
        yield name, _write_new(directory / name, text, mode=0o600 if name == ".env" else 0o644)
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


def _texts() -> dict[str, str]:
    return {
        ".env": _ENV.format(key=secrets.token_urlsafe(_KEY_BYTES)),
        ".env.example": env_example(),
        ".gitignore": _GITIGNORE,
        "templates/README.md": _TEMPLATES_README,
        **editor_files(),
    }


def env_example() -> str:
    """Write ``.env.example``: every setting with its default and its meaning, commented out."""
    from pydantic_settings import BaseSettings

    from composer import settings

    classes = [kind for kind in vars(settings).values() if isinstance(kind, type) and issubclass(kind, BaseSettings)]
    lines = ["# Settings of newsletter. Copy to .env what you change, without the # before it.", ""]
    for kind in (one for one in classes if one.model_fields):
        lines += [f"# --- {(kind.__doc__ or '').strip()}", ""]
        for name, field in kind.model_fields.items():
            default = field.default
            shown = default.get_secret_value() if hasattr(default, "get_secret_value") else default
            lines += [f"# {field.description}", f"#NEWSLETTER_{name.upper()}={shown}", ""]
    return "\n".join(lines)


def _write_new(path: Path, text: str, *, mode: int) -> bool:
    """Write a file that is not there yet; False if it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # The mode is set when the file is made: the key is never readable by others, not even for an instant.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True
