"""A project is begun: its publication, a first issue, and the files around them.

Enters: what was answered about a publication. Leaves: the text of each file by its path in the project; ``write_new``
writes them, and nothing over a file that is there.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from composer.checks.stand_ins import FIRST_TITLES
from composer.errors import FileRefused
from composer.issue.inside import leads_outside
from composer.workflow.editor_files import editor_files
from composer.workflow.publication import Publication, newsletter_yaml
from composer.writing.drafts import few_words

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


def first_language(publication: Publication) -> str:
    """Return the language that readers get if none is known."""
    return publication.languages[0] if publication.languages else "en"


def project_files(
    publication: Publication | None, *, today: dt.date, folder_name: str, issues: str = "issues"
) -> Mapping[str, str]:
    """Write the files of a new project by their paths in it; those of its issues only if a publication is given."""
    files = {
        ".env": _ENV.format(key=secrets.token_urlsafe(_KEY_BYTES)),
        ".env.example": env_example(),
        ".gitignore": _GITIGNORE,
        "templates/README.md": _TEMPLATES_README,
        **editor_files(),
    }
    if publication is None:
        return files
    language = first_language(publication)
    title = FIRST_TITLES.get(language.partition("-")[0], FIRST_TITLES["en"])
    draft = few_words(title, today=today, markdown=False, language=language)
    issue = {f"{issues}/{today:%Y-%m}-first-letter/{name}": data.decode() for name, data in draft.items()}
    return {**files, f"{issues}/newsletter.yaml": newsletter_yaml(publication, folder_name=folder_name), **issue}


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


def write_new(directory: Path, files: Mapping[str, str]) -> Iterable[tuple[str, bool]]:
    """Write what is missing; tell each path, and whether its file is new.

    Raises FileRefused, before anything is written, if a folder on the way is a link out of ``directory``.
    """
    for name in files:
        folder = (directory / name).parent
        if folder != directory and leads_outside(folder, directory):
            raise FileRefused(
                f"{folder} is a link to something outside {directory}; take it away, or begin where it leads"
            )
    for name, text in files.items():
        yield name, _write_new(directory / name, text, mode=0o600 if name == ".env" else 0o644)


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
