"""Prose CSS becomes style attributes, by premailer, which ``premailing.py`` makes.

Enters: a finished HTML document, and the CSS to inline. Leaves: the same document with that CSS in ``style``
attributes and nothing else touched: the doctype, MJML's own styles, media queries, ``!important``, conditional
comments and the widths that Outlook needs stay as they are. Never: a fetch of anything.

The recipe, each part against a damage that was seen: the CSS goes in by ``css_text``; every
style element of the parsed document is marked to be ignored, however it is spelt, or premailer would follow its
``@import`` to files and over the network and inline MJML's resets everywhere; cssutils, which reads the one sheet, has
nothing that fetches; no attributes are made from styles; the doctype is put back.

A document that says where its blocks begin and end (*cuts*) is inlined piece by piece, each block in the elements that
stand around it, and then the rest with the blocks left out; and each piece without its words (``bare_markup.py``). So
markup that was seen before, in any mail, is not inlined again, and no rule is tried where its classes and elements are
not. A rule that counts siblings counts those of its block. Where a cut does not part whole elements, the document is
inlined at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from composer.edition.mjml.bare_markup import with_words, without_words
from composer.edition.mjml.declarations import shorten_declarations, without_quotes
from composer.edition.mjml.premailing import our_premailer
from composer.edition.slots.marks import Marks

_IGNORE = "data-premailer"
_DOCTYPE = "<!doctype html>"
_EDGE = "[edge of a block]"


def inline_css(
    html: str, *, css: str, cuts: Marks[int] | None = None, keeps_cuts: bool = False, shortened_for: str = ""
) -> str:
    """Put ``css`` into the style attributes of the elements that it selects. ValueError for broken CSS.

    They say nothing twice if they are ``shortened_for`` a direction, "ltr" or "rtl": that of the document
    (``declarations.py``).

    The same mark of ``cuts`` stands before and behind a block. The marks are not in what is given back, unless they are
    to be kept; where a cut parts an element they go all the same.
    """
    if cuts is None:
        return _inlined(html, css, shortened_for)
    html = _cuts_out_of_comments(html, cuts)
    found = [match for match, _ in cuts.find(html)]
    blocks = [(html[first.end() : last.start()], first) for first, last in zip(found[::2], found[1::2], strict=False)]
    paired = len(found) % 2 == 0 and all(a[0] == b[0] for a, b in zip(found[::2], found[1::2], strict=True))
    if not found or not paired or not all(_is_whole(block) for block, _ in blocks):
        return _inlined(cuts.without(html), css, shortened_for)
    inlined = _inlined_by_pieces(html, css, found, shortened_for)
    return inlined if keeps_cuts else cuts.without(inlined)


def _cuts_out_of_comments(html: str, cuts: Marks[int]) -> str:
    """Move each cut that stands in a comment out of it, into its block.

    In a wrapper MJML sets every section into a row for Outlook, and what stands before that row stands in the comment
    that has it. The row is then no part of the block.
    """
    found = [match for match, _ in cuts.find(html)]
    comments = [match.span() for match in _COMMENT.finditer(html)] if found else []
    moved: list[tuple[int, re.Match[str]]] = []
    at = 0
    for number, cut in enumerate(found):
        while at < len(comments) and comments[at][1] <= cut.start():
            at += 1
        is_inside = at < len(comments) and comments[at][0] < cut.start()
        moved.append((comments[at][1 - number % 2] if is_inside else cut.start(), cut))
    places = [place for place, _ in moved]
    if places == [cut.start() for cut in found] or places != sorted(places):
        return html
    text, end = "", 0
    for place, cut in moved:
        text += cuts.without(html[end:place]) + cut[0]
        end = place
    return text + cuts.without(html[end:])


_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def _inlined_by_pieces(html: str, css: str, cuts: Sequence[re.Match[str]], shortened_for: str) -> str:
    around = _open_tags(html[: cuts[0].start()])
    blocks: list[str] = []
    rest: list[str] = []
    end = 0
    for first, last in zip(cuts[::2], cuts[1::2], strict=True):
        blocks.append(_inlined_within(html[first.end() : last.start()], around, css, shortened_for))
        rest += (html[end : first.start()], first[0])
        end = last.end()
    frame = _inlined_frame("".join([*rest, html[end:]]), css, shortened_for)
    pieces = re.split(re.escape(cuts[0][0][:-5]) + r"\d{4}z", frame)
    marked = [f"{cut[0]}{block}{cut[0]}" for cut, block in zip(cuts[::2], blocks, strict=True)]
    joined = [text for piece, block in zip(pieces, [*marked, ""], strict=True) for text in (piece, block)]
    return "".join(joined)


@lru_cache(maxsize=1024)
def _is_whole(piece: str) -> bool:
    """Tell whether each comment that ends in the piece begins in it too: else it cannot be read by itself.

    lxml cannot tell, because such a piece is half of a document.
    """
    opened = [found == "<!--" for found in re.findall(r"<!--|-->", piece)]
    return opened[::2] == [True] * (len(opened) // 2) and opened[1::2] == [False] * (len(opened) // 2)


@lru_cache(maxsize=32)
def _open_tags(html: str) -> str:
    """Write the tags of the body that are open at the end of ``html``."""
    document = document_fromstring(html + _EDGE)
    edges = document.xpath("//text()[contains(., $edge)]", edge=_EDGE)
    if not edges:
        return ""  # it ends in a comment
    edge = edges[-1]
    around = [edge.getparent(), *edge.getparent().iterancestors()]
    opened = [element for element in around[edge.is_tail :] if element.tag != "html"]
    return "".join(_tag_of(element) for element in reversed(opened))


def _tag_of(element: HtmlElement) -> str:
    attributes = [f' {name}="{escape(value)}"' for name, value in element.items()]
    return f"<{element.tag}{''.join(attributes)}>"


@lru_cache(maxsize=512)
def _inlined_within(piece: str, around: str, css: str, shortened_for: str) -> str:
    """Inline a piece as it would be inside the open tags ``around`` it."""
    return _with_its_words(piece, css, lambda markup: _markup_within(markup, around, css, shortened_for))


def _inlined_frame(html: str, css: str, shortened_for: str) -> str:
    """Inline what stands around the blocks, with a mark for each."""
    return _with_its_words(html, css, lambda markup: _markup_of_frame(markup, css, shortened_for))


def _with_its_words(html: str, css: str, inline: Callable[[str], str]) -> str:
    """Inline the bare markup of some HTML, which other HTML had too, and put the words back."""
    if _selects_by_words(css):
        return inline(html)
    markup, words = without_words(html)
    inlined = with_words(inline(markup), words)
    return inline(html) if inlined is None else inlined


@lru_cache(maxsize=512)
def _markup_within(markup: str, around: str, css: str, shortened_for: str) -> str:
    inlined = _inlined(f"<html>{around}{_EDGE}{markup}{_EDGE}", css, shortened_for)
    return inlined.split(_EDGE)[1]


@lru_cache(maxsize=32)
def _markup_of_frame(markup: str, css: str, shortened_for: str) -> str:
    return _inlined(markup, css, shortened_for)


@lru_cache(maxsize=16)
def _selects_by_words(css: str) -> bool:
    """Tell whether a rule selects by an address or a name, which bare markup does not have."""
    rules = our_premailer()._rules(css)
    return any("#" in selector or "[" in selector for _, selector, _ in rules)


def _inlined(html: str, css: str, shortened_for: str) -> str:
    text = html.removeprefix(_DOCTYPE).strip()
    page = etree.fromstring(text, etree.HTMLParser())
    if page is None:
        raise ValueError("there is no element in this document")
    for style in page.iter("style"):
        style.set(_IGNORE, "ignore")
    tree = our_premailer()(
        page,
        css_text=css,
        # The one sheet is ours; a rule that cannot be inlined (:hover, @media) belongs into head.css.
        disable_leftover_css=True,
        disable_validation=True,
        disable_link_rewrites=True,
        disable_basic_attributes=["align", "valign", "bgcolor", "width", "height"],
        align_floating_images=False,
        strip_important=False,
        remove_unset_properties=False,
        allow_network=False,
    ).transform(pretty_print=False)
    for style in page.iter("style"):
        style.attrib.pop(_IGNORE, None)
    if shortened_for:
        shorten_declarations(page, direction=shortened_for)
    # lxml makes a doctype up where there is none.
    whole = tree if text.startswith(tree.docinfo.doctype) else page
    written: bytes = etree.tostring(whole, method="html", encoding="utf-8")
    return _DOCTYPE + (without_quotes(written.decode()) if shortened_for else written.decode())
