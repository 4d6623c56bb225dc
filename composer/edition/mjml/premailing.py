"""Makes the premailer that inlines, and keeps what it has read of CSS. The only module that names it and cssutils.

Enters: nothing. Leaves: a class whose ``_rules`` of a sheet and whose pairs of a style attribute are read once. Never:
a fetch of anything, a word on the terminal.

What is read depends on the text alone, so it holds from one start of the program to the next (``recall_styles``,
``keep_styles``): reading the prose CSS of a theme takes cssutils as long as the whole program takes to load it, and
where all is known, cssutils itself stays unread, as the HTTP client that premailer imports always does.
"""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, Final

import tinycss2
from lxml import etree

from composer.edition.theme.compiled import keep, recall
from composer.starting.unread import unread

Rule = tuple[tuple[int, ...], str, str]
"""Its specificity, its selector, its declarations."""

_KEPT_STYLES: Final = 4096
_KEPT_SHEETS: Final = 16
_KEPT_LETTERS: Final = 2_000
"""Of a style attribute; who writes more in one is read anew."""
_IMPORTED = "@import is not followed: nothing is fetched; copy the rules into this file"
_FILE = "read_styles"


class _Read:
    """What has been read: the rules of sheets, by their text; the pairs of declarations, by text and premailer's word.

    ``is_new`` is whether there is something that was not recalled.
    """

    sheets: ClassVar[dict[str, list[Rule]]] = {}
    pairs: ClassVar[dict[tuple[str, bool], list[tuple[str, str]]]] = {}
    is_new: ClassVar = False


def recall_styles() -> None:
    """Take in what an earlier start has read, so that the first mail comes sooner."""
    found = recall(_FILE, made_by=_readers())
    _Read.sheets = {**found.get("sheets", {}), **_Read.sheets}
    if len(pairs := found.get("pairs", {})) < _KEPT_STYLES // 2:  # else they are gathered anew
        _Read.pairs = {**pairs, **_Read.pairs}


def keep_styles() -> None:
    """Keep what has been read for the next start, if there is something new."""
    if _Read.is_new:
        _Read.is_new = False
        keep({"sheets": dict(_Read.sheets), "pairs": dict(_Read.pairs)}, _FILE, made_by=_readers())


def _readers() -> list[str]:
    """Tell which releases read: when the folders of their modules were written, of which an update writes each anew."""
    found: list[tuple[str, int, int]] = []
    for name in ("premailer", "cssutils"):
        spec = importlib.util.find_spec(name)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            with suppress(OSError):
                entries = [entry for entry in os.scandir(folder) if entry.name != "__pycache__"]
                found += [(entry.name, entry.stat().st_mtime_ns, entry.stat().st_size) for entry in entries]
    return sorted(map(repr, found))


@cache
def our_premailer() -> Any:
    """Make our premailer at the first use. It imports an HTTP client, of which an inliner that fetches nothing uses
    nothing, and which would take as long to read as all else that composes a mail.
    """
    with unread("requests"), unread("cssutils"):
        import premailer.cache
        from premailer import Premailer, merge_style

    # Parsed styles and selectors; one mail has more than the 128 that are kept otherwise.
    premailer.cache.cache.__init__(maxsize=_KEPT_STYLES)
    merge_style.csstext_to_pairs = premailer.premailer.csstext_to_pairs = _read_once(merge_style.csstext_to_pairs)

    class FetchingNothing(Premailer):  # type: ignore[misc]
        """Reads a sheet by a parser that can fetch nothing: that of cssutils reads files and asks the network."""

        def _parse_css_string(self, css_body: str, validate: bool = True) -> Any:
            cssutils, complaints = _cssutils()

            def refuse(_url: str) -> None:
                complaints.messages.append(_IMPORTED)

            return cssutils.CSSParser(fetcher=refuse).parseString(css_body, validate=validate)

    class RememberingPremailer(Premailer):  # type: ignore[misc]
        """Keeps the rules of a stylesheet: premailer keeps its parse only, and the rest is most of the time."""

        @staticmethod
        def _rules(css: str) -> list[Rule]:
            """Read the rules of a sheet, if it is not known. ValueError for broken CSS."""
            found = _Read.sheets.get(css)
            return _read_rules(css, FetchingNothing) if found is None else found

        def _parse_style_rules(self, css_body: str, _ruleset_index: int) -> tuple[list[Any], list[Any]]:
            """Leave out the rules whose names are not all in the document: most of the time goes into trying them.

            Nor is there anything left over: that would go into a style element, and what cannot be inlined does not.
            """
            there = {name for classes in _CLASSES(self.html) for name in classes.split()}
            there |= {f"<{element.tag}" for element in self.html.iter(etree.Element)}
            return [rule for rule in self._rules(css_body) if _needs_of(rule[1]) <= there], []

    return RememberingPremailer


def _read_once(read_pairs: Any) -> Callable[..., list[tuple[str, str]]]:
    """Make what stands for premailer's function of a style attribute, and asks it about each text once."""

    def pairs_of(csstext: str, validate: bool = True) -> list[tuple[str, str]]:
        found = _Read.pairs.get((csstext, validate))
        if found is None:
            _cssutils()
            found = read_pairs(csstext, validate)
            if len(_Read.pairs) < _KEPT_STYLES and len(csstext) <= _KEPT_LETTERS:
                _Read.pairs[csstext, validate] = found
                _Read.is_new = True
        return found

    vars(pairs_of)["_lock"] = read_pairs._lock  # the function itself looks for it under its name
    return pairs_of


def _read_rules(css: str, reader: Any) -> list[Rule]:
    plain = reader("", disable_validation=True, strip_important=False, cache_css_parsing=False)
    _, complaints = _cssutils()
    complaints.messages.clear()
    read, _ = plain._parse_style_rules(css, 0)
    if complaints.messages:
        raise ValueError(_IMPORTED if _IMPORTED in complaints.messages else "; ".join(complaints.messages))
    rules: list[Rule] = [(tuple(specificity), str(selector), str(bulk)) for specificity, selector, bulk in read]
    if len(_Read.sheets) >= _KEPT_SHEETS:
        _Read.sheets.pop(next(iter(_Read.sheets)), None)  # the oldest
    _Read.sheets[css] = rules
    _Read.is_new = True
    return rules


@cache
def _cssutils() -> tuple[Any, _Complaints]:
    """Import cssutils, where something has to be read."""
    import cssutils

    # It judges the values in each style attribute by these, whatever it is told, and only to log what it thinks; the
    # expressions for it take as long as a mail.
    cssutils.profile.removeProfile(all=True)
    complaints = _Complaints()
    cssutils.log.setLog(complaints.logger())
    cssutils.log.setLevel(logging.ERROR)
    return cssutils, complaints


_CLASSES = etree.XPath("//@class", smart_strings=False)


@cache
def _needs_of(selector: str) -> frozenset[str]:
    """Name the classes and, each behind a ``<``, the elements without which the selector selects nothing."""
    parts = tinycss2.parse_component_value_list(selector)
    return frozenset(
        name.value if before == "." else f"<{name.value}"
        for before, name in pairwise([None, *parts])
        if name.type == "ident" and before != ":"
    )


class _Complaints(logging.Handler):
    """Keeps what cssutils says about a stylesheet, instead of printing it."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def logger(self) -> logging.Logger:
        logger = logging.Logger("cssutils")
        logger.addHandler(self)
        return logger

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
