"""Where each value of a file stands in its text: for a click in the mail, and for the source beside the form."""

from __future__ import annotations

from typing import NamedTuple

from composer.issue.source import KeyPath
from composer.writing.yaml.layout import Value, lay_out


class Located(NamedTuple):
    """The characters of a text, from 0, that a value, a block or an entry takes; without the comments about it."""

    start: int
    end: int


def locate(text: str, *, is_markdown: bool) -> dict[KeyPath, Located]:
    """Find the places of all values, by path, in the order of the text."""
    if is_markdown:
        return {}
    return yaml_places(lay_out(text))


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
