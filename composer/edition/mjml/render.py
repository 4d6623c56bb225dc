"""MJML becomes HTML, by mjml-python (mrml). This is the only module that names it.

Enters: one MJML document. Leaves: its HTML, or an ``MjmlError`` at an offset; the caller finds the line in a template.
Never: a web font, an include, a comment of the templates.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.parsers import expat

import mjml as mrml

_SPAN = re.compile(r" at position (\d+):\d+$")
_ROOT = " in root template"
_LOOSE = re.compile(r"<(?:br|col|hr|img|input|link|meta|wbr)\b[^>]*>|&(?!#?\w+;)", re.IGNORECASE)
"""What is not XML, and mrml reads all the same."""
_TAG = re.compile(r"""<[a-z](?:[^>"]|"[^"]*")*>""", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]{1,6})\}|([\\\"]))")
_PADDED = re.compile(r"<mj-[^<>]*?padding[^<>]*>")
_PADDING = re.compile(r"""(?<=\s)(?:inner-)?padding(?:-\w+)?\s*=\s*(?:"[^"]*"|'[^']*')""")
_PART_OF_PIXEL = re.compile(r"""(<(?:img|td)\b[^>]*?\bwidth(?:="|:))(\d+\.\d{3,})""")
_BARE_ZERO = re.compile(r"""(?<=["'\s])0(?=["'\s])""")


class MjmlError(ValueError):
    """MJML that mrml cannot read. ``offset`` is ``None`` when nobody can tell where."""

    def __init__(self, message: str, offset: int | None) -> None:
        super().__init__(message)
        self.offset = offset


@lru_cache(maxsize=8)
def mjml_to_html(mjml: str) -> str:
    """Render an MJML document. MjmlError if mrml cannot read it.

    Kept, because Markdown stands in it as marks: what an author changes there changes no MJML.
    """
    # A void tag with a trailing CRLF fails in mrml.
    source = mjml.replace("\r\n", "\n").replace("\r", "\n").strip()
    skipped = len(mjml) - len(mjml.lstrip())
    try:
        html: str = mrml.mjml2html(_with_units(source), disable_comments=True, fonts={})
    except ValueError as error:
        offset, message = _where(source, str(_told_of(source) or error))
        raise MjmlError(f"MJML: {message}", None if offset is None else offset + skipped) from error
    html = _TAG.sub(_as_written, html) if "\\" in html else html
    return _PART_OF_PIXEL.sub(_to_the_hundredth, html)


def _to_the_hundredth(found: re.Match[str]) -> str:
    """A third is 33.3333% in a template, and a picture in it 175.99982 pixels wide: it is 176."""
    return f"{found[1]}{round(float(found[2]), 2):g}"


def _with_units(mjml: str) -> str:
    """Give each ``0`` of a padding its unit: mrml reads ``0 32px`` as no padding at all, and makes the columns and
    pictures inside too wide by it, for Outlook.
    """
    return _PADDED.sub(lambda tag: _PADDING.sub(lambda one: _BARE_ZERO.sub("0px", one[0]), tag[0]), mjml)


def _told_of(mjml: str) -> ValueError | None:
    """Give mrml's error for MJML as it was written, whose place is the author's."""
    try:
        mrml.mjml2html(mjml, disable_comments=True, fonts={})
    except ValueError as error:
        return error
    return None


def _as_written(tag: re.Match[str]) -> str:
    """Undo how mrml writes attributes, as Rust shows a text to programmers: ``\\u{a0}`` for a no-break space."""
    if "\\" not in tag[0]:
        return tag[0]
    return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)) if sign[1] else sign[2], tag[0])


def _where(source: str, message: str) -> tuple[int | None, str]:
    """Find the offset and the words for an error of mrml's. If it does not tell where, expat does: MJML is XML."""
    span = _SPAN.search(message)
    if span is not None:
        # mrml counts bytes of UTF-8.
        offset = len(source.encode()[: int(span[1])].decode(errors="ignore"))
        words = message[: span.start()].removesuffix(_ROOT)
        return offset, f"{words}: {source[offset:].partition('>')[0][:60]}>"
    return _not_well_formed(source) or (None, message.removesuffix(_ROOT))


def _not_well_formed(source: str) -> tuple[int, str] | None:
    parser = expat.ParserCreate()
    parser.UseForeignDTD(True)  # HTML's entities, such as &nbsp;, are not known to XML, and are no mistake here
    strict = _LOOSE.sub(lambda loose: re.sub(r"[^\n]", " ", loose[0]), source)
    try:
        parser.Parse(strict, True)
    except expat.ExpatError as error:
        lines = strict.splitlines(keepends=True)
        # expat counts bytes of a line.
        column = len(lines[error.lineno - 1].encode()[: error.offset].decode(errors="ignore")) if lines else 0
        return sum(map(len, lines[: error.lineno - 1])) + column, expat.ErrorString(error.code)
    return None
