"""What a rule uses of selectors is told, feature by feature.

Enters: the prelude of a rule, as tinycss2 parses it. Leaves: features with the node where each is used. A selector that
no browser reads (``v\\:*``, ``..a``) uses none. Source: Selectors 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from composer.edition.clients.css_features import (
    ATTRIBUTE,
    CHAINING,
    CLASS,
    COMBINATORS,
    DESCENDANT,
    GROUPING,
    ID,
    OLD_PSEUDO_ELEMENTS,
    PSEUDO_CLASSES,
    PSEUDO_ELEMENTS,
    TYPE,
    UNIVERSAL,
)

Node = Any
"""A node of tinycss2's, which has no types."""

Used = tuple[str, Node]
"""A feature, and the node that uses it."""

_OF_SELECTORS = frozenset(
    {"has", "is", "not", "where", "matches", "-webkit-any", "-moz-any", "host", "slotted", "current"}
)
"""Pseudo-classes between whose brackets selectors stand."""
_OF_ELEMENTS = frozenset({"nth-child", "nth-last-child"})
"""Those that may have selectors behind ``of``."""


def selector_uses(prelude: Sequence[Node]) -> list[Used] | None:
    """Tell what the selectors of a rule use; several are a group. None where one is none: browsers drop the rule."""
    parts = _split(prelude)
    found: list[Used] = [(GROUPING, parts[1][0])] if len(parts) > 1 and parts[1] else []
    for part in parts:
        read = _read(part)
        if read is None:
            return None
        found += read
    return found


def _split(prelude: Iterable[Node]) -> list[list[Node]]:
    """Part selectors at their commas, without comments and what is blank around them."""
    parts: list[list[Node]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        elif node.type != "comment" and (node.type != "whitespace" or parts[-1]):
            parts[-1].append(node)
    for part in parts:
        while part and part[-1].type == "whitespace":
            part.pop()
    return parts


def _read(part: Sequence[Node]) -> list[Used] | None:
    """Read one selector, which may begin with a combinator; None if no browser reads it."""
    reading = _Reading()
    return reading.found if part and all(map(reading.take, part)) and reading.is_whole else None


@dataclass(slots=True)
class _Reading:
    """What was read of one selector so far.

    ``names`` counts classes and ids of the element that is being read, ``sign`` is what waits for its name.
    """

    found: list[Used] = field(default_factory=list)
    names: int = 0
    is_empty: bool = True
    blank: Node | None = None
    sign: str = ""

    @property
    def is_whole(self) -> bool:
        """Tell whether the selector may end here."""
        return not self.is_empty and not self.sign

    def take(self, node: Node) -> bool:
        """Read the next node; False if no selector has it there."""
        if self.sign:
            return self._take_name(node)
        if node.type == "whitespace":
            self.blank = node
            return True
        if node.type == "literal":
            return self._take_sign(node)
        if node.type == "ident":
            return self._take_type(TYPE, node)
        if node.type == "hash":
            self._begin_part()
            self._add_name(ID, node)
            return bool(node.is_identifier)
        if node.type == "[] block":
            self._begin_part()
            self.found.append((ATTRIBUTE, node))
            return True
        return False

    def _begin_part(self) -> bool:
        """Begin a part of a compound, and tell whether it is the first; a blank before it was a combinator."""
        if self.blank is not None and not self.is_empty:
            self.found.append((DESCENDANT, self.blank))
            self.names, self.is_empty = 0, True
        was_empty, self.is_empty, self.blank = self.is_empty, False, None
        return was_empty

    def _add_name(self, feature: str, node: Node) -> None:
        self.found.append((feature, node))
        self.names += 1
        if self.names == 2:
            self.found.append((CHAINING, node))

    def _take_type(self, feature: str, node: Node) -> bool:
        if not self._begin_part():
            return False
        self.found.append((feature, node))
        return True

    def _take_sign(self, node: Node) -> bool:
        if node.value in COMBINATORS:
            self.found.append((COMBINATORS[node.value], node))
            self.names, self.is_empty, self.blank = 0, True, None
            return True
        if node.value == "*":
            return self._take_type(UNIVERSAL, node)
        if node.value == "|":
            # What stands before the bar is a namespace, and no type.
            if self.found and self.found[-1][0] in (TYPE, UNIVERSAL):
                self.found.pop()
            self.is_empty = True
            return True
        if node.value in ".:&":
            self._begin_part()
            self.sign = node.value.strip("&")
            return True
        return False

    def _take_name(self, node: Node) -> bool:
        sign, self.sign = self.sign, ""
        if sign == ".":
            if node.type == "ident":
                self._add_name(CLASS, node)
            return bool(node.type == "ident")
        if node.type == "literal" and node.value == ":" and sign == ":":
            self.sign = "::"
            return True
        if node.type not in ("ident", "function"):
            return False
        name = node.lower_value if node.type == "ident" else node.lower_name
        features = PSEUDO_ELEMENTS if sign == "::" or name in OLD_PSEUDO_ELEMENTS else PSEUDO_CLASSES
        if name in features:
            self.found.append((features[name], node))
        if node.type == "function":
            self.found += _between_brackets(name, node.arguments)
        return True


def _between_brackets(name: str, arguments: Sequence[Node]) -> Iterator[Used]:
    """Read the selectors between the brackets of a pseudo-class; a list of them is no group."""
    if name in _OF_ELEMENTS:
        of = [at for at, node in enumerate(arguments) if node.type == "ident" and node.lower_value == "of"]
        arguments = arguments[of[0] + 1 :] if of else ()
    elif name not in _OF_SELECTORS:
        return
    for part in _split(arguments):
        yield from _read(part) or ()
