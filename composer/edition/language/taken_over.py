"""Texts that a translation took over from the first language say so: ``lang="en"``, and ``dir`` where it differs.

A screen reader reads them right then (WCAG 2.2, 3.1.2). Running texts say it on the element that is made around each.
Lines (titles, labels, captions) are printed by templates, which know nothing of it: here the element is found whose
words they are, and the picture whose alt text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

_MIN_LETTERS = 12
_MIN_WORDS = 3
_WORD = re.compile(r"[^\W\d_]{2,}")
_TEXT = re.compile(r">(\s*+[^<>\s][^<>]*+)(?=</)")
_ALT = re.compile(r'\balt="([^"]+)"')
_VOID = re.compile(r"<(?:br|hr|img|input|wbr)\b", re.IGNORECASE)
_ARROW = re.compile(r"\s*[→←]\s*\Z")


def is_in_a_language(text: str) -> bool:
    """Tell whether a text is more than a figure or a name, which are the same in any language."""
    return sum(map(str.isalpha, text)) >= _MIN_LETTERS and len(_WORD.findall(text)) >= _MIN_WORDS


def attributes_of(language: str, direction: str, *, around: str) -> str:
    """Write the attributes of an element in ``language`` within a document that runs in the direction ``around``."""
    return f' lang="{language}"' + (f' dir="{direction}"' if direction != around else "")


def say_taken_over(html: str, lines: Iterable[str], *, attributes: str) -> str:
    """Give the attributes to each element whose words are one of the lines, and to pictures whose alt text is one."""
    # The document is read once, however many lines there are: a translation may have none of its own yet.
    taken_over = {_in_one_line(line) for line in lines}
    html = _ALT.sub(lambda alt: alt[0] + attributes if _in_one_line(unescape(alt[1])) in taken_over else alt[0], html)
    parts: list[str] = []
    end = 0
    for found in _TEXT.finditer(html):
        words = _in_one_line(unescape(found[1]))
        if words in taken_over or _ARROW.sub("", words) in taken_over:
            tag = html[html.rfind("<", 0, found.start()) : found.start()]
            if re.match(r"<[a-zA-Z]", tag) and not _VOID.match(tag) and " lang=" not in tag:
                parts += [html[end : found.start()], attributes]
                end = found.start()
    return "".join([*parts, html[end:]])


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
