"""The documents show every panel of the studio, by day and in the dark, and none that there is no more."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.studio_panels import BARE, EMPTY, PANELS
from tools.screenshots import OUT
from tools.screenshots_studio import CHOSEN, SCHEMES

NAMES = {"offline", *(one.name for one in (*PANELS, *BARE, *EMPTY))}
SHEETS = {f"{name}-{scheme}.webp" for name in NAMES for scheme in SCHEMES}


def test_every_panel_is_shown_by_day_and_in_the_dark_and_none_that_went() -> None:
    text = Path("docs/studio.md").read_text(encoding="utf-8")
    assert {path.name for path in (OUT / "studio").iterdir()} == SHEETS
    assert set(re.findall(r"screenshots/studio/([\w-]+\.webp)", text)) == SHEETS


def test_each_panel_stands_in_one_row_under_its_own_pictures() -> None:
    text = Path("docs/studio.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"\[day\]\(screenshots/studio/([\w-]+)\.webp\).*\[dark\]\(screenshots/studio/([\w-]+)\.webp\)", text
    )
    assert sorted(rows) == sorted((f"{name}-light", f"{name}-dark") for name in NAMES)


def test_the_chosen_ones_are_those_that_the_text_shows() -> None:
    texts = "".join(Path(name).read_text(encoding="utf-8") for name in ("README.md", "docs/studio.md"))
    chosen = {"-".join(map(str, one)) for one in CHOSEN}
    assert set(re.findall(r"screenshots/studio-([\w-]+)\.png", texts)) == chosen
    assert {path.stem for path in OUT.glob("studio-*.png")} == {f"studio-{name}" for name in chosen}
