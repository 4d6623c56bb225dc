"""Takes the pictures of the studio in ``docs/screenshots/``: every panel, at three widths, by day and in the dark.

    python -m tools.screenshots_studio [--out DIR] [PANEL ...]

Runs the studio on made-up projects (``tests/support/panel_projects.py``) and goes to each of its panels as a person
does (``tests/support/studio_panels.py``); the same ways are those that axe-core judges. What differs from one time to
the next is the time of day.

::

    studio/NAME-light.webp   1440, 1024 and 390 px side by side; -dark in the dark
    studio-NAME.png          those of the documents' text, at full size
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.panel_projects import bare, empty, furnished
from tests.support.studio_author import RunningStudio
from tests.support.studio_panels import BARE, EMPTY, PANELS, Panel, open_context, visit
from tests.support.web import CHROMIUM
from tools.screenshots import OUT, save

PEOPLE = 304
SIZES = ((1440, 900), (1024, 768), (390, 844))
GAP, GROUND, SHEET_WIDTH = 24, (128, 128, 128), 1440

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


class Chosen(NamedTuple):
    """Has the panel, the width of the window in pixels and the colours of a picture that is shown at full size."""

    panel: str
    width: int
    scheme: Scheme


CHOSEN = frozenset(
    {
        Chosen("block", 1440, "light"),
        Chosen("palette", 1440, "light"),
        Chosen("yaml", 1440, "dark"),
        Chosen("import", 1440, "light"),
        Chosen("last-page", 1440, "light"),
        Chosen("progress", 1440, "light"),
        Chosen("block", 390, "light"),
        Chosen("last-page", 390, "light"),
    }
)


def take(browser: Browser, folder: Path, *, out: Path, only: Set[str]) -> None:
    """Take the pictures of all panels, or only of these."""
    for name, panels in (("furnished", PANELS), ("bare", BARE), ("empty", EMPTY)):
        wanted = [panel for panel in panels if not only or panel.name in only]
        if not wanted:
            continue
        place = folder / name
        place.mkdir()
        opened: Mapping[str, AbstractContextManager[RunningStudio]] = {
            "furnished": furnished(place, people=PEOPLE),
            "bare": bare(place),
            "empty": empty(place),
        }
        with opened[name] as studio:
            _shoot(browser, studio, wanted, out)
            if name == "bare" and (not only or "offline" in only):
                _shoot_offline(browser, studio, out)


def _shoot(browser: Browser, studio: RunningStudio, panels: Sequence[Panel], out: Path) -> None:
    pages = [_page(browser, studio, size) for size in SIZES]
    for panel in panels:
        _photograph(pages, panel.name, out, lead=partial(_visit, studio=studio, panel=panel))
    for page in pages:
        page.context.close()


def _visit(page: Page, *, studio: RunningStudio, panel: Panel) -> None:
    visit(page, str(studio.author.client.base_url), panel)


def _shoot_offline(browser: Browser, studio: RunningStudio, out: Path) -> None:
    pages = [_page(browser, studio, size) for size in SIZES]
    for page in pages:
        _visit(page, studio=studio, panel=PANELS[0])
    studio.kill()
    _photograph(pages, "offline", out, lead=lambda page: expect(page.locator("#offline")).to_be_visible())


def _page(browser: Browser, studio: RunningStudio, size: tuple[int, int]) -> Page:
    width, height = size
    return open_context(browser, studio.author.client, viewport={"width": width, "height": height}).new_page()


def _photograph(pages: Sequence[Page], name: str, out: Path, *, lead: Callable[[Page], None]) -> None:
    taken = [_taken(page, lead) for page in pages]
    for scheme in SCHEMES:
        pictures = [one[scheme] for one in taken]
        _sheet(pictures).save(out / "studio" / f"{name}-{scheme}.webp", quality=50, method=6)
        for (width, _), picture in zip(SIZES, pictures, strict=True):
            if Chosen(name, width, scheme) in CHOSEN:
                save(picture, out / f"studio-{name}-{width}-{scheme}.png")


def _taken(page: Page, lead: Callable[[Page], None]) -> dict[Scheme, bytes]:
    """Take the pictures of one page before the next one is led anywhere: what is changed there is seen here too."""
    page.emulate_media(color_scheme="light")
    lead(page)
    pictures: dict[Scheme, bytes] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(500)  # the pictures in the mail, and what is drawn after it
        pictures[scheme] = page.screenshot()
    return pictures


def _sheet(screenshots: Sequence[bytes]) -> Image.Image:
    """Put them side by side on a grey ground, small enough for a page of documents."""
    pictures = [Image.open(io.BytesIO(one)).convert("RGB") for one in screenshots]
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), GROUND)
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + GAP
    return sheet.resize((SHEET_WIDTH, sheet.height * SHEET_WIDTH // width), Image.Resampling.LANCZOS)


def main() -> None:
    """Read the command line, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("panels", nargs="*", metavar="PANEL")
    options = parser.parse_args()
    (options.out / "studio").mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        take(browser, Path(folder), out=options.out, only=frozenset(options.panels))
        browser.close()


if __name__ == "__main__":
    main()
