"""Draws the theme's icons: our own plain drawings, SVG by hand, PNG by Chromium, at twice the size shown.

    python tools/draw_icons.py

Writes into ``templates/images/``. One middle grey stands out from white paper and from dark alike (4.5:1 and more on
both), so that the icons need no second set for dark mode.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent.parent / "templates" / "images"
SIZE = 96
GREY = "#6f7683"
COLOURS = 32

_STROKE = 'fill="none" stroke="#fff" stroke-linecap="round" stroke-linejoin="round"'

# On a disc of 48 × 48, the drawing within the middle 26.
SIGNS = {
    "bluesky": '<path fill="#fff" d="M24 22.6c-1.3-2.7-4.9-7.2-8.2-8.9-2.6-1.3-3.8-.4-3.8 1.7 0 1.5.6 6.6 1 8 '
    "1 3 3.9 3.6 6.7 3.1-4.3.8-6.3 3.1-3.5 6.2 3.9 4.1 6.6-.2 7.8-3.7 1.2 3.5 3.9 7.8 7.8 3.7 "
    '2.8-3.1.8-5.4-3.5-6.2 2.8.5 5.7-.1 6.7-3.1.4-1.4 1-6.5 1-8 0-2.1-1.2-3-3.8-1.7-3.3 1.7-6.9 6.2-8.2 8.9z"/>',
    "mastodon": '<path fill="#fff" d="M36 20.5c0-6-3.9-8-8.5-8h-7c-4.6 0-8.5 2-8.5 8 0 8 .5 13.5 6.5 14.8 3.5.8 6.5.6 8.8-.3l-.1-2.4'
    'c-2.5.7-5.2.7-7.4.1-1.8-.5-2.7-1.6-2.9-3.3 3.8.8 8.6.8 11.6.2C34 28.6 36 26 36 20.5z"/>'
    f'<path fill="none" stroke="{GREY}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" d="M18 26v-5.5a3 3 0 0 1 6 0V24v-3.5a3 3 0 0 1 6 0V26"/>',
    "linkedin": f'<circle cx="16" cy="15.5" r="2.4" fill="#fff"/><path {_STROKE} stroke-width="4" stroke-linecap="butt" '
    'd="M16 20.5V34M23 20.5V34M23 27c0-6.5 9-6.5 9 0v7"/>',
    "youtube": f'<rect x="11" y="15" width="26" height="18" rx="5.5" fill="#fff"/><path fill="{GREY}" d="M21.5 20v8l7-4z"/>',
    "instagram": f'<rect x="13" y="13" width="22" height="22" rx="6.5" {_STROKE} stroke-width="2.6"/>'
    f'<circle cx="24" cy="24" r="5.2" {_STROKE} stroke-width="2.6"/><circle cx="30.3" cy="17.7" r="1.6" fill="#fff"/>',
    "x": f'<path {_STROKE} stroke-width="2.4" stroke-linejoin="miter" d="M14.5 14h4.8l14.2 20h-4.8z"/>'
    f'<path {_STROKE} stroke-width="2.4" d="M32.8 14l-7.2 8.3M22.3 25.8L15.2 34"/>',
    "facebook": f'<path {_STROKE} stroke-width="4.2" stroke-linecap="butt" d="M30 13.5h-2.2c-3.2 0-4.3 2-4.3 4.8V37M18.5 23.5h10.5"/>',
    "rss": f'<circle cx="16.5" cy="31.5" r="2.7" fill="#fff"/><path {_STROKE} stroke-width="3.4" '
    'd="M14 22.5A11.5 11.5 0 0 1 25.5 34M14 14.5A19.5 19.5 0 0 1 33.5 34"/>',
}

PLAY = '<circle cx="24" cy="24" r="22" fill="#fff"/><path fill="#1b2230" stroke="#1b2230" stroke-width="2" stroke-linejoin="round" d="M20 16v16l13-8z"/>'


INK = "#2b2118"
FACE = '<circle cx="24" cy="24" r="22" fill="#f2b441"/>'
_EYES = f'<circle cx="16.5" cy="19.5" r="2.8" fill="{INK}"/><circle cx="31.5" cy="19.5" r="2.8" fill="{INK}"/>'
_MOUTH = f'fill="none" stroke="{INK}" stroke-width="3" stroke-linecap="round"'
FACES = {
    "delighted": f'<path {_MOUTH} d="M13 20q3.5-5 7 0M28 20q3.5-5 7 0"/><path fill="{INK}" d="M12.5 27h23a11.5 11.5 0 0 1-23 0z"/>',
    "happy": f'{_EYES}<path {_MOUTH} d="M14.5 29q9.5 9.5 19 0"/>',
    "neutral": f'{_EYES}<path {_MOUTH} d="M15.5 32h17"/>',
    "sad": f'{_EYES}<path {_MOUTH} d="M15 34.5q9-8 18 0"/>',
    "upset": f'<path {_MOUTH} d="M13 17l6 3.5M35 17l-6 3.5M14 36q10-11 20 0"/>{_EYES.replace("19.5", "22.5")}',
}


def main() -> None:
    drawings = {
        f"social/{name}": f'<circle cx="24" cy="24" r="20" fill="{GREY}"/>{sign}' for name, sign in SIGNS.items()
    }
    drawings |= {f"poll/{name}": FACE + look for name, look in FACES.items()}
    drawings["play"] = PLAY
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        for name, drawing in drawings.items():
            page.set_content(
                "<style>html,body{margin:0;background:transparent}svg{display:block}</style>"
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 48 48">{drawing}</svg>'
            )
            picture = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
            file = IMAGES / f"{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
                file, optimize=True
            )
            print(f"{file.relative_to(IMAGES.parent.parent)}  {file.stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main()
