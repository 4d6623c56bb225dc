"""What a person answers about a publication of their own, and the ``newsletter.yaml`` that is made of it.

Enters: answers as they were given. Leaves: answers that are right, or a NewsletterError in words, and the file's text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from composer import shipped
from composer.address import parse_address
from composer.edition.theme.tokens import DEFAULT_THEME, theme_names
from composer.errors import AddressError, NewsletterError
from composer.issue.blocks import LANGUAGE_PATTERN
from composer.issue.nearest import advice


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
        name=given.name and one_line(given.name),
        sender=given.sender and mail_address(given.sender),
        sender_name=given.sender_name and one_line(given.sender_name),
        address=given.address and one_line(given.address),
        languages=language_codes(" ".join(given.languages)) if given.languages else (),
        theme=given.theme and theme_name(given.theme),
    )


def newsletter_yaml(publication: Publication, *, folder_name: str) -> str:
    """Write the text of ``newsletter.yaml``; what is not known yet is left in it as a comment."""
    name = publication.name or title_of_folder(folder_name)
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


def one_line(text: str) -> str:
    """Take a line of text. Raises NewsletterError if it is none."""
    line = text.strip()
    if not line or len(line) > 500 or not line.isprintable():
        raise NewsletterError(f"{text!r} cannot be; write one line of text, of 500 characters at most")
    return line


def mail_address(text: str) -> str:
    """Take a mail address. Raises NewsletterError if it is none."""
    try:
        return parse_address(text)
    except AddressError as error:
        raise NewsletterError(str(error)) from error


def language_codes(text: str) -> tuple[str, ...]:
    """Take codes of languages with spaces or commas between them. Raises NewsletterError about what is none."""
    codes = tuple(dict.fromkeys(re.split(r"[\s,]+", text.strip().strip(","))))
    for code in codes:
        if not re.fullmatch(LANGUAGE_PATTERN, code):
            raise NewsletterError(f"{code!r} is not a language code; write en, fr or pt-BR")
    return codes


def theme_name(text: str) -> str:
    """Take the name of a shipped theme. Raises NewsletterError if there is none of this name."""
    names = theme_names((shipped.TEMPLATES,))
    if text.strip() not in names:
        choices = f"the themes are {', '.join(names)}"
        raise NewsletterError(f"there is no theme {text.strip()!r}; {advice(text.strip(), names, choices)}")
    return text.strip()


def title_of_folder(folder_name: str) -> str:
    """Make the name of a newsletter of its folder's."""
    words = re.sub(r"[\W_]+", " ", folder_name).strip()
    return words[:1].upper() + words[1:] or "Newsletter"


def _quoted(text: str) -> str:
    """Write a text in double quotes, whose escapes YAML shares with JSON."""
    return json.dumps(text, ensure_ascii=False)
