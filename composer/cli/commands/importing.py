"""``newsletter import`` makes the draft of an issue from an existing newsletter."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from composer.cli.issue_folder import new_folder, write_draft
from composer.cli.terminal.console import Terminal
from composer.errors import IssueError, NewsletterError


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The newsletter: HTML, or Markdown (.md).")],
    slug: Annotated[
        str | None, typer.Option("--slug", help="The issue's folder; made of the file's name if not.")
    ] = None,
    keep_all: Annotated[
        bool, typer.Option("--keep-all", help="Keep the footer and the links around the words, too.")
    ] = False,
) -> int:
    """Start an issue from an existing newsletter: its words, links, lists and pictures, without its layout.

    Headlines become articles; pictures are taken from beside FILE, and nothing is fetched. Everything that is left
    out is named.
    """
    from composer.importer import draft_of, read_newsletter, short_name
    from composer.importer.pictures import Pictures
    from composer.issue import load_issue

    today = dt.datetime.now().astimezone().date()
    folder = new_folder(slug or f"{today:%Y-%m}-{short_name(file)}")
    foreign = read_newsletter(_read(file), file=file)
    draft = draft_of(foreign, Pictures(file.parent), today=today, keep_all=keep_all)
    write_draft(folder, {"issue.md": draft.text.encode(), **draft.pictures})
    console = Terminal(soft_wrap=True)
    articles = f"{draft.articles} article{'s' * (draft.articles != 1)}"
    pictures = f"{len(draft.pictures)} picture{'s' * (len(draft.pictures) != 1)}"
    console.print(Text.assemble(("+", "green"), f" {folder / 'issue.md'}: {articles}, {pictures}"))
    if draft.left_out:
        console.print("\nLeft out:")
        for sentence in draft.left_out:
            console.print(Text(f"  - {sentence}"))
        if any(sentence.startswith(("the footer", "a line of the frame")) for sentence in draft.left_out):
            console.print("  --keep-all keeps the footer and the frame; then choose another --slug.")
    try:
        load_issue(folder)
    except IssueError as error:
        console.print("\nStill to be mended:")
        console.print(Text("\n".join(f"  {problem}" for problem in error.problems)))
    console.print(f"\nNext:\n  newsletter check {folder.name}\n  newsletter studio {folder.name}")
    return 0


def _read(file: Path) -> bytes:
    from composer.importer.reading import MAX_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise NewsletterError(f"{file} cannot be read: {error.strerror}") from error
