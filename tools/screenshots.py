"""Takes the screenshots of the sample mail in ``docs/screenshots/``: Chromium, whole pages, few colours.

    python tools/screenshots.py [--out DIR] [NAME…]

The sample is built as for a send and filled for one reader; its files are read from a folder, so nothing
goes over the network.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from composer import shipped
from composer.edition import build_edition, fill
from composer.edition.model import Edition
from composer.issue import load_issue

SAMPLE = shipped.SAMPLE_ISSUES / "2020-03-network-news"
OUT = Path(__file__).parent.parent / "docs" / "screenshots"
COLOURS = 160


class Shot(NamedTuple):
    """One screenshot: its name and the reader's circumstances."""

    name: str
    width: int
    language: str = "en"
    scheme: Literal["light", "dark"] = "light"
    pictures: bool = True
    form: Literal["mail", "print"] = "mail"
    scale: float = 1
    height: int | None = None
    """Only the top, this many pixels high; the whole page otherwise."""


SHOTS = (
    Shot("mail-top", 700, scale=2, height=1130),
    Shot("mail-640", 700),
    Shot("mail-375", 375, scale=1.5),
    Shot("mail-dark-640", 700, scheme="dark"),
    Shot("mail-dark-375", 375, scheme="dark", scale=1.5),
    Shot("mail-fr-640", 700, language="fr"),
    Shot("mail-fr-375", 375, language="fr", scale=1.5),
    Shot("mail-no-pictures-640", 700, pictures=False),
    Shot("mail-no-pictures-375", 375, pictures=False),
    Shot("mail-print", 794, form="print"),
)


def take(shots: Iterable[Shot], *, out: Path) -> None:
    """Build the sample and photograph it."""
    issue = load_issue(SAMPLE)
    editions = {language: build_edition(issue, language=language) for language in issue.languages}
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for shot in shots:
            edition = editions[shot.language]
            page_file = _write_page(edition, shot, Path(folder) / shot.language)
            file = out / f"{shot.name}.png"
            picture = Image.open(io.BytesIO(_photograph(browser, page_file, shot))).convert("RGB")
            few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            few.save(file, optimize=True)
            print(f"{shot.name}  {picture.width} × {picture.height}, {file.stat().st_size // 1024} kB")
        browser.close()


def _write_page(edition: Edition, shot: Shot, folder: Path) -> Path:
    """The page on disk, with the edition's files beside it unless the reader blocks pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for asset in edition.assets:
        file = folder / asset.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(asset.content)
    values = {
        "subscriber.email": "amelie.roussel@example.org",
        "subscriber.first_name": "Amélie",
        "subscriber.last_name": "Roussel",
        "subscriber.name": "Amélie Roussel",
        "subscriber.language": shot.language,
        "links.assets": folder.as_uri() if shot.pictures else "https://pictures.invalid",
        "links.browser": "https://www.example.org/v/0",
        "links.print": "https://www.example.org/p/0",
        "links.unsubscribe": "https://www.example.org/u/0",
    }
    page = folder / f"{shot.name}.html"
    page.write_text(fill(edition.print_html if shot.form == "print" else edition.html, values), encoding="utf-8")
    return page


def _photograph(browser: Browser, page_file: Path, shot: Shot) -> bytes:
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height or 900},
        color_scheme=shot.scheme,
        device_scale_factor=shot.scale,
    )
    if not shot.pictures:
        page.route("https://**", lambda route: route.abort())
    if shot.form == "print":
        page.emulate_media(media="print")
    page.goto(page_file.as_uri())
    if shot.form == "print":
        page.add_style_tag(content="body { padding: 18mm 20mm !important }")  # paper has margins, a screen has none
    taken = page.screenshot(full_page=shot.height is None)
    page.close()
    return taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Screenshots of the sample mail.")
    parser.add_argument("names", nargs="*", help="only these, such as mail-375")
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    take((shot for shot in SHOTS if not chosen.names or shot.name in chosen.names), out=chosen.out)
