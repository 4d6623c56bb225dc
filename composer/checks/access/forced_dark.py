"""Checks that words can be read where a mail program makes the mail dark by itself, in the model of the preview.

Such a program (Gmail on iOS, Outlook on Windows) ignores the colours that a theme has for the dark and inverts those of
the day. Two things get lost. Saturated letters on a ground of middling brightness, or the reverse, end up as bright as
their ground. And words on a picture: they turn from white to black, and the picture stays as it is.

Asked for is 3:1 (ISO 9241-3, for eyes that see well), not the 4.5:1 of the colours that we choose ourselves: each
program has an arithmetic of its own, and near the border the model is no proof. Shipped themes have 4.0 and more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import lxml.html
import tinycss2

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Rendered
from composer.checks.theme import COLOUR_PAIRS, theme_as_chosen
from composer.edition.theme.contrast import READABLE, contrast
from composer.edition.theme.token_values import as_hex, is_colour
from composer.errors import Position
from composer.forced_dark import in_forced_dark
from composer.issue import Issue
from composer.issue.blocks import TextKind
from composer.remembered import remembered

LEGIBLE = 3.0
_PICTURED = re.compile(r"\bbackground\s*=|background(?:-image)?\s*:[^;\"]*url\(", re.IGNORECASE)
_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)
_DARKEST_PICTURE, _BRIGHTEST_PICTURE = "#333333", "#cccccc"
"""What a picture behind light words is like, and behind dark ones, where nothing says so."""


def check_colours(issue: Issue, *, language: str, templates: Sequence[Path]) -> Iterator[Finding]:
    """Words of a colour that the project chose stand out from their ground when both are inverted."""
    theme, chosen = theme_as_chosen(issue, language=language, templates=templates)
    worst: dict[Position, tuple[float, Finding]] = {}
    for ink, ground in COLOUR_PAIRS:
        pair = [str(theme.tokens[ink]), str(theme.tokens[ground])]
        own = next((own for own in chosen if ink in own.tokens or ground in own.tokens), None)
        if own is None or not all(map(is_colour, pair)) or contrast(*pair) < READABLE:
            continue  # what is faint by day is told as that
        shown = [in_forced_dark(colour) for colour in pair]
        if (ratio := contrast(*shown)) < LEGIBLE:
            name = ink if ink in own.tokens else ground
            words = f"{ink} {pair[0]} on {ground} {pair[1]} is hard to read where programs invert colours"
            hint = f"there their contrast is about {ratio:.1f}: choose a {name} that is darker, lighter, or less bright"
            position = own.source.position(("theme", name))
            told = ratio, find("colour-forced", position, words, hint)
            worst[position] = min(worst.get(position, told), told, key=lambda each: each[0])
    yield from (finding for _, finding in worst.values())


def check_words_on_pictures(rendered: Rendered) -> Iterator[Finding]:
    """No words stand on a picture that stays as it is while they are inverted."""
    for picture, words, ink in _words_on_pictures(rendered.html):
        message = f"{words[:60]!r} stands on a picture, and turns from {ink} to {in_forced_dark(ink)} where programs "
        message += "invert colours; the picture stays as it is"
        hint = "give the words a background-color of their own, or put them below the picture"
        yield find("colour-forced", _place(rendered.proof, picture, words), message, hint)


def _place(proof: Proof, picture: str, words: str) -> Position:
    name = PurePosixPath(picture).name
    own = (text for text in proof.texts if text.kind is TextKind.MJML and name in text.value)
    found = next(own, None)
    return found.position(found.value.index(name)) if found else proof.place(words)


@remembered
def _words_on_pictures(html: str) -> Sequence[tuple[str, str, str]]:
    """Find the first words on each background picture that are lost when inverted: the picture, they, their colour."""
    if not _PICTURED.search(html):
        return ()
    found: dict[str, tuple[str, str, str]] = {}
    for element in lxml.html.document_fromstring(html).iter():
        if not isinstance(element.tag, str) or not (picture := _picture_of(element)) or picture in found:
            continue
        ground = _ground_of(element)
        for words, ink in _words_in(element):
            shown_on = ground or (_DARKEST_PICTURE if _is_light(ink) else _BRIGHTEST_PICTURE)
            if contrast(ink, shown_on) >= LEGIBLE > contrast(in_forced_dark(ink), shown_on):
                found[picture] = picture, words, ink
                break
    return tuple(found.values())


def _picture_of(element: lxml.html.HtmlElement) -> str:
    style = element.get("style") or ""
    address = _URL.search(style) if "background" in style else None
    return element.get("background") or (address[1] if address else "")


def _words_in(element: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Give the words that stand right on an element's picture, with their colour by day."""
    for inner in element.iter():
        if not isinstance(inner.tag, str) or inner.tag in ("style", "script", "title"):
            continue
        words = " ".join("".join([inner.text or "", *(each.tail or "" for each in inner)]).split())
        around = [inner, *inner.iterancestors()]
        between = around[: around.index(element)]
        if re.search(r"\w", words) and not any(_ground_of(each) or _picture_of(each) for each in between):
            ink = next((ink for each in around if (ink := _colour(each, "color"))), "#000000")
            yield words, ink


def _ground_of(element: lxml.html.HtmlElement) -> str | None:
    return (
        _colour(element, "background-color") or _colour(element, "background") or as_hex(element.get("bgcolor") or "")
    )


def _colour(element: lxml.html.HtmlElement, name: str) -> str | None:
    style = element.get("style") or ""
    return _declared(style, name) if name in style else None


@remembered
def _declared(style: str, name: str) -> str | None:
    """Read the colour of a property's last declaration."""
    found = None
    for declaration in tinycss2.parse_declaration_list(style, skip_whitespace=True, skip_comments=True):
        if declaration.type == "declaration" and declaration.lower_name == name:
            colours = (
                as_hex(token.serialize()) for token in declaration.value if token.type in ("hash", "ident", "function")
            )
            found = next((colour for colour in colours if colour), found)
    return found


def _is_light(colour: str) -> bool:
    return contrast(colour, "#000000") > contrast(colour, "#ffffff")
