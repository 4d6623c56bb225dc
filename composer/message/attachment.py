"""Makes the MIME part of a file that goes along with a mail, or of a picture that stands in it.

Enters: an Asset. Leaves: a MimePart: ASCII, CRLF, no line longer than 76 and none that begins with
a dot. It is the same for every reader, so it is encoded once per edition.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import quote

from composer.edition.model import Asset
from composer.message.mime import MimePart

_BASE64 = "Content-Transfer-Encoding: base64"
_LINE_BYTES = 57  # 76 characters of base64: RFC 2045 6.8
_PARAMETER_CHARACTERS = 60  # so that a line with a continuation stays below 78: RFC 5322 2.1.1
_plain = re.compile(r"[A-Za-z0-9!#$&+.^_`{}~ -]{1,60}").fullmatch


def attachment_part(asset: Asset) -> MimePart:
    """The part of a file that readers can save."""
    return MimePart(
        (f"Content-Type: {_media_type(asset)}", _disposition("attachment", asset), _BASE64), _content(asset)
    )


def picture_part(asset: Asset, *, content_id: str) -> MimePart:
    """A picture that the HTML shows as ``cid:`` and ``content_id``."""
    header = (f"Content-Type: {asset.media_type}", _disposition("inline", asset), f"Content-ID: <{content_id}>")
    return MimePart((*header, _BASE64), _content(asset))


def _disposition(kind: str, asset: Asset) -> str:
    name = PurePosixPath(asset.name).name
    return f"Content-Disposition: {kind}" + "".join(f";\r\n {piece}" for piece in _parameter("filename", name))


def _content(asset: Asset) -> tuple[bytes]:
    starts = range(0, len(asset.content), _LINE_BYTES)
    return (b"".join(b64encode(asset.content[at : at + _LINE_BYTES]) + b"\r\n" for at in starts),)


def _media_type(asset: Asset) -> str:
    """The media type with its parameters: a calendar says its charset and its method (RFC 5545 8.1, RFC 6047 2.4)."""
    if asset.media_type != "text/calendar":
        return asset.media_type
    method = re.search(rb"\r\nMETHOD:([A-Z]+)\r\n", asset.content)
    return "text/calendar; charset=utf-8" + (f"; method={method[1].decode('ascii')}" if method else "")


def _parameter(name: str, value: str) -> Iterator[str]:
    """Write a parameter of a header: quoted if it is plain, or in pieces of percent-encoded UTF-8 (RFC 2231 3, 4)."""
    if _plain(value):
        yield f'{name}="{value}"'
        return
    pieces = list(_cut(quote(value, safe="")))
    if len(pieces) == 1:
        yield f"{name}*=utf-8''{pieces[0]}"
        return
    for number, piece in enumerate(pieces):
        charset = "" if number else "utf-8''"
        yield f"{name}*{number}*={charset}{piece}"


def _cut(encoded: str) -> Iterator[str]:
    """Cut percent-encoded text into pieces, never within an escape such as %C3."""
    while len(encoded) > _PARAMETER_CHARACTERS:
        place = _PARAMETER_CHARACTERS
        if (escape := encoded.rfind("%", place - 2, place)) >= 0:
            place = escape
        yield encoded[:place]
        encoded = encoded[place:]
    yield encoded
