"""What a style sheet or a style attribute uses of CSS is told, feature by feature, each at its place.

Enters: CSS, as it stands in a file, a ``<style>`` or a ``style=""``. Leaves: CssUses, with offsets into it. Parsed by
tinycss2, as browsers do: what they drop uses nothing. What stands in ``@font-face`` describes a font, and is no
property; what ``@supports`` asks for is asked, and not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2

from composer.edition.clients import css_features as of
from composer.edition.clients.picture_uses import formats_of, formats_of_type, picture_words
from composer.edition.clients.selector_uses import selector_uses
from composer.edition.clients.spared import is_for_some, is_made_up_for

Node = Any
"""A node of tinycss2's, which has no types."""


class CssUse(NamedTuple):
    """A feature that is used at an offset.

    ``words`` are a reader's for it (``display: flex``), ``value`` is the whole value of its declaration in small
    letters, or the address of an ``@import``, or "". ``is_spared`` says that those who do not understand it have
    something else: it stands in a ``@media`` or ``@supports`` that they do not read, or behind a value that they do.
    """

    feature: str
    offset: int
    words: str
    value: str = ""
    is_spared: bool = False


_PREFIX = re.compile(r"-(?:webkit|moz|ms|o|khtml)-")
_RULES_INSIDE = frozenset(
    {"media", "supports", "layer", "container", "scope", "starting-style", "document", "-moz-document"}
)
_ASKING = frozenset({"media", "supports", "container"})
"""At-rules whose rules are for those who understand them."""
_PICTURE_PROPERTIES = re.compile(
    r"(?:background|background-image|list-style|list-style-image|content|cursor|border-image|border-image-source"
    r"|mask|mask-image|mask-border|mask-border-source|mask-box-image|shape-outside|--.*)$"
)
_FIELD = re.compile(r"\{\{[^{}\n]*\}\}")
"""A field that another program fills in before it is a style sheet; nothing of CSS begins so. A word stands for it."""
_OLD_FILTER = re.compile(r"progid:|alpha\s*\(", re.IGNORECASE)


@lru_cache(maxsize=256)
def uses_in_stylesheet(css: str) -> tuple[CssUse, ...]:
    """Tell what a style sheet uses, in its order."""
    return _collected(css, _Sheet.uses)


@lru_cache(maxsize=4096)
def uses_in_declarations(css: str) -> tuple[CssUse, ...]:
    """Tell what a style attribute uses."""
    return _collected(css, _Sheet.uses_of_attribute)


@lru_cache(maxsize=256)
def uses_in_media(query: str) -> tuple[CssUse, ...]:
    """Tell what a ``media`` attribute asks for."""
    return _collected(query, lambda sheet: sheet.media(sheet.nodes))


def _collected(css: str, walk: Callable[[_Sheet], Iterator[CssUse]]) -> tuple[CssUse, ...]:
    try:
        return tuple(walk(_Sheet(css)))
    except RecursionError:  # brackets a thousand deep, which no program reads either
        return ()


class _Sheet:
    """Walks through CSS and finds the places of its nodes."""

    def __init__(self, css: str) -> None:
        self.css = css = _FIELD.sub(lambda field: "x" * len(field[0]), css) if "{{" in css else css
        self.nodes = tinycss2.parse_component_value_list(css)
        # CSS Syntax 3.3 says what ends a line.
        self._starts = [0, *(end.end() for end in re.finditer(r"\r\n|[\n\r\f]", css))]

    def at(self, node: Node) -> int:
        return int(self._starts[node.source_line - 1] + node.source_column - 1)

    def uses(self) -> Iterator[CssUse]:
        yield from self.comments(self.nodes)
        yield from self._rules(tinycss2.parse_stylesheet(self.nodes, skip_comments=True, skip_whitespace=True), False)

    def uses_of_attribute(self) -> Iterator[CssUse]:
        yield from self.comments(self.nodes)
        for use in self.block(self.nodes, is_spared=False, in_rule=False):
            # Such a colour takes all of the attribute with it in Gmail, and so what stands before it.
            yield use._replace(is_spared=False) if use.feature == of.FUNCTIONS["oklch"] else use

    def comments(self, nodes: Sequence[Node]) -> Iterator[CssUse]:
        """Find the comments among some nodes and, however deep, inside of them."""
        if "/*" not in self.css:
            return
        for node in nodes:
            if node.type == "comment":
                yield CssUse(of.COMMENT, self.at(node), "a comment in CSS")
            yield from self.comments(_inside(node))

    def _rules(self, rules: Sequence[Node], is_spared: bool, *, in_rule: bool = False) -> Iterator[CssUse]:
        for rule in rules:
            if rule.type == "qualified-rule":
                yield from self._rule(rule, is_spared, in_rule=in_rule)
            elif rule.type == "at-rule":
                yield from self._at_rule(rule, is_spared, in_rule=in_rule)

    def _rule(self, rule: Node, is_spared: bool, *, in_rule: bool) -> Iterator[CssUse]:
        selected = selector_uses(rule.prelude)
        if selected is None:
            return
        if in_rule:
            yield CssUse(of.NESTING, self.at(rule), "a rule in a rule", "", is_spared)
        for feature, node in selected:
            at = self.at(node)
            while self.css[at - 1 : at] in (".", ":"):
                at -= 1
            yield CssUse(feature, at, _selector_words(feature), "", is_spared)
        yield from self.block(rule.content, is_spared=is_spared or is_for_some(rule.prelude), in_rule=True)

    def _at_rule(self, rule: Node, is_spared: bool, *, in_rule: bool) -> Iterator[CssUse]:
        keyword = _PREFIX.sub("", rule.lower_at_keyword)
        feature = of.AT_RULES.get(keyword)
        if feature:
            address = tinycss2.serialize(rule.prelude).strip().lower() if keyword == "import" else ""
            yield CssUse(feature, self.at(rule), f"@{keyword}", address, is_spared)
        if keyword in ("media", "import"):
            yield from self.media(rule.prelude)
        if rule.content is None:
            return
        if keyword == "property":
            yield CssUse(of.VARIABLES, self.at(rule), "@property", "", True)
        elif keyword == "keyframes":
            frames = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            for frame in frames:
                if frame.type == "qualified-rule":
                    yield from self.block(frame.content, is_spared=True, in_rule=False)
        elif keyword == "page":
            yield from self.block(rule.content, is_spared=True, in_rule=False)
        elif keyword in _RULES_INSIDE:
            spared = is_spared or keyword in _ASKING
            if in_rule:
                yield CssUse(of.NESTING, self.at(rule), "a rule in a rule", "", is_spared)
                yield from self.block(rule.content, is_spared=spared, in_rule=True)
            else:
                rules = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                yield from self._rules(rules, spared)

    def media(self, nodes: Sequence[Node]) -> Iterator[CssUse]:
        """Tell what a media query asks for; a feature may stand on either side of a sign."""
        for node in nodes:
            if node.type == "() block":
                before = ""
                for inner in node.content:
                    if inner.type == "ident" and inner.lower_value in of.MEDIA and before != ":":
                        yield CssUse(of.MEDIA[inner.lower_value], self.at(inner), f"@media ({inner.lower_value})")
                    elif inner.type == "dimension" and inner.lower_unit in of.UNITS:
                        yield CssUse(
                            of.UNITS[inner.lower_unit], self.at(inner), f"the unit {inner.lower_unit}", "", True
                        )
                    before = inner.value if inner.type == "literal" else before
                yield from self.media(node.content)
            elif node.type == "function":
                yield from self.media(node.arguments)

    def block(self, nodes: Sequence[Node], *, is_spared: bool, in_rule: bool) -> Iterator[CssUse]:
        """Tell what the declarations between two braces use, and the rules that stand there too."""
        parts = tinycss2.parse_blocks_contents(nodes, skip_comments=True, skip_whitespace=True)
        written = {id(part): _written(part) for part in parts if part.type == "declaration"}
        values = {part.lower_name: written[id(part)] for part in parts if part.type == "declaration"}
        earlier: dict[str, set[str]] = {}
        for part in parts:
            if part.type == "declaration":
                value = written[id(part)]
                uses = list(self._declaration(part, value, values))
                before = earlier.get(part.lower_name)
                for use in uses:
                    # A browser takes the last value that it understands.
                    is_last = before is None or use.feature in before
                    spared = is_spared or not is_last or is_made_up_for(use.feature, part.lower_name, values)
                    yield use._replace(is_spared=True) if spared else use
                used = {use.feature for use in uses}
                if value:
                    earlier[part.lower_name] = used if before is None else used & before
            elif part.type in ("qualified-rule", "at-rule") and in_rule:
                yield from self._rules([part], is_spared, in_rule=True)

    def _declaration(self, part: Node, value: str, values: Mapping[str, str]) -> Iterator[CssUse]:
        name, at = part.lower_name, self.at(part)
        if name.startswith("--"):
            # It is where the variable stands for a value that something is lost.
            for use in (CssUse(of.VARIABLES, at, part.name), *self._value(name, part.value, at, "")):
                yield use._replace(is_spared=True)
            return
        plain = _PREFIX.sub("", name, count=1)
        if not value or (plain == "filter" and _OLD_FILTER.search(value)):
            return
        for feature in of.PROPERTIES.get(plain, ()):
            yield CssUse(feature, at, plain, value)
        if plain == "column-gap" and not of.MULTICOLUMN.isdisjoint(values):
            yield CssUse(of.COLUMN_LAYOUT, at, plain, value)
        if part.important:
            yield CssUse(of.IMPORTANT, at, "!important", value)
        if value == "initial":
            yield CssUse(of.INITIAL, at, "initial", value)
        yield from self._value(plain, part.value, at, value)

    def _value(self, name: str, nodes: Sequence[Node], at: int, value: str) -> Iterator[CssUse]:
        for node in nodes:
            kind = node.type
            if kind == "dimension":
                if node.lower_unit in of.UNITS:
                    yield CssUse(of.UNITS[node.lower_unit], at, f"the unit {node.lower_unit}", value)
            elif kind == "percentage":
                yield CssUse(of.PERCENT, at, "the unit %", value)
            elif kind == "ident":
                yield from _word(name, node.lower_value, at, value)
            elif kind == "url":
                yield from _picture(name, node.value, at, value)
            elif kind == "function":
                yield from self._function(name, node, at, value)
            elif kind.endswith("block"):
                yield from self._value(name, node.content, at, value)

    def _function(self, name: str, node: Node, at: int, value: str) -> Iterator[CssUse]:
        called = _PREFIX.sub("", node.lower_name, count=1)
        if called == "url":
            for inner in node.arguments:
                if inner.type == "string":
                    yield from _picture(name, inner.value, at, value)
            return
        if called == "image-set":
            for inner in node.arguments:
                if inner.type == "string":
                    yield from _picture(name, inner.value, at, value)
                elif inner.type == "function" and inner.lower_name == "type":
                    for text in inner.arguments:
                        for feature in formats_of_type(text.value) if text.type == "string" else ():
                            yield CssUse(feature, at, picture_words(feature), value)
        if called in of.FUNCTIONS:
            words = f"{called}(){WITHOUT_COMMAS}" if _is_without_commas(node) else f"{called}()"
            yield CssUse(of.FUNCTIONS[called], at, words, value)
        yield from self._value(name, node.arguments, at, value)


WITHOUT_COMMAS = " without commas"
"""How the newer way to write a colour is told: ``rgb(0 128 0 / 50%)``."""
_NUMBERS = frozenset({"number", "percentage", "ident"})


def _is_without_commas(node: Node) -> bool:
    if node.lower_name not in ("rgb", "rgba"):
        return False
    is_parted = any(inner.type == "literal" and inner.value == "," for inner in node.arguments)
    return not is_parted and sum(inner.type in _NUMBERS for inner in node.arguments) >= 3


def _inside(node: Node) -> Sequence[Node]:
    return getattr(node, "content", None) or getattr(node, "arguments", None) or ()


def _written(part: Node) -> str:
    """Write the value of a declaration in small letters."""
    nodes = [node for node in part.value if node.type != "whitespace"]
    if len(nodes) == 1 and nodes[0].type == "ident":
        return str(nodes[0].lower_value)
    return str(tinycss2.serialize(part.value)).strip().lower()


def _word(name: str, word: str, at: int, value: str) -> Iterator[CssUse]:
    plain = _PREFIX.sub("", word, count=1)
    keywords = of.KEYWORDS.get(name) or of.FONT_KEYWORDS.get(name)
    if keywords and (feature := keywords.get(plain)):
        shown = plain.removeprefix("inline-") if name == "display" else plain
        yield CssUse(feature, at, f"{name}: {shown}", value)
    elif plain in of.SIZE_KEYWORDS and name not in of.NAMED_FREELY:
        yield CssUse(of.SIZE_KEYWORDS[plain], at, plain, value)


def _picture(name: str, address: str, at: int, value: str) -> Iterator[CssUse]:
    if _PICTURE_PROPERTIES.match(name):
        for feature in formats_of(address):
            yield CssUse(feature, at, picture_words(feature), value)


def _selector_words(feature: str) -> str:
    for kind, sign in (("css-pseudo-class-", ":"), ("css-pseudo-element-", "::")):
        if feature.startswith(kind):
            return sign + feature.removeprefix(kind)
    return f"the {feature.removeprefix('css-selector-').replace('-', ' ')} selector"
