"""A project's style sheets are looked at: what is broken, selects nothing, is lost on the way, or has no dark partner.

Enters: two rendered style sheets, the one that is inlined and those that stay in ``<style>``, as SourceMaps. Leaves:
mistakes at offsets of one of them. Never: an opinion on looks.

::

    css-syntax      what no program can read: a brace, a colon or a semicolon is missing; @import
    css-selector    a rule for something that no template makes
    css-property    a property that CSS does not have
    css-value       a colour that is none, a length without a unit
    css-lost        a rule that cannot be inlined, and so is in no mail
    dark-missing    a colour by day that nothing replaces in the dark
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2.color3 import parse_color
from tinycss2.color4 import parse_color as parse_new_color

from composer.edition.mjml.lint.rules import MjmlMistake
from composer.edition.mjml.lint.selectors import StyleSelector, read_selectors
from composer.edition.mjml.lint.stylesheet_names import ELEMENTS, OF_MAIL_PROGRAMS, is_property, properties
from composer.edition.theme.token_values import as_hex

Node = Any
"""A node of tinycss2's, which has no types."""

_BRACES = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[{}]", re.DOTALL)
_COLOURS = re.compile(r"(?:background-|border-(?:\w+-)*|outline-|text-decoration-)?color")
_LENGTHS = re.compile(
    r"(?:min-|max-)?(?:width|height)|(?:padding|margin)(?:-\w+)*|font-size|letter-spacing|border(?:-\w+)*-width|border-radius"
)
_ANY_COLOUR = frozenset({"inherit", "initial", "unset", "revert", "revert-layer", "auto", "currentcolor"})


_DARK_HINT = "say it for the dark in css/theme-dark.css, with !important; the same again if it is to stay"


@dataclass(frozen=True, slots=True)
class StyleDeclaration:
    """``name: value`` in a rule; ``offset`` is where it begins."""

    name: str
    value: tuple[Node, ...]
    important: bool
    offset: int


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A rule of a style sheet, or ``@font-face``, which has no selectors; ``media`` is what it stands in."""

    selectors: tuple[StyleSelector, ...]
    declarations: tuple[StyleDeclaration, ...]
    media: str
    offset: int


class StyleSheet:
    """A style sheet, read: its rules, fonts, and what is broken in it."""

    def __init__(self, css: str, *, inlined: bool) -> None:
        self.rules: list[StyleRule] = []
        self.fonts: list[StyleRule] = []
        self.mistakes: list[MjmlMistake] = list(_unclosed(css))
        self._inlined = inlined
        self._css = css
        self._starts = [0, *(end.end() for end in re.finditer(r"\r\n|[\n\r\f]", css))]
        for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
            self._read(node, "")

    def _at(self, node: Node) -> int:
        return self._starts[int(node.source_line) - 1] + int(node.source_column) - 1

    def tell(self, offset: int, code: str, message: str, hint: str = "") -> None:
        self.mistakes.append(MjmlMistake(offset, code, message, hint))

    def _read(self, node: Node, media: str) -> None:
        if node.type == "error":
            self.tell(
                self._at(node), "css-syntax", f"this cannot be read: {node.message}", "write selector { name: value; }"
            )
        elif node.type == "at-rule":
            self._read_at_rule(node, media)
        elif node.type == "qualified-rule":
            selectors, wrong = read_selectors(node.prelude, self._at)
            for offset in wrong:
                words = tinycss2.serialize(node.prelude).strip()
                hint = "delete the comma at its end" if words.endswith(",") else "write .class, an element, or both"
                hint = "delete the ; before it" if words.startswith(";") else hint
                self.tell(offset, "css-syntax", f"{words!r} is no selector", hint)
            self.rules.append(StyleRule(selectors, tuple(self._declarations(node)), media, self._at(node)))

    def _read_at_rule(self, node: Node, media: str) -> None:
        name, at = node.lower_at_keyword, self._at(node)
        if name == "charset":
            self.tell(at, "css-syntax", "@charset cannot stand here: every file is UTF-8", "delete the line")
            return
        if name == "import":
            hint = "nothing is fetched; copy the rules into this file"
            self.tell(at, "css-syntax", "@import is not followed", hint)
            return
        if self._inlined:
            dark = name == "media" and "dark" in tinycss2.serialize(node.prelude)
            where = "css/theme-dark.css" if dark else "css/head.css"
            self.tell(at, "css-lost", f"@{name} cannot be inlined: it is in no mail", f"it belongs into {where}")
        if name == "font-face":
            self.fonts.append(StyleRule((), tuple(self._declarations(node)), media, at))
        elif name in ("media", "supports") and node.content is not None:
            for inner in tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True):
                self._read(inner, media + tinycss2.serialize(node.prelude))

    def _declarations(self, rule: Node) -> Iterator[StyleDeclaration]:
        for part in tinycss2.parse_blocks_contents(rule.content or [], skip_comments=True, skip_whitespace=True):
            at = self._at(part)
            if part.type == "error":
                start = max(self._css.rfind(sign, 0, at) for sign in "{;}") + 1
                written = re.match(r"\s*([^;{}]*)", self._css[start:])
                begins, said = (start + written.start(1), written[1].strip()) if written else (at, "")
                self.tell(begins, "css-syntax", f"this declaration cannot be read: {said!r}", "write name: value;")
            elif part.type == "declaration":
                yield StyleDeclaration(part.lower_name, tuple(part.value), part.important, at)
            else:
                words = "a rule stands in another one"
                self.tell(at, "css-syntax", words, "close the first with } before the next begins")


def _unclosed(css: str) -> Iterator[MjmlMistake]:
    opened: list[int] = []
    if tag := re.search(r"</?style\b[^>]*>", css, re.IGNORECASE):
        yield MjmlMistake(tag.start(), "css-syntax", f"{tag[0]} is HTML: it is never closed here", f"delete {tag[0]}")
        return
    for found in _BRACES.finditer(css):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}":
            if not opened:
                yield MjmlMistake(found.start(), "css-syntax", "this } closes nothing", "take it away")
            opened = opened[:-1]
        elif found[0].startswith("/*") and not found[0].endswith("*/"):
            yield MjmlMistake(found.start(), "css-syntax", "this comment is never closed", "end it with */")
    for offset in opened:
        yield MjmlMistake(offset, "css-syntax", "this { is never closed", "write } where its rule ends")


def is_cause(code: str, message: str) -> bool:
    """Tell whether a mistake lets all that follows be read as something else: it is told alone."""
    return code == "css-syntax" and ("never closed" in message or "closes nothing" in message)


@lru_cache(maxsize=64)
def lint_sheet(css: str, *, inlined: bool, names: frozenset[str], of_page: bool = False) -> tuple[MjmlMistake, ...]:
    """Tell what is wrong in one sheet by itself. ``names`` are the classes and ids that there are.

    A sheet ``of_page`` is read by browsers and for print, which know every notation of colours.
    """
    sheet = StyleSheet(css, inlined=inlined)
    if causes := tuple(each for each in sheet.mistakes if is_cause(each.code, each.message)):
        return causes
    for rule in sheet.rules:
        for selector in rule.selectors:
            sheet.mistakes += _selector_mistakes(selector, names, inlined=inlined and not rule.media)
        for declaration in rule.declarations:
            sheet.mistakes += _declaration_mistakes(declaration, of_page=of_page)
    return tuple(sheet.mistakes)


def _selector_mistakes(selector: StyleSelector, names: frozenset[str], *, inlined: bool) -> Iterator[MjmlMistake]:
    for sign, name, offset in selector.names:
        if sign:
            if name in names or OF_MAIL_PROGRAMS.fullmatch(name) or _begins_a_name(name, names):
                continue
            near = get_close_matches(name.lower() if name.isupper() else name, names, n=1, cutoff=0.7)
            hint = f"did you mean {sign}{near[0]}?" if near else "docs/templates.md says how to find the names of parts"
            yield MjmlMistake(offset, "css-selector", f"{sign}{name} selects nothing: no template makes it", hint)
        elif name.lower() not in ELEMENTS:
            near = get_close_matches(name.lower(), ELEMENTS, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "write an element of HTML, or a class with its dot"
            if name.lower().startswith("mj-"):
                hint = "MJML has become HTML when this is read: give the element a css-class"
            yield MjmlMistake(offset, "css-selector", f"{name!r} selects nothing: HTML has no such element", hint)
    if inlined and selector.lost:
        words = f"{selector.text!r} cannot be inlined: the rule is in no mail"
        yield MjmlMistake(selector.offset, "css-lost", words, "it belongs into css/head.css")


def _begins_a_name(name: str, names: frozenset[str]) -> bool:
    return any(name[:end] in names for end in range(2, len(name)) if name[end - 1] == "-")


def _declaration_mistakes(one: StyleDeclaration, *, of_page: bool) -> Iterator[MjmlMistake]:
    if not is_property(one.name):
        near = get_close_matches(one.name, properties(), n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else "take it away"
        yield MjmlMistake(one.offset, "css-property", f"CSS has no property {one.name!r}", hint)
        return
    parts = [node for node in one.value if node.type not in ("whitespace", "comment")]
    if any(node.type == "literal" and node.value == "!" for node in parts):
        said = "!" + tinycss2.serialize(one.value).rpartition("!")[2].strip()
        yield MjmlMistake(one.offset, "css-syntax", f"CSS knows no {said!r}", "write !important, or nothing")
    elif any(node.type == "literal" and node.value == ":" for node in parts) and not one.name.startswith("--"):
        words = f"a ; is missing in or after {one.name}"
        yield MjmlMistake(one.offset, "css-syntax", words, "end each declaration with a semicolon")
    elif not parts and not one.name.startswith("--"):
        yield MjmlMistake(one.offset, "css-syntax", f"{one.name} has no value", "write one, or take it away")
    elif _COLOURS.fullmatch(one.name):
        yield from _colour_mistakes(one, parts, of_page=of_page)
    elif _LENGTHS.fullmatch(one.name):
        for node in parts:
            if node.type == "number" and node.value:
                words, hint = f"{one.name}: {node.representation} has no unit", f"write {node.representation}px"
                yield MjmlMistake(one.offset, "css-value", words, hint)
    else:
        for node in parts:
            if node.type == "hash" and len(node.value) in (4, 8) and parse_color(node) is not None:
                yield from _colour_mistakes(one, [node], of_page=of_page)


def _colour_mistakes(one: StyleDeclaration, parts: Sequence[Node], *, of_page: bool) -> Iterator[MjmlMistake]:
    for node in parts:
        written = node.serialize()
        if node.type == "ident" and node.lower_value in _ANY_COLOUR:
            continue
        if node.type == "function" and node.lower_name in ("var", "env", "light-dark", "color-mix"):
            continue  # whether mail programs know it is asked elsewhere
        is_short = node.type == "hash" and len(node.value) in (4, 8)
        if (parse_color(node) is not None and not is_short) or (of_page and parse_new_color(written) is not None):
            continue
        hint = "write a colour such as #1a2b3c, or a token: {{ theme.ink }}"
        if meant := as_hex(written):
            yield MjmlMistake(one.offset, "css-value", f"{written!r} is read by few mail programs", f"write {meant}")
        elif (new := parse_new_color(written)) is not None and not isinstance(new, str):
            words = f"{written!r} lets its ground through, as few mail programs can"
            yield MjmlMistake(one.offset, "css-value", words, hint)
        else:
            yield MjmlMistake(one.offset, "css-value", f"{written!r} is no colour", hint)


@lru_cache(maxsize=64)
def colours_without_partner(inlined: str, kept: str, names: frozenset[str]) -> tuple[MjmlMistake, ...]:
    """Find the colours of the inlined sheet that nothing in the kept ones replaces in the dark.

    A selector that selects nothing, for want of one of its ``names``, is told as that alone.
    """
    dark = [rule for rule in StyleSheet(kept, inlined=False).rules if _is_dark(rule.media)]
    dark += [rule for rule in StyleSheet(inlined, inlined=False).rules if _is_dark(rule.media)]  # lost, which is told
    found = []
    for rule in StyleSheet(inlined, inlined=True).rules:
        for one in () if rule.media else rule.declarations:
            kind = _kind_of_colour(one)
            for selector in rule.selectors if kind else ():
                if any(_selector_mistakes(selector, names, inlined=False)):
                    continue
                words = _no_partner(selector, one, kind, dark)
                if words:
                    found.append(MjmlMistake(one.offset, "dark-missing", words, _DARK_HINT))
    return tuple(found)


def _no_partner(selector: StyleSelector, one: StyleDeclaration, kind: str, dark: Sequence[StyleRule]) -> str:
    partners = [
        each
        for rule in dark
        if any(other.covers(selector) for other in rule.selectors)
        for each in rule.declarations
        if _kind_of_colour(each, any_value=True) == kind
    ]
    of = f"the {one.name} of {selector.text}"
    if not partners:
        return f"{of} has no partner for the dark"
    if one.important:
        return f"{of} is !important: its partner for the dark cannot replace it"
    if not any(each.important for each in partners):
        return f"{of} has a partner for the dark that is not !important: it replaces nothing that is inlined"
    return ""


def _is_dark(media: str) -> bool:
    return "prefers-color-scheme" in media and "dark" in media


def _kind_of_colour(one: StyleDeclaration, *, any_value: bool = False) -> str:
    kind = next((kind for kind in ("background", "border") if one.name.startswith(kind)), "")
    kind = "color" if one.name == "color" else kind
    if not kind or (kind == "border" and one.name in ("border-radius", "border-collapse", "border-spacing")):
        return ""
    if any_value:
        return kind
    for node in one.value:
        colour = parse_color(node) if node.type in ("ident", "hash", "function") else None
        if colour is not None and colour != "currentColor" and colour.alpha:
            return kind
    return ""
