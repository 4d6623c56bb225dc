"""What is written can be read: the tokens of the style sheets keep WCAG's contrasts, in light and in dark."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from composer.edition.theme.contrast import contrast
from composer.site.accent import Accent

SHEETS = {
    "gallery": resources.files("composer.output") / "gallery_page" / "gallery.css",
    "inbox": resources.files("composer.inbox") / "assets" / "inbox.css",
    "site": resources.files("composer.site") / "assets" / "site.css",
}
# (sheet, words or edge, ground, least contrast): text 4.5, controls 3 (WCAG 2.2, 1.4.3 and 1.4.11)
PAIRS = [
    *(("inbox", ink, ground, 4.5) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "surface", "sunken")),
    *(("inbox", "on-tint", f"tint-{number}", 4.5) for number in range(6)),
    ("inbox", "on-accent", "accent", 4.5),
    ("inbox", "accent", "paper", 4.5),
    ("inbox", "line-strong", "paper", 3),
    ("inbox", "focus", "surface", 3),
    ("site", "ink", "paper", 4.5),
    ("site", "muted", "paper", 4.5),
    ("site", "muted", "ground", 4.5),
    ("site", "edge", "paper", 3),
]


def tokens(sheet: str, scheme: str) -> dict[str, str]:
    """The colours of a style sheet; dark ones replace light ones."""
    light, _, dark = SHEETS[sheet].read_text().partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return (
        found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark.partition("\n}")[0])) if scheme == "dark" else found
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("sheet", "ink", "ground", "least"), PAIRS)
def test_words_stand_out_from_their_ground(sheet: str, ink: str, ground: str, least: float, scheme: str) -> None:
    colours = tokens(sheet, scheme)
    assert contrast(colours[ink], colours[ground]) >= least


@pytest.mark.parametrize(
    "accent", ["#000000", "#ffffff", "#b8391b", "#ff9673", "#0b5fff", "#767676", "#ffcc00", "#7f7f7f"]
)
def test_words_on_any_accent_can_be_read(accent: str) -> None:
    assert contrast(Accent(accent).on_light, accent) >= 4.3


def test_the_neutral_accent_stands_out() -> None:
    for scheme, accent in (("light", Accent().light), ("dark", Accent().dark)):
        assert contrast(accent, tokens("site", scheme)["paper"]) >= 4.5


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_token_is_used_and_every_used_token_is_there(sheet: str) -> None:
    text = SHEETS[sheet].read_text()
    defined, used = re.findall(r"^\s*(--[\w-]+):", text, re.MULTILINE), re.findall(r"var\((--[\w-]+)", text)
    of_the_newsletter = {"--accent", "--on-accent"} if sheet == "site" else set()
    assert set(defined) | of_the_newsletter == set(used)
