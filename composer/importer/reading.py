"""A dropped or named file is read as a newsletter: HTML, a mail, or Markdown by its name; other kinds are refused."""

from __future__ import annotations

from pathlib import Path, PurePath

from composer.errors import NewsletterError
from composer.importer.foreign_markdown import read_foreign_markdown
from composer.importer.html import read_html
from composer.importer.mail import is_mail, read_mail
from composer.importer.pieces import ForeignNewsletter
from composer.plain_name import plain_name

MAX_BYTES = 20_000_000
_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".txt"})

_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a packed file, such as one of a word processor",
    b"\xd0\xcf\x11\xe0": "a file of a word processor",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a packed file",
    b"{\\rtf": "a file of a word processor",
}


def read_newsletter(data: bytes, *, file: Path) -> ForeignNewsletter:
    """Read the newsletter that a file's bytes are. Raises NewsletterError, in words, if they are another kind of file.

    ``file`` says by its ending whether it is Markdown, and is what errors name.
    """
    if len(data) > MAX_BYTES:
        raise NewsletterError(f"{file} is larger than {MAX_BYTES:,} bytes; is it a newsletter?")
    for start, kind in _OTHER_FILES.items():
        if data.startswith(start):
            raise NewsletterError(f"{file} is {kind}, not HTML, a mail or Markdown; save the newsletter as HTML first")
    if file.suffix.lower() not in _MARKDOWN and is_mail(data):
        return read_mail(data, file=file)
    return read_foreign_markdown(data, file=file) if file.suffix.lower() in _MARKDOWN else read_html(data)


def short_name(file: PurePath) -> str:
    """Make a name for an issue of a file's: small letters, digits and hyphens."""
    return plain_name(file.stem) or "imported"
