"""Fonts of a style sheet: declared for nothing, not to be loaded, or with nothing to fall back on (``css-font``).

Enters: a rendered style sheet, and all else that may name a font. Leaves: mistakes at offsets of the sheet. Source:
most mail programs load no font (caniemail.com, ``css-at-font-face``), so a family alone is none for most readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import tinycss2

from composer.edition.mjml.lint.rules import MjmlMistake
from composer.edition.mjml.lint.stylesheet import Node, StyleDeclaration, StyleRule, StyleSheet
from composer.edition.theme.font_families import READERS_HAVE, family_names


@lru_cache(maxsize=64)
def font_mistakes(css: str, others: str) -> tuple[MjmlMistake, ...]:
    """Tell of fonts that are declared for nothing, cannot be loaded, or have nothing to fall back on.

    ``others`` is all else that may name a font: the other sheet and the MJML.
    """
    sheet = StyleSheet(css, inlined=False)
    rules = " ".join(tinycss2.serialize(one.value) for rule in sheet.rules for one in rule.declarations)
    found = [each for face in sheet.fonts for each in _face_mistakes(face, f"{rules} {others}".lower())]
    for rule in sheet.rules:
        for one in rule.declarations:
            if one.name in ("font", "font-family") and (family := _without_fallback(one)):
                words, hint = (
                    f"the font {family!r} has no fallback",
                    f"write {family}, and what readers have: , Arial, sans-serif",
                )
                found.append(MjmlMistake(one.offset, "css-font", words, hint))
    return tuple(found)


def _face_mistakes(face: StyleRule, used_in: str) -> Iterator[MjmlMistake]:
    said = {one.name: one for one in face.declarations}
    family = tinycss2.serialize(said["font-family"].value).strip(" \"'\n") if "font-family" in said else ""
    if not family:
        yield MjmlMistake(face.offset, "css-font", "@font-face names no font", 'write font-family: "Name";')
    elif not re.search(rf"(?<![\w-]){re.escape(family.lower())}(?![\w-])", used_in):
        words = f"the font {family!r} is declared and never used"
        yield MjmlMistake(face.offset, "css-font", words, "name it in font_text or font_title of theme.yaml")
    if "src" not in said:
        yield MjmlMistake(face.offset, "css-font", "@font-face has no src", "write src: url(https://…)")
        return
    for address in _addresses(said["src"].value):
        if not re.match(r"(?:https?://|//|data:)", address.strip(), re.IGNORECASE):
            words = f"{address!r} is no address that a mail can load a font from"
            yield MjmlMistake(said["src"].offset, "css-font", words, "write its whole address: https://…")


def _addresses(value: Sequence[Node]) -> Iterator[str]:
    for node in value:
        if node.type == "url":
            yield node.value
        elif node.type == "function" and node.lower_name == "url":
            yield from (each.value for each in node.arguments if each.type == "string")


def _without_fallback(one: StyleDeclaration) -> str:
    """Name the first family of a list in which none is one that readers have."""
    if any(node.type == "function" for node in one.value):
        return ""
    families = family_names(one.value)
    if not families or any(family.lower() in READERS_HAVE for family in families):
        return ""
    last = families[-1].lower().split()
    return "" if one.name == "font" and last and last[-1] in READERS_HAVE else families[0]
