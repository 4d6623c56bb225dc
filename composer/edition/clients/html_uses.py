"""Which features of HTML and CSS a mail uses, where, and who reads that part of it.

Enters: a mail's HTML, or MJML. Leaves: Uses, with offsets into it. What stands in a conditional comment is read by
Outlook on Windows alone, or by all others, as its condition says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from composer.edition.clients import html_features as of
from composer.edition.clients.conditional_comments import ReadBy, closes, hidden_end, opened_by, shown_from
from composer.edition.clients.css_uses import (
    CssUse,
    uses_in_declarations,
    uses_in_media,
    uses_in_stylesheet,
)
from composer.edition.clients.html_source import AttributeValue, Kind, Piece, attributes_of, pieces_of
from composer.edition.clients.picture_uses import addresses_in_srcset, formats_of, formats_of_type, picture_words
from composer.edition.clients.spared import HIDING, OVER_GROUND
from composer.remembered import remembered


class Use(NamedTuple):
    """A feature that a mail uses: a CssUse, at its offset in the mail, and who reads it."""

    feature: str
    offset: int
    words: str
    value: str
    is_spared: bool
    read_by: ReadBy


def uses_in_html(html: str) -> tuple[Use, ...]:
    """Tell what a mail's HTML uses, in its order."""
    return tuple(
        use if not start else Use(use[0], start + use[1], *use[2:])
        for start, part in parts_of(html)
        for use in uses_in_part(part)
    )


_CUT = re.compile(r"<(?=(?:table|tr|div|p|mj-section|mj-column|mj-text|mj-raw)[\s>])")
_SHORTEST = 1500


def parts_of(html: str) -> Iterator[tuple[int, str]]:
    """Cut a mail into parts that can be read by themselves, each with its offset.

    Most of them are as they were before the author's last change, and what was read in them is remembered. One at
    whose end anything is still open, a comment, a style sheet, a condition, is no part: it goes on to a later cut.
    """
    cuts = [0]
    for cut in _CUT.finditer(html):
        if cut.start() - cuts[-1] >= _SHORTEST:
            cuts.append(cut.start())
    cuts.append(len(html))
    first = 0
    while first < len(cuts) - 1:
        number = 1
        while True:
            end = min(first + number, len(cuts) - 1)
            part = html[cuts[first] : cuts[end]]
            if end == len(cuts) - 1 or _read(part)[1]:
                break
            number *= 2
        yield cuts[first], part
        first = end


def uses_in_part(part: str) -> tuple[Use, ...]:
    """Tell what one of the ``parts_of`` a mail uses, with offsets into it."""
    return _read(part)[0]


@remembered
def _read(html: str) -> tuple[tuple[Use, ...], bool]:
    """Read HTML; and tell whether nothing is open at its end."""
    walk = _Walk(html)
    return tuple(walk.uses(0, len(html), ReadBy.EVERYBODY)), walk.is_closed


def uses_in_css(css: str) -> tuple[Use, ...]:
    """Tell what a style sheet by itself uses, in its order."""
    return tuple(Use(*use, ReadBy.EVERYBODY) for use in uses_in_stylesheet(css))


_CID = re.compile(r"\bcid:([^\"'\s)>]+)", re.IGNORECASE)


def uses_of_parts(html: str, media_types: Mapping[str, str], *, has_amp: bool) -> tuple[Use, ...]:
    """Tell what a whole mail uses besides its HTML: the formats of its own pictures, by Content-ID, and AMP."""
    amp = (Use(of.AMP, 0, "a part for AMP", "", False, ReadBy.EVERYBODY),) if has_amp else ()
    pictures = (
        Use(feature, address.start(), picture_words(feature), "", False, ReadBy.EVERYBODY)
        for address in _CID.finditer(html)
        for feature in formats_of_type(media_types.get(unquote(address[1]), ""))
    )
    return (*amp, *pictures)


_HTML5 = re.compile(r"<!doctype\s+html\s*(?:system\s*[\"']about:legacy-compat[\"']\s*)?>", re.IGNORECASE)


_FILMS = {"video": "html-video", "audio": "html-audio"}
_FILM_END = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _FILMS}
_INSTEAD = re.compile(r"<(?:img|a)\b", re.IGNORECASE)
"""What stands in a film is shown where the film is not: a picture or a link is as good."""
_NOTHING_IN_IT = re.compile(r"(?:\s|&nbsp;|&#160;|\xa0)*</", re.IGNORECASE)
_DEEPEST = 10
"""So many conditional comments are read in each other; of one that is never closed there may be thousands."""


class _Walk:
    """Goes through the pieces of a mail. ``_drawing`` counts the ``<svg>`` that are open, ``_media`` the elements
    whose ``<source>`` is no picture.
    """

    def __init__(self, html: str) -> None:
        self._html = html
        self._drawing = 0
        self._media = 0
        self._is_open = False
        self._found: dict[re.Pattern[str], int] = {}

    @property
    def is_closed(self) -> bool:
        """Tell whether what was read ends as it began."""
        return not (self._is_open or self._drawing or self._media)

    def uses(self, start: int, end: int, read_by: ReadBy, *, depth: int = 0) -> Iterator[Use]:
        """Tell what is used between two offsets, which ``read_by`` reads, in ``depth`` conditional comments."""
        around: list[ReadBy] = []
        for piece in pieces_of(self._html, start, end):
            if piece.kind is Kind.START_TAG:
                for use in self._tag(piece):
                    yield Use(use.feature, piece.start + use.offset, *use[2:], read_by)
            elif piece.kind is Kind.STYLESHEET:
                for use in uses_in_stylesheet(self._html[piece.start : piece.end]):
                    yield Use(use.feature, piece.start + use.offset, *use[2:], read_by)
            elif piece.kind is Kind.END_TAG:
                self._close(piece.name)
            elif piece.kind is Kind.UNFINISHED:
                self._is_open = self._is_open or not depth
            else:
                text = self._html[piece.start : piece.end]
                yield from _of_declaration(text, piece, read_by)
                if closes(text):
                    read_by = around.pop() if around else read_by
                elif (shown := shown_from(text)) is not None:
                    around.append(read_by)
                    read_by &= shown
                elif depth < _DEEPEST and (hidden := opened_by(text)) is not None and hidden[0] & read_by:
                    content = piece.start + hidden[1], piece.start + hidden_end(text)
                    yield from self.uses(*content, hidden[0] & read_by, depth=depth + 1)
        self._is_open = self._is_open or (not depth and bool(around))

    def _tag(self, piece: Piece) -> tuple[CssUse, ...]:
        tag = self._html[piece.start : piece.end]
        found = _uses_in_tag(tag, piece.name, in_drawing=self._drawing > 0, in_media=self._media > 0)
        if not tag.endswith("/>"):
            if piece.name == "svg":
                self._drawing += 1
            elif piece.name == "foreignobject" and self._drawing:
                # HTML again (HTML, 13.2.6.5)
                self._drawing = 0
        if _NOTHING_IN_IT.match(self._html, piece.end):
            found = tuple(use._replace(is_spared=True) if use.feature in HIDING else use for use in found)
        if piece.name in _FILMS:
            self._media += 1
            behind = self._first_behind(_FILM_END[piece.name], piece.end)
            if self._first_behind(_INSTEAD, piece.end) < behind < len(self._html):
                found = tuple(use._replace(is_spared=True) if use.feature in _FILMS.values() else use for use in found)
        return found

    def _first_behind(self, pattern: re.Pattern[str], at: int) -> int:
        """Find a pattern from an offset on, which never goes back; what was found for an earlier one is remembered."""
        if self._found.get(pattern, -1) < at:
            found = pattern.search(self._html, at)
            self._found[pattern] = found.start() if found else len(self._html)
        return self._found[pattern]

    def _close(self, name: str) -> None:
        if name == "svg":
            self._drawing = max(0, self._drawing - 1)
        elif name == "foreignobject":
            self._drawing += 1
        elif name in _FILMS:
            self._media = max(0, self._media - 1)


def _of_declaration(text: str, piece: Piece, read_by: ReadBy) -> Iterator[Use]:
    if piece.kind is Kind.COMMENT:
        yield Use(of.COMMENT, piece.start, "a comment", "", False, read_by)
    elif _HTML5.fullmatch(text):
        yield Use(of.DOCTYPE, piece.start, "the doctype", "", False, read_by)


@lru_cache(maxsize=4096)
def _uses_in_tag(tag: str, name: str, *, in_drawing: bool, in_media: bool) -> tuple[CssUse, ...]:
    """Tell what a start tag uses; ``in_drawing``: inside of ``<svg>``; ``in_media``: of ``<video>`` or ``<audio>``."""
    attributes = attributes_of(tag)
    found: list[CssUse] = []
    if name == "image" and not in_drawing:
        name = "img"  # to every browser (HTML, 13.2.6.4.7)
    if name in of.ELEMENTS and (not in_drawing or name in ("svg", "style")):
        found.append(CssUse(of.ELEMENTS[name], 0, f"<{name}>"))
    if not (name.startswith("mj-") or ":" in name):
        found += _of_attributes(name, attributes, in_drawing=in_drawing)
        if "style" in attributes:
            style = attributes["style"]
            found += (
                use._replace(offset=style.offset(use.offset), is_spared=use.is_spared or _has_ground(use, attributes))
                for use in uses_in_declarations(style.text)
            )
        if "media" in attributes and name in ("style", "link", "source", "meta"):
            media = attributes["media"]
            found += (use._replace(offset=media.offset(use.offset)) for use in uses_in_media(media.text))
    if not in_media or name != "source":
        found += _of_pictures(name, attributes)
    if any(use.feature == "css-display-none" for use in found):
        found = [use._replace(is_spared=True) if use.feature == "html-hidden" else use for use in found]
    return tuple(found)


def _has_ground(use: CssUse, attributes: Mapping[str, AttributeValue]) -> bool:
    """Tell whether a colour lies under a picture or gradient, by the attribute that mails have for it."""
    return "bgcolor" in attributes and use.feature in OVER_GROUND


def _of_attributes(name: str, attributes: Mapping[str, AttributeValue], *, in_drawing: bool) -> Iterator[CssUse]:
    for attribute, value in attributes.items():
        feature = of.ATTRIBUTES.get(attribute)
        if feature is None or name not in of.ONLY_ON.get(attribute, (name,)):
            continue
        if not in_drawing or attribute in of.IN_DRAWINGS:
            yield CssUse(feature, value.name_start, f"the attribute {attribute}")
    if not in_drawing and name in _BY_VALUE:
        feature = _BY_VALUE[name](attributes)
        if feature:
            yield CssUse(feature, 0, _VALUE_WORDS.get(feature, f"<{name}>"))
        if name == "a" and "name" in attributes and feature != of.ANCHOR:
            yield CssUse(of.ANCHOR, attributes["name"].name_start, "a link within the mail")


def _of_link(attributes: Mapping[str, AttributeValue]) -> str | None:
    address = (
        re.sub(r"[\t\n\r]", "", attributes["href"].text).lstrip("\x00 \x0c").lower() if "href" in attributes else ""
    )
    return of.ANCHOR if address.startswith("#") else of.MAILTO if address.startswith("mailto:") else None


def _of_input(attributes: Mapping[str, AttributeValue]) -> str | None:
    kind = _word(attributes, "type")
    return None if kind in of.OTHER_INPUTS else of.INPUTS.get(kind, of.INPUTS["text"])


def _of_button(attributes: Mapping[str, AttributeValue]) -> str | None:
    kind = _word(attributes, "type")
    if kind in of.OTHER_BUTTONS or ("type" not in attributes and not of.COMMANDS.isdisjoint(attributes)):
        return None
    return of.BUTTONS.get(kind, of.BUTTONS["submit"])


def _of_meta(attributes: Mapping[str, AttributeValue]) -> str | None:
    return of.COLOUR_SCHEME if _word(attributes, "name") == "color-scheme" else None


def _of_root(attributes: Mapping[str, AttributeValue]) -> str | None:
    return None if of.AMP_MARKS.isdisjoint(attributes) else of.AMP


_BY_VALUE: Mapping[str, Callable[[Mapping[str, AttributeValue]], str | None]] = {
    "a": _of_link,
    "area": _of_link,
    "button": _of_button,
    "html": _of_root,
    "input": _of_input,
    "meta": _of_meta,
}
_VALUE_WORDS = {
    of.ANCHOR: "a link within the mail",
    of.MAILTO: "a link to an address",
    of.COLOUR_SCHEME: "the meta tag color-scheme",
    of.AMP: "AMP",
}


def _word(attributes: Mapping[str, AttributeValue], name: str) -> str:
    return attributes[name].text.strip("\t\n\f\r ").lower() if name in attributes else ""


def _of_pictures(name: str, attributes: Mapping[str, AttributeValue]) -> Iterator[CssUse]:
    seen: set[str] = set()
    for feature, offset in _formats(name, attributes):
        if feature not in seen:
            seen.add(feature)
            # A program that does not know the format of a <source> takes the <img> beside it.
            yield CssUse(feature, offset, picture_words(feature), is_spared=name == "source")


def _formats(name: str, attributes: Mapping[str, AttributeValue]) -> Iterator[tuple[str, int]]:
    if name == "source" and "type" in attributes:
        yield from ((feature, attributes["type"].name_start) for feature in formats_of_type(attributes["type"].text))
    if name == "object":
        media_type = attributes["type"].text if "type" in attributes else ""
        address = attributes["data"].text if "data" in attributes else ""
        found = [*formats_of_type(media_type), *formats_of(address)]
        yield from ((feature, 0) for feature in found if feature != "image-mp4")
    for attribute in of.PICTURES.get(name, ()):
        if attribute not in attributes:
            continue
        value = attributes[attribute]
        listed = attribute == "srcset"
        for address, at in addresses_in_srcset(value.text) if listed else ((value.text, 0),):
            for feature in formats_of(address):
                yield feature, value.name_start if not at else value.offset(at)
