"""The documents show panels of the studio, by day and in the dark, and none that there is no more."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.studio_panels import BARE, EMPTY, PANELS
from tools.screenshots import OUT
from tools.screenshots_studio import CHOSEN, SCHEMES

NAMES = {"offline", *(one.name for one in (*PANELS, *BARE, *EMPTY))}


def test_each_picture_is_shown_and_of_a_panel_that_there_is() -> None:
    text = Path("docs/studio.md").read_text(encoding="utf-8")
    shown = re.findall(r"screenshots/studio/([\w-]+)-(light|dark)\.webp", text)
    panels = {name for name, _ in shown}
    assert panels <= NAMES
    assert sorted(shown) == sorted((name, scheme) for name in panels for scheme in SCHEMES)
    assert {path.stem for path in (OUT / "studio").iterdir()} == {f"{name}-{scheme}" for name, scheme in shown}


def test_the_chosen_ones_are_those_that_the_text_shows() -> None:
    texts = "".join(Path(name).read_text(encoding="utf-8") for name in ("README.md", "docs/studio.md"))
    chosen = {"-".join(map(str, one)) for one in CHOSEN}
    assert set(re.findall(r"screenshots/studio-([\w-]+)\.png", texts)) == chosen
    assert {path.stem for path in OUT.glob("studio-*.png")} == {f"studio-{name}" for name in chosen}
