"""Draws the pictures of the sample issue: SVG by arithmetic, PNG by Chromium, few colours by Pillow.

    python tools/draw_sample_pictures.py [NAME…]

Writes into ``issues/``; run it again and the files are the same, byte for byte, with the same Chromium.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from sample_pictures import places, projects, stories

ISSUES = Path(__file__).parent.parent / "issues"
ISSUE = ISSUES / "2020-03-network-news"
COLOURS = 64


class Drawing(NamedTuple):
    """A file, its size in pixels (twice what the mail shows), and who draws it."""

    file: Path
    width: int
    height: int
    draw: Callable[[], str]


STORY = (1248, 832)
SQUARE = (480, 480)
WIDE = (1280, 720)

DRAWINGS = (
    Drawing(ISSUES / "agora.png", 192, 192, places.assembly),
    Drawing(ISSUE / "street-at-night.png", *STORY, stories.street_at_night),
    Drawing(ISSUE / "round-table.png", *STORY, stories.round_table),
    Drawing(ISSUE / "bars-into-trees.png", *STORY, stories.bars_into_trees),
    Drawing(ISSUE / "loud.png", *SQUARE, projects.megaphone),
    Drawing(ISSUE / "match-sport.png", *SQUARE, projects.football),
    Drawing(ISSUE / "pactesur.png", *SQUARE, projects.edinburgh),
    Drawing(ISSUE / "to-nite.png", *SQUARE, projects.turin_at_night),
    Drawing(ISSUE / "fact-sheet.png", *SQUARE, projects.eye_of_data),
    Drawing(ISSUE / "nice.png", *WIDE, places.baie_des_anges),
)


def draw(drawings: Iterable[Drawing]) -> None:
    """Render each drawing and save it beside the issue."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for drawing in drawings:
            page = browser.new_page(viewport={"width": drawing.width, "height": drawing.height})
            page.set_content(
                f"<style>body{{margin:0}}svg{{display:block;width:100vw;height:100vh}}</style>{drawing.draw()}"
            )
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            page.close()
            drawing.file.parent.mkdir(parents=True, exist_ok=True)
            few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            few.save(drawing.file, optimize=True)
            print(f"{drawing.file.relative_to(ISSUES.parent)}  {drawing.file.stat().st_size // 1024} kB")
        browser.close()


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    draw(drawing for drawing in DRAWINGS if not wanted or drawing.file.stem in wanted)
