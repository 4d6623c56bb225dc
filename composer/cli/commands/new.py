"""``newsletter new`` starts an issue, ready to be written."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from rich.text import Text

from composer.cli.issue_folder import new_folder, write_draft
from composer.cli.terminal.console import Terminal
from composer.errors import NewsletterError
from composer.settings import ProjectSettings, load_settings


def command(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The folder's name, such as 2026-12-winter-news.")],
    from_last: Annotated[
        bool, typer.Option("--from-last", help="Start from the last issue, with a new date and the next number.")
    ] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Start from the sample that shows many blocks.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write it in Markdown: issue.md.")] = False,
) -> int:
    """Start a new issue: from a few words to replace, from the sample, or from the last issue."""
    from composer.issue import load_newsletter
    from composer.issue.files import issue_file
    from composer.issue.own_blocks import own_blocks
    from composer.writing.drafts import few_words, last_issue, shipped_sample, title_of, yet_to_be_written

    if from_last and (sample or markdown):
        raise NewsletterError("--from-last keeps what the last issue is; leave out --sample and --markdown")
    folder = new_folder(slug)
    newsletter, _ = load_newsletter(folder.parent)
    today = dt.datetime.now().astimezone().date()
    started_from = ""
    if from_last:
        own = own_blocks([load_settings(ProjectSettings).templates_dir])
        try:
            last, draft = last_issue(folder.parent, today=today, own_blocks=own)
        except NewsletterError as error:
            raise NewsletterError(f"{error}; leave out --from-last") from error
        started_from = f"\nThe texts are those of {last}; newsletter check names the dates that are over.\n"
    elif sample:
        draft = shipped_sample(languages=newsletter.languages, markdown=markdown)
    else:
        draft = few_words(title_of(slug), today=today, markdown=markdown, language=newsletter.languages[0])
        started_from = f"\n{yet_to_be_written(newsletter)}\n"
    write_draft(folder, draft)
    console = Terminal(soft_wrap=True)
    console.print(Text.assemble(("+", "green"), f" {issue_file(folder)}"))
    console.print(f"{started_from}\nNext:\n  newsletter studio {slug}")
    return 0
