"""What many readers' mail programs will not show as meant is found in templates, and told with who does not see it.

Enters: MJML or CSS, and the shares of mail programs. Leaves: mistakes, one for each feature at its first place. Only
what degrades badly is looked for: round corners that become square harm nobody, and what stands in ``@media`` or
``@supports`` is for those who understand it. How a feature is recognised is ours; who understands it is caniemail's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import tinycss2

from composer.edition.mjml.lint.clients import client_support
from composer.edition.mjml.lint.rules import MjmlMistake
from composer.picture_types import IN_WORDS

CODE = "client-support"
MANY_PERCENT = 5

_LAYOUT = "arrange it with mj-column, or with a table in mj-text"
_VALUE = "write the value that you mean, in px or per cent"
_ASIDE = "link to a page that has it"
_PICTURE = f"use {IN_WORDS}"

PROPERTIES: Mapping[str, tuple[str, str]] = {
    "position": ("css-position", _LAYOUT),
    "float": ("css-float", _LAYOUT),
    "transform": ("css-transform", _LAYOUT),
    "gap": ("css-gap", "give the cells a padding"),
    "column-count": ("css-column-count", _LAYOUT),
    "object-fit": ("css-object-fit", "cut the picture to its shape"),
    "clip-path": ("css-clip-path", "cut the picture to its shape"),
    "aspect-ratio": ("css-aspect-ratio", "write width and height"),
    "writing-mode": ("css-writing-mode", "use a picture"),
    "margin-inline": ("css-margin-inline-block", "write margin-left or margin-right"),
    "padding-inline": ("css-padding-inline-block", "write padding-left or padding-right"),
    "margin-inline-start": ("css-margin-inline-start-end", "write margin-left or margin-right"),
    "padding-inline-start": ("css-padding-inline-start-end", "write padding-left or padding-right"),
}
"""Properties by name: caniemail's feature, and what to do."""

VALUES: Mapping[str, tuple[str, str]] = {
    "display: flex": ("css-display-flex", _LAYOUT),
    "display: grid": ("css-display-grid", _LAYOUT),
    "calc()": ("css-unit-calc", _VALUE),
    "clamp()": ("css-function-clamp", _VALUE),
    "var()": ("css-variables", "use a token of theme.yaml"),
    "the unit vw": ("css-unit-vw", _VALUE),
    "the unit vh": ("css-unit-vh", _VALUE),
}
"""What may stand in a value, by ``_words_for``: caniemail's feature, and what to do."""

ELEMENTS: Mapping[str, tuple[str, str]] = {
    "video": ("html-video", "use a picture that links to the film"),
    "audio": ("html-audio", _ASIDE),
    "svg": ("html-svg", _PICTURE),
    "object": ("html-object", _ASIDE),
    "dialog": ("html-dialog", _ASIDE),
    "form": ("html-form", _ASIDE),
    "input": ("html-input-text", _ASIDE),
    "select": ("html-select", _ASIDE),
    "textarea": ("html-textarea", _ASIDE),
    "button": ("html-button-submit", "use mj-button, which is a link"),
    "progress": ("html-progress", "use a table with two coloured cells"),
    "meter": ("html-meter", "use a table with two coloured cells"),
}
"""HTML by tag: caniemail's feature, and what to do."""

_HARMLESS = frozenset({"none", "static", "relative", "normal", "0", "initial"})
"""Values with which a property changes nothing."""

PICTURES: Mapping[str, str] = {"svg": "image-svg", "webp": "image-webp", "avif": "image-avif", "heic": "image-heif"}

# MJML is looked through by expressions: lxml knows no offset, only a line, and a mistake is told at its character.
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STYLESHEET = re.compile(r"<(mj-style|style)\b[^>]*>(.*?)</\1", re.DOTALL)
_STYLE = re.compile(r"""\sstyle=("[^"]*"|'[^']*')""")
_TAG = re.compile(rf"<({'|'.join(ELEMENTS)})\b")
_ADDRESS = re.compile(r"""\s(?:src|background-url)=["'][^"']*\.(\w{3,4})["']""")

Node = Any
"""A node of tinycss2's, which has no types."""

Use = tuple[str, str, str, int]
"""A feature that is used: its words, caniemail's name, what to do, and the offset."""


def unsupported_in_mjml(mjml: str, shares: Mapping[str, float]) -> Sequence[MjmlMistake]:
    """Tell what too many readers do not see of a whole document."""
    return _mistakes(_used_in_document(mjml), shares)


@lru_cache(maxsize=8)
def _used_in_document(mjml: str) -> Sequence[Use]:
    return tuple(_used_in_mjml(_COMMENT.sub(_blank, mjml)))


def unsupported_in_css(template: str, shares: Mapping[str, float]) -> Sequence[MjmlMistake]:
    """Tell what too many readers do not see of a style sheet, which may still hold Jinja."""
    return _mistakes(_used_in_css(_JINJA.sub(_blank, template)), shares)


def _mistakes(uses: Iterable[Use], shares: Mapping[str, float]) -> Sequence[MjmlMistake]:
    first: dict[str, Use] = {}
    for use in uses:
        first.setdefault(use[1], use)
    mistakes = []
    for words, feature, advice, offset in first.values():
        programs = client_support().without(feature, shares)
        if sum(programs.values()) >= MANY_PERCENT:
            named = ", ".join(list(programs)[:3]) + (f" and {len(programs) - 3} more" if len(programs) > 3 else "")
            message = f"{words} means nothing to {named}: {sum(programs.values()):.0f} % of the readers"
            mistakes.append(MjmlMistake(offset, CODE, message, advice))
    return mistakes


def _moved(uses: Iterable[Use], start: int) -> Iterator[Use]:
    return ((words, feature, advice, start + offset) for words, feature, advice, offset in uses)


def _used_in_mjml(mjml: str) -> Iterator[Use]:
    for sheet in _STYLESHEET.finditer(mjml):
        yield from _moved(_used_in_css(sheet[2]), sheet.start(2))
    for style in _STYLE.finditer(mjml):
        yield from _moved(_used_in_declarations(style[1][1:-1]), style.start(1) + 1)
    for tag in _TAG.finditer(mjml):
        yield (f"<{tag[1]}>", *ELEMENTS[tag[1]], tag.start())
    for address in _ADDRESS.finditer(mjml):
        kind = address[1].lower()
        if kind in PICTURES:
            yield (f"a picture in {kind.upper()}", PICTURES[kind], _PICTURE, address.start() + 1)


@lru_cache(maxsize=256)
def _used_in_css(css: str) -> Sequence[Use]:
    """Find what the declarations outside of ``@media`` and ``@supports`` use."""
    starts = _line_starts(css)
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return tuple(use for rule in rules if rule.type == "qualified-rule" for use in _used_in_block(rule.content, starts))


@lru_cache(maxsize=1024)
def _used_in_declarations(css: str) -> Sequence[Use]:
    """Find what a style attribute uses."""
    return tuple(_used_in_block(css, _line_starts(css)))


def _used_in_block(block: str | Sequence[Node], starts: Sequence[int]) -> Iterator[Use]:
    for part in tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True):
        if part.type == "qualified-rule":
            yield from _used_in_block(part.content, starts)
        elif part.type == "declaration":
            offset = starts[part.source_line - 1] + part.source_column - 1
            name = part.lower_name
            if name in PROPERTIES and tinycss2.serialize(part.value).strip() not in _HARMLESS:
                yield (name, *PROPERTIES[name], offset)
            for words in _words_for(name, part.value):
                if words in VALUES:
                    yield (words, *VALUES[words], offset)


def _words_for(name: str, value: Iterable[Node]) -> Iterator[str]:
    """Name what stands in a property's value: functions, units, and the keywords of ``display``."""
    for node in value:
        if node.type == "function":
            yield f"{node.lower_name}()"
        elif node.type == "dimension":
            yield f"the unit {node.lower_unit}"
        elif node.type == "ident" and name == "display":
            yield f"display: {node.lower_value.removeprefix('inline-')}"
        yield from _words_for(name, getattr(node, "arguments", None) or getattr(node, "content", None) or ())


def _line_starts(css: str) -> Sequence[int]:
    """The offset of each line; CSS Syntax 3.3 says what ends one."""
    return [0, *(end.end() for end in re.finditer(r"\r\n|[\n\r\f]", css))]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
