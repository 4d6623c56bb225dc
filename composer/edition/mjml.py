"""MJML → HTML, by mjml-python (mrml). The only module that names it.

Enters: one MJML document. Leaves: its HTML, or a :class:`~composer.errors.TemplateError` at the line of the
template that the caller's ``locate`` finds. Never: a web font, an include, a comment of the templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

import mjml as mrml

from composer.errors import Position, Problem, TemplateError

_SPAN = re.compile(r"\b(\d+):(\d+)\b")


def mjml_to_html(mjml: str, *, locate: Callable[[int | None], Position]) -> str:
    """The HTML of an MJML document.

    ``locate`` tells which line of which template made the character at an offset of ``mjml``; the offset is
    ``None`` when mrml does not tell where it failed.
    """
    # A void tag with a trailing CRLF fails in mrml.
    source = mjml.replace("\r\n", "\n").replace("\r", "\n").strip()
    skipped = len(mjml) - len(mjml.lstrip())
    try:
        html: str = mrml.mjml2html(source, disable_comments=True, fonts={})
    except ValueError as error:
        offset, message = _where(source, str(error))
        place = locate(None if offset is None else offset + skipped)
        raise TemplateError([Problem(place, f"MJML: {message}")]) from error
    return html


def _where(source: str, message: str) -> tuple[int | None, str]:
    """The offset and the words for an error. MJML is XML, so expat, which does tell where, is asked first."""
    found = _not_well_formed(source)
    if found is not None:
        return found
    span = _SPAN.search(message)
    # mrml counts bytes of UTF-8.
    offset = len(source.encode()[: int(span[1])].decode(errors="ignore")) if span else None
    return offset, message


def _not_well_formed(source: str) -> tuple[int, str] | None:
    parser = expat.ParserCreate()
    parser.UseForeignDTD(True)  # HTML's entities, such as &nbsp;, are not known to XML, and are no mistake here
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        lines = source.splitlines(keepends=True)
        return sum(map(len, lines[: error.lineno - 1])) + error.offset, expat.ErrorString(error.code)
    return None
