"""Where each value of a file stands in its text: for a click in the mail, and for the source beside the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from composer.errors import EditRefused
from composer.issue.blocks import Item
from composer.issue.source import KeyPath
from composer.writing.markdown.layout import MarkdownLayout
from composer.writing.yaml.layout import Value, lay_out


class Located(NamedTuple):
    """The characters of a text, from 0, that a value, a block or an entry takes; without the comments about it."""

    start: int
    end: int


def locate(text: str, kinds: Mapping[str, type[Item]], *, is_markdown: bool) -> dict[KeyPath, Located]:
    """Find the places of all values, by path, in the order of the text."""
    if not is_markdown:
        return yaml_places(lay_out(text))
    layout = MarkdownLayout(text, kinds)
    found = _places_of_keys(text[layout.front : layout.front_end], (), layout.front)
    if layout.title is not None:
        found["title",] = Located(*layout.title)
    for index, block in enumerate(layout.blocks):
        here: KeyPath = ("blocks", index)
        found[here] = Located(block.start, block.end)
        if block.keys is not None:
            found |= _places_of_keys(text[block.keys : block.keys_end], here, block.keys)
        if block.body is not None:
            found[*here, "body"] = Located(block.body, block.body_end)
    return found


def _places_of_keys(text: str, inside: KeyPath, offset: int) -> dict[KeyPath, Located]:
    try:
        return yaml_places(lay_out(text), inside=inside, offset=offset)
    except EditRefused:
        return {}  # there are none


def yaml_places(root: Value, *, inside: KeyPath = (), offset: int = 0) -> dict[KeyPath, Located]:
    """Find the places of a YAML text that begins ``offset`` characters behind the start of the file."""
    found: dict[KeyPath, Located] = {}
    waiting: list[tuple[KeyPath, Value]] = [(inside, root)]
    while waiting:
        path, value = waiting.pop()
        inner: list[tuple[KeyPath, Value]] = []
        for index, part in enumerate(value.parts):
            at = (*path, index if part.key is None else part.key)
            found[at] = Located(part.start + offset, part.end + offset)
            inner.append((at, part.value))
        waiting += reversed(inner)
    return found
