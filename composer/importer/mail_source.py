"""The HTML of a file or of a whole mail is read as it is written, to be looked at and not to be taken over.

Enters: bytes. Leaves: a MailHtml. Source of how the bytes are read: HTML, 13.2.3.2.
"""

from __future__ import annotations

import re
from pathlib import Path

from composer.errors import NewsletterError
from composer.importer.mail import MailHtml, is_mail, read_mail_html
from composer.importer.reading import MAX_BYTES

_CHARSET = re.compile(rb"<meta[^>]*charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LOOKED_AT = 1024
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Byte order marks, and the encoding that each names."""


def read_mail_source(data: bytes, *, file: Path) -> MailHtml:
    """Read the HTML that the bytes of a file are, or are a mail with. NewsletterError, in words, if there is none."""
    if len(data) > MAX_BYTES:
        raise NewsletterError(f"{file} is larger than {MAX_BYTES:,} bytes; is it a newsletter?")
    if is_mail(data):
        return read_mail_html(data, file=file)
    html = _decoded(data)
    if "<" not in html or "\0" in html[:4096]:
        raise NewsletterError(f"there is no HTML in {file}")
    return MailHtml(html)


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(data[:_LOOKED_AT])
        try:
            return data.decode(named[1].decode("ascii") if named else "cp1252", errors="replace")
        except LookupError:
            return data.decode("cp1252", errors="replace")
