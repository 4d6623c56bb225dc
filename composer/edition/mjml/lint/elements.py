"""MJML is taken apart into its elements, each with its place, whatever is wrong with it.

Enters: MJML, well-formed or not. Leaves: Elements in the order of the text, and the words that stand where only
elements may. Never: an error; what cannot be read at all is the renderer's to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from composer.edition.mjml.lint.vocabulary import Vocabulary

_TOKEN = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[?!][^>]*>
      | <(?P<close>/)?(?P<tag>[A-Za-z][\w:.-]*)(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*?)(?P<empty>/)?>""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as written; ``offset`` is that of its name in the MJML."""

    name: str
    value: str
    offset: int


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its opening tag at ``offset``, and the element it stands in."""

    tag: str
    offset: int
    attributes: tuple[Attribute, ...]
    parent: Element | None

    def has(self, name: str) -> bool:
        """Tell whether the attribute is there, if only as ``""``."""
        return any(attribute.name == name for attribute in self.attributes)

    def value(self, name: str) -> str:
        """Return the attribute's value; "" if it is not there."""
        return next((attribute.value for attribute in self.attributes if attribute.name == name), "")

    def is_in(self, tag: str) -> bool:
        """Tell whether it stands in an element ``tag``, however deep."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.is_in(tag))


@dataclass(frozen=True, slots=True)
class StrayWords:
    """Text at ``offset``, directly in an element that holds only elements."""

    words: str
    offset: int
    parent: Element


def read_elements(mjml: str, vocabulary: Vocabulary) -> Iterator[Element | StrayWords]:
    """Yield elements and stray words in their order. HTML in text is left out, but not MJML there by mistake."""
    open_elements: list[Element] = []
    end = 0
    for token in _TOKEN.finditer(mjml):
        inside = open_elements[-1] if open_elements else None
        in_text = inside is not None and _holds_text(inside, vocabulary)
        if inside is not None and not in_text:
            yield from _stray(mjml, end, token.start(), inside)
        end = token.end()
        tag = token["tag"]
        if tag is None or (in_text and not tag.lower().startswith("mj-")):
            continue
        if token["close"]:
            _close(open_elements, tag)
            continue
        element = Element(tag, token.start(), tuple(_attributes(token)), inside)
        yield element
        if not token["empty"]:
            open_elements.append(element)


def _holds_text(element: Element, vocabulary: Vocabulary) -> bool:
    kind = vocabulary.kinds.get(element.tag)
    # What is in an unknown element is not judged by words.
    return kind is None or kind.holds_text


def _stray(mjml: str, start: int, end: int, parent: Element) -> Iterator[StrayWords]:
    between = mjml[start:end]
    words = between.strip()
    if words:
        yield StrayWords(words, start + between.index(words), parent)


def _close(open_elements: list[Element], tag: str) -> None:
    """End the innermost element of that name, and with it those in it that were never closed."""
    for index in range(len(open_elements) - 1, -1, -1):
        if open_elements[index].tag == tag:
            del open_elements[index:]
            return


def _attributes(token: re.Match[str]) -> Iterator[Attribute]:
    start = token.start("attributes")
    for found in _ATTRIBUTE.finditer(token["attributes"]):
        value = found[2] or ""
        if value[:1] in "\"'":
            value = value[1:-1]
        yield Attribute(found[1], value, start + found.start())
