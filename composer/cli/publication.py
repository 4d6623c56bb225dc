"""What ``newsletter init`` asks about a publication, and the ``newsletter.yaml`` that it writes of the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import typer

from composer import shipped
from composer.address import parse_address
from composer.edition.theme.tokens import DEFAULT_THEME, theme_names
from composer.errors import AddressError, NewsletterError
from composer.issue.blocks import LANGUAGE_PATTERN
from composer.issue.problems import advice

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Publication:
    """What was answered about a publication; None stands for what was not."""

    name: str | None = None
    sender: str | None = None
    sender_name: str | None = None
    address: str | None = None
    languages: tuple[str, ...] = ()
    theme: str | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether anything was said about a publication of one's own."""
        return self != Publication()


def checked(given: Publication) -> Publication:
    """Check the answers. Raises NewsletterError about the first that is wrong."""
    return replace(
        given,
        name=given.name and _line(given.name),
        sender=given.sender and _address(given.sender),
        sender_name=given.sender_name and _line(given.sender_name),
        address=given.address and _line(given.address),
        languages=_languages(" ".join(given.languages)) if given.languages else (),
        theme=given.theme and _theme(given.theme),
    )


def ask(given: Publication, *, folder_name: str) -> Publication:
    """Ask on the terminal for what was not given; gives all the answers."""
    themes = ", ".join(theme_names((shipped.TEMPLATES,)))
    name = given.name or _asked("Name of the newsletter", _line, default=_title(folder_name))
    return Publication(
        name=name,
        sender=given.sender or _asked("Address it is sent from (empty: later)", _or_nothing(_address), default=""),
        sender_name=given.sender_name or _asked("Name of the sender", _line, default=name),
        address=given.address or _asked("Postal address (empty: later)", _or_nothing(_line), default=""),
        languages=given.languages or _asked("Languages, the first one first", _languages, default="en"),
        theme=given.theme or _asked(f"Theme ({themes})", _theme, default=DEFAULT_THEME),
    )


def newsletter_yaml(publication: Publication, *, folder_name: str) -> str:
    """Write the text of ``newsletter.yaml``; what is not known yet is left in it as a comment."""
    name = publication.name or _title(folder_name)
    sender = publication.sender_name or name
    lines = [
        "# The publication: what stays the same from one issue to the next.",
        f"name: {_quoted(name)}",
        f"organisation: {_quoted(sender)}",
    ]
    if publication.sender:
        lines += ["sender:", f"  name: {_quoted(sender)}", f"  email: {_quoted(publication.sender)}"]
    else:
        lines += ["# Needed before the first send:", "# sender: {name: The sender, email: letter@example.org}"]
    if publication.address:
        lines += [f"postal_address: {_quoted(publication.address)}"]
    else:
        lines += ["# The law asks for it in every mail:", "# postal_address: 1 Long Street, 75001 Paris, France"]
    lines += [
        f"languages: [{', '.join(publication.languages or ('en',))}]",
        "timezone: UTC  # of times without one, such as Europe/Paris",
        "theme:",
        f"  name: {publication.theme or DEFAULT_THEME}",
    ]
    return "\n".join(lines) + "\n"


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


def _line(text: str) -> str:
    line = text.strip()
    if not line or len(line) > 500 or not line.isprintable():
        raise NewsletterError(f"{text!r} cannot be; write one line of text, of 500 characters at most")
    return line


def _address(text: str) -> str:
    try:
        return parse_address(text)
    except AddressError as error:
        raise NewsletterError(str(error)) from error


def _languages(text: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(re.split(r"[\s,]+", text.strip().strip(","))))
    for code in codes:
        if not re.fullmatch(LANGUAGE_PATTERN, code):
            raise NewsletterError(f"{code!r} is not a language code; write en, fr or pt-BR")
    return codes


def _theme(text: str) -> str:
    names = theme_names((shipped.TEMPLATES,))
    if text.strip() not in names:
        choices = f"the themes are {', '.join(names)}"
        raise NewsletterError(f"there is no theme {text.strip()!r}; {advice(text.strip(), names, choices)}")
    return text.strip()


def _title(folder_name: str) -> str:
    words = re.sub(r"[\W_]+", " ", folder_name).strip()
    return words[:1].upper() + words[1:] or "Newsletter"


def _quoted(text: str) -> str:
    """Write a text in double quotes, whose escapes YAML shares with JSON."""
    return json.dumps(text, ensure_ascii=False)
