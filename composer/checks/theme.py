"""Checks the theme that an author chose: its colours can be read, its fonts are used, light, and stood in for.

Of colours, only pairs of which the issue, newsletter.yaml or the project's own theme.yaml says one are looked at;
shipped themes answer for theirs. Of the pairs that a colour is too faint in, the worst is told. Most mail programs load
no font (caniemail.com, ``css-at-font-face``): what stands behind it is what most readers see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from composer.checks.finding import Finding, find
from composer.edition.model import Edition
from composer.edition.theme.contrast import READABLE, SEEN, contrast
from composer.edition.theme.font_families import READERS_HAVE, families_of
from composer.edition.theme.token_values import is_colour
from composer.edition.theme.tokens import Overrides, Theme, load_theme, theme_files, unused_tokens
from composer.edition.theme.web_fonts import declared_fonts
from composer.errors import Position
from composer.issue import Issue

COLOUR_PAIRS = (
    *((ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "tint")),
    ("on_accent", "accent"),
    ("on_panel", "panel"),
    ("highlight", "panel"),
    ("on_highlight", "highlight"),
)
"""Which token's words stand on which token's ground; each has a partner for the dark."""
_HEAVY_BYTES = 100_000
"""Letters for the languages of Europe take 15 to 40 kB a weight."""
_MODES = {"": "by day", "_dark": "in the dark"}


def check_colours(issue: Issue, *, language: str, templates: Sequence[Path]) -> Iterator[Finding]:
    """Words stand out from their ground. The issue could be rendered: its overrides are tokens of the theme."""
    theme, overrides = theme_as_chosen(issue, language=language, templates=templates)
    yield from _without_dark(theme, theme_files(templates, theme.name))
    for place in unused_tokens(templates, theme.name):
        words = "the themes have no such token, and no template of yours names it"
        yield find("theme-token", place, words, "docs/templates.md lists the tokens; delete the line, or use it")
    for suffix, when in _MODES.items():
        worst: dict[Position, tuple[float, Finding]] = {}
        for ink, ground in COLOUR_PAIRS:
            for ratio, finding in _faint(ink + suffix, ground + suffix, when, theme, overrides):
                worst[finding.position] = min(worst.get(finding.position, (22, finding)), (ratio, finding), key=_ratio)
        yield from (finding for _, finding in worst.values())


def theme_as_chosen(issue: Issue, *, language: str, templates: Sequence[Path]) -> tuple[Theme, tuple[Overrides, ...]]:
    """Load the theme of an issue, and tell what the project says of it: issue, newsletter, its ``theme.yaml`` files."""
    content, (newsletter, newsletter_source) = issue.contents[language], issue.newsletter_in(language)
    overrides = (Overrides(content.theme, issue.sources[language]), Overrides(newsletter.theme, newsletter_source))
    theme = load_theme(templates, *reversed(overrides))
    return theme, (*overrides, *theme_files(templates, theme.name))


def _ratio(faint: tuple[float, Finding]) -> float:
    return faint[0]


def _without_dark(theme: Theme, files: Sequence[Overrides]) -> Iterator[Finding]:
    """Tell which colours of the project's themes are new by day alone: in the dark they are the house's still."""
    said = {name for file in files for name in file.tokens}
    for file in files:
        for name in file.tokens:
            dark = f"{name}_dark"
            if dark in theme.tokens and dark not in said:
                words = f"{name} has no partner for the dark: there it is {theme.tokens[dark]} of the shipped theme"
                yield find("dark-missing", file.source.key_position(("theme", name)), words, f"write {dark} too")


def _faint(
    ink: str, ground: str, when: str, theme: Theme, overrides: Sequence[Overrides]
) -> Iterator[tuple[float, Finding]]:
    """Judge one colour on another. ``overrides`` has the strongest first; the finding stands where it was chosen."""
    if not (is_colour(theme.tokens[ink]) and is_colour(theme.tokens[ground])):
        return
    ratio = contrast(str(theme.tokens[ink]), str(theme.tokens[ground]))
    if ratio >= READABLE:
        return
    for own in overrides:
        if (name := next((name for name in (ink, ground) if name in own.tokens), None)) is not None:
            code, how = ("colour-unreadable", "cannot be read") if ratio < SEEN else ("colour-faint", "is hard to read")
            words = f"{ink} {theme.tokens[ink]} on {ground} {theme.tokens[ground]} {how} {when}"
            hint = f"their contrast is {ratio:.1f}, and text needs {READABLE}: choose a darker or a lighter {name}"
            yield ratio, find(code, own.source.position(("theme", name)), words, hint)
            return


def check_fonts(issue: Issue, edition: Edition, *, language: str, templates: Sequence[Path]) -> Iterator[Finding]:
    """Look at the fonts of one edition. The issue could be rendered, so the files are there."""
    theme, chosen = theme_as_chosen(issue, language=language, templates=templates)
    yield from _without_fallback(theme, chosen)
    files = {asset.name: asset for asset in edition.assets}
    for declared in (*declared_fonts(*issue.newsletter_in(language)), *theme.fonts):
        family, name = declared.font.family, declared.font.file
        if name not in files:
            words = f"the font {family!r} is declared and never used"
            hint = f"name it first in a stack of the theme, as font_title: \"'{family}', Georgia, serif\""
            yield find("css-font", declared.position, words, hint)
        elif (size := len(files[name].content)) > _HEAVY_BYTES:
            words = f"the font {name!r} has {size / 1000:,.0f} kB, which readers load with the mail"
            hint = "leave out letters that your languages do not have; 15 to 40 kB are usual"
            yield find("font-heavy", declared.position, words, hint)


def _without_fallback(theme: Theme, chosen: Sequence[Overrides]) -> Iterator[Finding]:
    """Tell of stacks of the project's own in which no font is one that readers have."""
    for token, stack in theme.tokens.items():
        if not token.startswith("font_") or any(name.lower() in READERS_HAVE for name in families_of(str(stack))):
            continue
        for own in chosen:
            if token in own.tokens:
                words = f"{token} names no font that all readers have, and most mail programs load none"
                hint = f"write what stands in for it behind: {stack}, Georgia, serif"
                yield find("css-font", own.source.position(("theme", token)), words, hint)
                break
