"""What MJML knows: its elements, what may stand in them, their attributes and the types of these.

Source: npm's ``mjml-preset-core``, as ``mjml_vocabulary.json`` beside this file says.
``tools/fetch_mjml_vocabulary.py`` refreshes it, and adds what our renderer ignores.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("mjml_vocabulary.json")

EVERYWHERE = ("mj-class", "css-class")
"""The attributes that every element has."""

_COLOUR_FORMS = (
    r"(?i:.*rgba\([0-9]{1,3},\s?[0-9]{1,3},\s?[0-9]{1,3},\s?[0-9](\.[0-9]{1,3})?\).*)",
    r"(?i:.*rgb\([0-9]{1,3},\s?[0-9]{1,3},\s?[0-9]{1,3}\).*)",
    r"(?i:#([0-9a-f]{3}){1,2})",
)


@dataclass(frozen=True, slots=True)
class ElementKind:
    """What MJML says about one element.

    ``holds_text`` says that its content is text and HTML, no elements of MJML. ``ignored`` are the attributes that MJML
    has and our renderer does nothing with.
    """

    tag: str
    attributes: Mapping[str, str]
    children: frozenset[str]
    holds_text: bool
    ignored: frozenset[str]

    def may_hold(self, tag: str) -> bool:
        """Tell whether the element ``tag`` may stand in this one."""
        return tag in self.children or "*" in self.children


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What MJML knows: all its elements by tag, and the names of colours."""

    kinds: Mapping[str, ElementKind]
    colours: frozenset[str]

    def parents(self, tag: str) -> list[str]:
        """Name the elements in which ``tag`` may stand, sorted."""
        return sorted(kind.tag for kind in self.kinds.values() if tag in kind.children)

    def every_attribute(self) -> Mapping[str, str]:
        """Gather the attributes of all elements, for ``mj-all`` and ``mj-class``, with the type of one that has it."""
        return {name: type_ for kind in self.kinds.values() for name, type_ in kind.attributes.items()}


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read the table of MJML's elements, which ships with the program."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    kinds = {tag: _kind(tag, about) for tag, about in table["elements"].items()}
    return Vocabulary(kinds, frozenset(table["colours"]))


def _kind(tag: str, about: Mapping[str, Any]) -> ElementKind:
    return ElementKind(
        tag, about["attributes"], frozenset(about["children"]), about["text"], frozenset(about.get("ignored", ()))
    )


@lru_cache(maxsize=4096)
def is_valid(value: str, type_: str) -> bool:
    """Tell whether ``value`` is of the type, as MJML's own validator judges it."""
    return _pattern(type_).fullmatch(value) is not None


def type_in_words(type_: str) -> str:
    """Say what a value must look like: 'a length in px or %', 'left, center or right'."""
    name, _, rest = type_.partition("(")
    choices, _, count = rest.partition(")")
    words = [word for word in choices.split(",") if word]
    if name == "enum":
        return _listed(words)
    if name in ("unit", "unitWithNegative"):
        units = _listed([word for word in words if word != "auto"])
        number = ", or a number" if choices.endswith(",") else ""
        auto = ", or auto" if "auto" in words else ""
        return f"{'one to four lengths' if count else 'a length'} in {units}{number}{auto}, such as 20px"
    return {"color": "a colour, such as #1a2b3c", "boolean": "true or false", "integer": "a whole number"}[name]


def _listed(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


@lru_cache(maxsize=64)
def _pattern(type_: str) -> re.Pattern[str]:
    """Make the pattern of a type's values.

    Types are ``unit(px,%){1,4}``, ``enum(a,b)``, ``color``, ``boolean``, ``integer`` and ``string``.
    """
    name, _, rest = type_.partition("(")
    choices, _, count = rest.partition(")")
    match name:
        case "enum":
            return re.compile("|".join(map(re.escape, choices.split(","))))
        case "unit" | "unitWithNegative":
            sign = "-|" if name == "unitWithNegative" else ""
            units = [unit for unit in choices.split(",") if unit != "auto"]
            auto = "|auto" if "auto" in choices.split(",") else ""
            one = rf"((({sign}[0-9]|,|\.)+({'|'.join(map(re.escape, units))})|0{auto})( )?)"
            return re.compile(f"{one}{count or '{1}'}")
        case "color":
            return re.compile("|".join((*_COLOUR_FORMS, *vocabulary().colours)), re.DOTALL)
        case "boolean":
            return re.compile("true|false")
        case "integer":
            return re.compile(".*[0-9].*", re.DOTALL)
    return re.compile(".*", re.DOTALL)
