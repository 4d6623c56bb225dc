"""Takes the HTML of an edition apart: its links, pictures, headings, ids, and the words that readers see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from composer.remembered import remembered

_SILENT = frozenset({"style", "script", "title", "head"})
_WITHIN_WORDS = frozenset(
    {"a", "abbr", "b", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span", "strong"}
    | {"sub", "sup", "u", "wbr"}
)
"""Elements that may begin or end in the midst of a word; all others part what stands before and behind."""
_HEADING = re.compile(r"h[1-6]")


@dataclass(slots=True)
class PageLink:
    """An ``<a href>``: where it leads, its words with those of its pictures, and the addresses of its pictures.

    ``label`` names the link instead of its words: an ``aria-label`` or a ``title``.
    """

    href: str
    words: str = ""
    label: str = ""
    pictures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PageHeading:
    """A heading: ``level`` is 1 for ``<h1>`` and 6 for ``<h6>``, unless ``aria-level`` says another."""

    level: int
    words: str = ""


@dataclass(slots=True)
class Page:
    """What the checks look for in the HTML; ``pictures`` are the attributes of each ``<img>``."""

    links: list[PageLink] = field(default_factory=list)
    pictures: list[dict[str, str | None]] = field(default_factory=list)
    headings: list[PageHeading] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    words: str = ""


def read_page(html: str) -> Page:
    """Take HTML apart. Comments, and so what only Outlook sees, are left out.

    A mail is read in pieces, each from one comment for Outlook to another, for most are as they were before the
    author's last change. One at whose end a link, a heading, a comment or anything else is still open is no piece:
    it goes on to a later comment.
    """
    page, words = Page(), []
    starts = [0, *(found.start() for found in _PIECE.finditer(html)), len(html)]
    first = 0
    while first < len(starts) - 1:
        pieces = 1
        while True:
            end = min(first + pieces, len(starts) - 1)
            read, is_closed = _read_piece(html[starts[first] : starts[end]])
            if is_closed or end == len(starts) - 1:
                break
            pieces *= 2
        page.links += read.links
        page.pictures += read.pictures
        page.headings += read.headings
        page.ids |= read.ids
        words.append(read.words)
        first = end
    page.words = "".join(words)
    return page


_PIECE = re.compile(r"(?<=>)\s*(?=<!--\[if )")


@remembered
def _read_piece(html: str) -> tuple[Page, bool]:
    """Take a piece apart, and tell whether everything that begins in it ends in it."""
    reader = _PageReader()
    reader.feed(html)
    is_closed = "<" not in reader.rawdata and reader.cdata_elem is None and reader.is_between()
    reader.close()
    reader.page.words = "".join(reader.words)
    return reader.page, is_closed


def _label(attributes: dict[str, str | None]) -> str:
    return attributes.get("aria-label") or attributes.get("title") or ""


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.words: list[str] = []
        self._silent = 0
        self._link: PageLink | None = None
        self._heading: PageHeading | None = None

    def is_between(self) -> bool:
        """Tell whether no link, no heading and nothing that is not read is open."""
        return not self._silent and self._link is None and self._heading is None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.page.ids.update(filter(None, (attributes.get("id"), attributes.get("name"))))
        self._silent += tag in _SILENT
        self._part(tag)
        if tag == "a" and "href" in attributes:
            self._link = PageLink(attributes["href"] or "", label=_label(attributes))
            self.page.links.append(self._link)
        elif tag == "img":
            self.page.pictures.append(attributes)
            self._read(attributes.get("alt") or "")
            if self._link is not None:
                self._link.pictures.append(attributes.get("src") or "")
                self._link.label += _label(attributes)
        elif _HEADING.fullmatch(tag):
            level = attributes.get("aria-level") or ""
            self._heading = PageHeading(int(level) if level.isdecimal() else int(tag[1]))
            self.page.headings.append(self._heading)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        if tag in _SILENT and self._silent:
            self._silent -= 1
        elif tag == "a":
            self._link = None
        elif _HEADING.fullmatch(tag):
            self._heading = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._read(data)

    def _part(self, tag: str) -> None:
        if tag not in _WITHIN_WORDS:
            self._read(" ")

    def _read(self, words: str) -> None:
        self.words.append(words)
        if self._link is not None:
            self._link.words += words
        if self._heading is not None:
            self._heading.words += words
