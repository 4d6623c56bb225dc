"""Checks the theme that an author chose: what is written in its colours can be read, by day and by night.

Only pairs of which the issue, newsletter.yaml or the project's own theme.yaml says one are looked at; shipped themes
answer for theirs. Of the pairs that a colour is too faint in, the worst is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from composer.checks.finding import Finding, find
from composer.edition.theme.contrast import READABLE, contrast
from composer.edition.theme.token_values import is_colour
from composer.edition.theme.tokens import Overrides, Theme, load_theme, theme_files, unused_tokens
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
_MODES = {"": "by day", "_dark": "in the dark"}


def check_colours(issue: Issue, *, language: str, templates: Sequence[Path]) -> Iterator[Finding]:
    """Words stand out from their ground. The issue could be rendered: its overrides are tokens of the theme."""
    content, (newsletter, newsletter_source) = issue.contents[language], issue.newsletter_in(language)
    overrides: tuple[Overrides, ...] = (
        Overrides(content.theme, issue.sources[language]),
        Overrides(newsletter.theme, newsletter_source),
    )
    theme = load_theme(templates, *reversed(overrides))
    own_files = theme_files(templates, theme.name)
    yield from _without_dark(theme, own_files)
    overrides += own_files
    for place in unused_tokens(templates, theme.name):
        words = "the themes have no such token, and no template of yours names it"
        yield find("theme-token", place, words, "docs/templates.md lists the tokens; delete the line, or use it")
    for suffix, when in _MODES.items():
        worst: dict[Position, tuple[float, Finding]] = {}
        for ink, ground in COLOUR_PAIRS:
            for ratio, finding in _faint(ink + suffix, ground + suffix, when, theme, overrides):
                worst[finding.position] = min(worst.get(finding.position, (22, finding)), (ratio, finding), key=_ratio)
        yield from (finding for _, finding in worst.values())


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
            words = f"{ink} {theme.tokens[ink]} on {ground} {theme.tokens[ground]} is hard to read {when}"
            hint = f"their contrast is {ratio:.1f}, and text needs {READABLE}: choose a darker or a lighter {name}"
            yield ratio, find("colour-faint", own.source.position(("theme", name)), words, hint)
            return
