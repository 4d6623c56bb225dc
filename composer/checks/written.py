"""The links that an author wrote: those with a key of their own, and those in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from composer.errors import Position
from composer.issue import Content, Source
from composer.issue.source import KeyPath
from composer.issue.traverse import walk

_MARKDOWN_FIELDS = frozenset({"body", "intro"})
_MARKDOWN = MarkdownIt("commonmark")


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link of the author: address, words, the kind of block and the entry it stands in, its place."""

    url: str
    words: str
    kind: str
    entry: KeyPath
    position: Position


def read_links(content: Content, source: Source) -> Iterator[WrittenLink]:
    """Every link of one language, in order."""
    around: dict[KeyPath, object] = {}
    for path, value in walk(content):
        around[path] = value
        if not isinstance(value, str) or path[:1] != ("blocks",):
            continue
        kind = content.blocks[int(path[1])].block
        if path[-1] == "url":
            entry = path[:-2] if path[-2] == "link" else path[:-1]
            yield WrittenLink(value, _words_of(around[path[:-1]]), kind, entry, source.position(path))
        elif path[-1] in _MARKDOWN_FIELDS:
            yield from _in_markdown(value, path, kind, source)


def _words_of(owner: object) -> str:
    """What readers press: a label, the name of a network, a picture's words, or a title."""
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
            yield WrittenLink(url, words, kind, path[:-1], source.position_in(path, text, max(found, 0)))


def _until_close(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "link_close":
            return
        yield token
