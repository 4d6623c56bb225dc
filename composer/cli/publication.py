"""What ``newsletter init`` asks about a publication, on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import typer

from composer import shipped
from composer.edition.theme.tokens import DEFAULT_THEME, theme_names
from composer.errors import NewsletterError
from composer.workflow.publication import (
    Publication,
    language_codes,
    mail_address,
    one_line,
    theme_name,
    title_of_folder,
)

T = TypeVar("T")


def ask(given: Publication, *, folder_name: str) -> Publication:
    """Ask on the terminal for what was not given; gives all the answers."""
    themes = ", ".join(theme_names((shipped.TEMPLATES,)))
    name = given.name or _asked("Name of the newsletter", one_line, default=title_of_folder(folder_name))
    return Publication(
        name=name,
        sender=given.sender or _asked("Address it is sent from (empty: later)", _or_nothing(mail_address), default=""),
        sender_name=given.sender_name or _asked("Name of the sender", one_line, default=name),
        address=given.address or _asked("Postal address (empty: later)", _or_nothing(one_line), default=""),
        languages=given.languages or _asked("Languages, the first one first", language_codes, default="en"),
        theme=given.theme or _asked(f"Theme ({themes})", theme_name, default=DEFAULT_THEME),
    )


def _asked(question: str, judge: Callable[[str], T], *, default: str) -> T:
    """Ask a question again and again until ``judge`` takes the answer."""

    def value(text: str) -> T:
        try:
            return judge(text)
        except NewsletterError as error:
            raise typer.BadParameter(str(error)) from error

    answer: T = typer.prompt(question, default=default, show_default=bool(default), value_proc=value)
    return answer


def _or_nothing(judge: Callable[[str], str]) -> Callable[[str], str | None]:
    return lambda text: judge(text) if text.strip() else None
