"""The HTML document is finished: Markdown is put in, language and direction set, the preheader hidden in front."""

from __future__ import annotations

import html as html_
import re

from composer.edition.mjml.head_styles import shipped_classes, shorter_head
from composer.edition.mjml.outlook_rows import in_rows
from composer.edition.slots.marks import Marks
from composer.edition.slots.regions import DocumentRegions
from composer.shipped import TEMPLATES

# By expressions: lxml would read and write the whole document, 1.1 ms instead of 0.06 for the sample's mail of 86 kB,
# and put its own entities, doctype and quotes into it.
_ROOT = re.compile(r"<(html|body)\b([^>]*)>")
_LANGUAGE = re.compile(r"""\s(?:lang|dir)=(?:"[^"]*"|'[^']*')""")

_PREVIEW_LENGTH = 150
"""Characters after the subject that the widest inboxes show."""

_LEAST_PADDING = 8
"""Spaces behind a preheader that is about so long: its letters may be narrower than most. Each has 19 bytes."""

_PADDING = "\u034f\u200c\u00a0"
"""A space that inboxes do not collapse: without it they run on into the first words of the mail."""

_HIDDEN = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all"


def put_in(html: str, pieces: Marks[str], *, regions: DocumentRegions) -> str:
    """Put the Markdown's HTML in the place of its marks. ValueError if one is not text between tags."""
    filled: list[str] = []
    end = 0
    for match, piece in pieces.find(html):
        if not regions.between_tags(match.start()):
            raise ValueError("the filter markdown gives HTML, which can only stand between tags")
        filled += (html[end : match.start()], piece)
        end = match.end()
    return "".join([*filled, html[end:]])


def lightened(html: str, cuts: Marks[int]) -> str:
    """Take off what only the whole mail tells is too much: tables for Outlook side by side, rules for nothing in it.

    The marks of ``cuts`` stand before and behind its blocks.
    """
    return shorter_head(in_rows(html, cut=cuts.prefix), ours=shipped_classes(TEMPLATES))


def finish_document(html: str, *, language: str, direction: str, preheader: str = "") -> str:
    """Put ``lang`` and ``dir`` on html and body, an id on the body, and the preheader, as text, first into it."""

    # css/made-links-gmail.css finds the body by its id, unless a block of the author's is called so.
    name = "" if 'id="body"' in html else ' id="body"'

    def say_language(tag: re.Match[str]) -> str:
        others = _LANGUAGE.sub("", tag[2])
        root = f'<{tag[1]}{name if tag[1] == "body" else ""} lang="{language}" dir="{direction}"{others}>'
        return root + (hidden if tag[1] == "body" else "")

    padding = _PADDING * max(_LEAST_PADDING, _PREVIEW_LENGTH - len(preheader))
    hidden = f'<div style="{_HIDDEN}">{html_.escape(preheader)}{padding}</div>' if preheader else ""
    # mrml writes this in the body of a layout whose <mjml> has no lang.
    html = html.replace('lang="und" dir="auto"', f'lang="{language}" dir="{direction}"')
    return _ROOT.sub(say_language, html)
