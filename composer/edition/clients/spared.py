"""Whom a declaration spares: those who do not understand it have something else, or it is not for them.

Enters: a CSS declaration with those beside it, or the selectors of a rule. Leaves: yes or no. Which features
harm is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

OVER_GROUND = frozenset({"css-linear-gradient", "css-radial-gradient", "css-conic-gradient", "css-background-image"})
"""What lies over a colour, if there is one."""
_HIDING = frozenset({"css-opacity", "css-visibility", "css-max-height"})
HIDING = _HIDING | {"html-hidden"}
"""What hides: an element that has nothing in it is not missed, and not seen either."""
_OF_WORDS = frozenset({"color", "background", "background-color"})
"""Properties whose colours decide whether words can be read; a border or a shadow in another colour harms nobody."""


_SIDES = ("left", "right", "top", "bottom")
_BY_SIDE: Mapping[str, tuple[str, ...]] = {
    "css-margin-inline-start-end": ("margin", "margin-left", "margin-right"),
    "css-margin-block-start-end": ("margin", "margin-top", "margin-bottom"),
    "css-margin-inline-block": ("margin", *(f"margin-{side}" for side in _SIDES)),
    "css-padding-inline-start-end": ("padding", "padding-left", "padding-right"),
    "css-padding-block-start-end": ("padding", "padding-top", "padding-bottom"),
    "css-padding-inline-block": ("padding", *(f"padding-{side}" for side in _SIDES)),
    "css-block-inline-size": ("width", "height"),
    "css-max-inline-size": ("max-width",),
    "css-inset": _SIDES,
}
"""By which properties the same is said for those who know no direction of writing."""
_NOTHING = re.compile(r"(?:0(?:\.0*)?[a-z%]*\s*)+|auto|none")


def is_made_up_for(feature: str, name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a declaration of ``name`` that uses a feature harms nobody, by the ``values`` of its block."""
    if feature in OVER_GROUND:
        return "background-color" in values or (name != "background" and _is_colour(values.get("background", "none")))
    if feature in _HIDING:
        # mso-hide is for Outlook, which knows neither of the three.
        return values.get("display") == "none" or (feature != "css-visibility" and values.get("mso-hide") == "all")
    if feature in _BY_SIDE:
        # A zero takes away what browsers have of their own, and says nothing in the place of a distance.
        return any(not _NOTHING.fullmatch(values.get(other, "0")) for other in _BY_SIDE[feature])
    return feature == "css-rgba" and name not in _OF_WORDS


def _is_colour(background: str) -> bool:
    return not any(word in background for word in ("none", "gradient", "url(", "transparent", "inherit", "initial"))


_WHILE = frozenset({"hover", "active", "focus", "focus-visible", "focus-within", "visited", "target", "checked"})
"""Pseudo-classes of a moment: what a mail looks like otherwise, it looks like without them."""
_MARKED = frozenset({"data-ogsc", "data-ogsb", "data-ogac", "data-ogab", "owa", "office365", "data-outlook-cycle"})
"""Attributes that one program puts into a mail, by which rules are written for it alone."""
_NAMED = frozenset({"moz-text-html", "messageviewbody", "messagewebviewdiv", "externalclass", "readmsgbody"})
"""Classes and ids of the same kind."""


def is_for_some(prelude: Sequence[Any]) -> bool:
    """Tell whether every selector of a rule is for a moment, such as ``:hover``, or for a program that is named."""
    is_some, colon, first = False, False, ""
    for node in (*prelude, None):
        if node is None or (node.type == "literal" and node.value == ","):
            if not is_some:
                return False
            is_some, first = False, ""
        elif node.type == "ident":
            first = first or node.lower_value
            is_some |= node.lower_value in (_WHILE if colon else _NAMED)
        elif node.type == "hash":
            is_some |= node.value.lower() in _NAMED
        elif node.type == "[] block":
            is_some |= any(inner.type == "ident" and inner.lower_value in _MARKED for inner in node.content)
        elif node.type == "literal" and node.value == "+":
            # Gmail alone has a <u> before the mail: u + .body
            is_some |= first == "u"
        colon = node is not None and node.type == "literal" and node.value == ":"
    return True
