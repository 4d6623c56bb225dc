"""``newsletter new``: a new issue, ready to be written."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from composer.errors import NewsletterError
from composer.settings import ProjectSettings, load_settings

if TYPE_CHECKING:
    from composer.cli.drafts import Draft

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def command(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The folder's name, such as 2026-12-winter-news.")],
    from_last: Annotated[
        bool, typer.Option("--from-last", help="Start from the last issue, with a new date and the next number.")
    ] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Start from the sample that shows many blocks.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write it in Markdown: issue.md.")] = False,
) -> int:
    """Start a new issue: from a few words to replace, from the sample, or from the last issue."""
    from composer.cli.drafts import few_words, last_issue, shipped_sample
    from composer.issue import load_newsletter
    from composer.issue.files import issue_file
    from composer.issue.own_blocks import own_blocks

    if from_last and (sample or markdown):
        raise NewsletterError("--from-last keeps what the last issue is; leave out --sample and --markdown")
    folder = new_folder(slug)
    newsletter, _ = load_newsletter(folder.parent)
    today = dt.datetime.now().astimezone().date()
    started_from = ""
    if from_last:
        own = own_blocks([load_settings(ProjectSettings).templates_dir])
        last, draft = last_issue(folder.parent, today=today, own_blocks=own)
        started_from = f"\nThe texts are those of {last}; newsletter check names the dates that are over.\n"
    elif sample:
        draft = shipped_sample(languages=newsletter.languages, markdown=markdown)
    else:
        draft = few_words(title_of(slug), today=today, markdown=markdown)
    write_draft(folder, draft)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[green]+[/] {issue_file(folder)}\n{started_from}\nNext:\n  newsletter preview {slug}")
    return 0


def new_folder(slug: str) -> Path:
    """The folder of an issue that is not there yet. Raises NewsletterError if it cannot be."""
    issues_dir = load_settings(ProjectSettings).issues_dir
    if not _SLUG.fullmatch(slug):
        raise NewsletterError(
            f"{slug!r} cannot name an issue; use small letters, digits and hyphens: 2026-12-winter-news"
        )
    if not (issues_dir / "newsletter.yaml").is_file():
        raise NewsletterError(f"there is no {issues_dir / 'newsletter.yaml'}; start a project with: newsletter init")
    folder = issues_dir / slug
    if folder.exists():
        raise NewsletterError(f"{folder} is already there")
    return folder


def write_draft(folder: Path, draft: Draft) -> None:
    """The issue's folder, whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as directory:
        new = Path(directory) / folder.name
        for name, data in draft.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(data)
        new.rename(folder)


def title_of(slug: str) -> str:
    """Winter news, of 2026-12-winter-news."""
    words = re.sub(r"^[\d-]+(?=[a-z])", "", slug).replace("-", " ")
    return words[:1].upper() + words[1:]
