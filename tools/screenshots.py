"""Takes the screenshots of the sample mail and of the gallery in ``docs/``: Chromium, few colours.

    python tools/screenshots.py [--out DIR] [NAME…]

The sample is built as for a send and filled for one reader, in every theme; its files are read from a folder, so
nothing goes over the network. ``forced`` is a client that inverts the colours of a mail that it shows in the dark.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from composer import shipped
from composer.edition import build_edition, fill
from composer.edition.model import Edition
from composer.edition.theme.tokens import theme_names
from composer.issue import load_issue
from composer.output.gallery import write_gallery
from composer.web.mail_frame import Scheme, frame_html

SAMPLE = shipped.SAMPLE_ISSUES / "2020-03-network-news"
DOCS = Path(__file__).parent.parent / "docs"
OUT = DOCS / "screenshots"
COLOURS = 224
SCHEMES = (Scheme.LIGHT, Scheme.DARK, Scheme.FORCED)
MAX_BYTES = 400_000

# Fonts that readers have and this machine may not, each by its neighbour of the same widths.
STAND_INS = "".join(
    f"@font-face {{ font-family: 'Arial Narrow'; font-weight: {weight}; src: local('{name}'); }}"
    for weight, name in (("normal", "Liberation Sans Narrow"), ("bold", "Liberation Sans Narrow Bold"))
)


class Shot(NamedTuple):
    """What one screenshot shows: its name and the reader's circumstances."""

    name: str
    width: int
    theme: str = "gazette"
    language: str = "en"
    scheme: Scheme = Scheme.LIGHT
    pictures: bool = True
    form: Literal["mail", "print", "web"] = "mail"
    scale: float = 1
    height: int | None = None
    """Only the top, this many pixels high; the whole page otherwise."""


def _shots() -> Iterator[Shot]:
    yield Shot("mail-top", 700, scale=2, height=1130)
    for theme in theme_names((shipped.TEMPLATES,)):
        prefix = "mail" if theme == "gazette" else f"mail-{theme}"
        for (width, shown), language, scheme in product(((640, 700), (375, 375)), ("en", "fr"), SCHEMES):
            told = [
                prefix,
                *([] if language == "en" else [language]),
                *([] if scheme is Scheme.LIGHT else [scheme.value]),
            ]
            yield Shot(f"{'-'.join(told)}-{width}", shown, theme, language, scheme)
        yield Shot(f"{prefix}-print", 794, theme, form="print")
        yield Shot(f"{prefix}-fr-print", 794, theme, "fr", form="print")
        yield Shot(f"{prefix}-web", 800, theme, form="web")
    yield Shot("mail-web-dark", 800, form="web", scheme=Scheme.DARK)
    yield Shot("mail-web-375", 375, form="web")
    yield Shot("mail-no-pictures-640", 700, pictures=False)
    yield Shot("mail-no-pictures-375", 375, pictures=False)


def take(shots: Iterable[Shot], *, out: Path) -> None:
    """Build the sample in every theme and language that is asked for, and photograph it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _chromium() as browser:
        for shot in shots:
            page_file = _write_page(
                _edition(shot.theme, shot.language), shot, Path(folder) / shot.theme / shot.language
            )
            save(_photograph(browser, page_file, shot), out / f"{shot.name}.png")


def take_gallery(*, out: Path) -> None:
    """Show the gallery's page, at the columns in the theme poster."""
    with tempfile.TemporaryDirectory() as folder, _chromium() as browser:
        gallery = write_gallery(Path(folder), templates=(shipped.TEMPLATES,))
        page = browser.new_page(viewport={"width": 1720, "height": 1100})
        page.goto(f"{gallery.page.as_uri()}#hero")
        page.check("input[value=bulletin]")
        page.wait_for_timeout(1500)
        page.evaluate("document.getElementById('hero').scrollIntoView({behavior: 'instant'})")
        page.wait_for_timeout(500)
        save(page.screenshot(), out)


@cache
def _edition(theme: str, language: str) -> Edition:
    issue = load_issue(SAMPLE)
    return build_edition(
        replace(issue, newsletter=issue.newsletter.model_copy(update={"theme": {"name": theme}})), language=language
    )


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def save(screenshot: bytes, file: Path, *, most_bytes: int = MAX_BYTES) -> None:
    """Keep as many colours as fit into the weight."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    for colours in (COLOURS, 128, 64):
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size < most_bytes:
            break
    print(f"{file.stem}  {picture.width} × {picture.height}, {file.stat().st_size // 1000} kB")


def _write_page(edition: Edition, shot: Shot, folder: Path) -> Path:
    """Write the page to disk, with the edition's files beside it unless the reader blocks pictures."""
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
    forms = {"mail": edition.html, "print": edition.print_html, "web": edition.web_html}
    html = fill(forms[shot.form], values)
    page = folder / f"{shot.name}.html"
    page.write_text(frame_html(html, scheme=shot.scheme) if shot.form == "mail" else html, encoding="utf-8")
    return page


def _photograph(browser: Browser, page_file: Path, shot: Shot) -> bytes:
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height or 900}, device_scale_factor=shot.scale
    )
    if not shot.pictures:
        page.route("https://**", lambda route: route.abort())
    if shot.form == "print":
        page.emulate_media(media="print")
    if shot.form == "web":
        page.emulate_media(color_scheme="dark" if shot.scheme is Scheme.DARK else "light")
    page.goto(page_file.as_uri())
    page.add_style_tag(content=STAND_INS)
    if shot.form == "print":
        page.add_style_tag(content="body { padding: 18mm 20mm !important }")  # paper has margins, a screen has none
    page.evaluate("document.fonts.ready")
    taken = page.screenshot(full_page=shot.height is None)
    page.close()
    return taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Screenshots of the sample mail and of the gallery.")
    parser.add_argument("names", nargs="*", help="only these, such as mail-375 or gallery")
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    take((shot for shot in _shots() if not chosen.names or shot.name in chosen.names), out=chosen.out)
    if not chosen.names or "gallery" in chosen.names:
        take_gallery(out=DOCS / "gallery.png")
