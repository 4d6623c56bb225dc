"""Takes pictures of the sample mail before and after it was made lighter, side by side: ``docs/screenshots/weight``.

``git worktree add build/before REVISION`` and then ``python -m tools.screenshots_weight build/before [--out DIR]``.
Both revisions build the sample, in English and the first theme; over each half stands what its HTML weighs, and how
many pixels of the two differ. Exits with 1 if any does. ``tools/same_pixels.py`` compares all mails in all themes.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from itertools import product
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright

from tools.same_pixels import CHROMIUM, ROOT, build_by, see_both
from tools.screenshots import OUT

MAIL = "2020-03-network-news-en-gazette"
WIDTHS = (320, 640)
LOOKS = ("light", "dark")
COLOURS = 40
"""Of what is kept; compared is what Chromium painted."""
_GAP, _LINE, _GROUND, _INK = 24, 52, (225, 225, 225), (20, 20, 20)


def main() -> int:
    """Build, photograph and compare; returns 1 if a pixel differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("before", type=Path, help="a checkout of the revision before")
    parser.add_argument("--out", type=Path, default=OUT / "weight")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    differ = 0
    with tempfile.TemporaryDirectory(prefix="screenshots-weight-") as name, sync_playwright() as playwright:
        before, after = Path(name) / "before", Path(name) / "after"
        for root, folder in ((arguments.before, before), (ROOT, after)):
            build_by(root, folder, only=MAIL)
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        files = (before / f"{MAIL}.html", after / f"{MAIL}.html")
        weights = [file.stat().st_size for file in files]
        for look, width in product(LOOKS, WIDTHS):
            pictures = [Image.open(io.BytesIO(seen[0][0])) for seen in see_both(page, files, look, [width])]
            first, second = (picture.convert("RGB") for picture in pictures)
            differing = pixels_that_differ(first, second)
            differ += differing
            words = f"{differing} of {first.width * first.height:,} pixels differ"
            kept = arguments.out / f"sample-{width}-{look}.webp"
            sheet = _side_by_side(first, second, weights, words).quantize(COLOURS, dither=Image.Dither.NONE)
            sheet.convert("RGB").save(kept, lossless=True, quality=60, method=4)
            print(f"{kept.stem}: {words}; {kept.stat().st_size // 1000} kB")
        browser.close()
    return int(differ > 0)


def pixels_that_differ(first: Image.Image, second: Image.Image) -> int:
    """Count the pixels of which any colour differs; where the sizes differ, all of the larger picture."""
    if first.size != second.size:
        return max(first.width * first.height, second.width * second.height)
    red, green, blue = ImageChops.difference(first, second).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return first.width * first.height - most.histogram()[0]


def _side_by_side(first: Image.Image, second: Image.Image, weights: list[int], words: str) -> Image.Image:
    size = (first.width + _GAP + second.width, _LINE + max(first.height, second.height))
    sheet = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    names = (f"before: {weights[0]:,} bytes of HTML", f"after: {weights[1]:,} bytes of HTML\n{words}")
    for left, picture, told in zip((0, first.width + _GAP), (first, second), names, strict=True):
        draw.text((left + 8, 8), told, fill=_INK, font=ImageFont.load_default(13))
        sheet.paste(picture, (left, _LINE))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
