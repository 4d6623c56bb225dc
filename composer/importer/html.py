"""An HTML newsletter is taken apart into pieces, in the order of reading.

Tables that only place things are walked through; tables of data (with ``<th>``) are kept. Hidden text is the
preheader if it comes first. Pictures of one or two pixels count readers and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from composer.errors import NewsletterError
from composer.importer.inline import Words, clean_address, escaped, is_address, target, without_fields
from composer.importer.pieces import ForeignNewsletter, Heading, Image, Passage, Rule

_BLOCKS = frozenset(
    """address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul html""".split()  # noqa: SIM905
)
_SILENT = frozenset({"head", "script", "style", "title", "meta", "link", "template", "map", "noscript"})
_NOT_IN_MAILS = frozenset({"iframe", "video", "audio", "object", "embed", "svg", "canvas", "input", "button", "select"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?![.\d])", re.I)
_SIZE = re.compile(r"font-size\s*:\s*(\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})\s*(px|pt)", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(normal|[1-5]00)", re.IGNORECASE)
_KEPT_TAGS = frozenset({"sub", "sup", "kbd", "mark"})
"""What Markdown has no signs for, and takes as HTML."""
_TINY_PX, _ICON_PX = 2, 40
_CELL_MAX = 120


@dataclass(frozen=True, slots=True)
class _Look:
    """What text looks like at a place, and where it leads."""

    size_px: float | None = None
    is_bold: bool = False
    url: str = ""


def read_html(data: bytes) -> ForeignNewsletter:
    """Read the newsletter in an HTML file. NewsletterError if there is none."""
    found = ForeignNewsletter()
    try:
        data.decode("utf-8")
        parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    except UnicodeDecodeError:
        parser = HTMLParser(remove_comments=True, remove_pis=True)  # what its meta tag says
    beginning = data[:4096]
    is_binary = sum(byte < 9 for byte in beginning) * 20 > len(beginning)
    if is_binary and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NewsletterError("there is no HTML in this file: it has bytes that no text has")
    document, failure = None, ""
    try:
        document = document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        failure = f"there is no HTML in this file: {error}"
    # Before anything else: a limit that is met at the beginning leaves a document that seems to be empty.
    for entry in parser.error_log:
        if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            failure = f"line {entry.line}: {_in_words(entry.message)}"
    if document is None or failure:
        raise NewsletterError(failure)
    title = document.find(".//title")
    found.subject = _one_line(title.text_content()) if title is not None else ""
    body = document.find("body")
    _Collector(found).collect(document if body is None else body)
    return found


def _in_words(limit: str) -> str:
    """Say which limit of libxml2's an HTML file is above; ``limit`` is how it says so itself."""
    if "depth" in limit:
        return "the HTML is nested more than 256 levels deep here; take away the elements around what it says"
    return (
        "a text, an address or a comment that begins here is longer than 10 million characters; if it is a picture "
        "that is written into the HTML, put it into a file of its own"
    )


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[\u200b\u200c\u034f\ufeff]", "", text).split())


class _Collector:
    """Goes through the elements and collects paragraphs."""

    def __init__(self, found: ForeignNewsletter) -> None:
        self._found = found
        self._words = Words(found.leave_out)

    def collect(self, element: HtmlElement) -> None:
        self._block(element, _Look())
        self._end_paragraph()

    def _end_paragraph(self) -> None:
        words, self._words = self._words, Words(self._found.leave_out)
        if words.words:
            is_bold = words.bold_length >= sum(words.sizes.values()) * 0.95
            self._found.pieces.append(Passage(words.markdown, words.words, words.size_px, is_bold))

    def _element(self, element: HtmlElement, look: _Look) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SILENT:
            return
        if self._is_hidden(element):
            return
        if tag in _NOT_IN_MAILS:
            self._found.leave_out(f"<{tag}>, which does not work in mails: {_one_line(element.text_content())}")
        elif tag == "img":
            self._picture(element, look)
        elif tag == "br":
            self._words.add_break()
        elif tag in _BLOCKS or any(child.tag in _BLOCKS for child in element.iterdescendants()):
            self._end_paragraph()
            since = len(self._found.pieces)
            self._block(element, _look_of(element, look))
            self._end_paragraph()
            if tag == "a" and element.get("href"):
                self._link_blocks(element.get("href"), since)
        elif tag in ("code", "tt", "samp"):
            self._words.add_code(element.text_content(), size_px=look.size_px)
        else:
            self._inline(element, _look_of(element, look))

    def _inline(self, element: HtmlElement, look: _Look) -> None:
        words, since = self._words, len(self._words.parts)
        self._children(element, look)
        if self._words is not words:  # a picture ended the paragraph; what follows it began another
            words, since = self._words, 0
        if element.tag == "a" and element.get("href"):
            words.link(element.get("href"), since)
        elif element.tag in ("b", "strong"):
            words.wrap("**", since)
        elif element.tag in ("i", "em"):
            words.wrap("*", since)
        elif element.tag in ("s", "del", "strike"):
            words.wrap("~~", since)
        elif element.tag in _KEPT_TAGS:
            words.enclose(element.tag, since)

    def _link_blocks(self, url: str, since: int) -> None:
        """Read a link around whole paragraphs: its first one becomes the link."""
        address, pieces = clean_address(url), self._found.pieces
        for index in range(since, len(pieces)):
            piece = pieces[index]
            if isinstance(piece, Passage) and "](" not in piece.markdown and "\n" not in piece.markdown:
                if is_address(address):
                    pieces[index] = replace(piece, markdown=f"[{piece.markdown}]({target(address)})")
                return
        if not any(isinstance(piece, Image) for piece in pieces[since:]):
            self._found.leave_out(f"a link around {len(pieces) - since} parts: {address[:100]}")

    def _children(self, element: HtmlElement, look: _Look) -> None:
        self._text(element.text, look)
        for child in element:
            self._element(child, look)
            self._text(child.tail, look)

    def _text(self, text: str | None, look: _Look) -> None:
        if text:
            self._words.add(text, size_px=look.size_px, is_bold=look.is_bold)

    def _block(self, element: HtmlElement, look: _Look) -> None:
        tag = element.tag
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading(element, look)
        elif tag in ("ul", "ol"):
            self._passage("\n".join(self._list_lines(element, look)), element)
        elif tag == "hr":
            self._found.pieces.append(Rule())
        elif tag == "pre":
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", element.text_content())), default=0))
            code = without_fields(element.text_content().strip("\n"))
            self._passage(f"{fence}\n{code}\n{fence}", element)
        elif tag == "blockquote":
            quoted = self._apart(element, look)
            self._passage("\n".join(f"> {line}".rstrip() for line in quoted.split("\n")) if quoted else "", element)
        elif tag == "table" and _is_data(element):
            self._passage("\n".join(self._table_lines(element)), element)
        else:
            self._children(element, look)

    def _heading(self, element: HtmlElement, look: _Look) -> None:
        """Read a headline; a picture in it comes before it."""
        inner = _Collector(ForeignNewsletter(left_out=self._found.left_out))
        inner._children(element, replace(look, is_bold=False))
        inner._end_paragraph()
        pieces = inner._found.pieces
        self._found.pieces += [piece for piece in pieces if isinstance(piece, Image)]
        words = " ".join(" ".join(piece.markdown.split()) for piece in pieces if isinstance(piece, Passage))
        if words:
            self._found.pieces.append(Heading(int(element.tag[1]), re.sub(r"</?[bis]>", "", words.replace("\\ ", " "))))

    def _passage(self, markdown: str, element: HtmlElement) -> None:
        if markdown.strip():
            self._found.pieces.append(Passage(markdown, _one_line(element.text_content())))

    def _apart(self, element: HtmlElement, look: _Look) -> str:
        """Read the text of an element as Markdown of its own; its pictures come before it."""
        inner = _Collector(ForeignNewsletter(left_out=self._found.left_out))
        inner._children(element, look)
        inner._end_paragraph()
        self._found.pieces += [piece for piece in inner._found.pieces if isinstance(piece, Image)]
        return "\n\n".join(_as_text(piece) for piece in inner._found.pieces if isinstance(piece, Heading | Passage))

    def _list_lines(self, element: HtmlElement, look: _Look) -> Iterator[str]:
        number = 1
        for item in element:
            if item.tag not in ("li", "ul", "ol"):
                continue
            mark = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            text = (
                self._apart(item, _look_of(item, look)) if item.tag == "li" else "\n".join(self._list_lines(item, look))
            )
            first, *rest = re.sub(r"\n\n(?=- |1\. )", "\n", text).split("\n")
            yield mark + first
            yield from (f"{' ' * len(mark)}{line}".rstrip() for line in rest)

    def _table_lines(self, element: HtmlElement) -> Iterator[str]:
        rows = [
            [_one_line(cell.text_content()) for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")
        ]
        rows = [row for row in rows if any(row)]
        width = max(map(len, rows), default=0)
        for number, row in enumerate(rows):
            cells = (escaped(cell, note=self._found.leave_out).replace("|", "\\|") for cell in row)
            yield f"| {' | '.join([*cells, *[''] * (width - len(row))])} |"
            if number == 0:
                yield f"|{' --- |' * width}"

    def _picture(self, element: HtmlElement, look: _Look) -> None:
        source, alt = (element.get("src") or "").strip(), _one_line(element.get("alt") or "")
        width, height = (_pixels(element, name) for name in ("width", "height"))
        if not source:
            return
        name = source if len(source) <= 100 else source[:60] + "…"
        if (width is not None and width <= _TINY_PX) or (height is not None and height <= _TINY_PX):
            self._found.leave_out(f"a picture of a pixel or two, which counts readers or makes space: {name}")
        elif width is not None and height is not None and max(width, height) <= _ICON_PX:
            leading = f", which led to {look.url}" if look.url else ""
            self._found.leave_out(f"an icon: {alt or name}{leading}")
        else:
            self._end_paragraph()
            self._found.pieces.append(Image(source, alt, clean_address(look.url)))

    def _is_hidden(self, element: HtmlElement) -> bool:
        if not (_HIDDEN.search(element.get("style") or "") or element.get("hidden") is not None):
            return False
        words = _one_line(element.text_content())
        if words and not self._found.pieces and not self._found.preheader:
            self._found.preheader = words
        elif words:
            self._found.leave_out(f"hidden text: {words}")
        return True


def _as_text(piece: Heading | Passage) -> str:
    return piece.markdown if isinstance(piece, Passage) else f"**{piece.words}**"


def _look_of(element: HtmlElement, look: _Look) -> _Look:
    style = element.get("style") or ""
    if size := _SIZE.search(style):
        scale = 4 / 3 if size[2].lower() == "pt" else 1
        look = replace(look, size_px=float(size[1]) * scale)
    if element.tag in ("b", "strong", "th") or _BOLD.search(style):
        look = replace(look, is_bold=True)
    elif _NOT_BOLD.search(style):
        look = replace(look, is_bold=False)
    if element.tag == "a" and element.get("href"):
        look = replace(look, url=element.get("href"))
    return look


def _is_data(table: HtmlElement) -> bool:
    """Tell whether a table holds data: headers or lines around cells, several columns, no table or picture inside."""
    if (
        (table.find(".//th") is None and not _has_lines(table))
        or table.find(".//table") is not None
        or table.find(".//img") is not None
    ):
        return False
    widths = (len([cell for cell in row if cell.tag in ("td", "th")]) for row in table.iter("tr"))
    return max(widths, default=0) > 1


def _has_lines(table: HtmlElement) -> bool:
    """Tell whether a table without headers draws its cells, as word processors do; layout never does."""
    rows = list(table.iter("tr"))
    cells = [_one_line(cell.text_content()) for cell in table.iter("td")]
    is_drawn = re.fullmatch(r"[1-9]\d?", (table.get("border") or "").strip()) is not None
    return is_drawn and len(rows) > 1 and max(map(len, cells), default=0) <= _CELL_MAX


def _pixels(element: HtmlElement, name: str) -> float | None:
    styled = re.search(rf"(?<![\w-]){name}\s*:\s*([\d.]+)px", element.get("style") or "", re.IGNORECASE)
    written = styled[1] if styled else (element.get(name) or "").strip().removesuffix("px")
    return float(written) if re.fullmatch(r"\d{1,5}(\.\d{1,5})?", written) else None
