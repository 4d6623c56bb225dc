"""``newsletter new``: a new issue, ready to be written."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from composer.errors import NewsletterError
from composer.settings import ProjectSettings, load_settings

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_ISSUE = """\
subject: "{title}"
preheader: What readers find in this issue, in one sentence.
date: {date}

blocks:
  - block: text
    body: |
      Dear {{{{ subscriber.first_name | default("reader") }}}},

      one or two sentences of welcome. Text is Markdown: **bold**, *italic*,
      [a link](https://example.org/).

  - block: article
    lead: true
    kicker: The theme
    title: The main story
    body: |
      Two to four sentences that make one want to read on.
    link:
      label: Read the story
      url: https://example.org/story

  - block: events
    title: Coming up
    events:
      - date: {later}
        title: What takes place
        place: Where
        link:
          label: Information
          url: https://example.org/event
"""


def command(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The folder's name, such as 2026-12-winter-news.")],
) -> int:
    """Start a new issue from a short sample."""
    from composer.issue import load_issue

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
    _write(folder, today=dt.datetime.now().astimezone().date())
    load_issue(folder)
    console = Console(highlight=False)
    console.print(f"[green]+[/] {folder / 'issue.yaml'}\n\nNext:\n  newsletter preview {slug}")
    return 0


def _write(folder: Path, *, today: dt.date) -> None:
    """The issue's folder, whole or not at all."""
    text = _ISSUE.format(title=_title(folder.name), date=today, later=today + dt.timedelta(days=14))
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as directory:
        new = Path(directory) / folder.name
        new.mkdir()
        (new / "issue.yaml").write_text(text, encoding="utf-8")
        new.rename(folder)


def _title(slug: str) -> str:
    """Winter news, of 2026-12-winter-news."""
    words = re.sub(r"^[\d-]+(?=[a-z])", "", slug).replace("-", " ")
    return words[:1].upper() + words[1:]
