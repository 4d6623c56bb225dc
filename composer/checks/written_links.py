"""Finds the links that an author wrote, in fields for addresses and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it.token import Token

from composer.commonmark import markdown_parser
from composer.errors import Position
from composer.issue import Content, Source
from composer.issue.blocks import TextKind
from composer.issue.source import KeyPath
from composer.issue.traverse import texts_of, traverse

_MARKDOWN = markdown_parser()


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link that the author wrote.

    ``words`` are what readers press, ``kind`` is the kind of block around it, and ``entry`` the path of the block, or
    of the entry of a list in it, that the link belongs to. ``is_in_prose``: it stands in Markdown.
    """

    url: str
    words: str
    kind: str
    entry: KeyPath
    position: Position
    is_in_prose: bool = False


def read_links(content: Content, source: Source) -> Iterator[WrittenLink]:
    """Find every link of one language, in the order of the issue."""
    values = dict(traverse(content))
    for path, text, kind in texts_of(content):
        if path[:1] != ("blocks",):
            continue
        block = content.blocks[int(path[1])].block
        if kind is TextKind.URL:
            # A link is part of the entry that it is a key of; in a list, it is an entry by itself.
            entry = path[:-2] if isinstance(path[-2], str) else path[:-1]
            yield WrittenLink(text, _words_of(values[path[:-1]]), block, entry, source.position(path))
        elif kind is TextKind.MARKDOWN:
            yield from _in_markdown(text, path, block, source)


def _words_of(owner: object) -> str:
    """Find what readers press: a label, the name of a network, a picture's words, or a title."""
    picture = getattr(owner, "picture", None)
    names = (getattr(owner, "label", None), getattr(owner, "network", None), getattr(picture, "alt", None))
    return next((str(words) for words in names if words), str(getattr(owner, "title", None) or ""))


def _in_markdown(text: str, path: KeyPath, kind: str, source: Source) -> Iterator[WrittenLink]:
    after = 0
    for token in _MARKDOWN.parse(text):
        children = token.children or []
        for index, child in enumerate(children):
            if child.type != "link_open":
                continue
            url = str(child.attrs.get("href", ""))
            # Markdown percent-encodes letters such as é; the author may have written either.
            found = max(text.find(url, after), text.find(unquote(url), after)) if url else text.find("]()", after)
            after = max(found, after)
            words = "".join(part.content for part in _until_close(children[index + 1 :]))
            place = source.position_in(path, text, max(found, 0))
            yield WrittenLink(url, words, kind, path[:-1], place, is_in_prose=True)


def _until_close(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "link_close":
            return
        yield token
