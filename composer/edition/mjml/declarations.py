"""What style attributes say, in as few bytes as CSS knows.

Enters: a document, parsed, whose style sheets are inlined. Leaves: the same elements, and in each style attribute:

- no declaration that a later one in it overrides: ``margin:0 0 12px; margin-bottom:0`` is ``margin:0``;
- the shortest form: ``font`` for its parts, ``#fff``, ``0``, ``.5px``, no quotation marks around a font's name;
- no type, colour, alignment or direction that is what the element inherits anyway.

What an element inherits is only known from elements without a class: rules of the head may change one that has a class,
on phones or in the dark. A style that holds anything else than plain values (a function, an escape, a merge field's
mark is plain) is left as it was written. What is kept although it repeats something is in ``NEEDED``, and tested.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from lxml.html import HtmlElement

from composer.edition.mjml.style_values import (
    Font,
    fold_box,
    fold_font,
    leave_out_font,
    names_type,
    read_style,
)

NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "a font in each cell": "Word begins the type of each cell anew (github.com/emailmonday/Cerberus/pull/302), as"
        " does any program that shows a mail in quirks mode (HTML, Rendering, 15.3.8)",
        "the colour and the font of headings": "programs set headings in a type of their own (HTML, Rendering, 15.3.6),"
        " Word in a colour of its own too (github.com/onizet/html2openxml/issues/105)",
        "the colour and the underline of links": "Gmail for addresses of others drops the head's styles"
        " (caniemail.com/features/html-style), and css/made-links-gmail.css takes both from links that do not say them",
        "margins of 0": "programs without head styles have margins of their own around paragraphs (HTML, Rendering,"
        " 15.3.3)",
    }
)
"""What must stay when declarations are taken away, each with who needs it and, in parentheses, the source."""

_OWN_TYPE = frozenset({"a", "h1", "h2", "h3", "h4", "h5", "h6", "table", "td", "th", "img", "code", "pre", "body"})
_TYPE = re.compile(r"(?:(?<=;)|^)(?:font|color):[^;]*;?")
_TAG = re.compile(r"<(?:table|tr|td|th|tbody)\b[^<>]*>")
_QUOTED = re.compile(
    r' (width|height|align|valign|border|cellpadding|cellspacing|role|colspan|rowspan|scope)="([\w.-]{1,15}%?)"'
)
_BLOCK_TAG = "(?:div|p|h[1-6]|table|td|th)\\b"
_BETWEEN_BLOCKS = re.compile(
    rf"(</{_BLOCK_TAG}>|<td\b[^<>]*>|<a id=\"[^\"]*\" name=\"[^\"]*\"></a>)"
    rf"[ \t\r\n]+(?=(?:</?{_BLOCK_TAG}|<a id=\"[^\"]*\" name=))"
)
"""Nothing of it is seen, nor of that behind a place to go to."""
_DEFAULTS: Final = MappingProxyType({"border-radius": "0", "cursor": "auto"})
"""What every element has by itself, in a mail that has no other style for it: none of these is inherited."""
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "tbody", "table"})
_WITHIN_WORDS = _BLOCKS | {"a", "b", "br", "em", "i", "span", "strong"}
"""Elements that show nothing themselves but the words in them."""
_COLOUR_SAID = re.compile(r"(?:^|;)color:")
_START: Final = MappingProxyType({"ltr": "left", "rtl": "right"})


class _Inherited(NamedTuple):
    """What an element gets from those around it; empty where nobody can know."""

    font: Font | None = None
    colour: str = ""
    align: str = ""
    direction: str = ""
    spacing: str = "normal"


def shorten_declarations(root: HtmlElement, *, direction: str) -> None:
    """Shorten the style attributes in the document, in place. Its ``direction`` is "ltr" or "rtl"."""
    stack = [(root, _Inherited(align=_START[direction], direction=direction))]
    while stack:
        element, inherited = stack.pop()
        if not isinstance(element.tag, str) or element.tag in ("head", "svg"):
            continue
        passed = _shorten(element, inherited)
        stack += [(child, passed) for child in element]
    for table in root.iter("table"):
        _shorten_cells(table)
    for box in root.iter("div", "td"):
        style = box.get("style", "")
        if "font:" in style and "class" not in box.attrib and not _shows(box, font=True, colour=True):
            box.set("style", _TYPE.sub("", style).strip(";"))
            if not box.get("style"):
                del box.attrib["style"]


def without_quotes(html: str) -> str:
    """Leave out the quotation marks around what needs none, in tags of tables and what is in them, and the white space
    between blocks. Word writes so too.

    Only for values that are shorter than any mark; and not of pictures, which are given their sizes later.
    """
    return _TAG.sub(lambda tag: _unquoted(tag[0]), _BETWEEN_BLOCKS.sub(r"\1", html))


@lru_cache(maxsize=2048)
def _unquoted(tag: str) -> str:
    return _QUOTED.sub(r" \1=\2", tag)


def _shorten_cells(table: HtmlElement) -> None:
    """Say of the cells of a table what is not so by itself, and what is said of all of a row once."""
    rows = [row for part in table for row in (part if part.tag == "tbody" else [part]) if row.tag == "tr"]
    if table.get("cellpadding") == "0" and all(_pads_its_cells(row) for row in rows):
        del table.attrib["cellpadding"]
    for row in rows:
        cells = [cell for cell in row if cell.get("valign")]
        if "valign" in row.attrib or len({cell.get("valign") for cell in cells}) != 1:
            continue
        side = cells[0].get("valign")
        if side != "middle" and (len(cells) < 2 or any(len(cell) or cell.text for cell in row if cell not in cells)):
            continue
        for cell in cells:
            del cell.attrib["valign"]
        if side != "middle":
            row.set("valign", side)


def _pads_its_cells(row: HtmlElement) -> bool:
    return all("padding:" in cell.get("style", "") for cell in row if cell.tag in ("td", "th"))


def _shows(element: HtmlElement, *, font: bool, colour: bool) -> bool:
    """Tell whether anything in the element has its font or its colour from it or from around it, or its height from
    that type. One of the two is False where an element between says it.
    """
    style = element.get("style", "")
    if _is_said(element.text, style):
        return True
    for child in element:
        if _is_said(child.tail, style):
            return True
        if not isinstance(child.tag, str) or _is_empty_anchor(child):
            continue
        own = child.get("style", "")
        still_font = font and "font:" not in own
        still_colour = colour and _COLOUR_SAID.search(own) is None
        if not still_font and not still_colour and (not font or child.tag in _BLOCKS or "display:block" in own):
            continue
        if child.tag not in (_BLOCKS if font else _WITHIN_WORDS):
            return True
        if _shows(child, font=still_font, colour=still_colour):
            return True
    return False


def _is_said(words: str | None, style: str) -> bool:
    """Tell whether words are in a font that the style leaves open. A space that only keeps a height is in none."""
    words = (words or "").strip(" \t\n\r\f")
    return bool(words) and not (words == "\xa0" and "font-size:0" in style and "line-height:" in style)


def _is_empty_anchor(element: HtmlElement) -> bool:
    return element.tag == "a" and "href" not in element.attrib and not len(element) and not (element.text or "").strip()


def _shorten(element: HtmlElement, inherited: _Inherited) -> _Inherited:
    tag = element.tag
    if tag != "table" and not element.keys():
        return inherited
    attributes = element.attrib
    style = attributes.get("style")
    if tag == "table":
        inherited = inherited._replace(font=None, colour="")
        if attributes.get("border") == "0":
            del attributes["border"]
    if inherited.direction == "ltr":
        if attributes.get("dir") == "ltr" and tag in ("table", "td"):
            del attributes["dir"]
        if attributes.get("align") == inherited.align == "left" and tag == "td":
            del attributes["align"]
    if "dir" in attributes or "align" in attributes:
        inherited = _turned(attributes, tag, inherited)
    if style is None:
        return inherited if "class" not in attributes else inherited._replace(font=None, colour="")
    if _is_empty_anchor(element):
        del attributes["style"]  # a place to go to: nothing of it is seen
        return inherited
    written, passed = _written(
        style, tag not in _OWN_TYPE, "class" in attributes, attributes.get("role") == "article", inherited
    )
    if tag == "td" and (align := attributes.get("align")) and element.find(".//table") is None:
        written = re.sub(rf"(?:^|(?<=;))text-align:{align}(?:;|$)", "", written).strip(";")
    if written:
        attributes["style"] = written
    else:
        del attributes["style"]
    return passed


def _turned(attributes: Mapping[str, str], tag: str, inherited: _Inherited) -> _Inherited:
    direction = attributes.get("dir", "")
    if direction in _START and direction != inherited.direction:
        # Where words begin by themselves, they now begin at the other side.
        align = "" if inherited.align in ("", *_START.values()) else inherited.align
        inherited = inherited._replace(direction=direction, align=align)
    if tag in ("td", "th", "div", "p", "tr") and "align" in attributes:
        # By the attribute it reaches no table inside, which begins anew.
        align = attributes["align"]
        inherited = inherited._replace(align=align if align == "left" and inherited.direction == "ltr" else "")
    return inherited


@lru_cache(maxsize=4096)
def _written(
    style: str, may_inherit: bool, has_class: bool, is_outermost: bool, inherited: _Inherited
) -> tuple[str, _Inherited]:
    """Write a style, and tell what the elements inside inherit."""
    found = read_style(style)
    if found is None:
        return style, _Inherited()
    font = fold_font(found, inherited.font)
    for box in ("margin", "padding", "border-radius"):
        fold_box(found, box)
    for name, value in _DEFAULTS.items():
        if found.get(name) == value:
            del found[name]
    if found.get("background") == found.get("background-color"):
        found.pop("background", None)
    passed = _passed(found, font, inherited)
    if has_class:
        passed = passed._replace(font=None, colour="")
    _leave_out_inherited(found, font, inherited, may_inherit=may_inherit, is_outermost=is_outermost)
    return ";".join(f"{name}:{value}" for name, value in found.items()), passed


def _passed(found: Mapping[str, str], font: Font | None, inherited: _Inherited) -> _Inherited:
    """Tell what the elements inside one with these declarations inherit."""
    direction = found.get("direction", inherited.direction)
    # Where words begin by themselves, they now begin at the other side.
    align = "" if direction != inherited.direction else inherited.align
    return _Inherited(
        font=font if names_type(found) else inherited.font,
        colour=found.get("color", inherited.colour),
        align=found.get("text-align", align),
        direction=direction,
        spacing=found.get("letter-spacing", inherited.spacing),
    )


def _leave_out_inherited(
    found: dict[str, str], font: Font | None, inherited: _Inherited, *, may_inherit: bool, is_outermost: bool
) -> None:
    """Take out what the element has from those around it."""
    if found.get("letter-spacing") in ("0", "normal") and inherited.spacing in ("0", "normal"):
        del found["letter-spacing"]
    # Where words run the other way they may begin at the other side.
    align = found.get("text-align") if found.get("direction", inherited.direction) == inherited.direction else None
    if found.get("direction") == inherited.direction:
        found.pop("direction", None)
    starts = align == _START.get(inherited.direction)
    if align and align == inherited.align and not is_outermost and (may_inherit or starts):
        del found["text-align"]
    if may_inherit and inherited.colour and found.get("color") == inherited.colour:
        del found["color"]
    if may_inherit and font and inherited.font and "font" in found:
        leave_out_font(found, font, inherited.font)
