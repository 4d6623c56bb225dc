"""Selectors are read: which names they have, and whether one selects all that another does.

Enters: the prelude of a rule, as tinycss2 parses it. Leaves: Selectors. What premailer leaves out is as it decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import tinycss2

_INLINED = (":last-child", ":first-child")
"""What may end a selector that premailer inlines; it leaves out all others with a colon."""


@dataclass(frozen=True, slots=True)
class StyleSelector:
    """One selector of a rule. ``names`` are (sign, name, offset): ``.`` a class, ``#`` an id, ``""`` an element.

    ``compounds`` are the names of each element on the way, outermost first.
    """

    text: str
    offset: int
    names: tuple[tuple[str, str, int], ...]
    compounds: tuple[frozenset[str], ...] = field(default=(frozenset(),))

    @property
    def lost(self) -> bool:
        """Tell whether the selector cannot be inlined."""
        before, colon, after = self.text.partition(":")
        return (bool(colon) and (not before or colon + after not in _INLINED)) or "*" in self.text

    def covers(self, other: StyleSelector) -> bool:
        """Tell whether all that ``other`` selects is selected by this one, as far as names say."""
        mine, others = self.compounds, other.compounds
        above = frozenset().union(*others[:-1])
        return bool(mine[-1]) and mine[-1] <= others[-1] and all(each <= above for each in mine[:-1])


def read_selectors(
    prelude: Sequence[Any], at: Callable[[Any], int]
) -> tuple[tuple[StyleSelector, ...], tuple[int, ...]]:
    """Read the selectors of a rule; and the offsets of those that are none."""
    parts: list[list[Any]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        elif node.type != "comment":
            parts[-1].append(node)
    selectors, wrong = [], []
    for part in parts:
        while part and part[0].type == "whitespace":
            part = part[1:]
        while part and part[-1].type == "whitespace":
            part = part[:-1]
        selector = _read(part, at)
        if selector is None:
            wrong.append(at(part[0]) if part else at(prelude[0]) if prelude else 0)
        else:
            selectors.append(selector)
    return tuple(selectors), tuple(wrong)


def _read(part: Sequence[Any], at: Callable[[Any], int]) -> StyleSelector | None:
    names: list[tuple[str, str, int]] = []
    compounds: list[set[str]] = [set()]
    sign = ""
    for node in part:
        kind, value = node.type, getattr(node, "value", "")
        if sign == "." and kind != "ident":
            return None
        if kind == "ident":
            if sign in ("", "."):
                names.append((sign, value, at(node) - len(sign)))
            compounds[-1].add(sign + value)
            sign = ""
        elif kind == "hash":
            names.append(("#", value, at(node)))
            compounds[-1].add("#" + value)
        elif kind == "literal" and value in (".", ":"):
            sign = value
        elif kind == "whitespace" or (kind == "literal" and value in (">", "+", "~")):
            if compounds[-1]:
                compounds.append(set())
        elif kind in ("[] block", "function") or (kind == "literal" and value == "*"):
            compounds[-1].add(tinycss2.serialize([node]))
            sign = ""
        else:
            return None
    if not part or sign or not (compounds[-1] or names or ":" in tinycss2.serialize(part)):
        return None
    text = " ".join(tinycss2.serialize(part).split())
    return StyleSelector(text, at(part[0]), tuple(names), tuple(map(frozenset, compounds)))
