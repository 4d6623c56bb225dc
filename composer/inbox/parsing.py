"""The bytes of one message → what a person wants to see of it.

Enters: RFC 5322 bytes from anybody. Leaves: headers (decoded and raw), HTML, text, files, and the hidden
first words (preheader). Never raises on a malformed message: what cannot be read is shown as it came.
It uses the standard library's older header model (``compat32``), which takes every byte sequence.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from html.parser import HTMLParser

_FOLD = re.compile(r"\r?\n(?=[ \t])")
# Characters that senders append to a preheader so that the inbox shows nothing after it.
_PADDING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+"
)
_PREHEADER_LENGTH = 140
# No preheader stands after this many characters of body; a body of megabytes is not read to its end for it.
_PREHEADER_REACH = 60_000


@dataclass(frozen=True, slots=True)
class Header:
    """One header field: as a person reads it, and as it came, folds included."""

    name: str
    value: str
    raw: str


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A part of the message that is neither its HTML nor its text. ``content_id`` has no brackets."""

    name: str
    media_type: str
    content_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A message taken apart: its headers, the two forms of its body where it has them, and its files."""

    headers: tuple[Header, ...]
    html: str | None
    text: str | None
    files: tuple[MessageFile, ...]

    def header(self, name: str) -> str:
        """Return the decoded value of the first header of that name, or an empty text."""
        return next((header.value for header in self.headers if header.name.lower() == name.lower()), "")


def parse_headers(data: bytes) -> tuple[Header, ...]:
    """Parse the headers alone, which is a tenth of the work of ``parse_message``."""
    return _headers(BytesHeaderParser().parsebytes(data))


def parse_message(data: bytes) -> ParsedMessage:
    """Parse a whole message. Its first HTML part and its first text part are the body; all others are files.

    One whose parts stand too deep in each other for the parser is text as it came.
    """
    try:
        message = email.message_from_bytes(data)
        parts = list(message.walk())
    except RecursionError:
        _, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
        return ParsedMessage(headers=parse_headers(data), html=None, text=body.decode("utf-8", "replace"), files=())
    html = text = None
    files: list[MessageFile] = []
    for part in parts:
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment"
        if kind == "text/html" and html is None and not attached:
            html = _decoded(part)
        elif kind == "text/plain" and text is None and not attached:
            text = _decoded(part)
        else:
            files.append(_file(part, number=len(files) + 1))
    return ParsedMessage(headers=_headers(message), html=html, text=text, files=tuple(files))


def preheader(message: ParsedMessage) -> str:
    """Return the first words of the HTML, hidden ones included, as the list of an inbox shows them."""
    if message.html is None:
        return _squeezed(message.text or "")[:_PREHEADER_LENGTH]
    words = _FirstWords()
    words.feed(message.html[:_PREHEADER_REACH])
    return _squeezed(" ".join(words.found))[:_PREHEADER_LENGTH].strip()


class _FirstWords(HTMLParser):
    """Gathers the text of a body until there is enough of it for a preheader."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._length = 0
        self._silent: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if self._silent is None and tag in ("head", "style", "script", "title"):
            self._silent = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = None

    def handle_data(self, data: str) -> None:
        if self._silent is None and self._length < _PREHEADER_LENGTH * 4 and (words := _squeezed(data)):
            self.found.append(words)
            self._length += len(words)


def _squeezed(text: str) -> str:
    return " ".join(_PADDING.sub(" ", text).split())


def _headers(message: Message) -> tuple[Header, ...]:
    found = []
    for name, value in message.raw_items():
        raw = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        found.append(Header(name=name, value=_header_text(raw), raw=raw))
    return tuple(found)


def _header_text(raw: str) -> str:
    unfolded = _FOLD.sub("", raw).strip()
    try:
        return str(make_header(decode_header(unfolded)))
    except (LookupError, ValueError, HeaderParseError):  # an unknown charset, a broken encoded-word
        return unfolded


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # a name of no charset, or of one that is for names of hosts, or for nothing
        return content.decode("latin-1")


def _file(part: Message, *, number: int) -> MessageFile:
    content = part.get_payload(decode=True)
    return MessageFile(
        name=_header_text(part.get_filename() or f"part-{number}"),
        media_type=part.get_content_type(),
        content_id=str(part.get("Content-ID", "")).strip("<> \t\r\n"),
        content=content if isinstance(content, bytes) else b"",
    )
