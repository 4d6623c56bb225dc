"""What a style sheet of a mail may name: properties of CSS, elements of HTML, and classes and ids of templates.

Enters: template folders and rendered MJML. Leaves: the names that are there. Properties are those that Chromium knows
(``css_properties.txt``, read from ``document.body.style``); elements are those of the HTML standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

_PROPERTIES = Path(__file__).with_name("css_properties.txt")

_ELEMENTS = """html head body div span p a img br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption colgroup col
thead tbody tfoot tr td th strong em b i u s del ins sub sup small big code pre kbd samp var abbr
cite q blockquote address center font article aside section header footer main nav figure figcaption
picture video audio source button form input label select option textarea time mark bdi bdo ruby rt
rp wbr details summary style meta title link svg"""
ELEMENTS = frozenset(_ELEMENTS.split())

OF_MAIL_PROGRAMS = re.compile(
    r"prose|words|mj-.*|moz-.*|.*-outlook|ExternalClass|ReadMsgBody|aBn|a6S|a5q|im|ii|gmail.*|rps_.*|x_.*"
    r"|Mso.*|WordSection\d*"
    r"|yshortcuts|outlook|body|Message(View|WebView)\w*|msgBody|AppleMail\w*|cloudmagic.*|spark|edo|era"
)
"""Names that this program (``edition/filters.py``), MJML and mail programs give; the last by howtotarget.email."""

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_LITERAL = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")
_ATTRIBUTE = re.compile(r"""\b(?:css-class|class|id)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


_PRINTED = """bookmark-label bookmark-level bookmark-state string-set footnote-display footnote-policy float-defer marks
bleed bleed-top bleed-right bleed-bottom bleed-left image-resolution hyphenate-limit-zone block-ellipsis continue
max-lines anchor link lang"""
_OF_PRINT = frozenset(_PRINTED.split())
"""What WeasyPrint and other printers of CSS know besides (CSS Generated Content for Paged Media)."""


@cache
def properties() -> frozenset[str]:
    """Name the properties of CSS."""
    return frozenset(_PROPERTIES.read_text(encoding="utf-8").split())


def is_property(name: str) -> bool:
    """Tell whether CSS or a mail program knows the property: what begins with ``-`` or ``mso-`` is a program's own."""
    return name in properties() or name in _OF_PRINT or name.startswith(("-", "mso-"))


@lru_cache(maxsize=8)
def names_of_templates(folders: Sequence[Path], version: bytes) -> frozenset[str]:
    """Name the classes and ids that the templates make; one that ends in ``-`` begins those that Jinja puts together.

    ``version`` says when the files are others. Every word in a text of Jinja's counts: classes are handed to macros.
    """
    del version
    files = sorted({file for folder in folders for file in folder.rglob("*.j2") if file.is_file()})
    return frozenset(name for file in files for name in _names(file.read_text(encoding="utf-8", errors="replace")))


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Name the classes and ids in pieces of HTML and MJML."""
    return frozenset(name for text in texts for name in _in_attributes(text))


def _names(template: str) -> Iterator[str]:
    for code in _JINJA.findall(template):
        for literal in _LITERAL.findall(code):
            yield from "".join(literal).split()
    yield from _in_attributes(_JINJA.sub("", template))
    # An attribute may have both: class="tile {{ 'x' }}" ends at a quote within.
    yield from _in_attributes(_JINJA.sub(lambda code: " ".join(re.findall(r"[\w-]+", code[0])), template))


def _in_attributes(text: str) -> Iterator[str]:
    for found in _ATTRIBUTE.findall(text):
        yield from "".join(found).split()
