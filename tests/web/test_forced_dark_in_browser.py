"""What the checks compute of forced dark is what the preview shows."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Browser

from composer.forced_dark import in_forced_dark
from composer.web.mail_frame import Scheme, frame_html

COLOURS = ("#ffffff", "#000000", "#17213a", "#f6f0e6", "#b8391b", "#f2b441", "#0b5cad", "#7fd6c8", "#ff0000", "#00f")
SIDE_PX = 20


def test_colours_are_inverted_as_the_preview_does_it(browser: Browser) -> None:
    rows = "".join(f'<div style="height:{SIDE_PX}px;background:{colour}"></div>' for colour in COLOURS)
    html = f"<!doctype html><html><head></head><body style='margin:0'>{rows}</body></html>"
    page = browser.new_page(viewport={"width": SIDE_PX, "height": SIDE_PX * len(COLOURS)})
    page.set_content(frame_html(html, scheme=Scheme.FORCED))
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    for row, colour in enumerate(COLOURS):
        seen = shown.getpixel((SIDE_PX // 2, row * SIDE_PX + SIDE_PX // 2))
        computed = bytes.fromhex(in_forced_dark(colour)[1:])
        assert isinstance(seen, tuple)
        assert all(abs(one - other) <= 2 for one, other in zip(seen, computed, strict=True)), (colour, seen, computed)
