"""``newsletter init``: a project to start from."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from composer import shipped

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
) -> int:
    """Start a project: settings, a sample issue, your templates.

    Nothing that exists is overwritten, so it can be run again.
    """
    console = Console(highlight=False)
    directory.mkdir(parents=True, exist_ok=True)
    for name, is_new in _write_project(directory):
        console.print(f"[green]+[/] {name}" if is_new else f"[dim]= {name} (left as it is)[/]")
    steps = ["newsletter preview", "newsletter check", "newsletter new SLUG"]
    if directory.resolve() != Path.cwd():
        steps[:0] = [f"cd {directory}"]
    console.print("\nNext:")
    for step in steps:
        console.print(f"  {step}")
    return 0


def _write_project(directory: Path) -> Iterable[tuple[str, bool]]:
    """Write what is missing; tell each name and whether it is new."""
    for name, text in _texts().items():
        yield name, _write_new(directory / name, text, mode=0o600 if name == ".env" else 0o644)
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
    }


def env_example() -> str:
    """Every setting with its default and its meaning, commented out."""
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
    """Write a file that is not there; False if it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # The mode is set when the file is made: the key is never readable by others, not even for an instant.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True
