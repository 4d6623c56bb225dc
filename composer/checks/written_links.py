"""Finds the links that an author wrote: in fields for addresses, in Markdown, in raw HTML and in MJML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from markdown_it.token import Token

from composer.commonmark import Addresses, markdown_parser
from composer.errors import Position
from composer.issue import Content, Source
from composer.issue.blocks import TextKind
from composer.issue.source import KeyPath
from composer.issue.traverse import FoundText, FoundValue
from composer.link_address import LinkError, spell_link
from composer.remembered import remembered

_MARKDOWN = markdown_parser(addresses=Addresses.AS_WRITTEN)
_FIELD = re.compile(r"\{\{[^{}\n]*\}\}")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)

NOWHERE = frozenset({"", "#", "http://", "https://", "mailto:", "tel:"})
"""What has been begun as an address and leads nowhere."""

_ROWS, _ROW_ENDS = frozenset({"list_item_open", "tr_open"}), frozenset({"list_item_close", "tr_close"})
_BEGIN, _END = re.compile(r"<a\b", re.IGNORECASE), re.compile(r"</a\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link that the author wrote.

    ``url`` is spelt as the mail has it, ``words`` are what readers press, ``kind`` is the kind of block around it, and
    ``entry`` the path of the block, or of the entry of a list in it, that the link belongs to. ``is_in_prose``: it
    stands in Markdown. ``is_closed``: it is not a tag of HTML that goes on to the end of the paragraph. ``row`` is the
    line in the text at which its item of a list or its row of a table begins, from 1; 0 where it is in none.
    """

    url: str
    words: str
    kind: str
    entry: KeyPath
    position: Position
    is_in_prose: bool = False
    is_closed: bool = True
    row: int = 0


def read_links(content: Content, source: Source, values: Sequence[FoundValue]) -> Iterator[WrittenLink]:
    """Find every link of one language, in the order of the issue; ``values`` are those of ``content``."""
    owners = {path: value for path, value, _ in values}
    for path, value, text_kind in values:
        if path[:1] != ("blocks",) or not isinstance(value, str):
            continue
        found = FoundText(path, value, text_kind)
        block = content.blocks[int(path[1])].block
        if found.kind is TextKind.URL:
            # A link is part of the entry that it is a key of; in a list, it is an entry by itself.
            entry = path[:-2] if isinstance(path[-2], str) else path[:-1]
            yield WrittenLink(found.value, _words_of(owners[path[:-1]]), block, entry, source.position(path))
        elif found.kind is TextKind.MARKDOWN:
            yield from _in_markdown(found, block, source)
        elif found.kind is TextKind.MJML:
            yield from _in_html(found, block, source, found.value)


def _words_of(owner: object) -> str:
    """Find what readers press: a label, the name of a network, a picture's words, or a title."""
    picture = getattr(owner, "picture", None)
    names = (getattr(owner, "label", None), getattr(owner, "network", None), getattr(picture, "alt", None))
    return next((str(words) for words in names if words), str(getattr(owner, "title", None) or ""))


def without_fields(text: str) -> str:
    """Put letters in the place of merge fields, as many as they have: a blank in a field ends no address."""
    return _FIELD.sub(lambda field: "M" * len(field[0]), text) if "{{" in text else text


@remembered
def _tokens(text: str) -> Sequence[Token]:
    return tuple(_MARKDOWN.parse(text))


def _in_markdown(found: FoundText, kind: str, source: Source) -> Iterator[WrittenLink]:
    text, masked, after = found.value, without_fields(found.value), 0
    rows = [0]
    for token in _tokens(masked):
        if token.type in _ROWS:
            rows.append(1 + token.map[0] if token.map else 1)
        elif token.type in _ROW_ENDS:
            rows.pop()
        children = token.children or []
        for index, child in enumerate(children):
            if child.type != "link_open":
                continue
            url = str(child.attrs.get("href", ""))
            shown = url.removeprefix("https://").removeprefix("mailto:") if child.info == "auto" else url
            at = masked.find(shown, after) if shown else masked.find("]()", after)
            at = at if at >= 0 else masked.find(shown)
            after = max(at, after)
            if url and at >= 0:
                url = url.replace(shown, text[at : at + len(shown)])
            words = "".join(part.content for part in _until_close(children[index + 1 :]))
            place = source.position_in(found.path, text, max(at, 0))
            yield WrittenLink(_spelt(url), words, kind, found.path[:-1], place, is_in_prose=True, row=rows[-1])
        if token.type == "html_block" or any(child.type == "html_inline" for child in children):
            start = sum(map(len, masked.splitlines(keepends=True)[: token.map[0] if token.map else 0]))
            html = "".join(part.content for part in (token, *children) if part.type.startswith("html"))
            yield from _in_html(found, kind, source, html, start=start)


def _in_html(found: FoundText, kind: str, source: Source, html: str, *, start: int = 0) -> Iterator[WrittenLink]:
    masked, html = without_fields(found.value), without_fields(html)
    ends = [tag.start() for tag in _END.finditer(html)]
    begins = [tag.start() for tag in _BEGIN.finditer(html)]
    for match in _HREF.finditer(html):
        written = next(part for part in match.groups() if part is not None)
        at = max(masked.find(written, start), 0) if written else 0
        url = unescape(found.value[at : at + len(written)])
        # Links do not nest: what is not closed before the next one begins is not closed at all.
        following = next((at for at in begins if at > match.start()), len(html))
        is_closed = found.kind is not TextKind.MARKDOWN or any(match.end() <= at < following for at in ends)
        place = source.position_in(found.path, found.value, at)
        yield WrittenLink(_spelt(url), "", kind, found.path[:-1], place, is_closed=is_closed)


@remembered
def _spelt(url: str) -> str:
    try:
        return spell_link(url)
    except LinkError:
        return url


def _until_close(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "link_close":
            return
        yield token
