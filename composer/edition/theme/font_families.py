"""A list of fonts, as CSS writes it, is read: which families it names, and which of them readers have.

Enters: the value of ``font-family``. Leaves: names as they are written, without quotation marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import tinycss2

_WORDS = """serif, sans-serif, monospace, cursive, fantasy, system-ui, ui-serif, ui-sans-serif, ui-monospace, ui-rounded
, math, emoji, inherit, initial, unset"""
_NAMES = """arial, arial black, helvetica, helvetica neue, georgia, times, times new roman, verdana, tahoma, courier
, courier new, palatino, impact, trebuchet ms, comic sans ms, segoe ui"""
WORDS_FOR_FONTS = frozenset(word.strip() for word in _WORDS.split(","))
"""What stands in such a list and is no font's name."""
READERS_HAVE = WORDS_FOR_FONTS | {name.strip() for name in _NAMES.split(",")}
"""Families that readers have, in small letters; of the others nobody knows."""


def family_names(value: Sequence[Any]) -> list[str]:
    """Name the families of a list of fonts that tinycss2 has parsed; a function such as ``var()`` is none."""
    families: list[str] = []
    words: list[str] = []
    for node in (*value, None):
        if node is None or (node.type == "literal" and node.value == ","):
            families.append(" ".join(words))
            words = []
        elif node.type == "string":
            words = [node.value]
        elif node.type == "ident":
            words.append(node.value)
        else:
            words = words if node.type == "whitespace" else []
    return [family for family in families if family]


@lru_cache(maxsize=256)
def families_of(stack: str) -> tuple[str, ...]:
    """Name the families of a list of fonts that a theme's token has."""
    return tuple(family_names(tinycss2.parse_component_value_list(stack)))


def fallback_behind(family: str, stack: str) -> str:
    """Name the first font behind ``family`` in a list that readers have; "" if there is none, or no such family."""
    names = families_of(stack)
    places = [place for place, name in enumerate(names) if name.lower() == family.lower()]
    behind = names[places[0] + 1 :] if places else ()
    return next((name for name in behind if name.lower() in READERS_HAVE), "")
