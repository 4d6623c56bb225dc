"""A whole mail, as mail programs save it (.eml), is read as a newsletter: its HTML, its own pictures, subject and day.

Enters: the bytes of a message (RFC 5322). Leaves: a ForeignNewsletter. Pictures that came inside are addresses of
data, where the reader of pictures finds them. Files that are attached are left out, by name; nothing is fetched.
"""

from __future__ import annotations

import base64
import email
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

from composer.errors import NewsletterError
from composer.importer.foreign_markdown import read_foreign_markdown
from composer.importer.html import read_html
from composer.importer.pieces import ForeignNewsletter, Image

_HEADER_NAMES = (
    "received|return-path|delivered-to|mime-version|from|to|subject|date|message-id|content-type|dkim-signature"
    r"|authentication-results|arc-[\w-]+|x-[\w-]+|list-[\w-]+|reply-to|sender"
)
_HEADER = re.compile(rf"(?:{_HEADER_NAMES})[ \t]*:".encode(), re.IGNORECASE)
_MBOX = re.compile(rb"\AFrom [^\r\n]+\r?\n")
"""The line before a message in a file of many, which is none of its own."""
_CID = re.compile("cid:", re.IGNORECASE)
_MOST_PARTS = 1000
_MOST_LETTERS_OF_HEADER = 2000
"""The standard library reads a header in the square of its length, and each part's at every look."""


class _ShortHeaders(EmailPolicy):
    """Reads the beginning of a header that is longer than any of a newsletter that is looked at."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MOST_LETTERS_OF_HEADER]


def is_mail(data: bytes) -> bool:
    """Tell whether a file begins as a message does: with a line of a header, or of a mailbox."""
    return _HEADER.match(_MBOX.sub(b"", data[:2000], count=1)) is not None


def read_mail(data: bytes, *, file: Path) -> ForeignNewsletter:
    """Read the newsletter in a message. NewsletterError, in words, if there is none in it."""
    message, parts = _parts_of(data, file=file)
    with _in_words(file):
        found = _newsletter_in(parts, file=file)
        found.subject = _header(message, "subject") or found.subject
        found.date = _day(message) or found.date
    return found


@dataclass(frozen=True, slots=True)
class MailHtml:
    """The HTML of a mail as it is written; of its other parts the media types, by Content-ID.

    ``has_amp``: the mail brings a part for AMP besides.
    """

    html: str
    media_types: Mapping[str, str] = field(default_factory=dict)
    has_amp: bool = False


def read_mail_html(data: bytes, *, file: Path) -> MailHtml:
    """Read the HTML in a message, to be looked at as it is. NewsletterError, in words, if there is none in it."""
    _, parts = _parts_of(data, file=file)
    with _in_words(file):
        html = next((part for part in parts if part.get_content_type() == "text/html"), None)
        if html is None:
            raise NewsletterError(f"{file} is a mail without HTML")
        types = {name: part.get_content_type() for part in reversed(parts) if (name := _content_id(part))}
        has_amp = any(part.get_content_type() == "text/x-amp-html" for part in parts)
        return MailHtml(_text(html), types, has_amp)


def _parts_of(data: bytes, *, file: Path) -> tuple[EmailMessage, list[EmailMessage]]:
    if data.count(b"\n--") > _MOST_PARTS:
        raise NewsletterError(f"{file} is a mail of more than {_MOST_PARTS:,} parts; save the newsletter as HTML")
    with _in_words(file):
        message = email.message_from_bytes(_MBOX.sub(b"", data, count=1), policy=_ShortHeaders())
        assert isinstance(message, EmailMessage)
        return message, [part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart()]


@contextmanager
def _in_words(file: Path) -> Iterator[None]:
    """Say of whatever the standard library stumbles over in a stranger's mail that it cannot be read."""
    try:
        yield
    except (
        RecursionError,
        LookupError,
        ArithmeticError,
        ValueError,
        AttributeError,
        TypeError,
        AssertionError,
    ) as error:
        raise NewsletterError(f"{file} is a mail that cannot be read; save the newsletter as HTML") from error


def _newsletter_in(parts: list[EmailMessage], *, file: Path) -> ForeignNewsletter:
    shown = [part for part in parts if not part.is_attachment()]
    html = next((part for part in shown if part.get_content_type() == "text/html"), None)
    plain = next((part for part in shown if part.get_content_type() == "text/plain"), None)
    if html is not None:
        found = read_html(_text(html).encode())
        _put_in_pictures(found, parts)
    elif plain is not None:
        found = read_foreign_markdown(_text(plain).encode(), file=file)
    else:
        raise NewsletterError(f"{file} is a mail without a text; save the newsletter as HTML")
    for part in parts:
        if part.is_attachment():
            found.leave_out(f"a file that was attached: {part.get_filename() or part.get_content_type()}")
    return found


def _text(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    try:
        return data.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a charset that nobody knows
        return data.decode("utf-8", errors="replace")


def _put_in_pictures(found: ForeignNewsletter, parts: list[EmailMessage]) -> None:
    """Write as data the pictures that came inside; one that is shown often is one text, however large it is."""
    named = {_content_id(part): part for part in reversed(parts)}
    written: dict[str, str] = {}
    for place, piece in enumerate(found.pieces):
        if not isinstance(piece, Image) or not _CID.match(piece.source):
            continue
        name = unquote(piece.source[len("cid:") :])
        if name in named:
            written[name] = written.get(name) or _as_data(named[name])
            found.pieces[place] = replace(piece, source=written[name])


def _content_id(part: EmailMessage) -> str:
    return str(part.get("content-id", "")).strip().strip("<>")


def _as_data(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    return f"data:{part.get_content_type()};base64,{base64.b64encode(data).decode()}"


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _day(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except (ValueError, TypeError, IndexError, ArithmeticError):
        return ""
